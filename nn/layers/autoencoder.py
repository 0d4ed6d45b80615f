"""Autoencoder: a network that is to give back its input through a bottleneck."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import OperandError

from ..module import Module
from .activation import Activation
from .linear import Linear
from .sequential import Sequential
from .transposed import TiedLinear

__all__ = ["Autoencoder"]


class Autoencoder(Module):
    """Layers down to a code and the same sizes up again: z = decoder(encoder(x)), trained so that z is like x.

    With linear layers the best it can do is a principal component analysis: the smallest mean of ‖z − x‖² is what the
    components that do not fit through the code would explain.

    Args:
        sizes: Of the input, of each hidden layer of the encoder, and of the code.
        activation: Between layers, the name of one or a function; none behind the code and the output. The default,
            "linear_activation", leaves it out.
        tied: Decode with the encoder's own weights, transposed.
        bias: Whether layers have biases.
        rng: Where starting weights come from, a generator or a seed.

    Attributes:
        encoder: From the input to the code.
        decoder: From the code to the output.

    Raises:
        OperandError: there are fewer than two sizes, or one is not a positive whole number.

    Sources: Bourlard and Kamp, 1988; Baldi and Hornik, 1989; Hinton and Salakhutdinov, 2006.

    >>> model = Autoencoder([8, 4, 2], "tanh", tied=True, rng=0)
    >>> x = np.ones((5, 8))
    >>> model.encode(x).shape, model(x).shape, len(model.parameters())
    ((5, 2), (5, 8), 6)
    """

    kind = "autoencoder"

    def __init__(
        self, sizes: Sequence[int], activation: str | Callable[..., Any] = "linear_activation", *, tied: bool = False,
        bias: bool = True, rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        if len(sizes) < 2:
            raise OperandError(f"Autoencoder: sizes are those of the input, hidden layers and code, not {sizes!r}")
        source = np.random.default_rng(rng)
        down = [Linear(inputs, outputs, bias, rng=source) for inputs, outputs in pairwise(sizes)]
        up: list[Module] = [
            TiedLinear(layer, bias) if tied else Linear(layer.out_features, layer.in_features, bias, rng=source)
            for layer in reversed(down)
        ]
        self.encoder = _between(down, activation)
        self.decoder = _between(up, activation)
        self.encoder.name, self.decoder.name = "encoder", "decoder"
        self.tied = tied

    def encode(self, x: Any) -> Any:
        """The code of each row."""
        return self.encoder(x)

    def decode(self, code: Any) -> Any:
        """The row that belongs to each code."""
        return self.decoder(code)

    def forward(self, x: Any) -> Any:
        """Each row as it comes back."""
        return self.decode(self.encode(x))

    def extra_repr(self) -> str:
        """Whether the weights are shared."""
        return "tied" if self.tied else ""


def _between(layers: Sequence[Module], activation: str | Callable[..., Any]) -> Sequential:
    modules: list[Module] = []
    for layer in layers:
        if modules and activation != "linear_activation":
            modules.append(Activation(activation))
        modules.append(layer)
    return Sequential(*modules)
