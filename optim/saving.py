"""Saved: what an optimizer remembers of its parameters between steps, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from .blocks import Array, Block
from .errors import OptimizerError

__all__ = ["Saved"]

Kept: TypeAlias = tuple[int, dict[str, Array]]
"""Of a parameter: how many updates it has had, and what the rule remembers, by name."""


class Saved:
    """The part of an optimizer that can be saved, loaded, copied and pickled."""

    param_groups: list[dict[str, Any]]
    _blocks: list[tuple[list[Any], list[Any], list[Block]]]
    """Of each group: its parameters when the blocks were made, those of them without a gradient, and the blocks."""
    _waiting: dict[int, dict[int, Kept]]
    """What is remembered of parameters that are in no block at present, by group."""

    @property
    def _name(self) -> str:
        return type(self).__name__

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""

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
        self._waiting = waiting  # as setting an attribute, this ends a routine too

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the blocks, which are views of the parameters' memory: copies have others."""
        everything = map(self._remembered, range(len(self.param_groups)))
        kept = [
            [remembered.get(id(p)) for p in group["params"]]
            for group, remembered in zip(self.param_groups, everything, strict=True)
        ]
        return {**vars(self), "_blocks": None, "_routine": None, "_waiting": kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._blocks = [([], [], []) for _ in self.param_groups]
        self._waiting = {
            i: {id(p): found for p, found in zip(group["params"], kept, strict=True) if found is not None}
            for i, (group, kept) in enumerate(zip(self.param_groups, state["_waiting"], strict=True))
        }
