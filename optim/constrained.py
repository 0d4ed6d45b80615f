"""Parameters kept within bounds: projections, soft thresholds, and penalties that find their own strength."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from autograd import Tensor, Value, increment_version

from .blocks import Array
from .checks import positive
from .errors import OptimizerError
from .minimizing import Minimum, minimize

__all__ = [
    "DualAscent", "dual_ascent", "lagrangian", "project_l2_ball_", "project_max_norm_", "proximal_l1_",
]  # fmt: skip


def _listed(parameters: Any) -> list[Any]:
    given = [parameters] if isinstance(parameters, (Value, Tensor)) else list(parameters)
    for p in given:
        if not isinstance(p, (Value, Tensor)) or p.op is not None:
            raise OptimizerError(f"projections change leaf Values and Tensors, not {p!r:.60}")
    return given


def _put(p: Any, numbers: Array) -> None:
    if isinstance(p, Value):
        p.data = float(numbers)
    else:
        p.data[...] = numbers
        increment_version([p])


def _norm(arrays: list[Array]) -> float:
    largest = max((float(np.abs(a).max(initial=0.0)) for a in arrays), default=0.0)
    return largest * float(np.sqrt(sum(np.square(a / largest).sum() for a in arrays))) if largest else 0.0


def project_l2_ball_(parameters: Any, radius: float) -> float:
    """Bring parameters back into the ball of that radius, all together as one vector: w ← w · min(1, radius/‖w‖).

    Used after each step, this is projected gradient descent, a norm constraint without a penalty. Points inside stay
    bitwise as they are.

    Args:
        parameters: Leaf Values and Tensors, or one of them; changed in place.
        radius: The longest the vector may be, above 0.

    Returns:
        The norm before.

    Raises:
        OptimizerError: the radius or a parameter makes no sense.

    >>> w = Tensor([3.0, 4.0], requires_grad=True)
    >>> project_l2_ball_(w, 1.0), w.data.round(12).tolist()
    (5.0, [0.6, 0.8])
    """
    positive("project_l2_ball_", "radius", radius)
    listed = _listed(parameters)
    norm = _norm([np.asarray(p.data, dtype=float) for p in listed])
    # A second projection finds the norm a rounding above the radius, and must leave everything as it is.
    if norm > radius * (1 + 4e-16):
        for p in listed:
            _put(p, p.data * (radius / norm))
    return norm


def project_max_norm_(weight: Tensor, radius: float, axis: int | tuple[int, ...] | None = None) -> int:
    """Bring the incoming weights of each unit back into the ball of that radius, one unit at a time.

    Source: Srebro and Shraibman, 2005; Hinton and others, 2012.

    Args:
        weight: A leaf Tensor; changed in place.
        radius: The longest a unit's weights may be, above 0.
        axis: Along which a unit's weights lie: all but the first by default, as in `nn.Linear`, shape (units, inputs);
            0 for weights of shape (inputs, units), whose columns belong to the units.

    Returns:
        How many units were changed.

    Raises:
        OptimizerError: the radius or the parameter makes no sense.

    >>> w = Tensor([[3.0, 4.0], [0.3, 0.4]], requires_grad=True)
    >>> project_max_norm_(w, 1.0), w.data.round(12).tolist()
    (1, [[0.6, 0.8], [0.3, 0.4]])
    """
    positive("project_max_norm_", "radius", radius)
    (parameter,) = _listed(weight)
    data = np.asarray(parameter.data)
    if data.ndim < 2:
        raise OptimizerError(f"project_max_norm_: weights are a matrix with a row per unit, not of shape {data.shape}")
    along = tuple(range(1, data.ndim)) if axis is None else axis
    norms = np.sqrt(np.square(data.astype(float)).sum(axis=along, keepdims=True))
    long = norms > radius * (1 + 4e-16)
    if long.any():
        _put(parameter, np.where(long, data * (radius / np.where(long, norms, 1.0)), data))
    return int(long.sum())


def proximal_l1_(parameters: Any, threshold: float) -> None:
    """Move every number towards 0 by the threshold, and to 0 where it is no further away: the step of an L1 penalty.

    After a gradient step of rate lr on the rest of the loss, with threshold = lr · strength, this is ISTA (Daubechies,
    Defrise and De Mol, 2004); unlike the gradient of ‖w‖₁ it gives exact zeros.

    Args:
        parameters: Leaf Values and Tensors, or one of them; changed in place.
        threshold: How far, from 0 on.

    >>> w = Tensor([3.0, -0.5, -2.0], requires_grad=True)
    >>> proximal_l1_(w, 1.0)
    >>> w.tolist()
    [2.0, 0.0, -1.0]
    """
    positive("proximal_l1_", "threshold", threshold, zero=True)
    for p in _listed(parameters):
        data = np.asarray(p.data)
        _put(p, np.copysign(np.maximum(np.abs(data) - threshold, 0), data) + 0.0)


def lagrangian(
    loss: Callable[[Any], Any], constraint: Callable[[Any], Any], bound: float
) -> Callable[[Any, float], Any]:
    """The function (x, α) ↦ loss(x) + α · (constraint(x) − bound).

    Its least value over x, maximised over α ≥ 0, is the least loss where constraint(x) ≤ bound (for convex functions).

    >>> penalised = lagrangian(lambda w: (w - 3) ** 2, lambda w: w * w, 1.0)
    >>> penalised(2.0, 0.5)
    2.5
    """
    return lambda x, alpha: loss(x) + alpha * (constraint(x) - bound)


@dataclass(frozen=True)
class DualAscent:
    """What `dual_ascent` found.

    Attributes:
        x: The point, built like the start.
        alpha: The strength of the penalty that leads there; 0 where the constraint does not bind.
        value: The loss there.
        violation: constraint(x) − bound; above 0 only by the tolerance.
        rounds: How often α was changed.
    """

    x: Any
    alpha: float
    value: float
    violation: float
    rounds: int


def dual_ascent(
    loss: Callable[[Any], Any], constraint: Callable[[Any], Any], bound: float, x0: Any, *, rate: float = 1.0,
    max_rounds: int = 200, tol: float = 1e-7, inner: Callable[[Callable[[Any], Any], Any], Minimum] | None = None,
) -> DualAscent:  # fmt: skip
    """Minimise a loss where constraint(x) ≤ bound: minimise the Lagrangian over x, go up by its slope over α, repeat.

    The slope over α is constraint(x) − bound: while the constraint is violated the penalty grows, else it falls, to 0
    where the constraint does not bind (α·(constraint − bound) = 0: Karush, 1939; Kuhn and Tucker, 1951).

    Args:
        loss, constraint: Functions of one argument returning one number; convex, for the answer to be the least.
        bound: What the constraint may not exceed.
        x0: Where to start.
        rate: The first step size of α; it doubles until the constraint holds, and from then on α is found between the
            last two.
        max_rounds: The most changes of α.
        tol: How far off the constraint may be, and α·(constraint − bound).
        inner: Minimises a function from a start; by default `minimize(f, x, gtol=1e-8)`.

    Raises:
        OptimizerError: it does not settle within `max_rounds`.

    >>> found = dual_ascent(lambda w: (w - 3) ** 2, lambda w: w * w, 1.0, 0.0)
    >>> round(found.x, 6), round(found.alpha, 6)
    (1.0, 2.0)
    """
    positive("dual_ascent", "rate", rate)
    positive("dual_ascent", "tol", tol)
    solve = inner or (lambda f, x: minimize(f, x, gtol=1e-8))
    whole = lagrangian(loss, constraint, bound)
    x, alpha = x0, 0.0
    low, high = (0.0, np.inf), (np.inf, -np.inf)  # strengths that are too weak and too strong, with their slopes
    for rounds in range(max_rounds):
        x = solve(partial(_at_strength, whole, alpha), x).x
        violation = _number(constraint, x) - bound
        if violation <= tol and alpha * abs(violation) <= tol * max(alpha, 1.0):
            return DualAscent(x, alpha, _number(loss, x), violation, rounds)
        if violation > 0:
            low = (alpha, violation)
        else:
            high = (alpha, violation)
        if high[0] == np.inf:
            alpha, rate = alpha + rate * violation, 2 * rate
            continue
        # The slope falls as the strength grows, so it is 0 in between: where the secant says, or halfway.
        guess = low[0] + (high[0] - low[0]) * low[1] / (low[1] - high[1])
        alpha = float(guess if rounds % 3 else (low[0] + high[0]) / 2)
    raise OptimizerError(f"dual_ascent: the penalty has not settled in {max_rounds} rounds; loosen tol")


def _at_strength(whole: Callable[[Any, float], Any], alpha: float, x: Any) -> Any:
    return whole(x, alpha)


def _number(f: Callable[[Any], Any], x: Any) -> float:
    return float(f(Tensor(x) if isinstance(x, np.ndarray) else x))
