"""Cases of the operations everything else rests on."""

from __future__ import annotations

import numpy as np

import autograd

from .harness import Case, numbers

CASES = (
    Case("matmul matrices", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(2, 3), numbers(3, 4))),
    Case("matmul matrix and vector", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(2, 3), numbers(3))),
    Case("matmul vector and matrix", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(3), numbers(3, 4))),
    Case("matmul vectors", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(3), numbers(3, seed=1))),
    Case("matmul stacks", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(5, 2, 3), numbers(5, 3, 4))),
    Case("matmul stack and matrix", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(5, 2, 3), numbers(3, 4))),
    Case("matmul stretched stacks", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(4, 1, 2, 3), numbers(5, 3, 2))),
    Case("matmul vector and stack", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(3), numbers(2, 3, 4))),
    Case("matmul stack and vector", lambda a, b: a @ b, lambda a, b: a @ b, (numbers(2, 4, 3), numbers(3))),
    Case("transpose", lambda a: a.T, lambda a: a.permute(*range(a.ndim - 1, -1, -1)), (numbers(2, 3, 4),)),
    Case("transpose axes", lambda a: a.transpose(1, -1, 0), lambda a: a.permute(1, 2, 0), (numbers(2, 3, 4),)),
    Case("swapaxes", lambda a: a.swapaxes(0, -1), lambda a: a.swapaxes(0, -1), (numbers(2, 3, 4),)),
    Case("reshape", lambda a: a.reshape(4, -1), lambda a: a.reshape(4, -1), (numbers(2, 6),)),
    Case(
        "broadcast_to",
        lambda a: autograd.broadcast_to(a, (4, 2, 3)),
        lambda a: a.broadcast_to((4, 2, 3)),
        (numbers(2, 1),),
    ),
    Case("expand_dims", lambda a: autograd.expand_dims(a, (0, -1)), lambda a: a[None, ..., None], (numbers(2, 3),)),
    Case(
        "sum_to",
        lambda a: autograd.operations.sum_to(a, (1, 3)),
        lambda a: a.sum(0).sum(0, keepdim=True),
        (numbers(4, 2, 3),),
    ),
    Case("alias", lambda a: a.view_as_node(), lambda a: a.clone(), (numbers(2, 3),)),
    Case("astype", lambda a: a.astype(np.float32), lambda a: a.float(), (numbers(2, 3),), smooth=False),
    Case("sum", lambda a: a.sum(), lambda a: a.sum(), (numbers(2, 3),)),
    Case("sum axis", lambda a: a.sum(axis=1), lambda a: a.sum(1), (numbers(2, 3, 4),)),
    Case("sum axes", lambda a: a.sum((0, -1)), lambda a: a.sum((0, -1)), (numbers(2, 3, 4),)),
    Case("sum keepdim", lambda a: a.sum(dim=0, keepdim=True), lambda a: a.sum(0, keepdim=True), (numbers(2, 3),)),
    Case("mean", lambda a: a.mean(), lambda a: a.mean(), (numbers(2, 3),)),
    Case("mean axis", lambda a: a.mean(axis=-1), lambda a: a.mean(-1), (numbers(2, 3, 4),)),
    Case("mean keepdims", lambda a: a.mean(0, keepdims=True), lambda a: a.mean(0, keepdim=True), (numbers(2, 3),)),
    Case("amax", lambda a: a.max(), lambda a: a.amax(), (numbers(2, 3),)),
    Case("amax axis", lambda a: a.max(axis=1), lambda a: a.amax(1), (numbers(2, 3, 4),)),
    Case("amax tie", lambda a: a.max(axis=1), lambda a: a.amax(1), (np.array([[1.0, 3, 3], [2, 2, 2]]),), smooth=False),
    Case("amin axes", lambda a: a.min(axis=(0, 2)), lambda a: a.amin((0, 2)), (numbers(2, 3, 4),)),
    Case("getitem slice", lambda a: a[1:, ::2], lambda a: a[1:, ::2], (numbers(3, 5),)),
    Case("getitem integer", lambda a: a[-1], lambda a: a[-1], (numbers(3, 5),)),
    Case("getitem repeats", lambda a: a[[0, 2, 0]], lambda a: a[[0, 2, 0]], (numbers(3, 2),)),
    Case("getitem pairs", lambda a: a[[0, 2, 0], [1, 1, 1]], lambda a: a[[0, 2, 0], [1, 1, 1]], (numbers(3, 2),)),
    Case("getitem mask", lambda a: a[a > 0], lambda a: a[a > 0], (numbers(3, 4),)),
    Case("getitem new axis", lambda a: a[:, None, ..., 0], lambda a: a[:, None, ..., 0], (numbers(3, 4),)),
    Case(
        "put",
        lambda a: autograd.operations.put(a, index=np.array([0, 2, 0]), shape=(4, 2)),
        lambda a: a.new_zeros(4, 2).index_put(_index(0, 2, 0), a, accumulate=True),
        (numbers(3, 2),),
    ),
    Case(
        "linear",
        autograd.linear,
        lambda x, w, b: x @ w.T + b,
        (numbers(4, 3), numbers(2, 3), numbers(2)),
    ),
    Case(
        "linear_relu",
        autograd.linear_relu,
        lambda x, w, b: (x @ w.T + b).relu(),
        (numbers(4, 3), numbers(2, 3), numbers(2)),
    ),
    Case("linear_relu without bias", autograd.linear_relu, lambda x, w: (x @ w.T).relu(), (numbers(3), numbers(5, 3))),
    Case("linear without bias", autograd.linear, lambda x, w: x @ w.T, (numbers(4, 3), numbers(2, 3))),
    Case("linear of one sample", autograd.linear, lambda x, w, b: x @ w.T + b, (numbers(3), numbers(2, 3), numbers(2))),
    Case("linear to one output", autograd.linear, lambda x, w: x @ w, (numbers(4, 3), numbers(3))),
    Case("linear of a sample to one output", autograd.linear, lambda x, w: x @ w, (numbers(3), numbers(3))),
    Case(
        "linear of stacks to one output",
        autograd.linear,
        lambda x, w, b: x @ w + b,
        (numbers(2, 4, 3), numbers(3), numbers(1)),
    ),
    Case("linear_relu to one output", autograd.linear_relu, lambda x, w: (x @ w).relu(), (numbers(4, 3), numbers(3))),
    Case("linear of stacks", autograd.linear, lambda x, w: x @ w.T, (numbers(2, 4, 3), numbers(5, 3))),
)


def _index(*places: int) -> tuple[object, ...]:
    import torch

    return (torch.tensor(places),)
