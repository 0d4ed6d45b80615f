"""Optimizer: what all update rules share: groups of parameters, blocks, closures, state."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from operator import is_
from typing import Any, Literal

import numpy as np

from autograd import Tensor, Value, enable_grad

from .blocks import Block, blocks_of
from .checks import positive
from .errors import OptimizerError
from .patience import Patience
from .routine import Routine
from .ruled import Ruled
from .saving import Saved

__all__ = ["NonFinite", "Optimizer"]

NonFinite = Literal["allow", "skip", "raise"]


class Optimizer(Ruled, Saved):
    """Base of everything that changes parameters by their gradients, Values and Tensors alike.

    A subclass names its settings in `defaults` and says how numbers change: in `rule`, element by element, with
    `numbers` and `switches` of a step; or, where that does not do, in `update`, with whole blocks of parameters.

    Args:
        parameters: The leaves to change; or groups of them with settings of their own, as dicts
            `{"params": [...], "lr": 0.1}`.
        settings: The settings of all groups that do not say otherwise.
        maximize: Go up instead of down.
        nonfinite: What to do with a gradient that holds a nan or an infinity: "allow" it (PyTorch's way), "skip" the
            whole step with a warning, or "raise".

    Attributes:
        param_groups: The groups, each a dict with "params" and its settings; a schedule changes `group["lr"]`.
        fused: Whether a rule runs as one loop compiled by numba (extra `fast`), several times as fast on arrays and
            the same to the last bit. None, the default: once the steps taken have cost about as much as compiling
            does, where numba is installed; True: at once; False: never.

    Raises:
        OptimizerError: there are no parameters, one is given twice or is not a leaf, or a setting makes no sense.
    """

    elementwise: bool = True
    """Whether `update` changes every number by itself, so that it may be given several parameters as one array."""
    _routine: Routine | None

    def __init__(
        self, parameters: Iterable[Any], settings: Mapping[str, Any] | None = None, *, maximize: bool = False,
        nonfinite: NonFinite = "allow",
    ) -> None:  # fmt: skip
        if nonfinite not in ("allow", "skip", "raise"):
            raise OptimizerError(f"{self._name}: nonfinite must be 'allow', 'skip' or 'raise', not {nonfinite!r}")
        self.defaults = dict(settings or {})
        self.maximize = maximize
        self.nonfinite = nonfinite
        self.param_groups: list[dict[str, Any]] = []
        self.patience = Patience()
        self._blocks = []
        self._waiting = {}
        if isinstance(parameters, (Value, Tensor, Mapping)) or not isinstance(parameters, Iterable):
            raise OptimizerError(
                f"{self._name} takes a list of parameters, as model.parameters() gives, or of groups; not a "
                f"{type(parameters).__name__}"
            )
        given = list(parameters)
        if not given:
            raise OptimizerError(f"{self._name} was given no parameters")
        for group in given if isinstance(given[0], Mapping) else [{"params": given}]:
            self.add_param_group(group)

    @property
    def parameters(self) -> list[Any]:
        """Every parameter, group after group."""
        return [p for group in self.param_groups for p in group["params"]]

    @property
    def lr(self) -> float:
        """The learning rate of the first group; setting it sets that of every group."""
        return float(self.param_groups[0]["lr"])

    @lr.setter
    def lr(self, lr: float) -> None:
        positive(self._name, "lr", lr, zero=True)
        for group in self.param_groups:
            group["lr"] = lr

    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Add parameters with settings of their own.

        Raises:
            OptimizerError: the group is unusable.
        """
        if "params" not in group:
            raise OptimizerError(f"{self._name}: a group of parameters needs a 'params' entry")
        unknown = sorted(set(group) - {"params"} - set(self.defaults))
        if unknown:
            raise OptimizerError(f"{self._name} has no setting {unknown[0]!r}; it has {', '.join(self.defaults)}")
        params = group["params"]
        params = [params] if isinstance(params, (Value, Tensor)) else list(params)
        if not params:
            raise OptimizerError(f"{self._name} was given no parameters")
        known = {id(p) for p in self.parameters}
        for p in params:
            if not isinstance(p, (Value, Tensor)) or p.op is not None:
                raise OptimizerError(f"{self._name} changes leaf Values and Tensors, not {p!r}")
            if isinstance(p, Tensor) and p.dtype.kind != "f":
                raise OptimizerError(f"{self._name} changes floating-point Tensors, not one of {p.dtype}")
            if id(p) in known:
                raise OptimizerError(f"{self._name} was given the same parameter twice")
            known.add(id(p))
        whole = {**self.defaults, **group, "params": params}
        self.check(whole)
        self.param_groups.append(whole)
        self._blocks.append(([], [], []))
        self._routine = None

    # ------------------------------------------------------------------------------------------------------ stepping

    def zero_grad(self) -> None:
        """Forget every gradient, before the next backward pass."""
        for group in self.param_groups:
            for p in group["params"]:
                if type(p) is Tensor:  # spares the call
                    p.grad = None
                else:
                    p.zero_grad()

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Change the parameters once; those without a gradient stay as they are.

        Args:
            closure: Computes the loss anew, gradients included, and returns it.

        Returns:
            What the closure returned.

        Raises:
            OptimizerError: with nonfinite="raise", a gradient is not finite; nothing has been changed then.
        """
        loss = None
        if closure is not None:
            loss = self.evaluate(closure)
        routine = self._routine
        if routine is None or not routine.repeat(self):
            self._step_in_full(closure is not None)
        return loss

    def evaluate(self, closure: Callable[[], Any]) -> Any:
        """What a step's closure returns; gradients are there afterwards."""
        with enable_grad():
            return closure()

    def _step_in_full(self, evaluated: bool) -> None:
        self._routine = None
        if not evaluated and any(map(self.needs_closure, self.param_groups)):
            raise OptimizerError(f"{self._name}: the gradient is to be taken elsewhere; give step a closure")
        blocks = [self._ready(i, group) for i, group in enumerate(self.param_groups)]
        ready = [(block, group) for group, those in zip(self.param_groups, blocks, strict=True) for block in those]
        if self.nonfinite != "allow" and not self._all_finite(ready):
            return
        for block, group in ready:
            block.steps += 1
            if self.maximize and not self.is_ruled:
                np.negative(block.writable_gradient(), out=block.g)
            self.prepare(block, group)
            self.update(block, group)
            block.scatter()
        if self.nonfinite == "allow" and self.repeats():
            idle = [p for _, without, _ in self._blocks for p in without]
            self._routine = Routine(self, blocks, idle)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set an attribute, upon which the next step is taken in full, whatever the attribute means."""
        super().__setattr__("_routine", None)
        super().__setattr__(name, value)

    def _ready(self, i: int, group: dict[str, Any]) -> list[Block]:
        """The blocks of a group's parameters that have a gradient, gathered."""
        params = group["params"]
        known, idle, blocks = self._blocks[i]
        same = len(known) == len(params) and all(map(is_, known, params))
        if same and not (idle and any(p.grad is not None for p in idle)):
            for block in blocks:
                if not block.gather():
                    break
            else:
                return blocks
        active = [p for p in params if p.grad is not None]
        remembered = self._remembered(i)
        steps = [remembered.get(id(p), (0, {}))[0] for p in active]
        states = [remembered.get(id(p), (0, {}))[1] for p in active]
        blocks = blocks_of(active, steps, states, elementwise=self.elementwise)
        # What is no longer in the group is forgotten: something else may get its id.
        idle = [p for p in params if p.grad is None]
        self._waiting[i] = {id(p): remembered[id(p)] for p in idle if id(p) in remembered}
        self._blocks[i] = (list(params), idle, blocks)
        return blocks

    def _all_finite(self, ready: list[tuple[Block, dict[str, Any]]]) -> bool:
        bad = next((block for block, _ in ready if not np.isfinite(block.g).all()), None)
        if bad is None:
            return True
        k = next(k for k, part in enumerate(bad.parts(bad.g)) if not np.isfinite(part).all())
        name = bad.parameters[k].name or f"of shape {np.shape(bad.parameters[k].data)}"
        message = f"{self._name}: the gradient of the parameter {name} is not finite"
        if self.nonfinite == "raise":
            raise OptimizerError(f"{message}; find where it began with autograd.detect_anomaly(), or clip it")
        warnings.warn(f"{message}: this step was skipped", RuntimeWarning, stacklevel=3)
        return False

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={v!r}" for k, v in self.param_groups[0].items() if k != "params")
        return f"{self._name}({len(self.parameters)} parameters, {shown})"
