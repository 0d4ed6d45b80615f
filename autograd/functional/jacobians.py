"""Full matrices of derivatives: Jacobian, Hessian, and the derivative by a matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np

from ..errors import OperandError
from ..modes import recording
from ..operation import OPERATIONS
from ..tensors import Tensor
from ..value import Value
from .gradient import single
from .paths import Paths, is_node
from .recorded import Recorded, record_call
from .structures import Rebuild, flatten

__all__ = ["Layout", "Mode", "hessian", "jacobian", "tensor_derivative"]

Layout: TypeAlias = Literal["numerator", "denominator"]
Mode: TypeAlias = Literal["reverse", "forward"]


def jacobian(f: Callable[[Any], Any], x: Any, layout: Layout = "numerator", mode: Mode | None = None) -> Any:
    """Every derivative of every output of f by every input, at x.

    Args:
        f: Function of one argument, returning a number, an array, or lists, tuples and dictionaries of them.
        x: Where: a number, an array, a Value, a Tensor, or a structure of them.
        layout: "numerator": J[i, j] = ∂f_i/∂x_j, the axes of the result first, m×n for vectors; a function of one
            number has a row. "denominator": its transpose, the axes of x first, as in `.grad`.
        mode: "reverse", one backward pass per number in the result; "forward", one push per number in x; whichever are
            fewer where None.

    Returns:
        For arrays an array of shape f(x).shape + x.shape (denominator layout: x.shape + f(x).shape); a float for
        numbers. For structures, in numerator layout, the structure of the result with the structure of x in the place
        of each leaf, so that a list of Values by a list of numbers gives a list of rows; in denominator layout the
        other way round.

    Raises:
        OperandError: an unknown layout or mode, or x cannot be differentiated by.

    Source for the layouts: Magnus and Neudecker, 2019. (`torch.autograd.functional.jacobian`, numerator layout.)

    >>> jacobian(lambda x: [x[0] * x[1], x[1] + x[2] ** 2], [1.0, 2.0, 3.0])
    [[2.0, 1.0, 0.0], [0.0, 1.0, 6.0]]
    >>> jacobian(lambda x: x[:2] * x[2], np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 3., 2.]])
    >>> jacobian(lambda x: x[:2] * x[2], np.array([1.0, 2.0, 3.0]), layout="denominator")
    array([[3., 0.],
           [0., 3.],
           [1., 2.]])
    """
    if layout not in ("numerator", "denominator"):
        raise OperandError(f"jacobian: layout must be 'numerator' or 'denominator', not {layout!r}")
    call = record_call("jacobian", f, (x,), (0,))
    blocks = _blocks(call, call.outputs, mode, layout)
    return _arranged(blocks, call.rebuild, flatten(x)[1], layout)


def hessian(f: Callable[[Any], Any], x: Any, mode: Mode | None = None) -> Any:
    """Every second derivative of a function of one number: the Jacobian of the gradient.

    Args:
        f: Function of one argument returning one number: a Value, or a Tensor of one element.
        x: Where; see `jacobian`.
        mode: How the gradient is differentiated: "forward" (the default: forward over reverse) or "reverse".

    Returns:
        For an array, an array of shape x.shape + x.shape; a float for a number; a list of rows for a list of numbers.
        It is symmetric, up to rounding, where the second derivatives are continuous.

    Raises:
        OperandError, ShapeError: f does not return one number, or x cannot be differentiated by.

    n numbers in x take n passes and n×n numbers: for a product with one vector, `hvp` takes one pass and n numbers.
    Source: Pearlmutter, 1994. (`torch.autograd.functional.hessian`.)

    >>> hessian(lambda x: x[0] ** 2 * x[1], [1.0, 2.0])
    [[4.0, 2.0], [2.0, 0.0]]
    >>> hessian(lambda x: (x ** 3).sum(), np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    call = record_call("hessian", f, (x,), (0,))
    slopes = slopes_of(call)
    blocks = _blocks(call, slopes, mode or "forward", "numerator")
    rebuild = flatten(x)[1]
    return _arranged(blocks, rebuild, rebuild, "numerator")


def tensor_derivative(f: Callable[[Any], Any], W: Any) -> Any:  # noqa: N803 - a matrix's own letter
    """The derivative of an array by an array, written out in full: for learning, and for small arrays only.

    Args:
        f: Function of one array, returning an array.
        W: Where: an array, usually a matrix.

    Returns:
        An array of shape W.shape + f(W).shape (denominator layout), T[i, j, k] = ∂f_k/∂W_ij.

    For y = W·x with W of m×n numbers that is m×n×m, nearly all zeros: slice k, `T[:, :, k]`, is zero except for row k,
    which is xᵀ. Backpropagation never builds it: contracted with the upstream gradient g, `T @ g` comes to the outer
    product g·xᵀ, and that is what the pullback of a matrix product computes.

    >>> x = np.array([5.0, 7.0])
    >>> T = tensor_derivative(lambda W: W @ x, np.ones((2, 2)))
    >>> T.shape
    (2, 2, 2)
    >>> T[:, :, 0]
    array([[5., 7.],
           [0., 0.]])
    >>> T @ np.array([1.0, 10.0])
    array([[ 5.,  7.],
           [50., 70.]])
    """
    return jacobian(f, W, layout="denominator")


def slopes_of(call: Recorded) -> list[Any]:
    """The gradient of a call's one number as nodes that can be differentiated."""
    output = single(call)
    seed: Any = None
    if is_node(output):
        seed = Tensor(np.ones_like(output._data)) if isinstance(output, Tensor) else Value(1.0, requires_grad=False)
    with recording():
        return Paths([output], call.inputs).pull([seed], graph=True)


def _blocks(call: Recorded, outputs: Sequence[Any], mode: str | None, layout: str) -> list[list[Any]]:
    """∂output/∂input for each pair, outputs outside, in the caller's terms and in the layout asked for."""
    if mode not in (None, "reverse", "forward"):
        raise OperandError(f"{call.what}: mode must be 'reverse' or 'forward', not {mode!r}")
    inputs, graph = call.inputs, call.nested
    numbers = [sum(_size(node) for node in nodes) for nodes in (inputs, outputs)]
    forward = mode == "forward" or (mode is None and numbers[0] < numbers[1])
    paths = Paths(outputs, inputs)
    blocks: list[list[Any]] = [[None] * len(inputs) for _ in outputs]
    moving, watched = (inputs, outputs) if forward else (outputs, inputs)
    for i, node in enumerate(moving):
        found = []
        for unit in _units(node, graph):
            directions = [unit if k == i else None for k in range(len(moving))]
            found.append(paths.push(directions, graph=graph) if forward else paths.pull(directions, graph=graph))
        for j, other in enumerate(watched):
            out, into = (j, i) if forward else (i, j)
            parts = [parts[j] for parts in found]
            block = _joined(parts, _shape(node), _shape(other), forward, graph)
            if layout == "denominator":
                block = _turned(block, len(_shape(outputs[out])), graph)
            blocks[out][into] = _kept(block, call.given[into], graph)
    return blocks


def _shape(node: Any) -> tuple[int, ...]:
    return tuple(getattr(node, "shape", ()))


def _size(node: Any) -> int:
    return int(np.prod(_shape(node)))


def _units(node: Any, graph: bool) -> Any:
    """Directions in which one number moves and all others stay."""
    if not isinstance(node, Tensor):
        if isinstance(node, Value):
            yield Value(1.0, requires_grad=False) if graph else 1.0
        else:
            yield from (None for _ in range(_size(node)))
        return
    for place in np.ndindex(node.shape):
        unit = np.zeros_like(node._data)
        unit[place] = 1
        yield Tensor(unit) if graph else unit


def _joined(parts: list[Any], moving: tuple[int, ...], watched: tuple[int, ...], forward: bool, graph: bool) -> Any:
    """The results of one pass per number of one node, as one block in numerator layout."""
    if not moving and not watched and isinstance(parts[0], (float, Value)):
        return parts[0]
    shape = (*watched, *moving) if forward else (*moving, *watched)
    if not graph:
        rows = np.stack(parts) if parts else np.zeros((0, *watched))
        return np.moveaxis(rows, 0, -1).reshape(shape) if forward else rows.reshape(shape)
    return OPERATIONS["reshape"](OPERATIONS["stack"](parts, axis=len(watched) if forward else 0), shape)


def _kept(block: Any, given: Any, graph: bool) -> Any:
    if graph:
        return block
    if isinstance(given, Tensor):
        return Tensor(block)
    return Value(block, requires_grad=False) if isinstance(given, Value) else block


def _turned(block: Any, axes: int, graph: bool) -> Any:
    """A block of numerator layout, whose first axes are the result's, in denominator layout."""
    if not getattr(block, "ndim", 0):
        return block
    order = (*range(axes, block.ndim), *range(axes))
    return OPERATIONS["transpose"](block, order) if graph else block.transpose(order)


def _arranged(blocks: list[list[Any]], out: Rebuild, into: Rebuild, layout: str) -> Any:
    """The blocks in the structure of the result and of the argument, in this order or the other."""
    if layout == "numerator":
        return out(iter([into(iter(row)) for row in blocks]))
    return into(iter([out(iter(column)) for column in zip(*blocks, strict=True)]))
