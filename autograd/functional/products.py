"""Products of a Jacobian with a vector, from the left (vjp, reverse mode) and from the right (jvp, forward mode)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import OperandError
from ..tensors import Tensor
from .paths import is_node
from .recorded import fitted, record_call
from .structures import flatten

__all__ = ["jvp", "vjp"]


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., tuple[Any, ...]]]:
    """f's result, and a function that pulls gradients of the result back to the arguments: reverse mode.

    Args:
        f: Function of the primals, returning a number, an array, or lists, tuples and dictionaries of them.
        primals: Where: numbers, arrays, Values, Tensors, or structures of them. Arrays are copied, so the pullback
            keeps to the numbers of the call.

    Returns:
        (f(*primals), pullback). `pullback(upstream)` takes a structure like the result, each part of the shape of the
        result's, and returns a tuple with uᵀJ for each primal, built and shaped like it. It may be called any number
        of times, and costs one backward pass; without an argument, the upstream gradient of a single number is 1.

    Raises:
        OperandError: a primal cannot be differentiated by, or upstream is built differently from the result.
        ShapeError: part of upstream has another shape than the result's.

    One pass gives the derivative of one combination of the outputs by all inputs; `jvp` that of all outputs in one
    direction. (`jax.vjp`, `torch.func.vjp`.)

    >>> import numpy as np
    >>> out, pullback = vjp(lambda a, b: a * b, np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    >>> out
    array([3., 8.])
    >>> pullback(np.array([1.0, 10.0]))
    (array([ 3., 40.]), array([ 1., 20.]))
    """
    call = record_call("vjp", f, primals, range(len(primals)), copy=True)
    paths = call.paths()
    pattern = call.rebuild(iter(call.outputs))
    builds = [flatten(primal)[1] for primal in primals]

    def pullback(upstream: Any = None) -> tuple[Any, ...]:
        if upstream is None:
            if not is_node(pattern) or getattr(pattern, "size", 1) != 1:
                raise OperandError("vjp: the result is not a single number: give the pullback an upstream gradient")
            upstream = np.ones_like(pattern._data) if isinstance(pattern, Tensor) else 1.0
        seeds = call.seeds(pattern, upstream)
        graph = call.needs_graph(*seeds)
        leaves = iter(call.as_given(paths.pull(fitted(seeds, call.outputs, graph), graph=graph), graph))
        return tuple(build(leaves) for build in builds)

    return call.rebuild(iter(call.plain(call.outputs, call.nested))), pullback


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """f's result, and the rate at which it changes when the arguments move along the tangents: forward mode.

    Args:
        f: As for `vjp`.
        primals: Where: one per argument of f.
        tangents: The direction and speed of each primal, built and shaped like it; None for one that stays.

    Returns:
        (f(*primals), J·tangents), the second built and shaped like the first.

    Raises:
        OperandError, ShapeError: tangents do not fit the primals, or a primal cannot be differentiated by.

    f is recorded once, then tangents are pushed through the graph in the order of evaluation: an element-wise gate
    adds up local derivative × tangent, an operation linear in each operand is applied to the tangent.

    What it costs: a push takes about as long as one more evaluation of f, whatever the number of outputs, where
    reverse mode takes one or two, whatever the number of inputs. A full Jacobian of m outputs by n inputs takes n
    pushes or m pulls: forward mode is for m larger than n. Forward mode on dual numbers needs no graph and no more
    memory than f itself; this one records the graph first, as reverse mode does, and so uses as much memory as that.
    Derivatives in both modes nest in each other. Source: Wengert, 1964; Griewank and Walther, 2008, chapter 3; Baydin,
    Pearlmutter, Radul and Siskind, 2018.

    >>> import numpy as np
    >>> jvp(lambda x: x * x, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    (array([1., 4.]), array([ 2., 40.]))
    >>> jvp(lambda x, y: x * y, (3.0, 4.0), (1.0, 0.0))
    (12.0, 4.0)
    """
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (list, tuple)):
            raise OperandError(f"jvp: {name} is a tuple, with one part for each argument of the function: ({name},)")
    if len(primals) != len(tangents):
        raise OperandError(f"jvp: {len(primals)} primals need as many tangents, not {len(tangents)}")
    call = record_call("jvp", f, primals, range(len(primals)))
    directions = call.directions(list(primals), _whole(primals, tangents))
    graph = call.needs_graph(*directions)
    moved = call.paths().push(fitted(directions, call.inputs, graph), graph=graph)
    return (
        call.rebuild(iter(call.plain(call.outputs, graph))),
        call.rebuild(iter(call.plain(moved, graph))),
    )


def _whole(primals: Sequence[Any], tangents: Sequence[Any]) -> list[Any]:
    """The tangents, with a structure of Nones for each that is None."""
    whole = []
    for primal, tangent in zip(primals, tangents, strict=True):
        if tangent is None:
            leaves, rebuild = flatten(primal)
            tangent = rebuild(iter([None] * len(leaves)))
        whole.append(tangent)
    return whole
