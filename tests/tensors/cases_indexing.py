"""Cases of indexing, of orders and of bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd
from autograd import Tensor

from .harness import Case, numbers

MASK = np.array([[True, False, True, False], [False, False, True, True], [True, False, False, False]])
ROWS = np.array([True, False, True])
PLACES = np.array([[2, 0, 0], [1, 1, 3]])


def t(data: Any) -> Any:
    import torch

    return torch.tensor(np.asarray(data))


def torch() -> Any:
    import torch

    return torch


GOT = (
    Case("getitem number", lambda a: a[1], lambda a: a[1], (numbers(3),)),
    Case("getitem numbers", lambda a: a[1, -1], lambda a: a[1, -1], (numbers(3, 4),)),
    Case("getitem of a number", lambda a: a[()], lambda a: a[()], (numbers(),)),
    Case("getitem new axis of a number", lambda a: a[None, ...], lambda a: a[None, ...], (numbers(),)),
    Case("getitem backwards", lambda a: a[::-1, 3:0:-2], lambda a: a.flip(0)[:, [3, 1]], (numbers(3, 4),)),
    Case("getitem nothing", lambda a: a[2:2], lambda a: a[2:2], (numbers(3, 4),)),
    Case("getitem no places", lambda a: a[[]], lambda a: a[t(np.zeros(0, int))], (numbers(3, 4),)),
    Case("getitem numpy integer", lambda a: a[np.int32(1)], lambda a: a[1], (numbers(3, 4),)),
    Case("getitem array of no axes", lambda a: a[np.array(1)], lambda a: a[1], (numbers(3, 4),)),
    Case("getitem Tensor", lambda a: a[Tensor([2, 2, 0])], lambda a: a[t([2, 2, 0])], (numbers(3, 4),)),
    Case("getitem Tensor number", lambda a: a[Tensor(2)], lambda a: a[2], (numbers(3, 4),)),
    Case("getitem Tensor mask", lambda a: a[Tensor(MASK)], lambda a: a[t(MASK)], (numbers(3, 4),)),
    Case("getitem mask of rows", lambda a: a[ROWS], lambda a: a[t(ROWS)], (numbers(3, 4),)),
    Case("getitem mask of columns", lambda a: a[:, ROWS], lambda a: a[:, t(ROWS)], (numbers(2, 3, 2),)),
    Case("getitem mask and places", lambda a: a[ROWS, [1, 1]], lambda a: a[t(ROWS), [1, 1]], (numbers(3, 4),)),
    Case("getitem mask and place", lambda a: a[ROWS, 1], lambda a: a[t(ROWS), 1], (numbers(3, 4),)),
    Case(
        "getitem one in a mask",
        lambda a: a[[True, False], [1, 1, 0]],
        lambda a: a[[0, 0, 0], [1, 1, 0]],
        (numbers(2, 2),),
    ),
    Case("getitem places in the middle", lambda a: a[:, [1, 1, 0]], lambda a: a[:, [1, 1, 0]], (numbers(2, 3, 4),)),
    Case("getitem places of several axes", lambda a: a[PLACES], lambda a: a[t(PLACES)], (numbers(4, 2),)),
    Case(
        "getitem places that broadcast",
        lambda a: a[[[0], [2]], [0, 1]],
        lambda a: a[[[0], [2]], [0, 1]],
        (numbers(3, 4),),
    ),
    Case(
        "getitem places apart",
        lambda a: a[[0, 1, 1], :, [2, 0, 0]],
        lambda a: a[[0, 1, 1], :, [2, 0, 0]],
        (numbers(2, 3, 4),),
    ),
    Case("getitem negative places", lambda a: a[[-1, 0, -1], 1:], lambda a: a[[-1, 0, -1], 1:], (numbers(3, 4),)),
    Case("getitem places and new axis", lambda a: a[None, [1, 1]], lambda a: a[None, [1, 1]], (numbers(2, 3),)),
    Case("getitem many places", lambda a: a[np.arange(200) % 7], lambda a: a[t(np.arange(200) % 7)], (numbers(7, 2),)),
    Case(
        "getitem many pairs",
        lambda a: a[np.arange(200) % 4, np.arange(200) % 3],
        lambda a: a[t(np.arange(200) % 4), t(np.arange(200) % 3)],
        (numbers(4, 3),),
    ),
    Case(
        "getitem many numbers",
        lambda a: a[-1 - np.arange(200) % 5],
        lambda a: a[t(4 - np.arange(200) % 5)],
        (numbers(5),),
    ),
    Case(
        "getitem many columns",
        lambda a: a[:, np.arange(100) % 3, 1:],
        lambda a: a[:, t(np.arange(100) % 3), 1:],
        (numbers(2, 3, 2),),
    ),
    Case("getitem empty", lambda a: a[:, [0, 0]], lambda a: a[:, [0, 0]], (numbers(0, 2),)),
    Case("getitem then getitem", lambda a: a[1:][::2][[0, 0]], lambda a: a[1:][::2][[0, 0]], (numbers(5, 2),)),
    Case(
        "put distinct",
        lambda a: autograd.operations.put(a, [3, 1], (4, 2), distinct=True),
        lambda a: a.new_zeros(4, 2).index_put((t([3, 1]),), a),
        (numbers(2, 2),),
    ),
    Case(
        "put slice",
        lambda a: autograd.operations.put(a, slice(1, 3), (4, 2)),
        lambda a: torch().cat([a.new_zeros(1, 2), a, a.new_zeros(1, 2)]),
        (numbers(2, 2),),
    ),
    Case(
        "put many",
        lambda a: autograd.operations.put(a, np.arange(100) % 7, (9, 2)),
        lambda a: a.new_zeros(9, 2).index_put((t(np.arange(100) % 7),), a, accumulate=True),
        (numbers(100, 2),),
    ),
    Case("getitem take", lambda a: a.take([2, 0, 2], axis=1), lambda a: a[:, [2, 0, 2]], (numbers(2, 3),)),
    Case("getitem take flat", lambda a: np.take(a, [5, 0, 5]), lambda a: a.take(t([5, 0, 5])), (numbers(2, 3),)),
    Case(
        "take_along_axis",
        lambda a: a.take_along_axis(PLACES, 1),
        lambda a: a.take_along_dim(t(PLACES), 1),
        (numbers(2, 4),),
    ),
    Case(
        "take_along_axis stretched",
        lambda a: np.take_along_axis(a, PLACES[:1], 1),
        lambda a: a.take_along_dim(t(PLACES[:1]), 1),
        (numbers(3, 4),),
    ),
    Case(
        "take_along_axis flat",
        lambda a: a.take_along_axis([5, 0, 5], None),
        lambda a: a.flatten()[[5, 0, 5]],
        (numbers(2, 3),),
    ),
    Case("getitem gather", lambda a: a.gather(1, PLACES), lambda a: a.gather(1, t(PLACES)), (numbers(3, 4),)),
    Case(
        "getitem gather first",
        lambda a: autograd.gather(a, 0, Tensor(PLACES[:, :2])),
        lambda a: a.gather(0, t(PLACES[:, :2])),
        (numbers(4, 5),),
    ),
)

ORDERED = (
    Case("sort", lambda a: a.sort(), lambda a: a.sort().values, (numbers(2, 5),)),
    Case("sort axis", lambda a: np.sort(a, axis=0), lambda a: a.sort(0).values, (numbers(4, 3),)),
    Case(
        "sort descending",
        lambda a: autograd.sort(a, dim=1, descending=True),
        lambda a: a.sort(dim=1, descending=True).values,
        (numbers(2, 5),),
    ),
    Case("sort flat", lambda a: autograd.sort(a, None), lambda a: a.flatten().sort().values, (numbers(2, 5),)),
    Case(
        "sort ties",
        lambda a: a.sort(),
        lambda a: a.sort(stable=True).values,
        (np.array([2.0, 1, 2, 1, 2]),),
        smooth=False,
    ),
    Case(
        "sort ties descending",
        lambda a: a.sort(descending=True),
        lambda a: a.sort(stable=True, descending=True).values,
        (np.array([2.0, 1, 2, 1, 2]),),
        smooth=False,
    ),
    Case("sort empty", lambda a: a.sort(0), lambda a: a.sort(0).values, (numbers(0, 2),)),
    Case("take_along_axis topk", lambda a: a.topk(2)[0], lambda a: a.topk(2).values, (numbers(2, 5),)),
    Case(
        "take_along_axis smallest",
        lambda a: autograd.topk(a, 2, axis=0, largest=False)[0],
        lambda a: a.topk(2, 0, largest=False).values,
        (numbers(4, 3),),
    ),
    Case("clip", lambda a: a.clip(-1, 0.5), lambda a: a.clip(-1, 0.5), (numbers(3, 4),)),
    Case("clip below", lambda a: a.clamp(min=0.25), lambda a: a.clamp(min=0.25), (numbers(3, 4),)),
    Case("clip above", lambda a: np.clip(a, None, 0.25), lambda a: a.clamp(max=0.25), (numbers(3, 4),)),
    Case(
        "clip at the bounds",
        lambda a: a.clip(-1, 1),
        lambda a: a.clip(-1, 1),
        (np.array([-2.0, -1, 0, 1, 2]),),
        smooth=False,
    ),
    Case(
        "clip nan",
        lambda a: a.clip(-1, 1),
        lambda a: a.clip(-1, 1),
        (np.array([-np.inf, np.nan, 0, np.inf]),),
        smooth=False,
    ),
    Case(
        "clip by tensors",
        lambda a, b, c: a.clip(b, c),
        lambda a, b, c: a.clip(b, c),
        (numbers(4, 3), numbers(3, low=-1, high=0), numbers(4, 1, low=0.1, high=1)),
    ),
    Case(
        "clip by a largest", lambda a, b: a.clip(max=b), lambda a, b: a.clip(max=b), (numbers(4, 3), numbers(3, seed=5))
    ),
    Case(
        "clip crossed",
        lambda a, b, c: a.clip(b, c),
        lambda a, b, c: a.clip(b, c),
        (np.array([0.0, -3, 3]), np.array([1.0, 1, 1]), np.array([-1.0, -1, -1])),
        smooth=False,
    ),
)

CASES = (*GOT, *ORDERED)
