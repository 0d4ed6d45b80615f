"""Every derivative of every layer here against finite differences: backward, as a graph, forward mode, second order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, gradcheck

from ..tensors.harness import numbers

LAYERS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "BatchNorm1d": (lambda: nn.BatchNorm1d(3), (4, 3)),
    "BatchNorm1d in use": (lambda: nn.BatchNorm1d(3).eval(), (4, 3)),
    "BatchNorm2d": (lambda: nn.BatchNorm2d(2), (2, 2, 2, 1)),
    "LayerNorm": (lambda: nn.LayerNorm(3), (2, 3)),
    "GroupNorm": (lambda: nn.GroupNorm(2, 4), (2, 4)),
    "PReLU": (lambda: nn.PReLU(3), (2, 3)),
    "Swish": (lambda: nn.Swish(1.3, learnable=True), (2, 3)),
    "Maxout": (lambda: nn.Maxout(3, 2, rng=np.random.default_rng(0)), (4, 3)),
    "Softmax": (nn.Softmax, (2, 3)),
    "LogSoftmax": (lambda: nn.LogSoftmax(0), (2, 3)),
    "Softplus": (lambda: nn.Softplus(2.0), (2, 3)),
    "ELU": (lambda: nn.ELU(1.5), (2, 3)),
    "Mish": (nn.Mish, (2, 3)),
    "GELU": (nn.GELU, (2, 3)),
    "Softsign": (nn.Softsign, (2, 3)),
    "Dropout": (lambda: _Seeded(), (3, 4)),
    "FeedForward": (lambda: nn.FeedForward([3, 4, 2], "tanh", "pre", rng=0), (4, 3)),
    "FeedForward post": (lambda: nn.FeedForward([3, 4, 2], "softsign", "post", rng=0), (4, 3)),
}


class _Seeded(nn.Dropout):
    """Dropout that draws the same mask in every pass, as a function must."""

    def forward(self, x: Any) -> Any:
        self.rng = np.random.default_rng(0)
        return super().forward(x)


def with_parameters(module: nn.Module, names: list[str], tensors: tuple[Tensor, ...], x: Tensor) -> Tensor:
    """The module's result with these tensors in its parameters' places."""
    modules = dict(module.named_modules())
    for name, tensor in zip(names, tensors, strict=True):
        path, _, attribute = name.rpartition(".")
        setattr(modules[path], attribute, tensor)
    out: Tensor = module(x)
    return out


@pytest.mark.parametrize("name", LAYERS)
def test_derivatives(name: str) -> None:
    make, shape = LAYERS[name]
    module = make()
    names = [key for key, _ in module.named_parameters()]
    point = [
        numbers(*shape),
        *(numbers(*p.shape, seed=i + 1, low=0.3, high=1.4) for i, p in enumerate(module.parameters())),
    ]
    order = 1 if name.startswith("FeedForward") else 2
    assert gradcheck(lambda x, *tensors: with_parameters(module, names, tensors, x), point, order=order)
