"""Optimizer: what all update rules share: groups of parameters, blocks, closures, state."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from operator import is_
from typing import Any, Literal, TypeAlias

import numpy as np

from autograd import Tensor, Value, enable_grad

from .blocks import Array, Block, blocks_of
from .checks import positive
from .errors import OptimizerError
from .loops import value_loop
from .ruled import Ruled

__all__ = ["NonFinite", "Optimizer"]

NonFinite = Literal["allow", "skip", "raise"]
Kept: TypeAlias = tuple[int, dict[str, Array]]
"""Of a parameter: how many updates it has had, and what the rule remembers, by name."""


class Optimizer(Ruled):
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
        # Of each group: its parameters when the blocks were made, those of them without a gradient, and the blocks.
        self._blocks: list[tuple[list[Any], list[Any], list[Block]]] = []
        # What is remembered of parameters that are in no block at present, by group.
        self._waiting: dict[int, dict[int, Kept]] = {}
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

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""

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
            with enable_grad():
                loss = closure()
        ready: list[tuple[Block, dict[str, Any]]] = []
        for i, group in enumerate(self.param_groups):
            if not self._stepped_one_by_one(i, group):
                for block in self._ready(i, group):
                    ready.append((block, group))
        if self.nonfinite != "allow" and not self._all_finite(ready):
            return loss
        for block, group in ready:
            block.steps += 1
            if self.maximize and not self.is_ruled:
                np.negative(block.writable_gradient(), out=block.g)
            self.prepare(block, group)
            self.update(block, group)
            block.scatter()
        return loss

    def _stepped_one_by_one(self, i: int, group: dict[str, Any]) -> bool:
        """Update a group of Values without gathering them, where the rule is simple and its block is there already."""
        blocks = self._blocks[i][2]
        if len(blocks) != 1 or not blocks[0].one_by_one:
            return False
        block = blocks[0]
        if block.states or len(block.parameters) != len(group["params"]):
            return False
        if self.nonfinite != "allow" or not (self.is_ruled and self.is_bare(group)):
            return False
        block.steps += 1
        recipe, numbers = self._recipe(block, group)
        loop = value_loop(recipe)
        if loop is None:
            block.steps -= 1
            return False
        loop(group["params"], numbers)
        return True

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
        taken_up = set(map(id, active))
        self._waiting[i] = {key: kept for key, kept in remembered.items() if key not in taken_up}
        self._blocks[i] = (list(params), [p for p in params if p.grad is None], blocks)
        return blocks

    def _remembered(self, i: int) -> dict[int, Kept]:
        """The number of updates and the state of each parameter of a group that has had one."""
        found = dict(self._waiting.get(i, {}))
        for block in self._blocks[i][2]:
            names = list(block.states)
            parts = [block.parts(block.states[name]) for name in names]
            for k, p in enumerate(block.parameters):
                if block.steps:
                    found[id(p)] = (block.steps, {name: part[k] for name, part in zip(names, parts, strict=True)})
        return found

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

    # -------------------------------------------------------------------------------------------------------- saving

    def state_dict(self) -> dict[str, Any]:
        """Settings and what is remembered of each parameter, as plain data and arrays; parameters are numbered."""
        state: dict[int, dict[str, Any]] = {}
        groups = []
        first = 0
        for i, group in enumerate(self.param_groups):
            remembered = self._remembered(i)
            for k, p in enumerate(group["params"]):
                if id(p) in remembered:
                    steps, arrays = remembered[id(p)]
                    state[first + k] = {"step": steps, **{name: array.copy() for name, array in arrays.items()}}
            settings = {name: value for name, value in group.items() if name != "params"}
            groups.append({**settings, "params": list(range(first, first + len(group["params"])))})
            first += len(group["params"])
        return {"optimizer": self._name, "state": state, "param_groups": groups}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Take over what `state_dict` of an optimizer of the same kind and parameters returned.

        Raises:
            OptimizerError: it is of another optimizer or of other parameters; nothing has been changed then.
        """
        found = state_dict.get("optimizer") if isinstance(state_dict, Mapping) else state_dict
        if found != self._name:
            raise OptimizerError(f"{self._name} cannot take over the state of {found!r}")
        if not {"state", "param_groups"} <= set(state_dict):
            raise OptimizerError(f"{self._name}: a state has the entries 'state' and 'param_groups'")
        groups = state_dict["param_groups"]
        sizes = [len(g["params"]) for g in groups], [len(g["params"]) for g in self.param_groups]
        if sizes[0] != sizes[1]:
            raise OptimizerError(
                f"{self._name}: the state has groups of {sizes[0]} parameters, this optimizer of {sizes[1]}"
            )
        waiting: dict[int, dict[int, Kept]] = {}
        for i, group in enumerate(self.param_groups):
            different = sorted(set(groups[i]) ^ set(group))
            if different:
                raise OptimizerError(
                    f"{self._name}: the state and this optimizer differ in the setting {different[0]!r}"
                )
            self.check(groups[i])
            for number, p in zip(groups[i]["params"], group["params"], strict=True):
                if number not in state_dict["state"]:
                    continue
                kept = dict(state_dict["state"][number])
                steps = int(kept.pop("step", 0))
                for name, array in kept.items():
                    if np.shape(array) != np.shape(p.data):
                        raise OptimizerError(
                            f"{self._name}: {name} of parameter {number} has shape {np.shape(array)} in the state, but "
                            f"the parameter has shape {np.shape(p.data)}"
                        )
                waiting.setdefault(i, {})[id(p)] = (steps, {name: np.array(a) for name, a in kept.items()})
        for i, group in enumerate(self.param_groups):
            group.update({name: value for name, value in groups[i].items() if name != "params"})
            self._blocks[i] = ([], [], [])
        self._waiting.clear()
        self._waiting.update(waiting)

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={v!r}" for k, v in self.param_groups[0].items() if k != "params")
        return f"{self._name}({len(self.parameters)} parameters, {shown})"
