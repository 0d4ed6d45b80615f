"""Step sizes from the squares of past gradients: Adagrad, RMSprop, Adadelta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .blocks import Array, Block
from .checks import beta, positive
from .optimizer import NonFinite, Optimizer

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


def _root(squares: Array, eps: float, inside: bool, out: Array) -> Array:
    """√squares + eps, or √(squares + eps)."""
    if inside:
        return np.sqrt(np.add(squares, eps, out=out), out=out)
    return np.add(np.sqrt(squares, out=out), eps, out=out)


class Adagrad(Optimizer):
    """s += g²; parameter −= lr · g / (√s + eps): coordinates that rarely move keep a large step.

    Source: Duchi, Hazan and Singer, 2011.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        lr_decay: The rate is divided by 1 + (steps − 1) · lr_decay.
        weight_decay: Strength of the L2 penalty.
        initial_accumulator_value: What s starts at.
        eps: Against division by 0.
        eps_inside: Divide by √(s + eps), as lecture notes often print it, rather than √s + eps (PyTorch's).
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> Adagrad([x], lr=0.5).step()
    >>> round(x.data, 6)
    2.5
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0, eps: float = 1e-10, *, eps_inside: bool = False,
        maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {
            "lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, "eps": eps, "eps_inside": eps_inside,
            "initial_accumulator_value": initial_accumulator_value,
        }  # fmt: skip
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"):
            positive("Adagrad", what, group[what], zero=True)

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        g, t = block.decayed(group["weight_decay"]), block.scratch(1)
        squares = block.state("squares", group["initial_accumulator_value"])
        squares += np.multiply(g, g, out=t)
        np.divide(g, _root(squares, group["eps"], group["eps_inside"], t), out=t)
        t *= group["lr"] / (1 + (block.steps - 1) * group["lr_decay"])
        block.p -= t


class RMSprop(Optimizer):
    """s = alpha·s + (1−alpha)·g²; parameter −= lr · g / (√s + eps): as Adagrad, with a memory that fades.

    Source: Tieleman and Hinton, 2012; with momentum and centred: Graves, 2013.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        alpha: How much of the running square is kept, from 0 to below 1.
        eps: Against division by 0.
        weight_decay: Strength of the L2 penalty.
        momentum: Share of the last step that is kept.
        centered: Divide by the running standard deviation instead of the root of the running square.
        eps_inside: Divide by √(s + eps) rather than √s + eps (PyTorch's).
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> RMSprop([x], lr=0.05).step()
    >>> round(x.data, 6)
    2.5
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
        weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False, *, eps_inside: bool = False,
        maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum,
                    "centered": centered, "eps_inside": eps_inside}  # fmt: skip
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay", "momentum"):
            positive("RMSprop", what, group[what], zero=True)
        beta("RMSprop", "alpha", group["alpha"])

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        g, t, alpha = block.decayed(group["weight_decay"]), block.scratch(1), group["alpha"]
        squares = block.state("squares")
        squares *= alpha
        squares += np.multiply(np.multiply(g, g, out=t), 1 - alpha, out=t)
        spread = squares
        if group["centered"]:
            average = block.state("average")
            average += np.multiply(np.subtract(g, average, out=t), 1 - alpha, out=t)
            spread = np.subtract(squares, np.multiply(average, average, out=t), out=block.scratch(2))
        np.divide(g, _root(spread, group["eps"], group["eps_inside"], t), out=t)
        if group["momentum"]:
            velocity = block.state("velocity")
            velocity *= group["momentum"]
            velocity += t
            np.multiply(velocity, group["lr"], out=t)
        else:
            t *= group["lr"]
        block.p -= t


class Adadelta(Optimizer):
    """Steps with the units of the parameter: g times the running size of past steps over that of past gradients.

    s = rho·s + (1−rho)·g²; d = √(u + eps)/√(s + eps) · g; u = rho·u + (1−rho)·d²; parameter −= lr · d.
    Source: Zeiler, 2012.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: What the step is multiplied with, from 0 on; the method itself needs none, hence 1.
        rho: How much of the running squares is kept, from 0 to below 1.
        eps: What both roots start from; it sets the size of the first steps.
        weight_decay: Strength of the L2 penalty.
        maximize, nonfinite: See `Optimizer`.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> (x * x).backward()
    >>> Adadelta([x]).step()
    >>> round(x.data, 6)
    2.996838
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6,
        weight_decay: float = 0.0, *, maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay}
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        for what in ("lr", "eps", "weight_decay"):
            positive("Adadelta", what, group[what], zero=True)
        beta("Adadelta", "rho", group["rho"])

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step."""
        g, t, rho, eps = block.decayed(group["weight_decay"]), block.scratch(1), group["rho"], group["eps"]
        squares, steps = block.state("squares"), block.state("steps")
        squares *= rho
        squares += np.multiply(np.multiply(g, g, out=t), 1 - rho, out=t)
        delta = _root(steps, eps, True, block.scratch(2))
        delta /= _root(squares, eps, True, t)
        delta *= g
        steps *= rho
        steps += np.multiply(np.multiply(delta, delta, out=t), 1 - rho, out=t)
        block.p -= np.multiply(delta, group["lr"], out=t)
