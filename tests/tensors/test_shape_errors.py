"""Shapes that do not fit: the message names the operation, both shapes, the axis at fault and a remedy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import AutogradError, IndexingError, OperandError, ShapeError, Tensor


def t(*shape: int, name: str | None = None) -> Tensor:
    return Tensor(np.ones(shape), requires_grad=True, name=name)


SHAPES: list[tuple[Callable[[], Any], type[AutogradError], str]] = [
    (lambda: t(2, 3, name="a") + t(4, 5, name="b"), ShapeError,
     r"^add: a \(a Tensor of shape \(2, 3\)\) and b \(a Tensor of shape \(4, 5\)\) do not broadcast: along axis -1 "
     r"they have 3 and 5 elements; make them equal or 1"),
    (lambda: t(2, 3) * t(3, 2), ShapeError, r"mul: .* axis -1 .* 3 and 2 .*second would fit transposed, .T"),
    (lambda: t(2, 3) - t(2), ShapeError, r"sub: .* give the second new ones of size 1: \[..., None\]"),
    (lambda: t(2) / t(2, 3, 4), ShapeError, r"div: .* give the first new ones of size 1: \[..., None, None\]"),
    (lambda: t(4, 1, 3) ** t(2, 5, 3), ShapeError, r"pow: .* along axis -3 they have 4 and 2"),
    (lambda: autograd.where(t(2) > 0, t(3), t(3)), ShapeError, r"where: .* along axis -1 they have 2 and 3 and 3"),
    (lambda: t(3).clip(t(2), t(4)), ShapeError, r"clip: .* along axis -1 they have 3 and 2 and 4"),
    (lambda: t(2, 3) @ t(2, 3), ShapeError,
     r"matmul: the inner dimensions of .* differ: axis -1 of the first has 3 elements, axis -2 of the second 2; "
     r"the second would fit transposed: a @ b.T"),
    (lambda: t(3, 2) @ t(3, 4), ShapeError, r"the first would fit transposed: a.T @ b"),
    (lambda: t(5, 3, 2) @ t(3, 4), ShapeError, r"the first would fit transposed: a.swapaxes\(-1, -2\) @ b"),
    (lambda: t(2, 3) @ t(4, 2), ShapeError, r"the other way round: b @ a"),
    (lambda: t(2, 3) @ t(4, 5), ShapeError, r"axis -1 of the first has 3 elements, axis -2 of the second 4; .* equal"),
    (lambda: t(3) @ t(2), ShapeError, r"axis -1 of the first has 3 elements, axis -1 of the second 2"),
    (lambda: t(2, 3) @ Tensor(2.0), ShapeError, r"second .* has no axes.*to scale, use \*"),
    (lambda: t(2, 3, 4) @ t(5, 4, 2), ShapeError, r"matrices .* fit, but the stacks of them do not: \(2,\) and \(5,\)"),
    (lambda: np.ones((2, 3)) @ t(2, 3), ShapeError, r"matmul: the inner dimensions of an array of shape \(2, 3\)"),
    (lambda: autograd.linear(t(5, 3), t(3, 2)), ShapeError,
     r"linear: .* has 3 elements along its last axis, but the weights, .*, take 2 inputs; the weights would fit "
     r"transposed"),
    (lambda: autograd.linear(t(5, 3), t(2, 3), t(3)), ShapeError, r"linear: the bias, .*, does not fit to 2 outputs"),
    (lambda: autograd.linear_relu(t(5, 3), t(4, 4)), ShapeError, r"linear_relu: .* take 4 inputs"),
    (lambda: autograd.concatenate([t(2, 3, name="a"), t(2, 3), t(3, 4, name="c")]), ShapeError,
     r"concatenate: item 2, c \(a Tensor of shape \(3, 4\)\), has 4 elements along axis 1 and item 0, a .*, has 3: all "
     r"axes but the one they are joined along must be equally long$"),
    (lambda: autograd.concatenate([t(2, 3), t(2, 1)]), ShapeError, r"they would fit along axis 1"),
    (lambda: autograd.concatenate([t(2, 3), t(3)]), ShapeError, r"item 1, .*, has 1 axes and item 0, .*, has 2"),
    (lambda: autograd.concatenate([Tensor(1.0), Tensor(2.0)]), ShapeError, r"item 0, .*no axis .*: use stack"),
    (lambda: autograd.concatenate([]), ShapeError, r"concatenate of nothing"),
    (lambda: autograd.concatenate([t(2), t(3)], axis=1), IndexingError, r"concatenate: axis 1 does not exist"),
    (lambda: autograd.concatenate(t(2)), OperandError, r"concatenate joins a list .* not a Tensor"),
    (lambda: autograd.stack([t(2, 3), t(3, 2)]), ShapeError, r"stack: item 1, .*, has 3 elements along axis 0"),
    (lambda: autograd.stack([t(2), t(2)], axis=3), IndexingError, r"stack: axis 3 .*axes of the result are -2 to 1"),
    (lambda: np.vstack([t(2), t(3)]), ShapeError, r"concatenate: item 1, .*, has 3 elements along axis 1"),
    (lambda: t(2, 3).reshape(4, 2), ShapeError, r"reshape: .* has 6 elements, and the shape \(4, 2\) has 8"),
    (lambda: t(2, 3).reshape(4, -1), ShapeError, r"has 6 elements, which the known lengths of \(4, -1\) do not divide"),
    (lambda: t(2, 3).reshape(-1, -1), ShapeError, r"only one length may be -1"),
    (lambda: t(2, 3).reshape(2.5, 2), OperandError, r"made of whole numbers, not \(2.5, 2\)"),
    (lambda: t(2, 3).sum(axis=2), IndexingError, r"sum: axis 2 does not exist in .*\(2, 3\): its axes are -2 to 1"),
    (lambda: t(2, 3).mean(axis=(0, -3)), IndexingError, r"mean: axis -3 does not exist"),
    (lambda: t(2, 3).max(axis=5), IndexingError, r"amax: axis 5 does not exist"),
    (lambda: Tensor(1.0).sum(axis=1), IndexingError, r"sum: axis 1 .*has no axes"),
    (lambda: t(2, 3).sum(axis=(0, 0)), ShapeError, r"sum: duplicate value in 'axis'"),
    (lambda: t(0, 3).max(), ShapeError, r"amax: .*zero-size"),
    (lambda: t(2, 3).transpose(0, 0), ShapeError, r"transpose: the axes \(0, 0\) do not name each axis .* once"),
    (lambda: t(2, 3).transpose(0), ShapeError, r"transpose: the axes \(0,\) do not name each axis"),
    (lambda: t(2, 3).transpose(0, 2), IndexingError, r"transpose: axis 2 does not exist"),
    (lambda: t(2, 3).swapaxes(0, 2), IndexingError, r"swapaxes: axis 2 does not exist"),
    (lambda: t(2, 3).moveaxis(0, 2), IndexingError, r"moveaxis from 0 to 2"),
    (lambda: t(2, 3).moveaxis((0, 1), 0), ShapeError, r"moveaxis"),
    (lambda: t(2, 3).squeeze(0), ShapeError, r"squeeze: axis 0 of .* has 2 elements"),
    (lambda: t(2, 1).squeeze((0, 1)), ShapeError, r"squeeze: axis 0 of .* has 2 elements"),
    (lambda: t(2, 3).unsqueeze(3), IndexingError, r"expand_dims: axis 3 .*axes of the result are -3 to 2"),
    (lambda: t(2, 3).broadcast_to(4, 3), ShapeError, r"broadcast_to: .* along axis -2 it has 2 elements, not 4 or 1"),
    (lambda: t(2, 3).broadcast_to(3), ShapeError, r"broadcast_to: .* has more axes than the shape \(3,\)"),
    (lambda: t(2, 3).flatten(1, 0), ShapeError, r"flatten: there are no axes from 1 to 0"),
    (lambda: t(2, 3).flatten(2), IndexingError, r"flatten: axis 2 does not exist"),
    (lambda: t(2, 3).flip(2), IndexingError, r"flip: axis 2"),
    (lambda: t(2, 3).roll(1, 2), IndexingError, r"roll: axis 2"),
    (lambda: t(2, 3).repeat(2, axis=2), IndexingError, r"repeat: axis 2"),
    (lambda: t(2, 3).repeat([1, 2, 3], axis=0), ShapeError, r"repeat: "),
    (lambda: t(2, 3).split(2, axis=1), ShapeError, r"split: the 3 elements along axis 1 .* do not make 2 equal parts"),
    (lambda: t(2, 3).split(2, axis=2), IndexingError, r"split: axis 2 does not exist: .*-2 to 1"),
    (lambda: t(2, 3).unbind(2), IndexingError, r"unbind: axis 2"),
    (lambda: t(2, 3).chunk(0), ShapeError, r"chunk: the number of parts must be at least 1"),
    (lambda: t(2, 3).topk(4), ShapeError, r"topk: there are 3 elements along axis 1 of shape \(2, 3\), not 4"),
    (lambda: t(2, 3).sort(axis=2), IndexingError, r"sort: axis 2"),
    (lambda: t(2, 3).argmax(axis=2), IndexingError, r"argmax: axis 2"),
    (lambda: t(2, 3).take([5], axis=1), IndexingError, r"index 5 is out of bounds for axis 1 with size 3"),
    (lambda: t(2, 3).take([0], axis=2), IndexingError, r"take: axis 2"),
    (lambda: t(2, 3).gather(2, [[0]]), IndexingError, r"gather: axis 2"),
    (lambda: t(2, 3).gather(1, [0]), ShapeError, r"gather: index has the shape \(1,\)"),
    (lambda: t(2, 3).take_along_axis([[5]], 1), IndexingError, r"take_along_axis: \[\[\[5\]\]\] is outside of"),
    (lambda: t(2, 3).take_along_axis([0], 1), ShapeError, r"take_along_axis: .*same number of dimensions"),
    (lambda: t(3).diagonal(), ShapeError, r"diagonal: .*two dimensions"),
    (lambda: t(2, 3).diagonal(0, 0, 2), IndexingError, r"diagonal: axis 2 does not exist"),
    (lambda: t(2, 3).diagonal(0, 0, 0), ShapeError, r"diagonal: axis1 and axis2 cannot be the same"),
    (lambda: autograd.diag(t(2, 2, 2)), ShapeError, r"diag makes a matrix of a vector"),
    (lambda: t(3).tril(), ShapeError, r"tril takes matrices: something of shape \(3,\)"),
    (lambda: autograd.pad(t(2, 3), ((1, 2), (3, 4), (5, 6))), ShapeError, r"pad: the widths .* of the 2 axes"),
    (lambda: autograd.pad(t(2, 3), -1), ShapeError, r"pad: "),
    (lambda: autograd.pad(t(2, 3), 1.5), ShapeError, r"pad: the widths 1.5"),
    (lambda: t(2, 3).clip(), OperandError, r"clip needs a bound"),
    (lambda: t(2, 3).swapaxes(0), OperandError, r"swapaxes does not take these arguments: missing 1 required"),
    (lambda: t(2, 3).sum(2, 3, 4), OperandError, r"sum does not take these arguments"),
    (lambda: t(2, 3).sum(foo=1), OperandError, r"sum has no option 'foo'"),
    (lambda: t(2, 3).sum(axis="a"), OperandError, r"sum: "),
    (lambda: len(Tensor(1.0)), ShapeError, r"no axis to count along"),
    (lambda: float(t(2)), ShapeError, r"needs a single number"),
    (lambda: bool(t(2)), ShapeError, r"ambiguous"),
]  # fmt: skip


@pytest.mark.parametrize(("compute", "kind", "message"), SHAPES, ids=[str(i) for i in range(len(SHAPES))])
def test_the_message(compute: Callable[[], Any], kind: type[AutogradError], message: str) -> None:
    with pytest.raises(kind, match=message) as caught:
        compute()
    assert type(caught.value) is kind
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.needs("torch")
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda x: x[5], IndexError), (lambda x: x.sum(4), IndexError), (lambda x: x[0, 0, 0], IndexError),
        (lambda x: x @ x, RuntimeError), (lambda x: x.reshape(4, 2), RuntimeError), (lambda x: x + x.T, RuntimeError),
        (lambda x: x.unsqueeze(5), IndexError), (lambda x: x.gather(5, x), IndexError),
        (lambda x: len(x[0, 0]), TypeError),
    ],
)  # fmt: skip
def test_pytorch_refuses_too(ours: Callable[[Any], Any], theirs: type[Exception]) -> None:
    import torch

    with pytest.raises(theirs):
        ours(torch.ones(2, 3))
    with pytest.raises(IndexError if theirs is IndexError else (ValueError, TypeError)):
        ours(t(2, 3))


def test_a_hostile_name_stays_inert() -> None:
    for name in ("<script>alert(1)</script>", "a\nb", "x" * 10_000, "\x1b[31m"):
        with pytest.raises(ShapeError) as caught:
            t(2, 3, name=name) + t(4, name="b")
        text = str(caught.value)
        assert len(text) < 1000
        assert "\n" not in text
        assert "\x1b" not in text


def test_an_error_leaves_nothing_behind() -> None:
    x = t(2, 3)
    y = x * 2
    with pytest.raises(ShapeError):
        y + t(4)
    y.sum().backward()
    assert x.grad.tolist() == [[2.0] * 3] * 2
