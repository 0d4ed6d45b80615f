"""A tensor expression and the scalar graph it opens into: the same numbers, the same gradients."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
import viz
from autograd import GraphError, OperandError, Operation, Tensor, Value, scalar_graph

from .cases import CASES
from .harness import Case, our_gradients, weights_for

each = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def numbers_of(values: Any) -> Any:
    """The numbers of an array of Values."""
    return np.vectorize(float, otypes=[float])(np.asarray(values, dtype=object))


def gradients_of(values: Any) -> Any:
    """Their gradients, 0 where no pass came by."""
    return np.vectorize(lambda v: 0.0 if v.grad is None else v.grad, otypes=[float])(np.asarray(values, dtype=object))


def scalar_gradients(out: Tensor, leaves: list[Tensor], **options: Any) -> tuple[Any, list[Any]]:
    """The result and the gradient of its weighted sum, both by way of Values."""
    opened = scalar_graph(out, **options)
    flat = np.asarray(opened.values, dtype=object).ravel().tolist()
    weights = np.asarray(weights_for(out.shape)).ravel().tolist()
    assert all(isinstance(v, Value) for v in flat)
    for value, weight in zip(flat, weights, strict=True):
        if value.requires_grad:
            value.backward(weight)
    return numbers_of(opened.values), [gradients_of(opened.leaves[leaf]) for leaf in leaves]


@pytest.mark.spec("S-001", "S-012", "S-013", "S-040")
@pytest.mark.parametrize("primitives", [False, True], ids=["", "primitives"])
@each
def test_both_engines_agree(case: Case, primitives: bool) -> None:
    out, gradients = our_gradients(case)
    leaves = [Tensor(x, requires_grad=True, name=f"x{i}") for i, x in enumerate(case.inputs)]
    values, found = scalar_gradients(case.ours(*leaves), leaves, primitives=primitives)
    # A float32 graph opens into float64, the only precision Values have.
    near = {"rtol": 1e-6} if out.dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    assert values.shape == out.shape
    np.testing.assert_allclose(values, out.data, **near)
    for ours, other in zip(gradients, found, strict=True):
        np.testing.assert_allclose(other, ours, **near)


def leaf(*shape: int, name: str | None = None) -> Tensor:
    data = np.arange(1.0, 1.0 + np.prod(shape, dtype=int)).reshape(shape)
    return Tensor(data, requires_grad=True, name=name)


def groups_of(value: Value) -> dict[str, list[str]]:
    """The gates in each group, by the group's name."""
    record = autograd.trace(value)
    found: dict[str, list[str]] = {}
    for node in record.nodes:
        if node.group is not None and node.gate is not None:
            found.setdefault(record.groups[node.group].name, []).append(node.gate)
    return found


def test_one_number_is_one_value() -> None:
    x = Tensor(3.0, requires_grad=True, name="x")
    y = (x * x).to_values()
    assert isinstance(y, Value)
    assert (y.data, y.op, y.parents[0].name) == (9.0, "mul", "x")
    assert y.parents[0] is y.parents[1]
    assert (leaf(1) * 2).to_values().shape == (1,)


def test_a_leaf_opens_into_leaves_named_after_it() -> None:
    values = leaf(2, 3, name="W").to_values()
    assert values.shape == (2, 3)
    assert [v.name for v in values.ravel()] == ["W[0,0]", "W[0,1]", "W[0,2]", "W[1,0]", "W[1,1]", "W[1,2]"]
    assert all(v.requires_grad and not v.parents for v in values.ravel())


def test_names_may_be_given() -> None:
    a, b = leaf(2), leaf(2, name="own")
    c = a * b
    opened = scalar_graph(c.sum(), names={"a": a, "b": b, "c": c, "other": 3})
    assert [v.name for v in opened.leaves[a]] == ["a[0]", "a[1]"]
    assert [v.name for v in opened.leaves[b]] == ["own[0]", "own[1]"]
    assert [v.name for v in opened[c]] == ["c[0]", "c[1]"]
    assert opened.values.name is None


def test_what_requires_no_gradient_is_constant() -> None:
    w, x = leaf(2, name="w"), Tensor([3, 4], name="x")
    opened = scalar_graph((w * x * 2.0 + np.array([0.5, 0.25])).sum())
    assert not any(v.requires_grad for v in opened.leaves[x])
    assert list(opened.leaves) == [w, x]
    opened.values.backward()
    assert [v.grad for v in opened.leaves[w]] == [6.0, 8.0]
    assert [v.grad for v in opened.leaves[x]] == [None, None]
    constants = [node.value for node in autograd.trace(opened.values).nodes if node.kind == "constant"]
    assert sorted(constants) == [0.25, 0.5, 2.0, 2.0, 3.0, 4.0]


