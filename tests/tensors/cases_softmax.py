"""Cases of softmax, its logarithm, and the cross-entropy built on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd

from .harness import Array, Case, numbers

_INF = np.inf


def _softmaxes(name: str) -> tuple[Case, ...]:
    def case(title: str, x: Array, axis: int = -1, smooth: bool = True) -> Case:
        return Case(
            f"{name} {title}",
            lambda t: getattr(autograd, name)(t, axis),
            lambda t: getattr(t, name)(axis),
            (x,),
            smooth,
        )

    return (
        case("of a vector", numbers(4)),
        case("of rows", numbers(2, 3)),
        case("of columns", numbers(3, 2), 0),
        case("of a middle axis", numbers(2, 3, 2), 1),
        case("of one", numbers(3, 1)),
        case("of large", np.array([[1000.0, 5.0, 4.0], [-1000.0, -1001.0, -1002.0]]), smooth=False),
        case("of one -inf", np.array([[-_INF, 1.0, 2.0], [1.0, 2.0, 3.0]]), smooth=False),
        case("of -inf", np.array([[-_INF, -_INF], [1.0, 2.0]]), smooth=False),
        case("of inf", np.array([_INF, 1.0]), smooth=False),
        case("of nan", np.array([[np.nan, 1.0], [1.0, 2.0]]), smooth=False),
        case("of no rows", numbers(0, 3)),
        case("of ties", np.ones((2, 3))),
    )


def _labelled(title: str, logits: Array, labels: Any, reduction: str = "mean", smooth: bool = True) -> Case:
    def theirs(t: Any) -> Any:
        import torch

        return torch.nn.functional.cross_entropy(t, torch.tensor(labels), reduction=reduction)

    ours: Callable[[Any], Any] = lambda t: autograd.cross_entropy(t, np.asarray(labels), reduction)  # noqa: E731
    return Case(f"cross_entropy {title}", ours, theirs, (logits,), smooth)


def _weighed(title: str, logits: Array, target: Array, reduction: str = "mean") -> Case:
    def theirs(t: Any, p: Any) -> Any:
        import torch

        return torch.nn.functional.cross_entropy(t, p, reduction=reduction)

    return Case(
        f"cross_entropy {title}",
        lambda t, p: autograd.cross_entropy(t, p, reduction=reduction),
        theirs,
        (logits, target),
    )


_PROBABILITIES = np.array([[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.1, 0.1, 0.4]])

CASES = (
    *_softmaxes("softmax"),
    *_softmaxes("log_softmax"),
    Case("softmax dim", lambda t: t.softmax(dim=0), lambda t: t.softmax(dim=0), (numbers(2, 3),)),
    _labelled("mean", numbers(4, 3), [0, 2, 1, 2]),
    _labelled("sum", numbers(4, 3), [0, 2, 1, 2], "sum"),
    _labelled("none", numbers(4, 3), [0, 2, 1, 2], "none"),
    _labelled("of one row", numbers(3), 1),
    _labelled("of one row, none", numbers(3), 2, "none"),
    _labelled("of one class", numbers(3, 1), [0, 0, 0]),
    _labelled("of images", numbers(2, 3, 2), [[0, 2], [1, 1]]),
    _labelled("of images, none", numbers(2, 3, 2, 2), [[[0, 2], [1, 1]], [[2, 2], [0, 1]]], "none"),
    _labelled("of large logits", np.array([[1000.0, 5.0, 4.0], [1000.0, 5.0, 4.0]]), [0, 2], smooth=False),
    _labelled("of -inf logits", np.array([[-_INF, 1.0, 2.0], [0.0, -_INF, 1.0]]), [1, 0], smooth=False),
    _labelled("of an impossible label", np.array([[-_INF, 1.0, 2.0]]), [0], smooth=False),
    _labelled("of no rows", numbers(0, 3), np.zeros(0, int), smooth=False),
    _labelled("of no rows, sum", numbers(0, 3), np.zeros(0, int), "sum"),
    _labelled("of no rows, none", numbers(0, 3), np.zeros(0, int), "none"),
    _weighed("of probabilities", numbers(3, 3), _PROBABILITIES),
    _weighed("of probabilities, sum", numbers(3, 3), _PROBABILITIES, "sum"),
    _weighed("of probabilities, none", numbers(3, 3), _PROBABILITIES, "none"),
    _weighed("of probabilities of one row", numbers(3), _PROBABILITIES[0]),
    _weighed("of probabilities of images", numbers(2, 3, 2), numbers(2, 3, 2, low=0.1, high=0.9, seed=1)),
)
