"""A feed-forward network with normalisation and dropout in their places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd import OperandError

from .activations import LogSoftmax, Softmax
from .dropout import Dropout
from .layers import Activation, Linear, Sequential
from .module import Module
from .normalization import BatchNorm1d
from .pairing import depth

__all__ = ["Activation", "FeedForward"]

_SHARES: dict[Any, type[Module]] = {"softmax": Softmax, "log_softmax": LogSoftmax}
"""Functions of all outputs of a sample together."""


class FeedForward(Sequential):
    """Layers of weighted sums, each but the last followed by an activation, and if wanted by normalisation and dropout.

    The multi-layer perceptron of tensors; `MLP` is the one of scalars, whose every wire can be drawn.

    Args:
        sizes: Of the input, of each hidden layer and of the output.
        activation: The name of the hidden layers' activation, or a function.
        norm: None; "pre" for batch normalisation between the sums and the activation, as in Ioffe and Szegedy (2015);
            "post" for after the activation, which some find to work better. Never after the output.
        dropout: The probability that a unit is left out behind each hidden layer, after the normalisation; or one for
            the input and one for each hidden layer, e.g. [0.2, 0.5, 0.5].
        output: The name of the function of the last weighted sums, or a function. None leaves them as they are, for
            a loss that includes the function, such as `CrossEntropyLoss`; see `output_pairing`.
        rng: Where starting weights and masks come from, a generator or a seed.

    Raises:
        OperandError: fewer than two sizes, an unknown activation or placement, or another number of probabilities.

    >>> [type(module).__name__ for module in FeedForward([4, 8, 2], norm="pre", dropout=0.5, rng=0)]
    ['Linear', 'BatchNorm1d', 'Activation', 'Dropout', 'Linear']
    """

    def __init__(
        self, sizes: Sequence[int], activation: str | Callable[..., Any] = "relu", norm: str | None = None,
        dropout: float | Sequence[float] = 0.0, *, output: str | Callable[..., Any] | None = None,
        rng: np.random.Generator | int | None = None,
    ) -> None:  # fmt: skip
        if len(sizes) < 2:
            raise OperandError(f"FeedForward: sizes are those of the input, hidden layers and output, not {sizes!r}")
        if norm not in (None, "pre", "post"):
            raise OperandError(f'FeedForward: norm is None, "pre" or "post", not {norm!r}')
        hidden = len(sizes) - 2
        rates = [0.0, *[float(dropout)] * hidden] if isinstance(dropout, (int, float)) else list(dropout)
        if len(rates) != hidden + 1:
            raise OperandError(
                f"FeedForward: {len(rates)} dropout probabilities for the input and {hidden} hidden layers; give "
                f"{hidden + 1}, or one number for all hidden layers"
            )
        source = np.random.default_rng(rng)
        modules: list[Module] = [Dropout(rates[0], rng=source)] if rates[0] else []
        for i, (inputs, outputs) in enumerate(pairwise(sizes)):
            modules.append(Linear(inputs, outputs, rng=source))
            if i == hidden:
                break
            acts = Activation(activation)
            modules += (
                [acts] if norm is None else [BatchNorm1d(outputs), acts] if norm == "pre"
                else [acts, BatchNorm1d(outputs)]
            )  # fmt: skip
            if rates[i + 1]:
                modules.append(Dropout(rates[i + 1], rng=source))
        if output is not None:
            modules.append(_SHARES[output]() if output in _SHARES else Activation(output))
        super().__init__(*modules)

    @property
    def depth(self) -> int:
        """How many layers of weights it has; the input does not count."""
        return depth(self)