def test_a_constant_tensor_opens_too() -> None:
    values = (Tensor([1.0, 2.0]) + 1).to_values()
    assert [(v.data, v.requires_grad) for v in values] == [(2.0, False), (3.0, False)]
    assert Tensor(np.zeros((0, 3))).to_values().shape == (0, 3)


def test_every_tensor_on_the_way_can_be_looked_up() -> None:
    w = leaf(2, 3, name="w")
    h = w @ np.ones(3)
    opened = scalar_graph(h.tanh().sum())
    opened.values.backward()
    h.tanh().sum().backward()
    np.testing.assert_allclose(gradients_of(opened[w]), w.grad, rtol=1e-14)
    np.testing.assert_allclose(numbers_of(opened[h]), [6.0, 15.0])
    with pytest.raises(OperandError, match="not part of this graph"):
        opened[leaf(2)]


@pytest.mark.spec("S-012")
def test_an_operation_is_a_group_named_after_it() -> None:
    w, x = leaf(2, 3, name="W"), leaf(3, name="x")
    h = w @ x
    h.name = "h"
    loss = (h.tanh() @ leaf(2)).to_values()
    assert groups_of(loss) == {
        "h = matmul": ["mul", "mul", "mul", "sum", "mul", "mul", "mul", "sum"],
        "tanh": ["tanh", "tanh"],
        "matmul": ["mul", "mul", "add"],
    }
    record = autograd.trace(loss)
    assert all(node.group is None for node in record.nodes if node.kind == "leaf")
    assert {g.kind for g in record.groups} == {"operation"}


def test_the_picture_of_a_product_shows_a_box_of_products_and_sums() -> None:
    w, x = leaf(2, 3, name="W"), leaf(3, name="x")
    svg = viz.svg((w @ x).sum().to_values())
    text = re.findall(r"<text[^>]*>(?:<tspan[^>]*>)?([^<]+)<", svg)
    assert text.count("matmul") == 1
    assert text.count("×") == 6
    assert text.count("Σ") == 2
    assert {"W[0,0]", "W[1,2]", "x[2]"} <= set(text)


def test_hostile_names_are_harmless_and_long_ones_are_cut() -> None:
    x = leaf(2, name="<script>alert(1)</script>\n" + "x" * 10_000)
    value = x.sum().to_values()
    assert "<script>" not in viz.svg(value)
    assert all(len(v.name) < 210 and v.name.endswith(f"[{i}]") for i, v in enumerate(value.parents))


def test_what_is_not_finite_opens_too() -> None:
    with autograd.detect_anomaly(), np.errstate(all="ignore"):
        x = Tensor([np.nan, np.inf], requires_grad=True)
        values = x.to_values()
    assert [str(v.data) for v in values] == ["nan", "inf"]
    with np.errstate(all="ignore"):
        y = Tensor([0.0], requires_grad=True).log()
    with autograd.detect_anomaly():
        assert y.to_values()[0].data == -np.inf


def test_two_of_one_name_are_numbered_and_a_single_gate_needs_no_box() -> None:
    w = leaf(2, 2)
    assert list(groups_of((w @ (w @ leaf(2))).sum().to_values())) == ["matmul #1", "matmul #2"]
    assert groups_of((Tensor(2.0, requires_grad=True) * 3).to_values()) == {}


def test_groups_are_inside_those_around_the_tensors() -> None:
    with autograd.group("layer", "layer"):
        h = leaf(2, 2) @ leaf(2)
    record = autograd.trace(h.sum().to_values())
    assert [(g.name, g.parent) for g in record.groups] == [("layer", None), ("matmul", 0)]


def test_the_line_is_the_one_that_made_the_tensor() -> None:
    with autograd.record_sources():
        h = leaf(2) * 2  # this line
    value = h.to_values()[0]
    file, _, line = (autograd.trace(value).nodes[-1].source or "").rpartition(":")
    assert file == __file__
    assert "# this line" in Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_fused_operations_open_through_their_definition() -> None:
    x, w = leaf(3, name="x"), leaf(1, 3, name="w")
    y = autograd.linear(x, w, leaf(1)).sigmoid().sum()
    assert list(groups_of(y.to_values())) == ["linear"]
    assert "sigmoid" in {node.gate for node in autograd.trace(y.to_values()).nodes}
    opened = {node.gate for node in autograd.trace(y.to_values(primitives=True)).nodes}
    assert {"exp", "inv", "mul", "add"} <= opened
    assert not opened & {"sigmoid", "sum"}
    with autograd.primitives():
        assert {node.gate for node in autograd.trace(y.to_values()).nodes} == opened


