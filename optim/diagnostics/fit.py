"""Whether a model has learned too little or too much, by its errors on what it has seen and on what it has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from .arrays import as_floats

__all__ = ["FitDiagnosis", "diagnose_fit"]


@dataclass(frozen=True)
class FitDiagnosis:
    """How a model fits.

    Attributes:
        verdict: "underfitting", "overfitting" or "good".
        train: The last error on the training data.
        validation: The last error on other data.
        at: The epoch from which on the validation error was never as low again, where it has risen since; else None.
        message: What was found and what helps, in a sentence.
    """

    verdict: Literal["underfitting", "overfitting", "good"]
    train: float
    validation: float
    at: int | None
    message: str


def diagnose_fit(train: Any, validation: Any, acceptable: float) -> FitDiagnosis:
    """Whether a model underfits (both errors are high) or overfits (low where it was trained, high elsewhere).

    Args:
        train: The error on the training data, or that of every epoch.
        validation: The error on data kept back, or that of every epoch.
        acceptable: What counts as low: the error of a person or of the noise in the targets, or the share of a simple
            model's error that would be good enough.

    Raises:
        OptimizerError: there is no error, or `acceptable` is not positive.

    >>> diagnose_fit(0.9, 1.0, acceptable=0.2).verdict, diagnose_fit(0.01, 0.8, acceptable=0.2).verdict
    ('underfitting', 'overfitting')
    """
    positive("diagnose_fit", "acceptable", acceptable)
    seen, unseen = _curve("train", train), _curve("validation", validation)
    first, second = float(seen[-1]), float(unseen[-1])
    best = int(np.nanargmin(unseen)) if not np.isnan(unseen).all() else len(unseen) - 1
    at = best if best < len(unseen) - 1 and not second <= unseen[best] else None
    errors = f"an error of {first:.3g} on the training data and of {second:.3g} on other data"
    if not first <= acceptable:
        return FitDiagnosis(
            "underfitting", first, second, at,
            f"{errors}, both above {acceptable:.3g}: the model underfits; make it larger, train it longer, or "
            "regularise it less",
        )  # fmt: skip
    if not second <= acceptable:
        early = "" if at is None else f" (stop at epoch {at}, where the validation error was lowest)"
        return FitDiagnosis(
            "overfitting", first, second, at,
            f"{errors}, which is above {acceptable:.3g}: the model overfits; get more data, regularise, make it "
            f"smaller, or stop earlier{early}",
        )  # fmt: skip
    return FitDiagnosis("good", first, second, at, f"{errors}: the model fits")


def _curve(what: str, given: Any) -> Array:
    curve = as_floats(given).reshape(-1)
    if not curve.size:
        raise OptimizerError(f"diagnose_fit: give the {what} error, or one per epoch")
    return curve
