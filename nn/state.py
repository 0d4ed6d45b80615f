"""A module's parameters and buffers as plain arrays, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd import Tensor, Value, no_grad

from .errors import StateDictError

if TYPE_CHECKING:
    from .module import Module

__all__ = ["load_state", "state_of"]


def _named(module: Module) -> dict[str, Tensor | Value]:
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def state_of(module: Module) -> dict[str, NDArray[Any]]:
    """Copies of all parameters and buffers, by dotted name."""
    return {name: np.array(item.data) for name, item in _named(module).items()}


def load_state(module: Module, state: Mapping[str, Any], strict: bool) -> None:
    """Take over parameters and buffers, all of them or none.

    Raises:
        StateDictError: names or shapes differ; the module is then as it was.
    """
    wanted = _named(module)
    missing = [name for name in wanted if name not in state]
    unexpected = [name for name in state if name not in wanted]
    if strict and (missing or unexpected):
        parts = [f"{what}: {', '.join(names[:6])}{' ...' if len(names) > 6 else ''}"
                 for what, names in (("missing", missing), ("not in the module", unexpected)) if names]  # fmt: skip
        raise StateDictError(
            f"load_state_dict: the names differ from those of {type(module).__name__} ({'; '.join(parts)}); build the "
            "same architecture, or pass strict=False to take over what fits"
        )
    arrays: dict[str, NDArray[Any]] = {}
    for name, item in wanted.items():
        if name not in state:
            continue
        array = np.asarray(state[name])
        if array.dtype.kind not in "fiub":
            raise StateDictError(f"load_state_dict: {name} holds {array.dtype}, not numbers")
        if array.shape != np.shape(item.data):
            raise StateDictError(
                f"load_state_dict: {name} has shape {array.shape} in the state_dict but {np.shape(item.data)} in the "
                "module; build the module with the sizes it was saved with"
            )
        arrays[name] = array
    with no_grad():
        for name, array in arrays.items():
            item = wanted[name]
            if isinstance(item, Tensor):
                item.copy_(array)
            else:
                item.data = float(array)
