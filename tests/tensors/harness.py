"""What is asked of every array operation: a case is one use of it, on our Tensors and on PyTorch's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import Tensor

Array = NDArray[Any]


class Case(NamedTuple):
    """One use of an operation.

    `ours` is called with Tensors and `theirs` with PyTorch's, each returning a tensor. `inputs` are float64 arrays.
    `smooth` says that finite differences make sense there.
    """

    name: str
    ours: Callable[..., Any]
    theirs: Callable[..., Any]
    inputs: tuple[Array, ...]
    smooth: bool = True
    operation: str = ""
    """The entry of the table it is a case of; the part of the name before a space where empty."""

    @property
    def about(self) -> str:
        return self.operation or self.name.partition(" ")[0]


def numbers(*shape: int, seed: int = 0, low: float = -2.0, high: float = 2.0) -> Array:
    """Random numbers of a shape, no two alike, between low and high."""
    size = int(np.prod(shape))
    source = np.random.default_rng(seed + 1000 * size + len(shape))
    spread = np.linspace(low, high, size + 2)[1:-1] + source.uniform(-0.2, 0.2, size) * (high - low) / (size + 2)
    return source.permutation(spread).reshape(shape)


def weights_for(shape: Sequence[int]) -> Array:
    """What the elements of a result are weighted with, to make one number of them."""
    return numbers(*shape, seed=77, low=-1.0, high=1.5) if shape else np.array(1.3)


def our_gradients(case: Case, dtype: Any = np.float64) -> tuple[Tensor, list[Any]]:
    """The result, and the gradient of its weighted sum with respect to each input."""
    leaves = [Tensor(x.astype(dtype), requires_grad=True) for x in case.inputs]
    out = case.ours(*leaves)
    out.backward(weights_for(out.shape).astype(out.dtype))
    return out, [leaf.grad for leaf in leaves]


def their_gradients(case: Case, dtype: str = "float64") -> tuple[Any, list[Any]]:
    """The same by PyTorch."""
    import torch

    leaves = [torch.tensor(x, dtype=getattr(torch, dtype), requires_grad=True) for x in case.inputs]
    out = case.theirs(*leaves)
    out.backward(torch.tensor(weights_for(tuple(out.shape)), dtype=out.dtype))
    return out, [leaf.grad for leaf in leaves]


def weighted(case: Case, leaves: Sequence[Tensor]) -> Tensor:
    """The result's weighted sum as one Tensor, for second derivatives."""
    out = case.ours(*leaves)
    total: Tensor = autograd.sum(out * weights_for(out.shape))
    return total


def gradient_as_graph(case: Case, inputs: Sequence[Array]) -> tuple[list[Tensor], list[Tensor]]:
    """The leaves, and the gradient with respect to each as a Tensor that can be differentiated again."""
    leaves = [Tensor(x, requires_grad=True) for x in inputs]
    weighted(case, leaves).backward(create_graph=True)
    found = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.zero_grad()
    return leaves, found


def second_order(case: Case, inputs: Sequence[Array]) -> tuple[float, list[Array]]:
    """A weighted sum of the gradient's elements, and its derivative with respect to each input."""
    leaves, gradient = gradient_as_graph(case, inputs)
    parts = [autograd.sum(g * weights_for(g.shape)) for g in gradient if g is not None]
    total: Any = parts[0]
    for part in parts[1:]:
        total = total + part
    if getattr(total, "requires_grad", False):
        total.backward()
    zeros = [np.zeros_like(leaf.data) if leaf.grad is None else leaf.grad for leaf in leaves]
    return float(total), zeros


def first_value(case: Case, inputs: Sequence[Array]) -> float:
    """The weighted sum as a number."""
    with autograd.no_grad():
        return float(weighted(case, [Tensor(x) for x in inputs]))


def differences(f: Callable[[Sequence[Array]], float], inputs: Sequence[Array], h: float = 1e-6) -> list[Array]:
    """Central differences of a function of arrays in each element of each."""
    found = []
    for k, x in enumerate(inputs):
        slopes = np.zeros_like(x)
        for i in np.ndindex(x.shape):
            ends = []
            for sign in (1, -1):
                moved = [a.copy() for a in inputs]
                moved[k][i] += sign * h
                ends.append(f(moved))
            slopes[i] = (ends[0] - ends[1]) / (2 * h)
        found.append(slopes)
    return found
