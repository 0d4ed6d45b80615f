"""What Tensors are made of, and what they refuse."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import OperandError, ShapeError, Tensor, Value

DTYPES = ("bool", "int8", "uint8", "int32", "int64", "float16", "float32", "float64")
OPERATORS = (
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
)  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_array_stays_itself(dtype: str) -> None:
    array = np.ones((2, 3), dtype)
    assert Tensor(array).data is array
    assert Tensor(array, dtype=dtype).data is array


@pytest.mark.parametrize(
    ("data", "dtype", "shape"),
    [
        (1.5, "float64", ()),
        (2, "int64", ()),
        (True, "bool", ()),
        (np.float32(1.5), "float32", ()),
        ([1, 2], "int64", (2,)),
        ([1, 2.5], "float64", (2,)),
        ([], "float64", (0,)),
        ([[], []], "float64", (2, 0)),
        (range(3), "int64", (3,)),
        (Tensor([1.0]), "float64", (1,)),
    ],
)
def test_numbers_and_lists(data: Any, dtype: str, shape: tuple[int, ...]) -> None:
    assert (str(Tensor(data).dtype), Tensor(data).shape) == (dtype, shape)


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        ([[1, 2], [3]], ShapeError, r"item \[0\] has 2 elements, but item \[1\] has 1 element"),
        ([[[1], [2]], [[1, 2], [3]]], ShapeError, r"item \[1\]\[0\] has 2 .* item \[1\]\[1\] has 1"),
        ([1, [2]], ShapeError, r"ragged: item \[0\] is a number, but item \[1\] has 1 element"),
        ([Value(1.0)], OperandError, "Values and Tensors do not mix"),
        ([1.0, Value(1.0)], OperandError, "object arrays"),
        (Value(1.0), OperandError, "other engine"),
        ([Tensor(1.0), Tensor(2.0)], OperandError, "stack or autograd.concatenate"),
        ([[1.0], [Tensor(2.0)]], OperandError, "stack or autograd.concatenate"),
        ("12", OperandError, "convert it with float"),
        (["1", "2"], OperandError, "not made of real numbers"),
        (1j, OperandError, "real and imaginary"),
        (np.ones(2, np.complex64), OperandError, "complex64"),
        (None, OperandError, "NoneType"),
        ({"a": 1}, OperandError, "dict"),
        (np.array([1, "a"], object), OperandError, "object arrays"),
        (np.array(["2020-01-01"], "datetime64[D]"), OperandError, "datetime64"),
        ([10**400], OperandError, "int"),
    ],
)
def test_what_is_refused(data: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        Tensor(data)


@pytest.mark.parametrize("copies", [1, 2])
def test_a_list_inside_itself(copies: int) -> None:
    endless: list[Any] = []
    endless += [endless] * copies
    with pytest.raises(OperandError, match="inside itself"):
        Tensor(endless)


@pytest.mark.parametrize("dtype", ["nonsense", complex, object, "U3", "datetime64[D]"])
def test_other_dtypes_are_refused(dtype: Any) -> None:
    with pytest.raises(OperandError, match="dtype"):
        Tensor([1.0], dtype=dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_only_fractions_require_grad(dtype: str) -> None:
    if dtype.startswith("float"):
        assert Tensor(np.ones(2, dtype), requires_grad=True).requires_grad
        return
    with pytest.raises(OperandError, match=f"holds {dtype} numbers"):
        Tensor(np.ones(2, dtype), requires_grad=True)
    assert not Tensor(np.ones(2, dtype)).requires_grad


def dtype_of(compute: Callable[[], Any]) -> str:
    try:
        return str(compute().dtype)
    except TypeError:  # an OperandError is one
        return "refused"


@pytest.mark.parametrize("apply", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("left", DTYPES)
def test_dtypes_are_promoted_as_numpy_does(apply: Callable[[Any, Any], Any], left: str) -> None:
    x = np.ones(2, left)
    for right in DTYPES:
        y = np.ones(2, right)
        expected = dtype_of(lambda y=y: apply(x, y))
        assert dtype_of(lambda y=y: apply(Tensor(x), Tensor(y))) == expected, right
        assert dtype_of(lambda y=y: apply(Tensor(x), y)) == expected, right
        assert dtype_of(lambda y=y: apply(x, Tensor(y))) == expected, right


@pytest.mark.parametrize("apply", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("dtype", DTYPES)
def test_numbers_take_on_the_dtype(apply: Callable[[Any, Any], Any], dtype: str) -> None:
    x = np.ones(2, dtype)
    for number in (2, 2.5, True):
        for scalar in (number, np.asarray(number).dtype.type(number)):
            assert dtype_of(lambda n=scalar: apply(Tensor(x), n)) == dtype_of(lambda n=number: apply(x, n)), number
            assert dtype_of(lambda n=scalar: apply(n, Tensor(x))) == dtype_of(lambda n=number: apply(n, x)), number


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "sigmoid", "relu", "softplus", "erf", "abs", "silu"])
def test_gates_keep_the_dtype(name: str, dtype: str) -> None:
    x = Tensor(np.full(3, 0.5, dtype), requires_grad=True)
    out = getattr(autograd, name)(x)
    out.sum().backward()
    assert (str(out.dtype), str(x.grad.dtype)) == (dtype, dtype)


def test_a_numpy_number_does_not_widen() -> None:
    x = Tensor(np.ones(2, np.float32), requires_grad=True)
    for out in (np.float64(2) * x, x * np.float64(2), np.float64(2) ** x, np.int64(3) - x, x / np.float64(3)):
        assert out.dtype == np.float32
        assert out.requires_grad


@pytest.mark.parametrize("apply", [*OPERATORS, operator.matmul], ids=lambda f: f.__name__)
def test_values_and_tensors_do_not_mix(apply: Callable[[Any, Any], Any]) -> None:
    v, t = Value(2.0), Tensor([1.0, 2.0])
    for pair in ((v, t), (t, v)):
        with pytest.raises(OperandError):
            apply(*pair)


def test_values_and_tensors_do_not_mix_in_functions() -> None:
    v, t = Value(2.0), Tensor([1.0, 2.0])
    for compute in (
        lambda: np.add(v, t), lambda: np.add(t, v), lambda: autograd.maximum(v, t), lambda: autograd.maximum(t, v),
        lambda: autograd.where(t > 1, v, t), lambda: autograd.where(v, t, t), lambda: autograd.concatenate([t, [v]]),
        lambda: autograd.stack([t, v]), lambda: np.logical_and(t, v), lambda: t.clip(v, 3), lambda: t[v],
    ):  # fmt: skip
        with pytest.raises(OperandError):
            compute()


@pytest.mark.parametrize("other", ["a", b"a", None, 1j, {}, {1}, object, np.array(["a"]), np.array([1j]), ["a"]])
def test_other_operands_are_refused(other: Any) -> None:
    t = Tensor([1.0, 2.0])
    with pytest.raises(OperandError):
        t + other
    with pytest.raises(TypeError):
        other - t


def test_other_kinds_of_numbers() -> None:
    t = Tensor([1.0, 2.0])
    assert (t + Fraction(1, 2)).tolist() == [1.5, 2.5]
    assert (Fraction(1, 2) * t).tolist() == [0.5, 1.0]
    assert operator.add([1, 2], t).tolist() == [2.0, 4.0]


def test_a_class_of_ones_own_may_take_over() -> None:
    class Mine:
        def __radd__(self, other: Any) -> str:
            return f"{len(other)} and mine"

    assert Tensor([1.0, 2.0]) + Mine() == "2 and mine"


def test_factories() -> None:
    rng = np.random.default_rng(3)
    like = Tensor(np.ones((2, 3), np.float32))
    for ours, numpys in (
        (autograd.zeros(2, 3), np.zeros((2, 3))),
        (autograd.ones((2, 3), dtype=np.float32), np.ones((2, 3), np.float32)),
        (autograd.full((2,), 7), np.full(2, 7)),
        (autograd.eye(2, 3), np.eye(2, 3)),
        (autograd.arange(5), np.arange(5)),
        (autograd.arange(1, 2, 0.25), np.arange(1, 2, 0.25)),
        (autograd.linspace(0, 1, 5), np.linspace(0, 1, 5)),
        (autograd.zeros_like(like), np.zeros((2, 3), np.float32)),
        (autograd.ones_like(like, dtype=float), np.ones((2, 3))),
        (autograd.full_like(like, 2), np.full((2, 3), 2, np.float32)),
        (np.zeros_like(like), np.zeros((2, 3), np.float32)),
        (autograd.rand(4, generator=3), rng.random(4)),
        (autograd.randn(2, 2, generator=3), np.random.default_rng(3).standard_normal((2, 2))),
    ):
        assert isinstance(ours, Tensor)
        assert ours.dtype == numpys.dtype
        np.testing.assert_array_equal(ours.data, numpys)
    assert autograd.zeros(2, requires_grad=True).requires_grad
    for wrong, name in (
        (lambda: autograd.zeros("a"), "zeros"), (lambda: autograd.ones(-1), "ones"),
        (lambda: autograd.rand(1.5), "rand"), (lambda: autograd.arange(), "arange"),
        (lambda: autograd.zeros(2, dtype="zzz"), "zeros"), (lambda: autograd.eye(2, dtype=complex), "eye"),
        (lambda: autograd.arange("a"), "arange"), (lambda: autograd.arange(1, 2, 0), "arange"),
        (lambda: autograd.linspace(0, 1, -1), "linspace"), (lambda: autograd.zeros_like(like, dtype=str), "zeros_like"),
        (lambda: autograd.ones_like("ab"), "ones_like"),
    ):  # fmt: skip
        with pytest.raises(OperandError, match=f"^{name}"):
            wrong()


def test_random_tensors_follow_their_generator() -> None:
    one, other = np.random.default_rng(5), np.random.default_rng(5)
    assert autograd.randn(3, generator=one).tolist() == other.standard_normal(3).tolist()
    assert autograd.rand(2, generator=one, dtype=np.float32).dtype == np.float32
    assert autograd.rand(3).tolist() != autograd.rand(3).tolist()


def test_one_hot() -> None:
    assert autograd.one_hot(Tensor([[0], [2]]), 3).tolist() == [[[1, 0, 0]], [[0, 0, 1]]]
    assert autograd.one_hot([1]).shape == (1, 2)
    assert isinstance(autograd.one_hot(np.array([1])), np.ndarray)
    for labels in ([0.5], [-1], [3]):
        with pytest.raises(OperandError):
            autograd.one_hot(np.array(labels), 3)
