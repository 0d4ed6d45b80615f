"""Cases of reductions: products, running sums and products, variance, deviation, norms, log Σ eˣ."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

import autograd

from .harness import Array, Case, numbers

_ZERO = np.array([[2.0, 0.0, -3.0], [0.0, 0.0, 1.5]])


def _title(name: str, options: dict[str, Any], about: str, x: Array) -> str:
    given = "".join(f" {k}={v}" for k, v in options.items())
    return f"{name}{given}{about} of {x.shape}"


def _norm(p: float, x: Array, name: str = "", smooth: bool = True, **options: Any) -> Case:
    def theirs(t: Any) -> Any:
        import torch

        return torch.linalg.vector_norm(t, p, **options)

    title = _title(f"norm p={p:g}", options, name, x)
    return Case(title, lambda t: autograd.norm(t, p, **options), theirs, (x,), smooth)


def _cumulative(name: str, x: Array, axis: int, title: str = "") -> Case:
    return Case(
        f"{name} axis {axis} of {x.shape}{title}",
        lambda t: getattr(t, name)(axis),
        lambda t: getattr(t, name)(axis),
        (x,),
    )


def _deviation(name: str, x: Array, about: str = "", smooth: bool = True, **options: Any) -> Case:
    def theirs(t: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch warns where there are too few elements
            return getattr(t, name)(**options)

    return Case(_title(name, options, about, x), lambda t: getattr(t, name)(**options), theirs, (x,), smooth)


CASES = (
    Case("sum of nothing", lambda a: a.sum(0), lambda a: a.sum(0), (numbers(0, 3),)),
    Case("sum of a number", lambda a: a.sum(), lambda a: a.sum(), (numbers(),)),
    Case("sum over no axis", lambda a: a.sum(axis=()), lambda a: a * 1, (numbers(2, 3),)),
    Case("mean over no axis", lambda a: a.mean(axis=()), lambda a: a * 1, (numbers(2, 3),)),
    Case("mean of nothing", lambda a: a.mean(0), lambda a: a.mean(0), (numbers(0, 3),), smooth=False),
    Case("mean axes keepdims", lambda a: a.mean((0, -1), True), lambda a: a.mean((0, -1), True), (numbers(2, 3, 2),)),
    Case("amax keepdims", lambda a: a.amax((0, 1), True), lambda a: a.amax((0, 1), True), (numbers(2, 3, 2),)),
    Case("amin tie", lambda a: a.amin(), lambda a: a.amin(), (np.array([[1.0, 1, 3], [2, 1, 2]]),), smooth=False),
    Case("prod", lambda a: a.prod(), lambda a: a.prod(), (numbers(2, 3),)),
    Case("prod axis", lambda a: a.prod(1), lambda a: a.prod(1), (numbers(2, 3, 2),)),
    Case("prod last axis", lambda a: a.prod(axis=-1), lambda a: a.prod(-1), (numbers(3, 5),)),
    Case("prod keepdim", lambda a: a.prod(dim=0, keepdim=True), lambda a: a.prod(0, keepdim=True), (numbers(2, 3),)),
    Case(
        "prod axes",
        lambda a: a.prod((0, -1)),
        lambda a: a.prod(2).prod(0),
        (numbers(2, 3, 2),),
    ),
    Case(
        "prod axes keepdims",
        lambda a: a.prod((2, 0), keepdims=True),
        lambda a: a.prod(2, keepdim=True).prod(0, keepdim=True),
        (numbers(2, 3, 2),),
    ),
    Case("prod of one zero", lambda a: a.prod(), lambda a: a.prod(), (np.array([2.0, 0.0, -3.0, 0.5]),)),
    Case("prod of zeros", lambda a: a.prod(1), lambda a: a.prod(1), (_ZERO,)),
    Case("prod of all zeros", lambda a: a.prod(), lambda a: a.prod(), (np.zeros(4),)),
    Case("prod of two zeros", lambda a: a.prod(), lambda a: a.prod(), (np.array([0.0, 3.0, 0.0, 2.0, -1.5]),)),
    Case("prod of one", lambda a: a.prod(0), lambda a: a.prod(0), (numbers(1, 2),)),
    Case("prod of nothing", lambda a: a.prod(0), lambda a: a.prod(0), (numbers(0, 2),)),
    Case("prod of a number", lambda a: a.prod(), lambda a: a.prod(), (numbers(),)),
    Case("prod over no axis", lambda a: a.prod(axis=()), lambda a: a * 1, (numbers(2, 3),)),
    _cumulative("cumsum", numbers(4), 0),
    _cumulative("cumsum", numbers(2, 3, 2), 1),
    _cumulative("cumsum", numbers(2, 3), -1),
    _cumulative("cumsum", numbers(0, 3), 0),
    _cumulative("cumsum", numbers(), 0),
    Case("cumsum flattened", lambda a: a.cumsum(), lambda a: a.reshape(-1).cumsum(0), (numbers(2, 3),)),
    _cumulative("cumprod", numbers(5), 0),
    _cumulative("cumprod", numbers(2, 3, 2), 1),
    _cumulative("cumprod", numbers(3, 4), -1),
    _cumulative("cumprod", numbers(1, 3), 0),
    _cumulative("cumprod", numbers(0, 3), 0),
    _cumulative("cumprod", numbers(), 0),
    _cumulative("cumprod", _ZERO, 1, " with zeros"),
    _cumulative("cumprod", np.array([2.0, 0.0, 3.0, 0.0, 4.0, -1.0]), 0, " with zeros"),
    Case("cumprod flattened", lambda a: a.cumprod(), lambda a: a.reshape(-1).cumprod(0), (numbers(2, 3),)),
    *(
        case
        for name in ("var", "std")
        for case in (
            _deviation(name, numbers(5)),
            _deviation(name, numbers(2, 3), dim=1),
            _deviation(name, numbers(2, 3, 2), dim=(0, -1)),
            _deviation(name, numbers(2, 3), dim=0, keepdim=True),
            _deviation(name, numbers(2, 3), dim=1, correction=0),
            _deviation(name, numbers(2, 3), unbiased=False),
            _deviation(name, numbers(4, 2), dim=0, correction=2, keepdim=True),
            _deviation(name, np.array([[2.0], [3.0]]), " of one element", smooth=False, dim=1),
            _deviation(name, np.full(3, 2.0), " of equals", smooth=False),
            _deviation(name, numbers(0, 2), " of nothing", smooth=False, dim=0),
        )
    ),
    Case("var ddof", lambda a: a.var(axis=1, ddof=0), lambda a: a.var(1, correction=0), (numbers(2, 3),)),
    Case("std as numpy", lambda a: np.std(a, axis=1), lambda a: a.std(1, correction=0), (numbers(2, 3),)),
    Case("var as numpy", lambda a: np.var(a), lambda a: a.var(correction=0), (numbers(2, 3),)),
    *(_norm(p, numbers(5)) for p in (1, 2, 3, 1.5, 0.5, -1, math.inf, -math.inf)),
    *(_norm(p, numbers(2, 3), dim=1) for p in (1, 2, 3, math.inf)),
    *(_norm(p, numbers(2, 3, 2), dim=(0, 2), keepdim=True) for p in (1, 2, 2.5, math.inf)),
    *(_norm(p, np.zeros(3), " at zero", smooth=False) for p in (1, 2, 3, 1.5, 0.5, math.inf, -math.inf)),
    *(_norm(p, np.array([0.0, 1.0, -1.0, 2.0]), " with a zero", smooth=False) for p in (1, 2, 3, 1.5, 0.5)),
    _norm(2, np.array([[0.0, 0.0], [3.0, -4.0]]), " with a zero row", smooth=False, dim=1),
    _norm(math.inf, np.array([1.0, -2.0, 2.0]), " tie", smooth=False),
    _norm(2, numbers(), " of a number"),
    _norm(2, numbers(0), " of nothing"),
    Case("norm as numpy", lambda a: np.linalg.norm(a, axis=0), lambda a: a.norm(dim=0), (numbers(3, 2),)),
    Case("logsumexp", lambda a: a.logsumexp(), lambda a: a.reshape(-1).logsumexp(0), (numbers(2, 3),)),
    Case("logsumexp axis", lambda a: a.logsumexp(1), lambda a: a.logsumexp(1), (numbers(2, 3),)),
    Case("logsumexp axes", lambda a: a.logsumexp((0, -1)), lambda a: a.logsumexp((0, -1)), (numbers(2, 3, 2),)),
    Case("logsumexp keepdim", lambda a: a.logsumexp(dim=0, keepdim=True), lambda a: a.logsumexp(0, True),
         (numbers(2, 3),)),
    Case("logsumexp large", lambda a: a.logsumexp(0), lambda a: a.logsumexp(0), (np.array([1000.0, 999.0, -1000.0]),)),
    Case("logsumexp of one -inf", lambda a: a.logsumexp(0), lambda a: a.logsumexp(0),
         (np.array([-np.inf, 0.0, 1.0]),), smooth=False),
    Case("logsumexp of -inf", lambda a: a.logsumexp(1), lambda a: a.logsumexp(1),
         (np.array([[-np.inf, -np.inf], [0.0, 1.0]]),), smooth=False),
    Case("logsumexp of inf", lambda a: a.logsumexp(0), lambda a: a.logsumexp(0), (np.array([np.inf, 1.0]),),
         smooth=False),
    Case("logsumexp of a number", lambda a: a.logsumexp(), lambda a: a * 1, (numbers(),)),
)  # fmt: skip