@pytest.mark.parametrize(
    "row", [[3.0, 3.0, 1.0], [3.0, 3.0, 3.0], [1.0, 1.0, 3.0], [1.0, 2.0, 3.0], [2.0, 2.0, 2.0, 2.0]]
)
@pytest.mark.parametrize("reduce", [autograd.amax, autograd.amin])
def test_ties_share_evenly(row: list[float], reduce: Any) -> None:
    x = Tensor(row, requires_grad=True)
    y = reduce(x)
    opened = scalar_graph(y)
    y.backward()
    opened.values.backward()
    np.testing.assert_array_equal(gradients_of(opened.leaves[x]), x.grad)
    assert opened.values.data == float(y)


def test_it_opens_what_was_recorded_whatever_is_switched_on_now() -> None:
    x = leaf(2)
    y = (x * x).sum()
    with autograd.no_grad(), autograd.group("elsewhere"), autograd.record_sources():
        value = y.to_values()
    value.backward()
    assert "elsewhere" not in groups_of(value)
    assert autograd.trace(value).nodes[-1].source is None


def test_the_gradient_as_a_graph_opens() -> None:
    x = leaf(3, name="x")
    (x[[0, 0, 2]] * x).sum().backward(create_graph=True)
    gradient = x.grad
    opened = scalar_graph(gradient)
    np.testing.assert_allclose(numbers_of(opened.values), gradient.data, rtol=1e-14)


def test_values_that_nothing_arrives_at_are_constants() -> None:
    values = autograd.operations.put(leaf(2), index=np.array([0, 0]), shape=(3,)).to_values()
    assert [v.data for v in values] == [3.0, 0.0, 0.0]
    assert [v.requires_grad for v in values] == [True, False, False]


def test_a_long_chain_needs_no_recursion() -> None:
    y = Tensor(1.0, requires_grad=True)
    for _ in range(5000):
        y = y + 0.001
    value = y.to_values()
    value.backward()
    assert value.data == pytest.approx(6.0)


@pytest.mark.parametrize(
    "big",
    [
        lambda: leaf(20_001),
        lambda: leaf(30, 30) @ leaf(30, 30),
        lambda: (leaf(100, 100) * leaf(100, 100)).sum(0),
        lambda: autograd.einsum("i,j->", leaf(9_000), leaf(9_000)),
        lambda: autograd.einsum("...i,...i", leaf(3, 9_000), leaf(9_000)),
        lambda: autograd.tensordot(leaf(60, 70), leaf(70, 60), 1),
        lambda: autograd.dot(leaf(60, 70), leaf(70, 60)),
        lambda: autograd.outer(leaf(1000), leaf(1000)),
    ],
    ids=["leaf", "matmul", "product", "einsum", "einsum of rows", "tensordot", "dot", "outer"],
)
def test_a_large_graph_is_refused(big: Any) -> None:
    tensor = big()
    with pytest.raises(GraphError, match=r"opens into at least [\d,]+ scalars, more than 20,000.*allow more"):
        tensor.to_values()


def test_the_limit_can_be_raised_and_lowered() -> None:
    y = leaf(30) * 2
    assert y.to_values(limit=60).shape == (30,)
    with pytest.raises(GraphError, match="at least 60 scalars, more than 59"):
        y.to_values(limit=59)


def test_a_freed_graph_is_refused() -> None:
    y = (leaf(2) * leaf(2)).sum()
    y.backward()
    with pytest.raises(GraphError, match="was freed by a backward pass"):
        y.to_values()


def test_a_graph_that_was_changed_is_refused() -> None:
    x = leaf(2, name="x")
    y = x + 1
    with autograd.no_grad():
        x += 1.0
    with pytest.raises(GraphError, match="changed in place since it was computed"):
        y.to_values()


def test_an_operation_without_a_reading_is_named() -> None:
    half = Operation("half", forward=lambda x: np.ldexp(x, -1), pullbacks=(lambda g, out, x: g / 2,))  # noqa: ARG005
    y = half(leaf(3)).sum()
    with pytest.raises(OperandError, match=r"to_values: the operation half has no reading on scalars; give its entry"):
        y.to_values()
    shape = Operation("cut", forward=lambda x: x.copy(), scalar=lambda x: x[:1], pullbacks=(lambda g, out, x: g,))  # noqa: ARG005
    with pytest.raises(OperandError, match=r"cut has no reading.*shape \(1,\) in place of \(3,\)"):
        shape(leaf(3)).to_values()


def test_float32_opens_into_double_precision() -> None:
    x = Tensor([0.1, 0.2], requires_grad=True, dtype=np.float32)
    opened = scalar_graph((x * 3).sum())
    assert opened.leaves[x][0].data == float(np.float32(0.1))
