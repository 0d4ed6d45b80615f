"""Cases of the losses that are one node."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd

from .harness import Case, numbers

_answers = (numbers(3, 2, seed=5) > 0).astype(float)
_shares = numbers(3, 2, seed=6, low=0.05, high=0.95)
_weights = numbers(2, seed=7, low=0.5, high=3.0)


def _torch() -> Any:
    import torch

    return torch.nn.functional


def _mse(reduction: str, factor: float) -> Case:
    """Scalings that PyTorch has not, as a factor of its sum."""
    return Case(
        f"mse_loss {reduction}",
        lambda a, b: autograd.mse_loss(a, b, reduction=reduction),
        lambda a, b: _torch().mse_loss(a, b, reduction="sum") * factor,
        (numbers(3, 2), numbers(3, 2, seed=1)),
    )


_signs = np.sign(numbers(6, 1, seed=5))

CASES = (
    Case(
        "sum_of_squares",
        autograd.sum_of_squares,
        lambda a, b: (a * a).sum() + (b * b).sum(),
        (numbers(2, 3), numbers(4)),
    ),
    Case(
        "hinge_loss",
        lambda s: autograd.hinge_loss(s, _signs),
        lambda s: (1 - s.new_tensor(_signs) * s).relu().mean(),
        (numbers(6, 1),),
    ),
    Case(
        "hinge_loss both",
        autograd.hinge_loss,
        lambda s, t: (1 - t * s).relu().mean(),
        (numbers(2, 3), numbers(2, 3, seed=1)),
    ),
    Case("mse_loss", autograd.mse_loss, lambda a, b: _torch().mse_loss(a, b), (numbers(3, 2), numbers(3, 2, seed=1))),
    Case(
        "mse_loss of each",
        lambda a: autograd.mse_loss(a, _shares, reduction="none"),
        lambda a: _torch().mse_loss(a, a.new_tensor(_shares), reduction="none"),
        (numbers(3, 2),),
    ),
    *(
        _mse(reduction, factor)
        for reduction, factor in {
            "sum": 1,
            "batchmean": 1 / 3,
            "half_sum": 1 / 2,
            "half_mean": 1 / 12,
            "half_batchmean": 1 / 6,
        }.items()
    ),
    Case(
        "binary_cross_entropy",
        autograd.binary_cross_entropy,
        lambda p, t: _torch().binary_cross_entropy(p, t),
        (_shares, numbers(3, 2, seed=8, low=0.05, high=0.95)),
    ),
    Case(
        "binary_cross_entropy of labels",
        lambda p: autograd.binary_cross_entropy(p, _answers, reduction="sum"),
        lambda p: _torch().binary_cross_entropy(p, p.new_tensor(_answers), reduction="sum"),
        (_shares,),
    ),
    Case(
        "binary_cross_entropy weighted",
        lambda p: autograd.binary_cross_entropy(p, _answers, weight=_weights, reduction="none"),
        lambda p: _torch().binary_cross_entropy(p, p.new_tensor(_answers), p.new_tensor(_weights), reduction="none"),
        (_shares,),
    ),
    Case(
        "binary_cross_entropy_with_logits",
        autograd.binary_cross_entropy_with_logits,
        lambda z, t: _torch().binary_cross_entropy_with_logits(z, t),
        (numbers(3, 2), _shares),
    ),
    Case(
        "binary_cross_entropy_with_logits weighted",
        lambda z: autograd.binary_cross_entropy_with_logits(z, _answers, _weights, 3 * _weights),
        lambda z: _torch().binary_cross_entropy_with_logits(
            z, z.new_tensor(_answers), z.new_tensor(_weights), pos_weight=z.new_tensor(3 * _weights)
        ),
        (numbers(3, 2, low=-30, high=30),),
    ),
    Case(
        "binary_cross_entropy_with_logits of each",
        lambda z: autograd.binary_cross_entropy_with_logits(z, _answers, reduction="none"),
        lambda z: _torch().binary_cross_entropy_with_logits(z, z.new_tensor(_answers), reduction="none"),
        (numbers(3, 2),),
    ),
)
