"""Cases of products: einsum, tensordot, dot, inner, outer, vdot."""

from __future__ import annotations

from typing import Any

import autograd

from .harness import Array, Case, numbers


def _einsum(equation: str, *inputs: Array, smooth: bool = True) -> Case:
    def theirs(*tensors: Any) -> Any:
        import torch

        return torch.einsum(equation, *tensors)

    return Case(
        f"einsum {equation} of {', '.join(str(x.shape) for x in inputs)}",
        lambda *tensors: autograd.einsum(equation, *tensors),
        theirs,
        inputs,
        smooth,
    )


def _tensordot(axes: Any, a: Array, b: Array) -> Case:
    def theirs(x: Any, y: Any) -> Any:
        import torch

        return torch.tensordot(x, y, dims=axes)

    return Case(f"tensordot {axes}", lambda x, y: autograd.tensordot(x, y, axes), theirs, (a, b))


def _dot(name: str, a: Array, b: Array) -> Case:
    def theirs(x: Any, y: Any) -> Any:
        import torch

        if not x.ndim or not y.ndim:
            return x * y
        return torch.tensordot(x, y, dims=([-1], [max(y.ndim - 2, 0)]))

    return Case(f"dot {name}", autograd.dot, theirs, (a, b))


def _inner(name: str, a: Array, b: Array) -> Case:
    return Case(f"inner {name}", autograd.inner, lambda x, y: x.inner(y), (a, b))


CASES = (
    _einsum("ij,jk->ik", numbers(2, 3), numbers(3, 4)),
    _einsum("ij,jk", numbers(2, 3), numbers(3, 4)),
    _einsum("ba,cb", numbers(2, 3), numbers(4, 2)),
    _einsum("i,i->", numbers(3), numbers(3, seed=1)),
    _einsum("i,j->ij", numbers(3), numbers(2)),
    _einsum("i,j->ji", numbers(3), numbers(2)),
    _einsum("ij->", numbers(2, 3)),
    _einsum("ij->j", numbers(2, 3)),
    _einsum("ij->ji", numbers(2, 3)),
    _einsum("ij", numbers(2, 3)),
    _einsum("ii", numbers(3, 3)),
    _einsum("ii->i", numbers(3, 3)),
    _einsum("ii->", numbers(1, 1)),
    _einsum("iji->j", numbers(2, 3, 2)),
    _einsum("iijj->ij", numbers(2, 2, 3, 3)),
    _einsum("iii->i", numbers(3, 3, 3)),
    _einsum("jiij->ij", numbers(2, 3, 3, 2)),
    _einsum("ii,i->i", numbers(3, 3), numbers(3)),
    _einsum("ij,ij->", numbers(2, 3), numbers(2, 3, seed=1)),
    _einsum("ij,k->k", numbers(2, 3), numbers(4)),
    _einsum("ij,k->", numbers(2, 3), numbers(4)),
    _einsum("...ij,...jk->...ik", numbers(2, 2, 3), numbers(2, 3, 2)),
    _einsum("...ij,...jk->...ik", numbers(4, 1, 2, 3), numbers(2, 3, 2)),
    _einsum("...ij->...ji", numbers(2, 3, 2)),
    _einsum("i...->...", numbers(2, 3)),
    _einsum("...,...", numbers(2, 3), numbers(3)),
    _einsum("i...,...i->...", numbers(2, 3), numbers(3, 2)),
    _einsum("ii...->...i", numbers(2, 2, 3)),
    _einsum("ij,ij->ij", numbers(1, 3), numbers(2, 3)),
    _einsum("ij,ij->i", numbers(2, 1), numbers(2, 3)),
    _einsum("ij,ij->", numbers(2, 1), numbers(1, 3)),
    _einsum("bi,ij,bj->b", numbers(4, 2), numbers(2, 3), numbers(4, 3)),
    _einsum("ij,jk,kl->il", numbers(2, 3), numbers(3, 2), numbers(2, 4)),
    _einsum("i,i,i->i", numbers(3), numbers(3, seed=1), numbers(3, seed=2)),
    _einsum("a,b,c,d->", numbers(2), numbers(3), numbers(2), numbers(2, seed=3)),
    _einsum(",i->i", numbers(), numbers(3)),
    _einsum("->", numbers()),
    _einsum("Ab,bA->A", numbers(2, 3), numbers(3, 2)),
    _einsum("ij,jk->ik", numbers(0, 3), numbers(3, 2)),
    _einsum("ij,jk->ik", numbers(2, 0), numbers(0, 2)),
    Case(
        "einsum of one operand twice",
        lambda x: autograd.einsum("ij,kj->ik", x, x),
        lambda x: x @ x.T,
        (numbers(2, 3),),
    ),
    _tensordot(0, numbers(2), numbers(3)),
    _tensordot(1, numbers(2, 3), numbers(3, 2)),
    _tensordot(2, numbers(2, 3, 2), numbers(3, 2, 2)),
    _tensordot(([0, 2], [1, 0]), numbers(2, 3, 4), numbers(4, 2)),
    _tensordot(([-1], [0]), numbers(2, 3), numbers(3)),
    _dot("vectors", numbers(3), numbers(3, seed=1)),
    _dot("matrices", numbers(2, 3), numbers(3, 4)),
    _dot("matrix and vector", numbers(2, 3), numbers(3)),
    _dot("vector and matrix", numbers(3), numbers(3, 2)),
    _dot("stacks", numbers(2, 2, 3), numbers(2, 3, 2)),
    _dot("vector and stack", numbers(3), numbers(2, 3, 2)),
    _dot("number and vector", numbers(), numbers(3)),
    _dot("matrix and number", numbers(2, 2), numbers()),
    _dot("numbers", numbers(), numbers(seed=1)),
    _dot("nothing", numbers(0), numbers(0)),
    Case("dot as a method", lambda x, y: x.dot(y), lambda x, y: x.dot(y), (numbers(4), numbers(4, seed=2))),
    _inner("vectors", numbers(3), numbers(3, seed=1)),
    _inner("matrices", numbers(2, 3), numbers(4, 3)),
    _inner("stack and vector", numbers(2, 2, 3), numbers(3)),
    _inner("number and vector", numbers(), numbers(3)),
    Case("outer", autograd.outer, lambda x, y: x.outer(y), (numbers(3), numbers(2))),
    Case(
        "outer of matrices",
        autograd.outer,
        lambda x, y: x.reshape(-1).outer(y.reshape(-1)),
        (numbers(2, 2), numbers(1, 3)),
    ),
    Case("outer of numbers", autograd.outer, lambda x, y: (x * y)[None, None], (numbers(), numbers(seed=1))),
    Case(
        "vdot",
        autograd.vdot,
        lambda x, y: x.reshape(-1).dot(y.reshape(-1)),
        (numbers(2, 3), numbers(2, 3, seed=1)),
    ),
    Case(
        "vdot of two shapes",
        autograd.vdot,
        lambda x, y: x.reshape(-1).dot(y.reshape(-1)),
        (numbers(2, 3), numbers(6)),
    ),
)
