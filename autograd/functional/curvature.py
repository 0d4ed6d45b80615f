"""Curvature along a direction: the Hessian times a vector, and what it does to a step of gradient descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..modes import no_grad
from ..operand import as_number
from ..tensors import Tensor
from ..value import Value
from .gradient import single, value_and_grad
from .jacobians import slopes_of
from .paths import Paths
from .recorded import fitted, record_call
from .structures import flatten

__all__ = ["StepForecast", "hvp", "predicted_vs_actual"]


def hvp(f: Callable[[Any], Any], x: Any, v: Any) -> Any:
    """The Hessian of f at x times a vector, without the Hessian: forward over reverse.

    Args:
        f: Function of one argument returning one number: a Value, or a Tensor of one element.
        x: Where: a number, an array, a Value, a Tensor, or a structure of them.
        v: The vector, built and shaped like x; held constant.

    Returns:
        H·v, built and shaped like x.

    Raises:
        OperandError, ShapeError: f does not return one number, or v does not fit x.

    The gradient is recorded as a graph, and v pushed through it: the time of a few evaluations of f and the memory of
    that graph, whatever the size of H, of which no row is ever formed. Source: Pearlmutter, 1994. (`torch.func.jvp` of
    `torch.func.grad`; `torch.autograd.functional.hvp`.)

    >>> hvp(lambda x: x[0] ** 2 * x[1], [1.0, 2.0], [1.0, 10.0])
    [24.0, 2.0]
    >>> hvp(lambda x: (x ** 3).sum(), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([ 6., 12.])
    """
    call = record_call("hvp", f, (x,), (0,))
    single(call)
    directions = call.directions(x, v)
    graph = call.needs_graph(*directions)
    moved = Paths(slopes_of(call), call.inputs).push(fitted(directions, call.inputs, graph), graph=graph)
    return flatten(x)[1](iter(call.as_given(moved, graph)))


class StepForecast(NamedTuple):
    """What a step against the gradient does to a function, as foreseen and as it turns out.

    Attributes:
        predicted: The change that the gradient alone predicts, -lr·‖∇f‖².
        curvature: What curvature adds to second order, ½·lr²·∇fᵀH∇f: above 0 it spoils part of the decrease.
        actual: The change itself, f(x - lr·∇f) - f(x).
    """

    predicted: float
    curvature: float
    actual: float


def predicted_vs_actual(f: Callable[[Any], Any], x: Any, lr: float) -> StepForecast:
    """How far a step of gradient descent gets, beside what the gradient promised.

    Args:
        f: Function of one argument returning one number.
        x: Where the step starts: a number, an array, or a structure of them.
        lr: The length of the step in units of the gradient.

    Returns:
        A `StepForecast` of floats; predicted + curvature is exact for a quadratic function.

    Source: Goodfellow, Bengio and Courville, 2016, section 4.3.1.

    >>> [round(change, 9) for change in predicted_vs_actual(lambda x: 0.5 * x * x, 1.0, lr=0.1)]
    [-0.1, 0.005, -0.095]
    """
    leaves, rebuild = flatten(x)
    numbers = [leaf.data if isinstance(leaf, (Value, Tensor)) else leaf for leaf in leaves]
    point = rebuild(iter(numbers))
    before, slope = value_and_grad(f)(point)
    slopes = flatten(slope)[0]
    bent = flatten(hvp(f, point, slope))[0]
    moved = [
        Tensor(np.asarray(n - lr * g)) if isinstance(n, np.ndarray) else Value(n - lr * g)
        for n, g in zip(numbers, slopes, strict=True)
    ]
    with no_grad():
        after = f(rebuild(iter(moved)))
    squared = sum(float(np.sum(np.square(g))) for g in slopes)
    curved = sum(float(np.sum(np.multiply(g, h))) for g, h in zip(slopes, bent, strict=True))
    return StepForecast(-lr * squared, 0.5 * lr * lr * curved, as_number(after) - as_number(before))
