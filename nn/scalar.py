"""Networks of scalar Values, small enough to draw every wire; the same classes as micrograd's (Karpathy, 2020)."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

from autograd import OperandError, Value, mark_call, mark_calls, weighted_sum, weighted_sums

from .fitting import fit_scalars, scalar_loss
from .module import Module

__all__ = ["MLP", "Layer", "Neuron"]


class Uniform(Protocol):
    """A source of random numbers: the `random` module, a `random.Random` or a `numpy.random.Generator`."""

    def uniform(self, low: float, high: float, /) -> float:
        """A number between low and high."""


class Neuron(Module):
    """relu(w·x + b), or w·x + b where `nonlin` is False.

    Args:
        nin: How many inputs it has.
        nonlin: Whether relu follows the weighted sum.
        rng: Where the weights come from, uniform in [-1, 1); the bias starts at 0. By default Python's `random`
            module, so `random.seed` makes a program repeatable, as in micrograd.
        name: Names the weights name.w0, name.w1, ... and the bias name.b.
        fused: Compute the weighted sum as one node (`autograd.weighted_sum`) instead of a product and a sum per weight:
            several times quicker and smaller, with the same numbers. Pictures then show one box, which
            `autograd.primitives()` opens.

    Attributes:
        w: The weights.
        b: The bias.

    >>> neuron = Neuron(2, rng=random.Random(0), name="n")
    >>> [p.name for p in neuron.parameters()]
    ['n.w0', 'n.w1', 'n.b']
    """

    def __init__(
        self, nin: int, nonlin: bool = True, *, rng: Uniform = random, name: str = "", fused: bool = False
    ) -> None:
        dot = f"{name}." if name else ""
        self.w = [Value(rng.uniform(-1, 1), f"{dot}w{i}") for i in range(nin)]
        self.b = Value(0.0, f"{dot}b")
        self.nonlin = nonlin
        self.name = name
        self.fused = fused

    kind = "neuron"

    def __call__(self, x: Sequence[Value | float]) -> Value:
        """Apply the neuron to `nin` inputs.

        Raises:
            OperandError: the number of inputs is another.
        """
        if len(x) != len(self.w):
            raise OperandError(f"{self!r} takes {len(self.w)} inputs, not {len(x)}")
        total = weighted_sum(self.w, x, self.b, fused=self.fused)
        out: Value = total.relu() if self.nonlin else total
        mark_call(out, self, x)
        return out

    def parameters(self) -> list[Value]:
        """The weights, then the bias."""
        return [*self.w, self.b]

    def __repr__(self) -> str:
        return f"{'ReLU' if self.nonlin else 'Linear'}Neuron({len(self.w)})"


class Layer(Module):
    """`nout` neurons side by side, each seeing all `nin` inputs.

    Args:
        nin: Inputs.
        nout: Neurons.
        fused: As for `Neuron`.
        options: What else `Neuron` takes.
    """

    def __init__(self, nin: int, nout: int, *, name: str = "", fused: bool = False, **options: Any) -> None:
        dot = f"{name}." if name else ""
        self.name = name
        self.fused = fused
        self.neurons = [Neuron(nin, name=f"{dot}n{i}", fused=fused, **options) for i in range(nout)]

    kind = "layer"

    def forward(self, x: Sequence[Value | float]) -> Any:
        """Apply every neuron: a list of Values, or the one Value of a layer of one."""
        out = self._together(x) if self.fused else [neuron(x) for neuron in self.neurons]
        return out[0] if len(out) == 1 else out

    def _together(self, x: Sequence[Value | float]) -> list[Value]:
        """The same as neuron by neuron, with one look at the inputs."""
        neurons = self.neurons
        rows = [n.w for n in neurons if type(n) is Neuron and n.fused]
        if len(rows) < len(neurons) or {*map(len, rows)} != {len(x)}:
            return [neuron(x) for neuron in neurons]
        totals = weighted_sums(rows, x, [n.b for n in neurons])
        out = [total.relu() if n.nonlin else total for n, total in zip(neurons, totals, strict=True)]
        mark_calls(out, neurons, x)
        return out

    def parameters(self) -> list[Value]:
        """The parameters of each neuron in turn."""
        return [p for neuron in self.neurons for p in neuron.parameters()]

    def __repr__(self) -> str:
        return f"Layer of [{', '.join(map(str, self.neurons))}]"


class MLP(Module):
    """A multi-layer perceptron of scalars: layers of relu neurons and a last one without relu.

    For more than a picture can show there is `FeedForward`, the same of tensors.

    Args:
        nin: Inputs.
        nouts: Size of each layer.
        rng: Where the weights come from; see `Neuron`.
        fused: One node per weighted sum; see `Neuron`.

    >>> model = MLP(2, [3, 1], rng=random.Random(0))
    >>> len(model.parameters()), model([1.0, -2.0]).op
    (13, 'add')
    """

    def __init__(self, nin: int, nouts: Sequence[int], *, rng: Uniform = random, fused: bool = False) -> None:
        sizes = [nin, *nouts]
        self.layers = [
            Layer(n, m, nonlin=i != len(nouts) - 1, rng=rng, name=f"l{i}", fused=fused)
            for i, (n, m) in enumerate(pairwise(sizes))
        ]

    kind = "mlp"
    fit = fit_scalars
    loss = scalar_loss

    @property
    def depth(self) -> int:
        """How many layers of neurons it has; the input does not count."""
        return len(self.layers)

    def forward(self, x: Sequence[Value | float]) -> Any:
        """Apply the layers one after another."""
        out: Any = x
        for layer in self.layers:
            out = layer(out if hasattr(out, "__len__") else [out])  # a numpy array is no Sequence
        return out

    def parameters(self) -> list[Value]:
        """The parameters of each layer in turn."""
        return [p for layer in self.layers for p in layer.parameters()]

    def __repr__(self) -> str:
        return f"MLP of [{', '.join(map(str, self.layers))}]"
