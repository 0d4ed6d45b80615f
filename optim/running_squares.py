"""Step sizes from the squares of past gradients: Adagrad, RMSprop, Adadelta."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .blocks import Block
from .checks import beta, positive
from .optimizer import NonFinite, Optimizer

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


def _root(squares: Any, eps: Any, inside: bool) -> Any:
    """√squares + eps, or √(squares + eps)."""
    return np.sqrt(squares + eps) if inside else np.sqrt(squares) + eps


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return {"penalised": bool(group["weight_decay"]), "eps_inside": group["eps_inside"]}

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a step."""
        rate = group["lr"] / (1 + (block.steps - 1) * group["lr_decay"])
        return {"rate": rate, "eps": group["eps"], "decay": group["weight_decay"]}

    def start(self, name: str, group: Mapping[str, Any]) -> float:  # noqa: ARG002
        """What s is before the first step."""
        return float(group["initial_accumulator_value"])

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        g = x.g + x.decay * x.p if x.penalised else x.g
        squares = x.squares + np.square(g)
        return {"p": x.p - g / _root(squares, x.eps, x.eps_inside) * x.rate, "squares": squares}


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return {"penalised": bool(group["weight_decay"]), "eps_inside": group["eps_inside"],
                "centered": group["centered"], "moving": bool(group["momentum"])}  # fmt: skip

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:  # noqa: ARG002
        """The numbers of a step."""
        return {"lr": group["lr"], "eps": group["eps"], "kept": group["alpha"], "new": 1 - group["alpha"],
                "momentum": group["momentum"], "decay": group["weight_decay"]}  # fmt: skip

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        g = x.g + x.decay * x.p if x.penalised else x.g
        spread = squares = x.squares * x.kept + np.square(g) * x.new
        after = {"squares": squares}
        if x.centered:
            average = after["average"] = x.average + (g - x.average) * x.new
            spread = squares - average * average
        step = g / _root(spread, x.eps, x.eps_inside)
        if x.moving:
            step = after["velocity"] = x.velocity * x.momentum + step
        return {"p": x.p - step * x.lr, **after}


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

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:  # noqa: ARG002
        """What the rule branches on."""
        return {"penalised": bool(group["weight_decay"])}

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:  # noqa: ARG002
        """The numbers of a step."""
        return {"lr": group["lr"], "kept": group["rho"], "new": 1 - group["rho"], "eps": group["eps"],
                "decay": group["weight_decay"]}  # fmt: skip

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step."""
        g = x.g + x.decay * x.p if x.penalised else x.g
        squares = x.squares * x.kept + np.square(g) * x.new
        delta = _root(x.steps, x.eps, True) / _root(squares, x.eps, True) * g
        steps = x.steps * x.kept + np.square(delta) * x.new
        return {"p": x.p - delta * x.lr, "squares": squares, "steps": steps}
