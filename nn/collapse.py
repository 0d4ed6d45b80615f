"""Linear layers without an activation between them are one linear layer."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from autograd import OperandError, ShapeError

from .layers import Identity, Linear, Sequential
from .module import Module

__all__ = ["collapse_linear"]


def collapse_linear(layers: Module | Iterable[Module]) -> Linear:
    """The one layer that computes what linear layers in a row do.

    W = W_N···W_1 and b = b_N + W_N·b_{N−1} + ··· + W_N···W_2·b_1. The rank is at most the smallest
    width on the way: a bottleneck stays one.

    Args:
        layers: `Linear` layers, first to last: a list, a Sequential, or Sequentials in it. `Identity` changes nothing.

    Returns:
        A new layer with parameters of its own; with a bias if any of them has one.

    Raises:
        OperandError: there is no linear layer, or something else among them.
        ShapeError: a layer does not take what the one before it returns.

    >>> from autograd import Tensor
    >>> deep = Sequential(Linear(3, 1), Linear(1, 4))
    >>> flat = collapse_linear(deep)
    >>> flat, int(np.linalg.matrix_rank(flat.weight.data))
    (Linear(3 → 4, 16 parameters), 1)
    >>> x = Tensor([[1.0, 2.0, 3.0]])
    >>> bool(np.allclose(flat(x).data, deep(x).data))
    True
    """
    chain = _linear_layers([layers] if isinstance(layers, Module) else list(layers))
    first = chain[0]
    weight = first.weight.data.copy()
    offset = np.zeros(first.out_features, weight.dtype) if first.bias is None else first.bias.data.copy()
    for i, layer in enumerate(chain[1:], 1):
        if layer.in_features != len(weight):
            raise ShapeError(
                f"collapse_linear: linear layer {i} takes {layer.in_features} features, but is given {len(weight)}"
            )
        weight, offset = layer.weight.data @ weight, layer.weight.data @ offset
        if layer.bias is not None:
            offset = offset + layer.bias.data
    bias = any(layer.bias is not None for layer in chain)
    result = Linear(first.in_features, len(weight), bias, dtype=weight.dtype)
    result.load_state_dict({"weight": weight, "bias": offset} if bias else {"weight": weight})
    return result


def _linear_layers(modules: list[Module]) -> list[Linear]:
    chain: list[Linear] = []
    todo = modules[::-1]
    while todo:
        module = todo.pop()
        if isinstance(module, Linear):
            chain.append(module)
        elif isinstance(module, Sequential):
            todo.extend(reversed(list(module)))
        elif not isinstance(module, Identity):
            raise OperandError(f"collapse_linear: {type(module).__name__} is not linear, so the layers do not collapse")
    if not chain:
        raise OperandError("collapse_linear: there is no linear layer to collapse")
    return chain
