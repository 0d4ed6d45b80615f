"""Cases of the normalisations that are one node."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd

from .harness import Array, Case, numbers


def _functional() -> Any:
    import torch

    return torch.nn.functional


def _batch(title: str, *inputs: Array, eps: float = 1e-5) -> Case:
    return Case(
        f"batch_norm {title}",
        lambda x, *wb: autograd.batch_norm(x, *wb, eps=eps),
        lambda x, *wb: (
            _functional().batch_norm(x, None, None, *(wb if len(wb) == 2 else (*wb, None)), training=True, eps=eps)
            if wb
            else _functional().batch_norm(x, None, None, training=True, eps=eps)
        ),
        inputs,
    )


def _layer(title: str, shape: tuple[int, ...], *inputs: Array) -> Case:
    return Case(
        f"layer_norm {title}",
        lambda x, *wb: autograd.layer_norm(x, shape, *wb),
        lambda x, *wb: _functional().layer_norm(x, shape, *wb),
        inputs,
    )


def _group(title: str, groups: int, *inputs: Array) -> Case:
    return Case(
        f"group_norm {title}",
        lambda x, *wb: autograd.group_norm(x, groups, *wb),
        lambda x, *wb: _functional().group_norm(x, groups, *wb),
        inputs,
    )


_W, _B = numbers(3, seed=1), numbers(3, seed=2)

CASES = (
    _batch("of rows", numbers(5, 3), _W, _B),
    _batch("of images", numbers(2, 3, 2, 2), _W, _B),
    _batch("of sequences", numbers(2, 3, 4), _W, _B, eps=0.1),
    _batch("of one channel", numbers(4, 1), numbers(1), numbers(1, seed=1)),
    _batch("without weights", numbers(5, 3)),
    _batch("with weights only", numbers(5, 3), _W),
    _layer("of rows", (3,), numbers(5, 3), _W, _B),
    _layer("of a vector", (3,), numbers(3), _W, _B),
    _layer("of two axes", (2, 3), numbers(4, 2, 3), numbers(2, 3, seed=1), numbers(2, 3, seed=2)),
    _layer("of stacks", (3,), numbers(2, 2, 3), _W),
    _layer("without weights", (4,), numbers(2, 4)),
    _layer("of no rows", (3,), np.zeros((0, 3)), _W, _B),
    _group("of rows", 2, numbers(3, 4), numbers(4, seed=1), numbers(4, seed=2)),
    _group("of images", 2, numbers(2, 4, 2, 2), numbers(4, seed=1), numbers(4, seed=2)),
    _group("one group", 1, numbers(2, 3, 2), _W, _B),
    _group("without weights", 2, numbers(2, 6)),
)
