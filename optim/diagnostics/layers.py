"""What every layer of a network computes in one pass, and the gradient that comes back to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from autograd import Tensor, Value, enable_grad, gradients, is_grad_enabled

from ..blocks import Array
from ..errors import OptimizerError
from .arrays import as_floats

__all__ = ["Call", "LayerRecord", "record_layers", "recorded_calls"]


@dataclass(frozen=True)
class LayerRecord:
    """One call of one layer.

    Attributes:
        name: The layer's dotted name in the network, e.g. "0" or "encoder.1".
        kind: What it is: the name of its class, or of its activation.
        inputs: What it was given, as an array; None if that was no array.
        output: What it returned: of an activation the hidden units, of a linear layer the weighted sums.
        gradient: ∂loss/∂output, of output's shape; None if the loss sends none there.
    """

    name: str
    kind: str
    inputs: Array | None = field(repr=False)
    output: Array = field(repr=False)
    gradient: Array | None = field(repr=False)


@dataclass
class Call:
    """The same while the network runs, as nodes."""

    name: str
    kind: str
    inputs: Any
    output: Any

    def nodes(self) -> list[Any]:
        """The output's nodes: one Tensor, or Values."""
        listed = self.output if isinstance(self.output, (list, tuple)) else [self.output]
        return [n for n in listed if isinstance(n, (Tensor, Value)) and n.requires_grad]


@contextmanager
def recorded_calls(model: Any) -> Iterator[list[Call]]:
    """Collect the calls of a network's innermost modules, in order, while the block runs.

    Args:
        model: Anything with `named_modules`, whose modules take forward hooks: an `nn.Module`.

    Raises:
        OptimizerError: it is something else.
    """
    if not hasattr(model, "named_modules"):
        raise OptimizerError(f"record_layers takes a network with named modules, not a {type(model).__name__}")
    calls: list[Call] = []
    depth: list[int] = []

    def enter(_module: Any, _inputs: Any) -> None:
        depth.append(len(calls))

    def leave(name: str) -> Callable[..., None]:
        def hook(module: Any, inputs: Any, output: Any) -> None:
            if len(calls) == depth.pop() and is_grad_enabled():  # a module around others is told of by them
                kind = getattr(module, "which", None) or type(module).__name__
                calls.append(Call(name, str(kind), inputs[0] if inputs else None, output))

        return hook

    with ExitStack() as stack:
        for name, module in model.named_modules():
            stack.enter_context(module.register_forward_pre_hook(enter))
            stack.enter_context(module.register_forward_hook(leave(name)))
        yield calls


def record_layers(model: Any, loss: Callable[[], Any]) -> tuple[LayerRecord, ...]:
    """Run a network once and keep what its layers computed, with the gradient of the loss by each of their outputs.

    The parameters and their `.grad` stay as they are.

    Args:
        model: The network: anything with named modules that take forward hooks, such as an `nn.Module`.
        loss: Calls the network and returns the loss, one number, e.g. `lambda: criterion(model(x), y)`.

    Returns:
        The innermost layers in the order they were called.

    Raises:
        OptimizerError: the network has no modules, or none was called.

    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 3, rng=0), nn.Tanh(), nn.Linear(3, 1, rng=1))
    >>> layers = record_layers(model, lambda: model(Tensor([[1.0, 2.0]])).sum())
    >>> [(layer.name, layer.kind, layer.output.shape) for layer in layers]
    [('0', 'Linear', (1, 3)), ('1', 'Tanh', (1, 3)), ('2', 'Linear', (1, 1))]
    """
    with recorded_calls(model) as calls, enable_grad():
        result = loss()
    if not calls:
        raise OptimizerError("record_layers: no layer was called; the loss must call the network: lambda: f(model(x))")
    wanted = [node for call in calls for node in call.nodes()]
    found = dict(zip(map(id, wanted), gradients(result, wanted), strict=True)) if wanted else {}
    records = []
    for call in calls:
        parts = [found[id(n)] for n in call.nodes()]
        whole = isinstance(call.output, (Tensor, Value))
        gradient = None if not parts else as_floats(parts[0] if whole else parts)
        records.append(LayerRecord(call.name, call.kind, array_or_none(call.inputs), as_floats(call.output), gradient))
    return tuple(records)


def array_or_none(given: Any) -> Array | None:
    """The numbers given to a layer, where they are numbers."""
    try:
        return as_floats(given)
    except (TypeError, ValueError):
        return None
