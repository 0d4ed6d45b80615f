"""Cases of the losses that are one node."""

from __future__ import annotations

import numpy as np

import autograd

from .harness import Case, numbers

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
)
