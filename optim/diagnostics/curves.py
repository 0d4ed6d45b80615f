"""What a curve of losses says of the learning rate, and whether it has stopped falling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from .arrays import as_floats

__all__ = ["LearningRateDiagnosis", "Plateau", "diagnose_learning_rate", "plateau"]

Verdict = Literal["too high", "too low", "good", "flat"]


@dataclass(frozen=True)
class LearningRateDiagnosis:
    """What a curve says of the learning rate.

    Attributes:
        verdict: "too high", "too low", "good", or "flat", which can be either.
        at: The step where it shows: where the loss began to rise for good or became nan; else None.
        message: What was seen and what helps, in a sentence.
    """

    verdict: Verdict
    at: int | None
    message: str


@dataclass(frozen=True)
class Plateau:
    """Whether a curve has stopped falling; true where it has.

    Attributes:
        found: Whether the last `window` steps brought no improvement worth the name.
        since: The step of the last improvement, where it has.
        improvement: How much the best loss of the last steps is below the best before them.
        message: What was found and what helps, in a sentence.
    """

    found: bool
    since: int | None
    improvement: float
    message: str

    def __bool__(self) -> bool:
        return self.found


def diagnose_learning_rate(losses: Sequence[float], gradients: Sequence[Any] | None = None) -> LearningRateDiagnosis:
    """Whether a learning rate was too high or too low, by the losses it led to.

    A loss that grows, or becomes nan, is that of a rate too high; one that falls almost in a straight line that of a
    rate too low; one that falls fast and then levels out that of a good one. A loss that stays where it is can come
    from either, or from units that are dead or saturated. Losses alone can not tell a rate far too high for one
    direction, whose steps jump from side to side of the valley and yet get lower, from a low one: gradients can.

    Args:
        losses: The loss after each step or epoch, three or more.
        gradients: The gradient of each step, if known; numbers or arrays.

    Raises:
        OptimizerError: there are fewer than three losses, or not as many gradients.

    >>> diagnose_learning_rate([0.98**k for k in range(40)]).verdict
    'too low'
    >>> diagnose_learning_rate([0.25**k for k in range(40)]).verdict
    'good'
    """
    curve = as_floats(list(losses))
    if curve.ndim != 1 or len(curve) < 3:
        raise OptimizerError(f"diagnose_learning_rate: give three losses or more, one number each, not {curve.shape}")
    bad = np.flatnonzero(~np.isfinite(curve))
    if bad.size:
        at = int(bad[0])
        return LearningRateDiagnosis(
            "too high", at, f"the loss is {curve[at]} from step {at} on; lower the learning rate tenfold, or clip"
        )
    smooth = _smoothed(curve)
    span = float(smooth.max() - smooth.min())
    scale = max(float(np.abs(smooth).max()), 1e-300)
    if smooth[-1] > smooth[0] and span > 1e-3 * scale:
        at = int(np.argmin(smooth))
        return LearningRateDiagnosis(
            "too high", at, f"the loss grows from step {at} on; lower the learning rate three- to tenfold"
        )
    if gradients is not None and _opposed(gradients, len(curve)):
        return LearningRateDiagnosis(
            "too high", None,
            "gradients of successive steps point against each other: the steps jump from side to side of the valley; "
            "halve the learning rate, or add momentum",
        )  # fmt: skip
    if span <= 1e-3 * scale:
        return LearningRateDiagnosis(
            "flat", None,
            "the loss does not change: the learning rate is far too low, or too high so that units died or saturated; "
            "look at dead_relu_fraction and saturation_fraction, and try rates a tenth and ten times as large",
        )  # fmt: skip
    rises = float(np.maximum(np.diff(smooth), 0).sum())
    if rises > 0.8 * float(np.maximum(-np.diff(smooth), 0).sum()):
        return LearningRateDiagnosis(
            "too high", None, "the loss jumps up and down and gets nowhere; lower the learning rate three- to tenfold"
        )
    middle = len(smooth) // 2
    early, late = smooth[0] - smooth[middle], smooth[middle] - smooth[-1]
    if late > 0.3 * early:
        return LearningRateDiagnosis(
            "too low", None, "the loss was still falling, slowly; raise the learning rate threefold, or train longer"
        )
    return LearningRateDiagnosis("good", None, "the loss fell fast and then levelled out: the learning rate suits")


def plateau(losses: Sequence[float], window: int = 10, tolerance: float = 1e-3) -> Plateau:
    """Whether the loss has stopped falling: its best over the last steps is hardly below the best before them.

    Args:
        losses: The loss after each step or epoch.
        window: How many of the last ones have to bring nothing.
        tolerance: How small an improvement is nothing, as a share of all the improvement so far (of the loss itself
            where there was none).

    Raises:
        OptimizerError: a setting makes no sense, or there are no losses.

    >>> plateau([3.0, 2.0, 1.0] + [1.0] * 10).since
    2
    """
    if not isinstance(window, (int, np.integer)) or window < 1:
        raise OptimizerError(f"plateau: window is a positive whole number, not {window!r}")
    positive("plateau", "tolerance", tolerance)
    curve = as_floats(list(losses))
    if curve.ndim != 1 or not len(curve):
        raise OptimizerError("plateau: give the losses, one number each")
    curve = np.where(np.isnan(curve), np.inf, curve)
    if len(curve) <= window:
        return Plateau(False, None, 0.0, f"{len(curve)} losses are too few to tell; wait for more than {window}")
    earlier, latest = float(curve[:-window].min()), float(curve[-window:].min())
    if not np.isfinite(earlier):
        return Plateau(False, None, 0.0, "no loss before was finite; see nan_report")
    gained = earlier - latest
    least = tolerance * (float(curve[0]) - earlier if earlier < curve[0] < np.inf else abs(earlier))
    if gained > least:
        return Plateau(False, None, gained, f"the loss fell by {gained:.3g} in the last {window} steps")
    since = int(np.argmin(curve[:-window]))
    text = (
        f"the loss has not improved since step {since}: it has arrived, or it is on a plateau, which momentum or a "
        "larger learning rate crosses faster; if it is noisy, lower the rate"
    )
    return Plateau(True, since, gained, text)


def _smoothed(curve: Array) -> Array:
    """Means over a twentieth of the curve; short curves stay as they are."""
    width = len(curve) // 20
    if width < 2:
        return curve
    sums = np.cumsum(np.concatenate([[0.0], curve / width]))
    means: Array = sums[width:] - sums[:-width]
    return means


def _opposed(gradients: Sequence[Any], count: int) -> bool:
    rows = [as_floats(g).ravel() for g in gradients]
    if len(rows) != count:
        raise OptimizerError(f"diagnose_learning_rate: {count} losses and {len(rows)} gradients; give one per loss")
    products = [float(a @ b) for a, b in pairwise(rows)]
    return sum(p < 0 for p in products) > 0.8 * len(products)
