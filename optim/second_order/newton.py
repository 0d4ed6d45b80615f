"""Newton's method, whole, damped and along the axes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from ..optimizer import Optimizer
from .flat import Slope, get_vector, set_vector, slope_of
from .hutchinson import signs

__all__ = ["DiagonalNewton", "Newton", "hessian_memory"]


def hessian_memory(parameters: int) -> int:
    """How many bytes the Hessian of that many parameters takes: n² numbers of 8 bytes.

    >>> hessian_memory(1000), hessian_memory(1_000_000)
    (8000000, 8000000000000)
    """
    return parameters * parameters * 8


class Newton(Optimizer):
    """parameters −= lr · (H + damping·I)⁻¹ g: to the stationary point of the quadratic that fits best here.

    That is a minimum only where H is positive definite; at others it climbs to saddles and maxima, unless the damping
    is above the largest negative curvature. H has n² numbers and takes n³ time to solve: for few parameters.

    Args:
        parameters: The leaves to change, or groups of them; all groups share one Hessian.
        lr: Which share of the step is taken; 1 solves a quadratic at once.
        damping: Added to every curvature.
        max_memory: The most bytes the Hessian may take.
        maximize: Go up instead of down.

    Raises:
        OptimizerError: a setting or a parameter is unusable, the Hessian would be too large, or it is singular.

    `step` is given a closure that returns the loss; it takes the derivatives itself, and leaves every `.grad` alone.

    >>> from autograd import Tensor
    >>> x = Tensor([3.0, -2.0], requires_grad=True)
    >>> loss = Newton([x]).step(lambda: (x * x * [1.0, 10.0]).sum() + x.sum())
    >>> x.data.round(12).tolist()
    [-0.5, -0.05]
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1.0, damping: float = 0.0, *, max_memory: int = 2**30,
        maximize: bool = False,
    ) -> None:  # fmt: skip
        positive("Newton", "max_memory", max_memory)
        self.max_memory = max_memory
        super().__init__(parameters, {"lr": lr, "damping": damping}, maximize=maximize)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        positive(self._name, "lr", group["lr"], zero=True)
        positive(self._name, "damping", group["damping"], zero=True)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters once.

        Args:
            closure: Computes and returns the loss; no backward pass is needed.

        Returns:
            The loss before the step.
        """
        slope = slope_of(self._name, self.parameters, closure, curvature=True)
        move = self.direction(slope, -1.0 if self.maximize else 1.0)
        if not np.isfinite(move).all():
            raise OptimizerError(f"{self._name}: the step is not finite; lower lr or give more damping")
        set_vector(self.parameters, get_vector(self.parameters) + self._each("lr") * move)
        return slope.loss

    def direction(self, slope: Slope, sign: float) -> Array:
        """Where to go."""
        n = slope.gradient.size
        if hessian_memory(n) > self.max_memory:
            raise OptimizerError(
                f"Newton: the Hessian of {n} parameters takes {hessian_memory(n):,} bytes; use DiagonalNewton, "
                "AdaHessian or minimize(method='l-bfgs'), or raise max_memory"
            )
        hessian = sign * slope.hessian() + np.diag(self._each("damping"))
        try:
            found: Array = np.linalg.solve(hessian, -sign * slope.gradient)
        except np.linalg.LinAlgError:
            raise OptimizerError("Newton: the Hessian is singular: some direction is flat; give damping") from None
        return found

    def _each(self, setting: str) -> Array:
        """A setting of the groups, for every number."""
        return np.concatenate(
            [np.full(int(np.size(p.data)), g[setting]) for g in self.param_groups for p in g["params"]]
        )


class DiagonalNewton(Newton):
    """parameter −= lr · g / (|h| + damping), h its own second derivative: Newton's method without mixed terms.

    The absolute value keeps it going down where curvature is negative.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Which share of the step is taken.
        damping: Added to every curvature; needed where one may be 0.
        samples: Estimate the diagonal from so many random vectors (`hutchinson_diag`), each as dear as a gradient or
            two; None computes it exactly, with as many products as there are numbers.
        rng: Where those come from, a generator or a seed.
        maximize: Go up instead of down.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> loss = DiagonalNewton([x]).step(lambda: x * x + x)
    >>> x.data
    -0.5
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1.0, damping: float = 0.0, *, samples: int | None = None,
        rng: np.random.Generator | int | None = None, maximize: bool = False,
    ) -> None:  # fmt: skip
        if samples is not None and (not isinstance(samples, (int, np.integer)) or samples < 1):
            raise OptimizerError(f"DiagonalNewton: samples is a positive whole number or None, not {samples!r}")
        super().__init__(parameters, lr, damping, maximize=maximize)
        self.samples, self.rng = samples, np.random.default_rng(rng)

    def direction(self, slope: Slope, sign: float) -> Array:
        """Where to go."""
        n = slope.gradient.size
        if self.samples is None:
            curvature = np.empty(n)
            unit = np.zeros(n)
            for i in range(n):
                unit[i] = 1.0
                curvature[i] = slope.hvp(unit)[i]
                unit[i] = 0.0
        else:
            vectors = [signs(self.rng, n) for _ in range(self.samples)]
            curvature = np.mean([z * slope.hvp(z) for z in vectors], axis=0)
        scale = np.abs(curvature) + self._each("damping")
        stuck = (scale == 0) & (slope.gradient != 0)
        if stuck.any():
            raise OptimizerError("DiagonalNewton: a curvature is 0 where the gradient is not; give damping")
        found: Array = -sign * slope.gradient / np.where(scale == 0, 1.0, scale)
        return found
