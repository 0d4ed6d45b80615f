"""Functions that work alike on our Tensors and on PyTorch's, to compare derivatives of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..tensors.harness import numbers

Array = NDArray[Any]


class Function(NamedTuple):
    """A smooth function of one array, and where to look at it."""

    name: str
    f: Callable[[Any], Any]
    x: Array


_A = numbers(4, 3, seed=3)
_B = numbers(3, 3, seed=4)


def _const(array: Array, like: Any) -> Any:
    """An array as the library of `like` takes it."""
    if type(like).__module__.startswith("torch"):
        import torch

        return torch.tensor(array, dtype=like.dtype)
    return array


SCALAR = [
    Function("cubes", lambda x: (x**3).sum(), numbers(4)),
    Function("quadratic form", lambda x: x @ _const(_B, x) @ x, numbers(3)),
    Function("log of sums", lambda x: ((x * x).sum() + 1).log() * x[0], numbers(3)),
    Function("network", lambda x: ((_const(_A, x) @ x).tanh() ** 2).mean() + (x.sigmoid() * x).sum(), numbers(3)),
    Function("matrix", lambda x: ((x @ x.T).exp() * 0.1).sum() + (x[0] * x[1]).sum(), numbers(2, 3) / 3),
    Function("shared and indexed", lambda x: (x[[0, 0, 1]] * x[[1, 2, 2]] * x).sum(), numbers(3)),
    Function("no axes", lambda x: (x * x).sin() * x.exp(), np.array(0.8)),
]
"""To one number."""

VECTOR = [
    Function("squares", lambda x: x * x, numbers(4)),
    Function("matrix times vector", lambda x: _const(_A, x) @ x.tanh(), numbers(3)),
    Function("many to few", lambda x: (x.reshape(2, 3).exp()).sum(1), numbers(6)),
    Function("few to many", lambda x: (x[:, None] * x[None, :]).sin(), numbers(3)),
    Function("matrix to matrix", lambda x: x.T @ x, numbers(2, 3)),
    Function("a part of it", lambda x: x[1:] / (1 + x[:-1] ** 2), numbers(4)),
    Function("no axes to vector", lambda x: (x * _const(_A[0], x)).cos(), np.array(0.8)),
    Function("to one number", lambda x: (x * x).sum(), numbers(3)),
]
"""To arrays."""


def names(functions: list[Function]) -> list[str]:
    """Ids for tests."""
    return [function.name for function in functions]
