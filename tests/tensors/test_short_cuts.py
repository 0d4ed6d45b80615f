"""The short cut to a node builds the node that the general way builds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OperandError, ShapeError, Tensor
from autograd.gate import GATES
from autograd.operation import OPERATIONS, Operation
from autograd.tensors.record import apply_gate, record

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
}  # fmt: skip
REFLECTED = {"add": "__radd__", "sub": "__rsub__", "mul": "__rmul__", "div": "__rtruediv__", "pow": "__rpow__"}
UNARY = ("exp", "log", "relu", "tanh", "sigmoid", "sqrt", "inv", "abs")


def leaf(*shape: int, grad: bool = True, version: int = 0) -> Tensor:
    made = Tensor(np.linspace(0.5, 2.0, int(np.prod(shape))).reshape(shape), requires_grad=grad)
    for _ in range(version):
        autograd.increment_version([made])
    return made


def same_node(quick: Tensor, general: Tensor) -> None:
    """Everything that a node remembers; the way back is looked up later by the general way."""
    np.testing.assert_array_equal(quick.data, general.data)
    assert quick.dtype == general.dtype
    for slot in ("_requires_grad", "_rule", "_options", "_stamp", "_depth", "_version", "grad"):
        assert getattr(quick, slot) == getattr(general, slot), slot
    assert len(quick.operands) == len(general.operands)
    assert all(a is b or a == b for a, b in zip(quick.operands, general.operands, strict=True))
    for slot in ("_info", "_hooks"):
        assert getattr(quick, slot) is getattr(general, slot) is None
    assert (quick._kept is None) == (general._kept is None)
    assert (quick._family is None) == (general._family is None)
    assert (quick._past is not None) == quick.requires_grad


numbers = st.sampled_from([2, 0.5, -3.0])
tensors = st.builds(leaf, st.sampled_from([1, 3]), grad=st.booleans(), version=st.integers(0, 2))
arrays = st.builds(lambda n: np.full(n, 1.5), st.sampled_from([1, 3]))


@given(st.sampled_from(sorted(BINARY)), tensors, st.one_of(tensors, arrays, numbers), st.booleans())
def test_an_operator_builds_the_node_of_its_gate(name: str, x: Tensor, other: Any, swapped: bool) -> None:
    if not isinstance(other, Tensor):
        other = abs(other)
    a, b = (other, x) if swapped else (x, other)
    # numpy's own operators would ask what the Tensor makes of a ufunc; Python's ask its reflected method.
    found = getattr(x, REFLECTED[name])(other) if swapped and type(other) is np.ndarray else BINARY[name](a, b)
    same_node(found, apply_gate(Tensor, GATES[name], (a, b)))


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("grad", [False, True])
def test_a_method_builds_the_node_of_its_gate(name: str, grad: bool) -> None:
    x = leaf(3, grad=grad)
    same_node(getattr(x, name)(), apply_gate(Tensor, GATES[name], (x,)))


def operands_of(rule: Operation) -> list[tuple[Any, ...]]:
    """Operands of every kind that the operation's short cuts take."""
    counts = rule.plain if rule.arrange is not None else (len(rule.pullbacks) or 1,)
    found: list[tuple[Any, ...]] = []
    for count in counts:
        for nodes, shape in product(range(1, 2**count), ((2, 2), (3,))):
            given = [leaf(*shape, version=i) if nodes >> i & 1 else np.full(shape, 0.25 * i) for i in range(count)]
            found.append(tuple(given))
    return found


DIRECT = [
    rule
    for rule in OPERATIONS.values()
    if not rule.variadic
    and (rule.arrange is None or rule.plain)
    and rule.name != "diag"  # it is nothing without offset
]


@pytest.mark.parametrize("rule", DIRECT, ids=[rule.name for rule in DIRECT])
def test_an_operation_builds_the_node_that_record_builds(rule: Operation) -> None:
    compared = 0
    for operands in operands_of(rule):
        try:
            general = record(Tensor, rule, operands, None)
        except autograd.AutogradError as error:
            with pytest.raises(type(error)):
                rule(*operands)
            continue
        quick = rule(*operands)
        assert tuple(map(type, operands)) in rule._short_cuts
        same_node(quick, general)
        compared += 1
    assert compared


def test_labels_beside_scores_take_the_short_cut() -> None:
    scores = leaf(3, 4)
    labels = np.array([0, 3, 1])
    quick = autograd.cross_entropy(scores, labels)
    same_node(quick, record(Tensor, autograd.cross_entropy, (scores, labels), None))
    assert (Tensor, np.ndarray) in autograd.cross_entropy._short_cuts


def test_a_view_knows_whom_it_shares_memory_with() -> None:
    x = leaf(2, 3, grad=False)
    view = x.T
    assert view._family is x._family is not None
    x += 1
    assert view._version == 1


@pytest.mark.parametrize("strange", [np.array(["a"]), np.array([1 + 2j]), np.array([object()])])
def test_an_array_of_something_else_is_refused(strange: Any) -> None:
    for apply in (lambda: leaf(1) * strange, lambda: strange * leaf(1), lambda: autograd.matmul(leaf(1), strange)):
        with pytest.raises(OperandError):
            apply()


def test_what_numpy_refuses_is_explained() -> None:
    with pytest.raises(ShapeError, match=r"add.*\(2,\).*\(3,\)"):
        leaf(2) + leaf(3)
    with pytest.raises(ShapeError, match=r"linear.*\(2, 3\).*\(4, 5\)"):
        autograd.linear(leaf(2, 3), leaf(4, 5))
    with pytest.raises(OperandError, match="matmul"):
        autograd.matmul(leaf(2, 2), leaf(2, 2), leaf(2, 2))


def test_modes_are_seen_once_a_short_cut_is_there() -> None:
    x = leaf(2)
    x * x, x.exp(), autograd.matmul(x, x)  # from here on the short cuts are there
    for compute in (lambda: x * x, lambda: x.exp(), lambda: autograd.matmul(x, x)):
        with autograd.no_grad():
            assert not compute().requires_grad
        with autograd.group("block"):
            assert compute()._info.group.name == "block"
        with autograd.record_sources():
            assert Path(__file__).name in compute()._info.source
    with autograd.primitives():
        assert x.sigmoid().op != "sigmoid"
    with autograd.detect_anomaly(), pytest.raises(autograd.AnomalyError):
        leaf(2).__mul__(np.array([np.nan, 1.0])).log()
    assert (x * x).requires_grad


def test_a_graph_freed_is_freed_whichever_way_it_was_built() -> None:
    x = leaf(2)
    for out in (autograd.matmul(x, x), record(Tensor, autograd.matmul, (x, x), None)):
        out.backward()
        with pytest.raises(autograd.GraphError, match="freed"):
            out.backward()
        with pytest.raises(autograd.GraphError, match="freed"):
            out.operands  # noqa: B018


def test_a_leaf_may_change_a_gradient_that_others_passed_on() -> None:
    x = leaf(3)
    out = (x + x.detach()).sum()
    y = leaf(3)
    (out + (y - x).sum()).backward()
    x.grad += 100.0
    np.testing.assert_array_equal(y.grad, np.ones(3))
    z = leaf(3)
    seed = np.ones(3)
    z.backward(seed)
    z.grad += 1.0
    np.testing.assert_array_equal(seed, np.ones(3))
