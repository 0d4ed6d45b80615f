"""Derivatives as functions of functions: `grad(f)(x)`, to any order, with no `.grad` left behind anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from ..errors import GraphError, OperandError, ShapeError
from ..operand import as_number
from ..tensors import Tensor
from ..tensors.describe import describe, shape_text
from ..value import Value
from .paths import Paths, is_node
from .recorded import Recorded, record_call
from .structures import flatten

__all__ = ["grad", "gradients", "value_and_grad"]


def gradients(
    output: Value | Tensor,
    inputs: Sequence[Value | Tensor],
    grad_output: Any = None,
    *,
    create_graph: bool = False,
) -> list[Any]:
    """Gradient of one node with respect to others, as `torch.autograd.grad`; no `.grad` changes, nothing is freed.

    Only the part of the graph between the inputs and the output is walked.

    Args:
        output: The node to differentiate: a Value, or a Tensor.
        inputs: Nodes it may depend on, leaves or not.
        grad_output: The gradient of the output itself, of its shape; 1 for a single number, to be given for more.
        create_graph: Return nodes that can be differentiated again.

    Returns:
        One float per Value and one array of its shape per Tensor; Values and Tensors with create_graph. Zeros for an
        input that the output does not depend on.

    Raises:
        GraphError: a value was changed after the forward pass, the output is a Tensor that requires no gradient, or
            one of more than one number without `grad_output`.
        ShapeError: `grad_output` has another shape.
        OperandError: something given is not a node.

    >>> x, y = Value(3.0), Value(4.0)
    >>> gradients(x * x * y, [x, y])
    [24.0, 9.0]
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> gradients(w * w, [w], grad_output=[1.0, 10.0])
    [array([ 2., 40.])]
    """
    if is_node(inputs):
        raise OperandError("gradients: inputs is a list of nodes: gradients(output, [x])")
    nodes = list(inputs)
    for node in (output, *nodes):
        if not is_node(node):
            raise OperandError(f"gradients takes Values and Tensors, not a {type(node).__name__}")
    for node in nodes:
        if isinstance(node, Tensor) and not node.requires_grad:
            raise GraphError(f"gradients: {describe(node)} requires no gradient: create it with requires_grad=True")
    seed: Any
    if isinstance(output, Tensor):
        given = output.seed(grad_output)
        seed = given if create_graph else given._data
    elif create_graph:
        seed = grad_output if isinstance(grad_output, Value) else _one(grad_output)
    else:
        seed = 1.0 if grad_output is None else as_number(grad_output)
    found = Paths([output], nodes).pull([seed], graph=create_graph)
    return found if create_graph else [_own(g, seed) for g in found]


def _one(grad_output: Any) -> Value:
    return Value(1.0 if grad_output is None else as_number(grad_output), requires_grad=False)


def _own(gradient: Any, seed: Any) -> Any:
    """An array that is the caller's alone."""
    if not isinstance(gradient, np.ndarray):
        return gradient
    shared = gradient is seed or gradient.base is not None or not gradient.flags.writeable
    return gradient.copy() if shared else gradient


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that returns f's value and its gradient together.

    Args:
        f: Function returning one number: a Value, or a Tensor of one element. It is called with Values for the numbers
            and Tensors for the arrays in the places of `argnums`.
        argnums: Which positional arguments to differentiate by: one, or a tuple (then the gradient is a tuple).
            Each is a number, an array, a Value, a Tensor, or lists, tuples and dictionaries of them in each other.

    Returns:
        A function of the same arguments returning (value, gradient). The gradient is built like the argument, with a
        float for each number and an array of its shape for each array (a tuple of numbers counts as a list of them).
        If an argument is a Value or a Tensor, so is its gradient; if one of them requires a gradient, or f uses a
        variable of a derivative being taken around this one, all results stay connected to the graph, so that
        derivatives nest to any order.

    Raises:
        OperandError: f returns something other than a number, or an argument cannot be differentiated by.
        ShapeError: f returns a Tensor of several elements.

    >>> value_and_grad(lambda x: x ** 3)(2.0)
    (8.0, 12.0)
    >>> value_and_grad(lambda w: (w * w).sum())(np.array([1.0, 2.0]))
    (5.0, array([2., 4.]))
    """
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        for n in numbers:
            if not 0 <= n < len(args):
                raise OperandError(f"grad: argnums names argument {n}, but the call has {len(args)} positional ones")
        call = record_call("grad", f, args, numbers, kwargs)
        output, value = _single(call)
        found = iter(gradient_of(call, output))
        shaped = tuple(_like(args[n], found) for n in numbers)
        return value, (shaped[0] if isinstance(argnums, int) else shaped)

    return value_and_gradient


def gradient_of(call: Recorded, output: Any, *, graph: bool | None = None) -> list[Any]:
    """The gradient of a call's single number, one part per leaf of its arguments, in the caller's terms."""
    graph = call.nested if graph is None else graph
    seed: Any = np.ones_like(output._data) if isinstance(output, Tensor) else 1.0
    if graph:
        seed = Tensor(seed) if isinstance(output, Tensor) else Value(seed, requires_grad=False)
    return call.as_given(Paths([output], call.inputs).pull([seed], graph=graph), graph)


def _single(call: Recorded) -> tuple[Any, Any]:
    """The one number a call gave, as a node or constant and as the caller gets it."""
    output = single(call)
    if not is_node(output):
        output = Value(output, requires_grad=False)
    if call.nested:
        return output, output
    value = call.plain([output], graph=False)[0]
    return output, (value.item() if isinstance(value, np.ndarray) else value)


def single(call: Recorded) -> Any:
    """The one number that a call gave.

    Raises:
        OperandError: it gave something else, or a Tensor of whole numbers.
        ShapeError: it gave a Tensor of several numbers.
    """
    result = call.rebuild(iter(call.outputs))
    if isinstance(result, Tensor):
        if result.size != 1:
            raise ShapeError(
                f"{call.what}: the function returned {describe(result)}, and a gradient is that of a single number: "
                f"reduce it with sum() or mean(), or take the jacobian, of shape "
                f"{shape_text(result.shape)} + the argument's"
            )
        if result.dtype.kind != "f":
            raise OperandError(
                f"{call.what}: the function returned a whole number ({result.dtype}), which has no derivative: "
                "argmax and comparisons are for predictions; train with something smooth such as softmax"
            )
        return result
    return result if isinstance(result, Value) else as_number(result)


def _like(argument: Any, found: Any) -> Any:
    leaves, rebuild = flatten(argument)
    shaped = rebuild(found)
    flat = type(argument) is tuple and len(leaves) == len(argument)
    return list(shaped) if flat and not any(isinstance(x, (np.ndarray, Tensor)) for x in leaves) else shaped


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """A function that returns f's gradient; see `value_and_grad` for the arguments.

    >>> cube = lambda x: x ** 3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    >>> grad(lambda x, y: x * y, argnums=(0, 1))(3.0, 4.0)
    (4.0, 3.0)
    >>> grad(lambda p: (p["w"] * p["b"]).sum())({"w": np.array([1.0, 2.0]), "b": 3.0 * np.ones(2)})
    {'w': array([3., 3.]), 'b': array([1., 2.])}
    """
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient
