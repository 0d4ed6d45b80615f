"""AdaHessian: Adam with the curvature in the place of the squared gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..blocks import Array, Block
from ..checks import betas as check_betas
from ..checks import positive, whole
from ..errors import OptimizerError
from ..optimizer import NonFinite, Optimizer
from .flat import slope_of, split
from .hutchinson import signs

__all__ = ["AdaHessian"]


class AdaHessian(Optimizer):
    """m = β₁m + (1−β₁)g; v = β₂v + (1−β₂)d²; parameter −= lr · m̂ / (√v̂ᵏ + eps), d the diagonal of the Hessian.

    d is estimated by `hutchinson_diag` anew at every step; squaring it makes negative curvature harmless. Source: Yao
    and others, 2021 (without its averaging over blocks of a convolution).

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        betas: How much of the running mean and of the running square is kept, each from 0 to below 1.
        eps: Against division by 0.
        weight_decay: Strength of the decay, lr · weight_decay of every parameter per step.
        hessian_power: k above, from 0 (no curvature) to 1.
        n_samples: How many vectors per estimate.
        rng: Where they come from, a generator or a seed.
        maximize, nonfinite: See `Optimizer`.

    `step` is given a closure that returns the loss; it takes the derivatives itself and leaves the gradient in `.grad`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> loss = AdaHessian([x], lr=1.0, eps=0.0).step(lambda: 5 * x * x + x)
    >>> round(x.data, 9)
    -0.1
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 0.15, betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-4, weight_decay: float = 0.0, hessian_power: float = 1.0, *, n_samples: int = 1,
        rng: np.random.Generator | int | None = None, maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        whole("AdaHessian", "n_samples", n_samples)
        settings = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "hessian_power": hessian_power}
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)
        self.n_samples, self.rng = n_samples, np.random.default_rng(rng)
        self._diagonal: dict[int, Array] = {}

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay", "hessian_power"):
            positive("AdaHessian", what, group[what], zero=True)
        check_betas("AdaHessian", group["betas"])
        if group["hessian_power"] > 1:
            raise OptimizerError(f"AdaHessian: hessian_power must be from 0 to 1, not {group['hessian_power']!r}")

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters once.

        Args:
            closure: Computes and returns the loss; no backward pass is needed.

        Returns:
            The loss before the step.
        """
        parameters = self.parameters
        slope = slope_of("AdaHessian", parameters, closure, curvature=True)
        drawn = (signs(self.rng, slope.gradient.size) for _ in range(self.n_samples))
        estimate = np.mean([z * slope.hvp(z) for z in drawn], axis=0)
        self._diagonal = {id(p): d for p, d in zip(parameters, split(parameters, estimate), strict=True)}
        for p, g in zip(parameters, split(parameters, slope.gradient), strict=True):
            p.grad = g.astype(p.data.dtype) if isinstance(p.data, np.ndarray) else float(g)
        super().step()
        return slope.loss

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        (beta1, beta2), lr, t = group["betas"], group["lr"], block.scratch(1)
        d = block.scratch(2)
        for part, p in zip(block.parts(d), block.parameters, strict=True):
            part[...] = self._diagonal[id(p)]
        m, v = block.state("m"), block.state("v")
        block.p *= 1 - lr * group["weight_decay"]
        m += np.multiply(np.subtract(block.g, m, out=t), 1 - beta1, out=t)
        v *= beta2
        v += np.multiply(np.multiply(d, d, out=t), 1 - beta2, out=t)
        root = np.sqrt(np.divide(v, 1 - beta2**block.steps, out=t), out=t)
        np.power(root, group["hessian_power"], out=root)
        root += group["eps"]
        np.divide(m, root, out=t)
        t *= lr / (1 - beta1**block.steps)
        block.p -= t
