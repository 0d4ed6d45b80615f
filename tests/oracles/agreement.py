"""How close the engine must come to PyTorch, and the few places where the two differ on purpose."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from .points import Point

ROUNDING = 4e-15
"""Relative: a few last digits, because two libraries round exp and its kind differently."""

LAST_SUBNORMAL = 2e-323


@dataclass(frozen=True)
class Difference:
    """Where the engine may differ from PyTorch, by how much and why; `order` 0 is the value, 1 and 2 derivatives."""

    order: int
    where: Callable[[Point], bool]
    by: float
    why: str


_CANCELS = "1 - out*out loses the digits that the two tanh round differently"
_KINK = "at the kink we stay on the side the slope is of, PyTorch does not"
_MASKED = "differentiating torch.where multiplies the side not taken by 0, which makes nan of its infinities"
_ELU_ZERO = "exactly at 0 PyTorch does not multiply by alpha, be it inf or nan"
_ELU_NAN = "PyTorch's elu answers slope 1 for nan"
_PLUS_ONE = "PyTorch's expm1 takes its output + 1 for a slope, which keeps 16 decimals only"
_SMALL_DIFFERENCE = "PyTorch subtracts two numbers about 1/|x| large to get one about 1/x²"
_NO_VALUE = "PyTorch computes the slope from inf / inf; its limit is 0"
_THRESHOLD = "PyTorch's softplus is x itself above 20"

DIFFERENCES: dict[str, tuple[Difference, ...]] = {
    "elu": (
        Difference(0, lambda p: p[0] == 0 and not math.isfinite(p[1]), math.inf, _ELU_ZERO),
        Difference(1, lambda p: math.isnan(p[0]), math.inf, _ELU_NAN),
        Difference(2, lambda p: math.isnan(p[0]), math.inf, _ELU_NAN),
        Difference(2, lambda p: p[0] == 0, math.inf, _KINK),
    ),
    "erf": (Difference(2, lambda p: abs(p[0]) > 1e300, math.inf, "PyTorch computes 0 × inf; the true limit is 0"),),
    "expm1": (
        Difference(1, lambda p: p[0] < -20, 2.3e-16, _PLUS_ONE),
        Difference(2, lambda p: p[0] < -20, 2.3e-16, _PLUS_ONE),
    ),
    "leaky_relu": (
        Difference(2, lambda p: p[0] == 0, math.inf, _KINK),
    ),
    "pow": (
        Difference(2, lambda p: p[0] == 0 and p[1] >= 0, math.inf, _MASKED),
        Difference(2, lambda p: p[1] == 0, math.inf, _MASKED + ", and loses ∂²/∂x∂y = 1/x at y = 0"),
    ),
    "sigmoid": (Difference(2, lambda p: abs(p[0]) < 1e-3, 2.3e-16, "1 - 2*out cancels near 0"),),
    "softplus": (
        Difference(0, lambda p: p[0] > 20, 3e-9, _THRESHOLD),
        Difference(1, lambda p: p[0] > 20, 3e-9, _THRESHOLD),
        Difference(2, lambda p: p[0] > 20, 3e-9, _THRESHOLD),
    ),
    "softsign": (
        Difference(1, lambda p: math.isinf(p[0]), math.inf, _NO_VALUE),
        Difference(2, lambda p: math.isinf(p[0]), math.inf, _NO_VALUE),
        Difference(1, lambda p: abs(p[0]) > 1, 1e-15, _SMALL_DIFFERENCE),
        Difference(2, lambda p: abs(p[0]) > 1, 1e-15, _SMALL_DIFFERENCE),
    ),
    "step": (Difference(0, lambda p: math.isnan(p[0]), math.inf, "as numpy's heaviside, nan stays nan"),),
    "tanh": (
        Difference(1, lambda p: abs(p[0]) > 1, 4.5e-16, _CANCELS),
        Difference(2, lambda p: abs(p[0]) > 1, 9e-16, _CANCELS),
    ),
}  # fmt: skip


def agree(ours: float, theirs: float, slack: float = 0.0) -> bool:
    """Equal, both nan, or apart by no more than rounding and the slack."""
    if ours == theirs or slack == math.inf or (ours != ours and theirs != theirs):
        return True
    return abs(ours - theirs) <= ROUNDING * max(abs(ours), abs(theirs)) + LAST_SUBNORMAL + slack and math.isfinite(ours)


def slack(name: str, order: int, point: Point) -> float:
    """By how much a gate may differ from PyTorch here."""
    return max((d.by for d in DIFFERENCES.get(name, ()) if d.order == order and d.where(point)), default=0.0)
