"""Stationary points: minimum, maximum, saddle, or too flat to tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import numpy as np

from ..errors import OperandError
from ..tensors import Tensor
from ..value import Value
from .gradient import grad
from .jacobians import hessian
from .structures import flatten

__all__ = ["StationaryPoint", "classify_stationary_point"]

StationaryPoint: TypeAlias = Literal["minimum", "maximum", "saddle", "inconclusive", "not stationary"]
"""What a point can be by its first and second derivatives."""


def classify_stationary_point(
    f: Callable[[Any], Any], x: Any, *, atol: float = 1e-8, rtol: float = 1e-9
) -> StationaryPoint:
    """What kind of stationary point x is, by the second-derivative test.

    Args:
        f: Function of one argument returning one number, with continuous second derivatives.
        x: Where: a number, an array, or a structure of them.
        atol: How large the parts of the gradient may be at a stationary point.
        rtol: Eigenvalues of the Hessian below this share of the largest (and below `atol`) count as 0.

    Returns:
        "minimum" if all eigenvalues are above 0, "maximum" if all are below, "saddle" if there are some of both, else
        "inconclusive": then higher derivatives decide, as for x³ and x⁴ at 0. "not stationary" where the gradient is
        not 0.

    Raises:
        OperandError: a derivative there is not finite.

    >>> [classify_stationary_point(f, [0.0, 0.0]) for f in (
    ...     lambda x: x[0] ** 2 + x[1] ** 2, lambda x: x[0] ** 2 - x[1] ** 2, lambda x: x[0] ** 2 + x[1] ** 4)]
    ['minimum', 'saddle', 'inconclusive']
    """
    leaves, rebuild = flatten(x)
    point = rebuild(iter([leaf.data if isinstance(leaf, (Value, Tensor)) else leaf for leaf in leaves]))
    slopes = np.concatenate([np.ravel(part) for part in flatten(grad(f)(point))[0]])
    if not np.isfinite(slopes).all():
        raise OperandError("classify_stationary_point: the gradient there is not finite")
    if np.abs(slopes).max(initial=0.0) > atol:
        return "not stationary"
    sizes = [int(np.size(leaf)) for leaf in flatten(point)[0]]
    blocks = flatten(hessian(f, point))[0]
    rows = [blocks[i * len(sizes) : (i + 1) * len(sizes)] for i in range(len(sizes))]
    matrix = np.block([[np.reshape(b, (m, n)) for b, n in zip(row, sizes, strict=True)]
                       for row, m in zip(rows, sizes, strict=True)])  # fmt: skip
    if not np.isfinite(matrix).all():
        raise OperandError("classify_stationary_point: a second derivative there is not finite")
    eigenvalues = np.linalg.eigvalsh(matrix)
    flat = max(atol, rtol * float(np.abs(eigenvalues).max(initial=0.0)))
    above, below = bool((eigenvalues > flat).any()), bool((eigenvalues < -flat).any())
    if above and below:
        return "saddle"
    if (np.abs(eigenvalues) <= flat).any() or not eigenvalues.size:
        return "inconclusive"
    return "minimum" if above else "maximum"
