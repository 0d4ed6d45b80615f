"""Sequential: modules one after another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from autograd import OperandError, call_in_group

from ..activations.modules import ReLU
from ..module import Module
from .activation import Activation
from .linear import Linear

__all__ = ["Sequential"]


class Sequential(Module):
    """Modules one after another, each given what the one before it returned.

    A `Linear` with a relu right behind it is computed as one operation, "relu(x·Wᵀ + b)", in one box that is named
    after both; the numbers are the same. Where a hook looks at either of them they stay two.

    Args:
        modules: The modules, in order.

    Raises:
        OperandError: something among them is no module.

    >>> model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1))
    >>> len(model), model[0].out_features
    (3, 3)
    >>> from autograd import Tensor, trace
    >>> [group.name for group in trace(model(Tensor([[1.0, 2.0]])).sum()).groups]
    ['Sequential', 'Linear + ReLU', 'Linear']
    """

    def __init__(self, *modules: Module) -> None:
        for i, module in enumerate(modules):
            _require_module(i, module)
        self._modules = list(modules)

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Its modules, numbered from 0."""
        return ((str(i), module) for i, module in enumerate(self._modules))

    def forward(self, x: Any) -> Any:
        """What the last module returns."""
        waiting: Linear | None = None
        for module, following in zip_longest(self._modules, self._modules[1:]):
            if waiting is not None:
                name = f"{waiting.name or 'Linear'} + {module.name or type(module).__name__}"
                x = call_in_group(waiting.with_relu, name, waiting.kind, (x,), {})
                waiting = None
            elif type(module) is Linear and following is not None and _is_relu(following) and _unseen(module):
                waiting = module
            else:
                x = module(x)
        return x

    def append(self, module: Module) -> Sequential:
        """Add a module at the end."""
        _require_module(len(self), module)
        self._modules.append(module)
        return self

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._modules)

    def __getitem__(self, index: int | slice) -> Any:
        return Sequential(*self._modules[index]) if isinstance(index, slice) else self._modules[index]

    def __setitem__(self, index: int, module: Module) -> None:
        """Put a module in another's place, e.g. a new last layer for another task."""
        _require_module(index, module)
        self._modules[index] = module


def _require_module(i: int, module: Any) -> None:
    if not isinstance(module, Module):
        raise OperandError(f"Sequential: item {i} is a {type(module).__name__}, not a module")


def _is_relu(module: Module) -> bool:
    """Whether the module is a plain relu that nobody looks at."""
    relu = type(module) is ReLU or (type(module) is Activation and module.which == "relu")
    return relu and _unseen(module)


def _unseen(module: Module) -> bool:
    """Whether calling the module is nothing but its class's `forward`."""
    return not module.has_hooks and "forward" not in vars(module)
