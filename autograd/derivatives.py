"""Derivatives as functions of functions: `grad(f)(x)`, to any order, with no `.grad` left behind anywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from .backward import graph_gradients, number_gradients
from .errors import OperandError
from .gates import identity
from .graph import backward_order
from .modes import recording
from .record import as_number
from .value import Value

__all__ = ["grad", "gradients", "value_and_grad"]


def gradients(output: Value, inputs: Sequence[Value], *, create_graph: bool = False) -> list[Any]:
    """Gradient of one node with respect to others, as `torch.autograd.grad`; no `.grad` changes.

    Args:
        output: The node to differentiate.
        inputs: Nodes it may depend on, leaves or not.
        create_graph: Return Values that can be differentiated again.

    Returns:
        One float per input, or one Value with create_graph; 0.0 for an input the output does not depend on.

    Raises:
        GraphError: with create_graph, a value was changed after the forward pass.

    >>> x, y = Value(3.0), Value(4.0)
    >>> gradients(x * x * y, [x, y])
    [24.0, 9.0]
    """
    if create_graph:
        nodes = graph_gradients(output)
        return [_node(nodes.get(id(node), 0.0)) for node in inputs]
    numbers = number_gradients(output)
    return [numbers.get(id(node), 0.0) for node in inputs]


def _node(gradient: Value | float) -> Value:
    return gradient if isinstance(gradient, Value) else Value(float(gradient), requires_grad=False)


def value_and_grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that returns f's value and its gradient together.

    Args:
        f: Function returning one Value (or number). It is called with Values in the places of `argnums`.
        argnums: Which positional arguments to differentiate by: one, or a tuple (then the gradient is a tuple).
            Each is a number, a Value, or a list of them (then its gradient is a list).

    Returns:
        A function of the same arguments returning (value, gradient): floats for numbers. If an argument is a Value,
        or f uses a variable of a derivative being taken around this one, both are Values, so that derivatives nest to
        any order.

    Raises:
        OperandError: f returns something other than a number, or an argument cannot be differentiated by.

    >>> value_and_grad(lambda x: x ** 3)(2.0)
    (8.0, 12.0)
    """
    numbers = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        for n in numbers:
            if not 0 <= n < len(args):
                raise OperandError(f"grad: argnums names argument {n}, but the call has {len(args)} positional ones")
        inputs = list(args)
        outer = _outer.handles
        # A no_grad() around the call is about what the caller does with the result; f is differentiated all the same.
        with recording():
            for n in numbers:
                inputs[n] = _handles(args[n])
            flat = [node for n in numbers for node in _flat(inputs[n])]
            _outer.handles = (*outer, *flat)
            try:
                output = f(*inputs, **kwargs)
            finally:
                _outer.handles = outer
        if not isinstance(output, Value):
            output = Value(as_number(output), requires_grad=False)
        nested = any(_holds_value(args[n]) for n in numbers) or _depends(output, outer)
        found = iter(gradients(output, flat, create_graph=nested))
        shaped = tuple([next(found) for _ in inputs[n]] if _is_list(inputs[n]) else next(found) for n in numbers)
        return (output if nested else output.data), (shaped[0] if isinstance(argnums, int) else shaped)

    return value_and_gradient


def grad(f: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
    """A function that returns f's gradient; see `value_and_grad` for the arguments.

    >>> cube = lambda x: x ** 3
    >>> grad(cube)(2.0), grad(grad(cube))(2.0), grad(grad(grad(cube)))(2.0)
    (12.0, 12.0, 6.0)
    >>> grad(lambda x, y: x * y, argnums=(0, 1))(3.0, 4.0)
    (4.0, 3.0)
    """
    both = value_and_grad(f, argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


class _Outer(threading.local):
    handles: tuple[Value, ...] = ()


_outer = _Outer()
"""The variables of the derivatives being taken in this thread, outermost first."""


def _depends(output: Value, variables: Sequence[Value]) -> bool:
    wanted = {id(v) for v in variables}
    return bool(wanted) and any(id(node) in wanted for node in backward_order(output))


def _is_list(argument: Any) -> bool:
    return isinstance(argument, (list, tuple))


def _flat(argument: Any) -> list[Any]:
    return list(argument) if _is_list(argument) else [argument]


def _holds_value(argument: Any) -> bool:
    return any(isinstance(a, Value) for a in _flat(argument))


def _handles(argument: Any) -> Any:
    """A node of our own for each number: a copy of a Value, so that the derivative is by this use of it alone."""
    handles = [identity(a) if isinstance(a, Value) else Value(as_number(a)) for a in _flat(argument)]
    return handles if _is_list(argument) else handles[0]
