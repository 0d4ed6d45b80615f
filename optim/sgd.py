"""Gradient descent, plain or with momentum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np

from .blocks import Block
from .checks import beta, positive
from .errors import OptimizerError
from .optimizer import NonFinite, Optimizer

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent: velocity = momentum · velocity + gradient; parameter −= lr · velocity.

    Parameters without a gradient stay as they are. Sources: Robbins and Monro, 1951; momentum: Polyak, 1964, in the
    form of PyTorch's SGD; Nesterov, 1983, in the form of Sutskever, Martens, Dahl and Hinton, 2013.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        momentum: Share of the last velocity that is kept, from 0 to below 1.
        dampening: Share of the new gradient that is left out of the velocity.
        weight_decay: Strength of the L2 penalty, ½ · weight_decay · ‖parameter‖².
        nesterov: Look ahead: add momentum times the new velocity to the gradient.
        convention: "accumulate" as above (PyTorch's), or "velocity": velocity = momentum · velocity + lr · gradient;
            parameter −= velocity. They differ only when lr changes on the way.
        maximize, nonfinite: See `Optimizer`.

    Raises:
        OptimizerError: a setting is out of range, or a parameter is unusable.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> optimizer = SGD([x], lr=0.1)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (x * x).backward()
    ...     optimizer.step()
    >>> round(x.data, 12)
    1.92
    """

    def __init__(
        self, parameters: Iterable[Any], lr: float = 1e-3, momentum: float = 0.0, dampening: float = 0.0,
        weight_decay: float = 0.0, nesterov: bool = False, *,
        convention: Literal["accumulate", "velocity"] = "accumulate", maximize: bool = False,
        nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                    "nesterov": nesterov, "convention": convention}  # fmt: skip
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        positive("SGD", "lr", group["lr"], zero=True)
        beta("SGD", "momentum", group["momentum"])
        positive("SGD", "weight_decay", group["weight_decay"], zero=True)
        if not 0 <= group["dampening"] <= 1:
            raise OptimizerError(f"SGD: dampening must be from 0 to 1, not {group['dampening']!r}")
        if group["nesterov"] and (not group["momentum"] or group["dampening"]):
            raise OptimizerError("SGD: nesterov needs a momentum above 0 and no dampening")
        if group["convention"] not in ("accumulate", "velocity"):
            raise OptimizerError(f"SGD: convention must be 'accumulate' or 'velocity', not {group['convention']!r}")

    def update(self, block: Block, group: Mapping[str, Any]) -> None:
        """One step of descent."""
        lr, momentum = group["lr"], group["momentum"]
        g = block.decayed(group["weight_decay"])
        if not momentum:
            block.p -= np.multiply(g, lr, out=block.scratch(0))
            return
        fresh = "velocity" not in block.states
        v = block.state("velocity")
        keep = 1.0 if fresh else 1 - group["dampening"]  # PyTorch dampens from the second step on
        if group["convention"] == "velocity":
            keep *= lr
        v *= momentum
        v += g if keep == 1 else np.multiply(g, keep, out=block.scratch(1))
        direction = v
        if group["nesterov"]:
            ahead = np.multiply(v, momentum, out=block.scratch(2))
            ahead += g if group["convention"] == "accumulate" else np.multiply(g, lr, out=block.scratch(1))
            direction = ahead
        block.p -= direction if group["convention"] == "velocity" else np.multiply(direction, lr, out=block.scratch(1))
