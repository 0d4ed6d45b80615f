"""Module: something with parameters that computes something, and shows as one box in a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograd import RemovableHandle, Tensor, Value, call_in_group

from .hooks import Hook, Hooks
from .state import load_state, state_of

__all__ = ["Module", "Parameter", "count_parameters"]

Leaf: TypeAlias = "Tensor | Value"
NO_PARTS = (int, float, str, type(None))
"""What has no parameters in it, as most attributes."""


def Parameter(data: Any, requires_grad: bool = True, name: str | None = None) -> Tensor:  # noqa: N802 - PyTorch's name
    """A tensor that a module trains: assign it to an attribute.

    Args:
        data: The numbers it starts with, of a floating type.
        requires_grad: Whether it is trained.
        name: What to call it in pictures.

    >>> Parameter([1.0, 2.0]).requires_grad
    True
    """
    return Tensor(data, requires_grad, name=name)


class Module:
    """Base of everything that is trained.

    A subclass that defines `forward` can be called; what it computes shows in pictures and traces as a group of its
    name, with the groups of the modules it calls inside. One that defines `__call__` itself works as well, without a
    group of its own. Groups cost next to nothing: only the results of a call are marked.

    Tensors and Values among its attributes, in lists, tuples and dicts too, are its parameters, and modules among them
    its children; attributes that start with an underscore are its own business.

    Attributes:
        name: What to call the module in pictures; the name of its class, where empty.
        kind: What to call its sort there.
        training: Whether it behaves as in training, e.g. drops units out; see `train` and `eval`.
        buffers_named: The attributes that hold tensors which are saved but not trained, such as running means.

    >>> from autograd import trace
    >>> class Squares(Module):
    ...     def forward(self, x):
    ...         return sum(v * v for v in x)
    >>> record = trace(Squares()([Value(2.0), Value(3.0)]))
    >>> record.groups[0].name, [node.label for node in record.nodes if node.group == 0]
    ('Squares', ['v2', '0', 'v3', 'v5', 'v6'])
    """

    name: str = ""
    kind: str = "module"
    training: bool = True
    buffers_named: tuple[str, ...] = ()
    _hooks: Hooks | None = None

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """What `forward` computes."""
        if self._hooks is None:
            return call_in_group(self.forward, self.name or type(self).__name__, self.kind, inputs, options)
        inputs = self._hooks.before(self, inputs)
        result = call_in_group(self.forward, self.name or type(self).__name__, self.kind, inputs, options)
        return self._hooks.after(self, inputs, result)

    def forward(self, *_inputs: Any, **_options: Any) -> Any:
        """Compute the outputs; to be defined by the subclass.

        Raises:
            NotImplementedError: it is not.
        """
        raise NotImplementedError(f"{type(self).__name__} computes nothing: define forward(self, x) in it")

    # -------------------------------------------------------------------------------------------- what it consists of

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Its modules by name, in the order they were assigned."""
        return ((name, item) for name, item in _items(self) if isinstance(item, Module))

    def children(self) -> Iterator[Module]:
        """Its modules."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """The module itself and all below it, by dotted name, each once."""
        seen: set[int] = set()
        stack: list[tuple[str, Module]] = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if id(module) in seen:
                continue
            seen.add(id(module))
            yield path, module
            below = [(f"{path}.{name}" if path else name, child) for name, child in module.named_children()]
            stack.extend(reversed(below))

    def modules(self) -> Iterator[Module]:
        """The module itself and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self) -> Iterator[tuple[str, Leaf]]:
        """Every parameter by dotted name, each once even if several modules share it.

        >>> from nn import Linear, Sequential
        >>> [name for name, _ in Sequential(Linear(2, 3), Linear(3, 1)).named_parameters()]
        ['0.weight', '0.bias', '1.weight', '1.bias']
        """
        seen: set[int] = set()
        for path, module in self.named_modules():
            for name, item in _items(module):
                buffer = name.partition(".")[0] in module.buffers_named
                if isinstance(item, (Tensor, Value)) and not buffer and id(item) not in seen:
                    seen.add(id(item))
                    yield (f"{path}.{name}" if path else name), item

    def parameters(self) -> list[Any]:
        """Every parameter, in the order of `named_parameters`; looked for anew each time, so that changes are seen."""
        if type(self).named_parameters is Module.named_parameters and type(self).named_modules is Module.named_modules:
            return _leaves(self)  # without their names it takes a third of the time
        return [parameter for _, parameter in self.named_parameters()]

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """Tensors that are saved but not trained, by dotted name."""
        for path, module in self.named_modules():
            for name in module.buffers_named:
                item = getattr(module, name)
                if item is not None:
                    yield (f"{path}.{name}" if path else name), item

    # ---------------------------------------------------------------------------------------------------- training

    def zero_grad(self) -> None:
        """Forget every parameter's gradient, before the next backward pass."""
        for parameter in self.parameters():
            if type(parameter) is Tensor:  # spares the call
                parameter.grad = None
            else:
                parameter.zero_grad()

    def train(self, mode: bool = True) -> Self:
        """Behave as in training, or with `mode=False` as in use; the modules below too."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Behave as in use, not in training: no dropout, running statistics."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Train every parameter, or none."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def freeze(self) -> Self:
        """Keep every parameter as it is: none takes a gradient any more, and those there are forgotten.

        An optimizer leaves parameters without a gradient alone, whether or not it knows them. `unfreeze` undoes it.
        """
        self.zero_grad()
        return self.requires_grad_(False)

    def unfreeze(self) -> Self:
        """Train every parameter again."""
        return self.requires_grad_(True)

    def register_forward_pre_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, inputs)` before `forward`; what it returns, unless None, takes the inputs' place."""
        self._hooks = self._hooks or Hooks()
        return self._hooks.add_before(hook)

    def register_forward_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(module, inputs, output)` after `forward`; what it returns, unless None, is the output."""
        self._hooks = self._hooks or Hooks()
        return self._hooks.add_after(hook)

    @property
    def has_hooks(self) -> bool:
        """Whether a hook is called around its `forward`."""
        return self._hooks is not None and self._hooks.any

    def apply(self, function: Callable[[Module], Any]) -> Self:
        """Call a function with every module below, then with this one, as PyTorch does."""
        for module in reversed(list(self.modules())):
            function(module)
        return self

    # ------------------------------------------------------------------------------------------------------ saving

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Copies of all parameters and buffers, by dotted name."""
        return state_of(self)

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> None:
        """Take over parameters and buffers.

        Args:
            state: What `state_dict` returned.
            strict: Whether every name must be there and no other.

        Raises:
            StateDictError: names or shapes differ; the module is then as it was.
        """
        load_state(self, state, strict)

    # ------------------------------------------------------------------------------------------------- being shown

    def extra_repr(self) -> str:
        """What stands between the brackets of its line."""
        return ""

    def __repr__(self) -> str:
        """The architecture, a line per module, with how many parameters each has."""
        lines = _lines(self)
        return "\n".join(lines)


def _items(module: Module) -> Iterator[tuple[str, Any]]:
    """Tensors, Values and modules among a module's attributes, those in containers by dotted name."""
    return _named([(name, item) for name, item in reversed(vars(module).items()) if not name.startswith("_")])


def _parts(item: Any) -> Iterator[Tensor | Value | Module]:
    """Tensors, Values and modules in a container."""
    return (part for _, part in _named([("", item)]))


def _named(stack: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Tensors, Values and modules among the items of a stack, from its top down, those in containers by dotted name."""
    while stack:
        name, item = stack.pop()
        if isinstance(item, (Module, Tensor, Value)):
            yield name, item
        elif isinstance(item, (list, tuple)):
            stack.extend((f"{name}.{i}", part) for i, part in reversed(list(enumerate(item))))
        elif isinstance(item, dict):
            stack.extend((f"{name}.{key}", part) for key, part in reversed(item.items()))


def _leaves(root: Module) -> list[Leaf]:
    """Every parameter of a module and of all below it, each once."""
    found: dict[int, Leaf] = {}
    seen: set[int] = set()
    stack = [root]
    while stack:
        module = stack.pop()
        if id(module) in seen:
            continue
        seen.add(id(module))
        below: list[Module] = []
        for name, item in vars(module).items():
            if isinstance(item, NO_PARTS) or name.startswith("_"):
                continue
            for part in (item,) if isinstance(item, (Tensor, Value, Module)) else _parts(item):
                if isinstance(part, Module):
                    below.append(part)
                elif name not in module.buffers_named:
                    found.setdefault(id(part), part)
        stack += reversed(below if type(module).named_children is Module.named_children else list(module.children()))
    return list(found.values())


def count_parameters(module: Module, *, trainable: bool = False) -> int:
    """How many numbers a module learns.

    Args:
        module: Whose parameters to count, shared ones once.
        trainable: Count only those that take a gradient.

    >>> from nn import Linear, Sequential
    >>> count_parameters(Sequential(Linear(3, 4), Linear(4, 2)))
    26
    """
    return sum(
        int(np.size(parameter.data)) for parameter in module.parameters() if parameter.requires_grad or not trainable
    )


def _lines(root: Module) -> list[str]:
    lines: list[str] = []
    stack: list[tuple[int, str, Module | None]] = [(0, "", root)]
    while stack:
        depth, name, module = stack.pop()
        indent = "  " * depth
        if module is None:
            lines.append(f"{indent})")
            continue
        children = list(module.named_children())
        label = f"({name}): " if name else ""
        count = count_parameters(module)
        about = ", ".join(filter(None, [module.extra_repr(), f"{count:,} parameters" if count else ""]))
        if not children:
            lines.append(f"{indent}{label}{type(module).__name__}({about})")
            continue
        lines.append(
            f"{indent}{label}{type(module).__name__}(  # {about}"
            if about
            else f"{indent}{label}{type(module).__name__}("
        )
        stack.append((depth, "", None))
        stack.extend((depth + 1, child_name, child) for child_name, child in reversed(children))
    return lines
