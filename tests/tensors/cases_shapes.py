"""Cases of what rearranges, joins, cuts, repeats and frames."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd

from .harness import Case, numbers


def weighted(parts: Any) -> Any:
    """One tensor of several parts of different lengths, so that each counts differently."""
    total: Any = 0
    for i, part in enumerate(parts):
        total = total + (i + 1.5) * (part * part).sum()
    return total


def torch() -> Any:
    import torch

    return torch


ARRANGED = (
    Case("squeeze", lambda a: a.squeeze(), lambda a: a.squeeze(), (numbers(1, 3, 1),)),
    Case("squeeze axis", lambda a: a.squeeze(-1), lambda a: a.squeeze(-1), (numbers(1, 3, 1),)),
    Case("squeeze axes", lambda a: a.squeeze((0, 2)), lambda a: a.squeeze((0, 2)), (numbers(1, 3, 1, 2),)),
    Case("squeeze dim", lambda a: autograd.squeeze(a, dim=0), lambda a: a[0], (numbers(1, 2),)),
    Case("squeeze to a number", lambda a: a.squeeze(), lambda a: a.squeeze(), (numbers(1, 1),)),
    Case("expand_dims unsqueeze", lambda a: a.unsqueeze(1), lambda a: a.unsqueeze(1), (numbers(2, 3),)),
    Case("expand_dims last", lambda a: autograd.unsqueeze(a, dim=-1), lambda a: a.unsqueeze(-1), (numbers(2, 3),)),
    Case("expand_dims number", lambda a: a.unsqueeze(0), lambda a: a.unsqueeze(0), (numbers(),)),
    Case("transpose moveaxis", lambda a: a.moveaxis(0, -1), lambda a: a.moveaxis(0, -1), (numbers(2, 3, 4),)),
    Case(
        "transpose moveaxes",
        lambda a: autograd.moveaxis(a, (0, 1), (-1, 0)),
        lambda a: a.moveaxis((0, 1), (-1, 0)),
        (numbers(2, 3, 4),),
    ),
    Case("reshape flatten", lambda a: a.flatten(), lambda a: a.flatten(), (numbers(2, 3, 2),)),
    Case("reshape flatten some", lambda a: a.flatten(1, -1), lambda a: a.flatten(1, -1), (numbers(2, 3, 2),)),
    Case("reshape flatten number", lambda a: a.flatten(), lambda a: a.flatten(), (numbers(),)),
    Case("reshape ravel of transposed", lambda a: a.T.ravel(), lambda a: a.T.ravel(), (numbers(2, 3),)),
    Case("reshape empty", lambda a: a.reshape(3, 0), lambda a: a.reshape(3, 0), (numbers(0, 2),)),
    Case("reshape number", lambda a: a.reshape(()), lambda a: a.reshape(()), (numbers(1, 1),)),
    Case("transpose empty", lambda a: a.T, lambda a: a.T, (numbers(0, 2),)),
    Case("clone", lambda a: a.clone() * a, lambda a: a.clone() * a, (numbers(2, 3),)),
    Case("flip", lambda a: a.flip(), lambda a: a.flip((0, 1)), (numbers(2, 3),)),
    Case("flip axis", lambda a: a.flip(1), lambda a: a.flip(1), (numbers(2, 3, 2),)),
    Case("flip axes", lambda a: autograd.flip(a, dims=(0, 2)), lambda a: a.flip((0, 2)), (numbers(2, 3, 2),)),
    Case("flip empty", lambda a: a.flip(0), lambda a: a.flip(0), (numbers(0, 2),)),
    Case("roll", lambda a: a.roll(2), lambda a: a.roll(2), (numbers(2, 3),)),
    Case("roll axis", lambda a: a.roll(-1, axis=1), lambda a: a.roll(-1, 1), (numbers(2, 3),)),
    Case("roll axes", lambda a: a.roll((1, 5), (0, 1)), lambda a: a.roll((1, 5), (0, 1)), (numbers(2, 3),)),
    Case("roll one by axes", lambda a: np.roll(a, 1, (0, 1)), lambda a: a.roll((1, 1), (0, 1)), (numbers(2, 3),)),
    Case("sum_to nothing", lambda a: autograd.operations.sum_to(a, (2, 3)), lambda a: a.clone(), (numbers(2, 3),)),
    Case("sum_to empty", lambda a: autograd.operations.sum_to(a, (1, 3)), lambda a: a.sum(0, True), (numbers(0, 3),)),
    Case("broadcast_to method", lambda a: a.broadcast_to(2, 3), lambda a: a.broadcast_to((2, 3)), (numbers(2, 1),)),
)

JOINED = (
    Case(
        "concatenate",
        lambda a, b, c: autograd.concatenate([a, b, c]),
        lambda a, b, c: torch().cat([a, b, c]),
        (numbers(2, 3), numbers(1, 3), numbers(4, 3)),
    ),
    Case(
        "concatenate axis",
        lambda a, b: autograd.cat([a, b], dim=-1),
        lambda a, b: torch().cat([a, b], -1),
        (numbers(2, 3), numbers(2, 1)),
    ),
    Case(
        "concatenate itself",
        lambda a: autograd.concatenate([a, a * a, a], axis=1),
        lambda a: torch().cat([a, a * a, a], 1),
        (numbers(2, 3),),
    ),
    Case(
        "concatenate flattened",
        lambda a, b: autograd.concatenate([a, b], axis=None),
        lambda a, b: torch().cat([a.flatten(), b.flatten()]),
        (numbers(2, 3), numbers(2)),
    ),
    Case(
        "concatenate with arrays",
        lambda a: np.concatenate([np.ones((1, 2), a.dtype), a]),
        lambda a: torch().cat([a.new_ones(1, 2), a]),
        (numbers(2, 2),),
    ),
    Case(
        "concatenate empty",
        lambda a, b: autograd.concatenate([a, b]),
        lambda a, b: torch().cat([a, b]),
        (numbers(0, 3), numbers(2, 3)),
    ),
    Case(
        "concatenate below",
        lambda a, b: np.vstack([a, b]),
        lambda a, b: torch().vstack([a, b]),
        (numbers(3), numbers(2, 3)),
    ),
    Case(
        "concatenate beside",
        lambda a, b: np.hstack([a, b]),
        lambda a, b: torch().hstack([a, b]),
        (numbers(2, 1), numbers(2, 3)),
    ),
    Case(
        "stack",
        lambda a, b: autograd.stack([a, b]),
        lambda a, b: torch().stack([a, b]),
        (numbers(2, 3), numbers(2, 3, seed=1)),
    ),
    Case(
        "stack last",
        lambda a, b: autograd.stack((a, b, a * b), dim=-1),
        lambda a, b: torch().stack([a, b, a * b], -1),
        (numbers(2, 3), numbers(2, 3, seed=1)),
    ),
    Case(
        "stack numbers",
        lambda a, b: np.stack([a, b]),
        lambda a, b: torch().stack([a, b]),
        (numbers(), numbers(seed=1)),
    ),
    Case("getitem split", lambda a: weighted(a.split(3, axis=1)), lambda a: weighted(a.split(2, 1)), (numbers(2, 6),)),
    Case(
        "getitem split at",
        lambda a: weighted(autograd.split(a, [1, 4])),
        lambda a: weighted(a.split([1, 3, 2])),
        (numbers(6, 2),),
    ),
    Case(
        "getitem array_split",
        lambda a: weighted(np.array_split(a, 3)),
        lambda a: weighted(a.tensor_split(3)),
        (numbers(5, 2),),
    ),
    Case("getitem chunk", lambda a: weighted(a.chunk(4)), lambda a: weighted(a.chunk(4)), (numbers(5, 2),)),
    Case("getitem unbind", lambda a: weighted(a.unbind(1)), lambda a: weighted(a.unbind(1)), (numbers(2, 3),)),
    Case("getitem rows", lambda a: weighted(iter(a)), lambda a: weighted(iter(a)), (numbers(2, 3),)),
)

COPIED = (
    Case("tile", lambda a: a.tile((2, 3)), lambda a: a.tile((2, 3)), (numbers(2, 2),)),
    Case("tile new axes", lambda a: a.tile(2, 1, 3), lambda a: a.tile((2, 1, 3)), (numbers(2),)),
    Case("tile few", lambda a: np.tile(a, 2), lambda a: a.tile((2,)), (numbers(2, 2, 2),)),
    Case("tile number", lambda a: a.tile(3), lambda a: a.tile((3,)), (numbers(),)),
    Case("tile none", lambda a: a.tile(0, 1), lambda a: a.tile((0, 1)), (numbers(2, 2),)),
    Case("repeat", lambda a: a.repeat(3, axis=0), lambda a: a.repeat_interleave(3, 0), (numbers(2, 2),)),
    Case("repeat flat", lambda a: a.repeat(2), lambda a: a.repeat_interleave(2), (numbers(2, 2),)),
    Case(
        "repeat counts",
        lambda a: a.repeat_interleave(np.array([2, 0, 3]), dim=-1),
        lambda a: a.repeat_interleave(torch().tensor([2, 0, 3]), dim=-1),
        (numbers(2, 3),),
    ),
    Case("pad", lambda a: autograd.pad(a, 1), lambda a: _framed(a, (1, 1, 1, 1)), (numbers(2, 3),)),
    Case(
        "pad widths",
        lambda a: np.pad(a, ((1, 0), (2, 3)), constant_values=0.5),
        lambda a: _framed(a, (2, 3, 1, 0), value=0.5),
        (numbers(2, 3),),
    ),
    Case(
        "pad reflect",
        lambda a: np.pad(a, (2, 1), "reflect"),
        lambda a: _framed(a[None], (2, 1), mode="reflect")[0],
        (numbers(4),),
    ),
    Case(
        "pad edge",
        lambda a: autograd.pad(a, ((1, 2), (0, 1)), mode="edge"),
        lambda a: _framed(a[None], (0, 1, 1, 2), mode="replicate")[0],
        (numbers(2, 3),),
    ),
    Case(
        "pad wrap",
        lambda a: autograd.pad(a, ((1, 2), (0, 1)), mode="wrap"),
        lambda a: _framed(a[None], (0, 1, 1, 2), mode="circular")[0],
        (numbers(3, 3),),
    ),
    Case(
        "pad symmetric",
        lambda a: autograd.pad(a, (1, 2), mode="symmetric"),
        lambda a: a[[0, 0, 1, 2, 2, 1]],
        (numbers(3),),
    ),
)

DIAGONALS = (
    Case("diagonal", lambda a: a.diagonal(), lambda a: a.diagonal(), (numbers(3, 4),)),
    Case("diagonal above", lambda a: a.diagonal(2), lambda a: a.diagonal(2), (numbers(3, 4),)),
    Case("diagonal below", lambda a: a.diagonal(-1), lambda a: a.diagonal(-1), (numbers(3, 4),)),
    Case("diagonal outside", lambda a: a.diagonal(7), lambda a: a.new_zeros(0) * a.sum(), (numbers(3, 4),)),
    Case("diagonal stacks", lambda a: a.diagonal(0, 0, 2), lambda a: a.diagonal(0, 0, 2), (numbers(3, 2, 3),)),
    Case("diagonal last axes", lambda a: a.diagonal(1, -2, -1), lambda a: a.diagonal(1, -2, -1), (numbers(2, 3, 4),)),
    Case("diagonal turned", lambda a: a.diagonal(1, 2, 1), lambda a: a.diagonal(1, 2, 1), (numbers(2, 3, 4),)),
    Case("diagonal trace", lambda a: np.trace(a), lambda a: a.trace(), (numbers(3, 4),)),
    Case("diag", lambda a: autograd.diag(a), lambda a: a.diag(), (numbers(3),)),
    Case("diag above", lambda a: np.diag(a, 1), lambda a: a.diag(1), (numbers(3),)),
    Case("diagonal of diag", lambda a: autograd.diag(a, -1), lambda a: a.diag(-1), (numbers(3, 3),)),
    Case("tril", lambda a: a.tril(), lambda a: a.tril(), (numbers(3, 4),)),
    Case("tril stacks", lambda a: autograd.tril(a, -1), lambda a: a.tril(-1), (numbers(2, 3, 3),)),
    Case("triu", lambda a: a.triu(), lambda a: a.triu(), (numbers(3, 4),)),
    Case("triu above", lambda a: a.triu(diagonal=1), lambda a: a.triu(1), (numbers(3, 4),)),
)


def _framed(x: Any, widths: tuple[int, ...], **options: Any) -> Any:
    return torch().nn.functional.pad(x, widths, **options)


CASES = (*ARRANGED, *JOINED, *COPIED, *DIAGONALS)
