"""Gradient descent, plain or with momentum."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import numpy as np

from autograd import Value, increment_version

from .blocks import Block
from .checks import beta, positive, share
from .errors import OptimizerError
from .optimizer import NonFinite, Optimizer

__all__ = ["SGD"]


class SGD(Optimizer):
    """Gradient descent: velocity = momentum · velocity + gradient; parameter −= lr · velocity.

    Parameters without a gradient stay as they are. Sources: Robbins and Monro, 1951; momentum: Polyak, 1964, in the
    form of PyTorch's SGD; Nesterov, 1983, in the forms of Sutskever, Martens, Dahl and Hinton, 2013, and of Bengio,
    Boulanger-Lewandowski and Pascanu, 2013; noise: Neelakantan and others, 2015.

    Args:
        parameters: The leaves to change, or groups of them.
        lr: Learning rate, from 0 on.
        momentum: Share of the last velocity that is kept, from 0 to below 1.
        dampening: Share of the new gradient that is left out of the velocity.
        weight_decay: Strength of the L2 penalty, ½ · weight_decay · ‖parameter‖².
        nesterov: Look ahead: add momentum times the new velocity to the gradient.
        grad_noise: Standard deviation of normal noise that is added to every gradient: it leaves saddles.
        form: How nesterov looks ahead. "shifted" (PyTorch's) keeps the parameters at the look-ahead point; "lookahead"
            keeps them where they are and takes the gradient momentum · velocity further on, so that `step` needs a
            closure that computes loss and gradients anew. Both go through the same look-ahead points.
        rng: Where the noise comes from, a generator or a seed.
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
        weight_decay: float = 0.0, nesterov: bool = False, *, grad_noise: float = 0.0,
        convention: Literal["accumulate", "velocity"] = "accumulate",
        form: Literal["shifted", "lookahead"] = "shifted", rng: np.random.Generator | int | None = None,
        maximize: bool = False, nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        settings = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay,
                    "nesterov": nesterov, "grad_noise": grad_noise, "convention": convention, "form": form}  # fmt: skip
        self.rng = np.random.default_rng(rng)
        super().__init__(parameters, settings, maximize=maximize, nonfinite=nonfinite)

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        positive("SGD", "lr", group["lr"], zero=True)
        beta("SGD", "momentum", group["momentum"])
        positive("SGD", "weight_decay", group["weight_decay"], zero=True)
        share("SGD", "dampening", group["dampening"])
        if group["nesterov"] and (not group["momentum"] or group["dampening"]):
            raise OptimizerError("SGD: nesterov needs a momentum above 0 and no dampening")
        positive("SGD", "grad_noise", group["grad_noise"], zero=True)
        if group["form"] not in ("shifted", "lookahead"):
            raise OptimizerError(f"SGD: form must be 'shifted' or 'lookahead', not {group['form']!r}")
        if group["convention"] not in ("accumulate", "velocity"):
            raise OptimizerError(f"SGD: convention must be 'accumulate' or 'velocity', not {group['convention']!r}")

    def needs_closure(self, group: Mapping[str, Any]) -> bool:
        """Whether the gradient is taken elsewhere: with nesterov in its "lookahead" form."""
        return bool(group["nesterov"] and group["form"] == "lookahead")

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """What a step's closure returns, at the look-ahead point where that is wanted."""
        ahead = [i for i, group in enumerate(self.param_groups) if self.needs_closure(group)]
        here = [(p, np.array(p.data)) for i in ahead for p in self.param_groups[i]["params"]]
        for i in ahead:
            group, remembered = self.param_groups[i], self._remembered(i)
            far = group["momentum"] * (1.0 if group["convention"] == "velocity" else group["lr"])
            for p in group["params"]:
                if id(p) in remembered:
                    _put(p, p.data - far * remembered[id(p)][1]["velocity"])
        try:
            return super().evaluate(closure)
        finally:
            for p, numbers in here:
                _put(p, numbers)

    steady = True

    def switches(self, block: Block, group: Mapping[str, Any]) -> dict[str, bool]:
        """What the rule branches on."""
        velocity = group["convention"] == "velocity"
        return {
            "penalised": bool(group["weight_decay"]), "moving": bool(group["momentum"]),
            "weighed": velocity or bool(group["dampening"] and "velocity" in block.states),
            "ahead": group["nesterov"] and group["form"] == "shifted", "in_units_of_steps": velocity,
        }  # fmt: skip

    def numbers(self, block: Block, group: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a step."""
        # PyTorch dampens from the second step on.
        part = 1 - group["dampening"] if "velocity" in block.states else 1.0
        if group["convention"] == "velocity":
            part *= group["lr"]
        return {"lr": group["lr"], "momentum": group["momentum"], "part": part, "decay": group["weight_decay"]}

    @staticmethod
    def rule(x: Any) -> Mapping[str, Any]:
        """One step of descent."""
        g = x.g + x.decay * x.p if x.penalised else x.g
        if not x.moving:
            return {"p": x.p - x.lr * g}
        v = x.momentum * x.velocity + (x.part * g if x.weighed else g)
        direction = v
        if x.ahead:
            direction = x.momentum * v + (x.lr * g if x.in_units_of_steps else g)
        return {"p": x.p - (direction if x.in_units_of_steps else x.lr * direction), "velocity": v}

    def prepare(self, block: Block, group: Mapping[str, Any]) -> None:
        """Add noise to the gradient, where that is wanted."""
        if group["grad_noise"]:
            g = block.writable_gradient()
            g += self.rng.normal(0.0, group["grad_noise"], g.shape).astype(g.dtype, copy=False)

    def is_bare(self, group: Mapping[str, Any]) -> bool:
        """Whether a step is the rule and nothing else: no noise, and no preparing of a subclass's own."""
        return type(self).prepare is SGD.prepare and not group["grad_noise"]


def _put(p: Any, numbers: Any) -> None:
    """Give a parameter other numbers, a Tensor in the array it has."""
    if isinstance(p, Value):
        p.data = float(numbers)
    else:
        p.data[...] = numbers
        increment_version([p])
