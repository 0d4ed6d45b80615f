"""numpy's functions, operators and ufuncs on Tensors: they record, or say why not."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import OperandError, ShapeError, Tensor

from .harness import numbers

X, Y, V = numbers(3, 4), numbers(3, 4, seed=1), numbers(4)
POSITIVE = np.abs(X) + 0.1

RECORDED: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "add": (np.add, (X, Y)), "subtract": (np.subtract, (X, Y)), "multiply": (np.multiply, (X, V)),
    "divide": (np.divide, (X, POSITIVE)), "power": (np.power, (POSITIVE, Y)), "negative": (np.negative, (X,)),
    "maximum": (np.maximum, (X, Y)), "minimum": (np.minimum, (X, Y)), "exp": (np.exp, (X,)), "tanh": (np.tanh, (X,)),
    "log": (np.log, (POSITIVE,)), "sqrt": (np.sqrt, (POSITIVE,)), "square": (np.square, (X,)), "abs": (np.abs, (X,)),
    "reciprocal": (np.reciprocal, (POSITIVE,)), "sin": (np.sin, (X,)), "arctan": (np.arctan, (X,)),
    "sign": (np.sign, (X,)), "positive": (np.positive, (X,)), "floor": (np.floor, (X,)), "ceil": (np.ceil, (X,)),
    "remainder": (np.remainder, (X, POSITIVE)), "floor_divide": (np.floor_divide, (X, POSITIVE)),
    "matmul": (np.matmul, (X, numbers(4, 2))), "sum": (np.sum, (X,)),
    "sum axis": (lambda x: np.sum(x, axis=0, keepdims=True), (X,)), "mean": (lambda x: np.mean(x, 1), (X,)),
    "max": (lambda x: np.max(x, axis=1), (X,)), "amin": (lambda x: np.amin(x, 0), (X,)),
    "add.reduce": (np.add.reduce, (X,)), "add.reduce all": (lambda x: np.add.reduce(x, axis=None), (X,)),
    "maximum.reduce": (lambda x: np.maximum.reduce(x, axis=1, keepdims=True), (X,)),
    "multiply.reduce": (np.multiply.reduce, (X,)), "minimum.reduce": (np.minimum.reduce, (X,)),
    "reshape": (lambda x: np.reshape(x, (2, 6)), (X,)), "reshape shape": (lambda x: np.reshape(x, shape=(12,)), (X,)),
    "transpose": (np.transpose, (X,)), "transpose axes": (lambda x: np.transpose(x, axes=(1, 0)), (X,)),
    "swapaxes": (lambda x: np.swapaxes(x, 0, 1), (X,)), "moveaxis": (lambda x: np.moveaxis(x, 0, -1), (X,)),
    "ravel": (np.ravel, (X,)), "squeeze": (lambda x: np.squeeze(np.expand_dims(x, 0), axis=0), (X,)),
    "expand_dims": (lambda x: np.expand_dims(x, axis=(0, 2)), (X,)),
    "broadcast_to": (lambda x: np.broadcast_to(x, (2, 4)), (V,)), "flip": (np.flip, (X,)),
    "flipud": (np.flipud, (X,)), "fliplr": (np.fliplr, (X,)), "roll": (lambda x: np.roll(x, 1, axis=0), (X,)),
    "concatenate": (lambda x, y: np.concatenate([x, y], axis=1), (X, Y)),
    "stack": (lambda x, y: np.stack([x, y]), (X, Y)),
    "vstack": (lambda x, v: np.vstack([x, v]), (X, V)), "hstack": (lambda x, y: np.hstack((x, y)), (X, Y)),
    "tile": (lambda x: np.tile(x, (2, 1)), (X,)), "repeat": (lambda x: np.repeat(x, 2, axis=1), (X,)),
    "pad": (lambda x: np.pad(x, 1), (X,)), "pad edge": (lambda x: np.pad(x, ((0, 1), (2, 0)), mode="edge"), (X,)),
    "split": (lambda x: np.split(x, 2, axis=1)[1], (X,)), "array_split": (lambda x: np.array_split(x, 2)[0], (X,)),
    "diagonal": (np.diagonal, (X,)), "diag": (np.diag, (V,)), "diag of": (lambda x: np.diag(x, 1), (X,)),
    "trace": (np.trace, (X,)), "tril": (np.tril, (X,)), "triu": (lambda x: np.triu(x, 1), (X,)),
    "sort": (np.sort, (X,)), "clip": (lambda x: np.clip(x, -1, 1), (X,)),
    "clip max": (lambda x: np.clip(x, None, 0.5), (X,)),
    "clip by": (lambda x, v: np.clip(x, v, 1.0), (X, V)), "take": (lambda x: np.take(x, [0, 0, 2], axis=1), (X,)),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.array([[0], [3], [1]]), axis=1), (X,)),
    "where": (lambda x, y: np.where(X > 0, x, y), (X, Y)), "where number": (lambda x: np.where(X > 0, x, 0), (X,)),
    "copy": (np.copy, (X,)), "array @": (lambda x: Y.T @ x, (X,)), "array +": (lambda x: Y + x, (X,)),
    "array **": (lambda x: POSITIVE**x, (X,)), "number *": (lambda x: np.float64(2) * x, (X,)),
    "list -": (lambda x: [1.0, 2.0, 3.0, 4.0] - x, (X,)), "array /": (lambda x: V / x, (POSITIVE,)),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDED)
def test_numpys_functions_record(name: str) -> None:
    compute, arrays = RECORDED[name]
    leaves = [Tensor(a, requires_grad=True) for a in arrays]
    out = compute(*leaves)
    assert isinstance(out, Tensor)
    assert out.requires_grad
    np.testing.assert_allclose(out.data, compute(*arrays), rtol=1e-14)
    out.backward(np.ones(out.shape))
    assert all(leaf.grad.shape == leaf.shape for leaf in leaves)


def test_the_gradient_of_a_mixture() -> None:
    x = Tensor(X, requires_grad=True)
    np.sum(np.exp(Y * x) @ np.ones(4)).backward()
    np.testing.assert_allclose(x.grad, Y * np.exp(Y * X), rtol=1e-13)


TRUTHS: dict[str, Callable[..., Any]] = {
    "greater": lambda x: np.greater(x, 0), "less": lambda x: np.less(0, x), "equal": lambda x: np.equal(x, X),
    "array <": lambda x: operator.lt(Y, x), "array >=": lambda x: operator.ge(Y, x),
    "number ==": lambda x: operator.eq(np.float64(1), x), "signbit": np.signbit,
    "array !=": lambda x: operator.ne(Y, x), "isfinite": np.isfinite, "isnan": np.isnan, "isinf": np.isinf,
    "logical_and": lambda x: np.logical_and(x > 0, Y > 0), "logical_or": lambda x: np.logical_or(Y, x),
    "logical_not": np.logical_not, "logical_xor": lambda x: np.logical_xor(x, 0), "&": lambda x: (x > 0) & (Y > 0),
    "|": lambda x: (Y > 0) | (x > 0), "^": lambda x: (x > 0) ^ True, "~": lambda x: ~(x > 0),
    "invert": lambda x: np.invert(x > 0), "not_equal": lambda x: np.not_equal(x, 0.5),
    "less_equal": lambda x: np.less_equal(x, Y), "greater_equal": lambda x: np.greater_equal(Y, x),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUTHS)
def test_truth_values_carry_no_gradient(name: str) -> None:
    compute = TRUTHS[name]
    out = compute(Tensor(X, requires_grad=True))
    assert isinstance(out, Tensor)
    assert (out.dtype, out.requires_grad, out.op) == (bool, False, None)
    np.testing.assert_array_equal(out.data, compute(X))


@pytest.mark.parametrize(
    ("compute", "expected"),
    [
        (lambda x: np.shape(x), (3, 4)),
        (lambda x: np.ndim(x), 2),
        (lambda x: np.size(x), 12),
        (lambda x: np.size(x, 1), 4),
        (lambda x: np.allclose(x, X), True),
        (lambda x: np.array_equal(x, Y), False),
        (lambda x: np.count_nonzero(x > 0), np.count_nonzero(X > 0)),
        (lambda x: np.result_type(x, np.float32), np.dtype(np.float64)),
        (lambda x: np.all(x < 9), True),
        (lambda x: np.any(x > 9), False),
        (lambda x: (x > 0).any(axis=0).tolist(), (X > 0).any(axis=0).tolist()),
        (lambda x: np.all(x > 0, axis=1, keepdims=True).tolist(), (X > 0).all(axis=1, keepdims=True).tolist()),
        (lambda x: X[1, 2] in x, True),
        (lambda x: 9.0 in x, False),
    ],
)
def test_questions_about_the_numbers(compute: Callable[[Any], Any], expected: Any) -> None:
    assert compute(Tensor(X, requires_grad=True)) == expected


def test_places() -> None:
    x = Tensor(X, requires_grad=True)
    for ours, numpys in ((np.nonzero(x > 0), np.nonzero(X > 0)), (np.where(x > 0), np.where(X > 0))):
        assert all(np.array_equal(a, b) for a, b in zip(ours, numpys, strict=True))
    for name in ("argmax", "argmin", "argsort"):
        ours = getattr(np, name)(x, axis=1)
        assert isinstance(ours, Tensor)
        assert not ours.requires_grad
        assert ours.tolist() == getattr(np, name)(X, axis=1).tolist()
    np.testing.assert_allclose(x, X)
    np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda x: np.hypot(x, x), "np.hypot is not an operation on Tensors"),
        (lambda x: np.add.accumulate(x), "np.add.accumulate is not"),
        (lambda x: np.multiply.outer(x, x), "np.multiply.outer is not"),
        (lambda x: np.add.at(x, 0, 1), "np.add.at is not"),
        (lambda x: np.add.reduce(x, where=X > 0), "np.add.reduce with where is not"),
        (lambda x: np.add(x, 1, dtype=float), "np.add with dtype is not"),
        (lambda x: np.exp(x, out=np.ones((3, 4))), "out="),
        (lambda x: np.add.reduce(x, out=np.ones(4)), "out="),
        (lambda x: np.trace(x, 0, 0, 1, float), "np.trace on Tensors: takes from 1 to 4"),
        (lambda x: np.diag(x, k="a"), "diagonal: "),
        (lambda x: np.median(x), "np.median is not an operation"),
        (lambda x: np.linalg.inv(x), "np.linalg.inv is not an operation"),
        (lambda x: np.sum(x, dtype=float), "sum has no option 'dtype'"),
        (lambda x: np.reshape(x, (12,), order="F"), "no option 'order'"),
        (lambda x: np.concatenate([x], dtype=float), "no option 'dtype'"),
        (lambda x: np.sort(x, kind="heapsort"), "leave kind away"),
        (lambda x: np.pad(x, 1, mode="mean"), "no mode 'mean'"),
        (lambda x: np.bitwise_and(x, x), "bitwise_and is not for float64 and float64"),
        (lambda x: x & 1, "compare first"),
        (lambda x: ~x, "invert is not for float64"),
    ],
)
def test_what_has_no_operation_says_so(compute: Callable[[Tensor], Any], message: str) -> None:
    with pytest.raises(OperandError, match=message):
        compute(Tensor(X, requires_grad=True))


@pytest.mark.parametrize("compute", [np.add, np.less, np.equal, np.logical_and, lambda a, b: a == b, np.maximum])
def test_shapes_that_do_not_broadcast(compute: Callable[..., Any]) -> None:
    for pair in ((Tensor(X), Tensor(np.ones(3))), (Tensor(X), np.ones(3)), (np.ones(3), Tensor(X))):
        with pytest.raises(ShapeError, match="do not broadcast: along axis -1 they have"):
            compute(*pair)


@pytest.mark.spec("S-005")
def test_one_name_for_gates_and_for_reductions() -> None:
    x = Tensor(X, requires_grad=True)
    assert autograd.max(x).item() == X.max()
    assert autograd.max(x, axis=0).tolist() == X.max(0).tolist()
    assert autograd.min(x, dim=1, keepdim=True).tolist() == X.min(1, keepdims=True).tolist()
    assert autograd.max(x, 0).tolist() == np.maximum(X, 0).tolist()
    assert autograd.max(x, y=0.5).tolist() == np.maximum(X, 0.5).tolist()
    assert autograd.sum(x, axis=1).tolist() == X.sum(1).tolist()
    assert autograd.leaky_relu(x).tolist() == np.where(X > 0, X, 0.01 * X).tolist()
    np.testing.assert_allclose(autograd.leaky_relu(x, negative_slope=0.5).data, np.where(X > 0, X, 0.5 * X))
    for wrong in (lambda: autograd.max(x, axes=0), lambda: autograd.exp(x, axis=0), lambda: autograd.mul(x)):
        with pytest.raises(OperandError):
            wrong()


@pytest.mark.spec("S-038")
@pytest.mark.parametrize("name", ["argmax", "argmin", "argsort"])
def test_places_have_no_gradient(name: str) -> None:
    x = Tensor(X, requires_grad=True)
    out = getattr(autograd, name)(x, axis=1)
    assert out.dtype.kind == "i"
    assert (out.requires_grad, out.is_leaf) == (False, True)
    with pytest.raises(autograd.GraphError, match=r"argmax.*no gradient passes.*softmax"):
        out.sum().backward()


@pytest.mark.spec("S-038")
def test_a_place_is_a_prediction() -> None:
    logits = Tensor([[1.0, 3.0, 3.0], [0.5, 0.1, -1.0]], requires_grad=True)
    places = logits.argmax(axis=1)
    assert places.tolist() == [1, 0]  # the first of equal ones
    assert logits.argmax().item() == 1
    assert logits.argmax(dim=1, keepdim=True).shape == (2, 1)
    # Picking by the place passes the gradient to what was picked.
    logits.gather(1, places[:, None]).sum().backward()
    assert logits.grad.tolist() == [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]


def test_the_trace_of_a_pass_is_not_that_of_a_matrix() -> None:
    x = Tensor(X, requires_grad=True, name="x")
    assert np.trace(x).item() == pytest.approx(np.trace(X))
    assert isinstance(autograd.trace(np.trace(x)), autograd.Trace)
