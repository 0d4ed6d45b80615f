"""PyTorch's answer for each gate at a point: value, gradient, and second derivatives by double backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch.nn import functional

from .points import Point

T = torch.Tensor


def _halves(*both: T) -> T:
    half = len(both) // 2
    total = both[0] * both[half]
    for i in range(1, half):
        total = total + both[i] * both[half + i]
    return total


def _plus(*terms: T) -> T:
    total = terms[0].clone()
    for term in terms[1:]:
        total = total + term
    return total


FUNCTIONS: dict[str, Callable[..., T]] = {
    "abs": torch.abs,
    "add": torch.add,
    "atan": torch.atan,
    "cos": torch.cos,
    "div": torch.div,
    "dot": _halves,
    # PyTorch takes alpha as a number only, so it has no gradient in it.
    "elu": lambda x, alpha: functional.elu(x, alpha.item()),
    "eq": lambda x, y: torch.eq(x, y).double(),
    "erf": torch.erf,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "floordiv": lambda x, y: torch.div(x, y, rounding_mode="floor"),
    "ge": lambda x, y: torch.ge(x, y).double(),
    "gt": lambda x, y: torch.gt(x, y).double(),
    "identity": torch.clone,
    "inv": torch.reciprocal,
    "le": lambda x, y: torch.le(x, y).double(),
    "leaky_relu": lambda x, slope: functional.prelu(x.reshape(1, 1), slope.reshape(1)).reshape(()),
    "log": torch.log,
    "log1p": torch.log1p,
    "lt": lambda x, y: torch.lt(x, y).double(),
    "max": torch.maximum,
    "min": torch.minimum,
    "mod": torch.remainder,
    "mul": torch.mul,
    "ne": lambda x, y: torch.ne(x, y).double(),
    "neg": torch.neg,
    "pow": torch.pow,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "sign": torch.sign,
    "silu": functional.silu,
    "sin": torch.sin,
    "softplus": functional.softplus,
    "softsign": functional.softsign,
    "sqrt": torch.sqrt,
    # heaviside has no derivative at all in PyTorch; its value is taken where nothing is differentiated.
    "step": lambda x: torch.heaviside(x.detach(), torch.tensor(1.0, dtype=torch.float64)),
    "sub": torch.sub,
    "sum": _plus,
    "tanh": torch.tanh,
    "where": lambda condition, x, y: torch.where(condition != 0, x, y),
}
NUMBER_ONLY = {"elu": (1,)}
"""Operands that PyTorch takes as plain numbers only."""


class Answer(NamedTuple):
    """`first` has one entry per operand, None for a constant; `second` one row of such per operand."""

    value: float
    first: tuple[float | None, ...]
    second: tuple[tuple[float | None, ...] | None, ...]


def answer(name: str, point: Point, pattern: str) -> Answer:
    """What PyTorch says of a gate where the operands marked `v` are differentiated by and those marked `c` are not."""
    tensors = [
        torch.tensor(x, dtype=torch.float64, requires_grad=k == "v") for x, k in zip(point, pattern, strict=True)
    ]
    wanted = [t for t in tensors if t.requires_grad]
    output = FUNCTIONS[name](*tensors)
    first = _gradients(output, wanted)
    second = [_gradients(slope, wanted) for slope in first]
    return Answer(
        output.item(),
        _spread([slope.item() for slope in first], pattern),
        _spread([_spread([s.item() for s in row], pattern) for row in second], pattern),
    )


def _gradients(output: T, inputs: list[T]) -> list[T]:
    if not output.requires_grad:
        return [torch.zeros((), dtype=torch.float64) for _ in inputs]
    return list(torch.autograd.grad(output, inputs, create_graph=True, allow_unused=True, materialize_grads=True))


def _spread(found: list[Any], pattern: str) -> Any:
    """One entry per operand, None for the constants."""
    rest = iter(found)
    return tuple(next(rest) if kind == "v" else None for kind in pattern)
