"""Traces of tensors: every number is the engine's and PyTorch's, what is summed up adds up, and files hold it all."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import GraphError, OperandError, ShapeError, Stepper, Tensor, Trace, TraceError, Value, trace
from autograd.array_info import ArrayInfo, Quantity
from autograd.steps import BackwardStep
from autograd.trace_data import Edge, Node
from tests.tensors.cases import CASES
from tests.tensors.harness import Case, our_gradients, weights_for

from .settings import thorough
from .test_trace_json import VALIDATOR
from .test_trace_malformed import OTHERS, _judge, _paths

Array = np.ndarray[Any, Any]


def leaf(*shape: int, seed: int = 0, name: str | None = None, dtype: Any = np.float64) -> Tensor:
    """Numbers away from 0, so that no kink is near."""
    rng = np.random.default_rng(seed)
    numbers = rng.uniform(0.3, 1.5, shape) * rng.choice([-1.0, 1.0], shape)
    return Tensor(numbers.astype(dtype), requires_grad=True, name=name)


def numbers(x: Quantity | None, shape: tuple[int, ...] | None) -> Array:
    """All elements of a quantity of a trace made with `arrays="full"`."""
    assert x is not None
    if isinstance(x, ArrayInfo):
        assert x.numbers is not None
        return np.array(x.numbers).reshape(x.shape)
    return np.full(shape or (), x)


def network() -> tuple[Tensor, dict[str, Any]]:
    x = Tensor(np.linspace(-1, 1, 12).reshape(4, 3), name="x")
    w1, b1 = leaf(3, 4, seed=1, name="W1"), leaf(4, seed=2, name="b1")
    w2, b2 = leaf(4, 2, seed=3, name="W2"), leaf(2, seed=4, name="b2")
    y = np.arange(8.0).reshape(4, 2)
    hidden = (x @ w1 + b1).tanh()
    return ((hidden @ w2 + b2 - y) ** 2).mean(), {"y": y, "hidden": hidden}


def broadcasting() -> tuple[Tensor, dict[str, Any]]:
    a, b, c = leaf(2, 3, seed=1, name="a"), leaf(3, seed=2, name="b"), leaf(2, 1, seed=3, name="c")
    return (a * b + a / c - b.exp() * c).relu().sum(), {}


def paths() -> tuple[Tensor, dict[str, Any]]:
    """A tensor used five times, twice by one operation."""
    w = leaf(3, 3, seed=5, name="w")
    return (w @ w + w * w.exp() - 2.0 * w).sum() + w[0, 1] * w[2, 2], {}


def indexing() -> tuple[Tensor, dict[str, Any]]:
    image, kernel = leaf(5, 5, seed=6, name="image"), leaf(2, 2, seed=7, name="kernel")
    out = image[:4, :4] * kernel[0, 0]
    out = out + image[1:, :4] * kernel[1, 0] + image[[0, 0, 1, 3], 1:] * kernel[1, 1]
    return out.relu().sum(axis=0).mean(), {}


def vectors() -> tuple[Tensor, dict[str, Any]]:
    w, x = leaf(2, 3, seed=8, name="W"), leaf(3, seed=9, name="x")
    stack = leaf(4, 2, 3, seed=10, name="stack")
    return (w @ x).sum() + (x @ x) + (stack @ x).tanh().sum() + (stack @ w.T).mean(), {}


def single_numbers() -> tuple[Tensor, dict[str, Any]]:
    a, b = Tensor(2.0, requires_grad=True, name="a"), Tensor([[-3.0]], requires_grad=True, name="b")
    return (a * b + a).tanh() * b, {}


PROGRAMS = [network, broadcasting, paths, indexing, vectors, single_numbers]
programs = pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)


def recorded(program: Callable[[], tuple[Tensor, dict[str, Any]]], arrays: Any = "full") -> Trace:
    result, names = program()
    gradient = None if result.size == 1 else np.ones(result.shape)
    return trace(result, names=names, gradient=gradient, arrays=arrays)


# ---------------------------------------------------------------------------------------------------------- numbers


@programs
def test_values_and_gradients_are_the_engines(program: Any) -> None:
    result, names = program()
    tensors: dict[str, Tensor] = {}
    stack = [result]
    while stack:
        tensor = stack.pop()
        if tensor.name:
            tensors[tensor.name] = tensor
        stack.extend(tensor.parents)
    record = trace(result, names=names, arrays="full")
    assert all(tensor.grad is None for tensor in tensors.values()), "no .grad is touched"
    result.backward()
    assert tensors
    for name, tensor in tensors.items():
        node = record.find(name)
        assert node.shape == tensor.shape
        assert node.dtype == tensor.dtype.name
        np.testing.assert_array_equal(numbers(node.value, node.shape), tensor.data)
        if tensor.grad is None:
            assert node.kind == "constant"
            assert node.grad is None
        else:
            assert node.kind == "leaf"
            np.testing.assert_array_equal(numbers(node.grad, node.shape), tensor.grad)


def _torch_gates(torch: Any) -> dict[str, Any]:
    return {
        "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "pow": torch.pow, "exp": torch.exp,
        "tanh": torch.tanh, "relu": torch.relu, "matmul": torch.matmul, "transpose": lambda x: x.T,
    }  # fmt: skip


@pytest.mark.needs("torch")
@programs
def test_every_contribution_is_pytorchs(program: Any) -> None:
    """Each gate is computed again in PyTorch, from operands of their own, and the upstream gradient sent back."""
    torch = pytest.importorskip("torch")
    record = recorded(program)
    gates = _torch_gates(torch)
    looked_at = 0
    for step in record.backward:
        edges = record.operands[step.node.id]
        operands = []
        for edge in edges:
            node = record.nodes[edge.parent]
            operands.append(torch.tensor(numbers(node.value, node.shape), requires_grad=edge.passes))
        if step.node.gate not in gates:
            continue
        out = gates[step.node.gate](*operands)
        np.testing.assert_allclose(out.detach(), numbers(step.node.value, step.node.shape), rtol=1e-12, atol=1e-14)
        upstream = torch.tensor(numbers(step.upstream, step.node.shape)).reshape(out.shape)
        wanted = [o for o in operands if o.requires_grad]
        found = iter(torch.autograd.grad(out, wanted, upstream))
        for edge in edges:
            if not edge.passes:
                assert (edge.local, edge.upstream, edge.contribution) == (None, None, None)
                continue
            node = record.nodes[edge.parent]
            np.testing.assert_allclose(
                numbers(edge.contribution, node.shape), next(found).reshape(node.shape or ()), rtol=1e-10, atol=1e-12
            )
            assert edge.upstream == step.upstream
            looked_at += 1
    assert looked_at


@programs
def test_contributions_add_up_to_the_gradient(program: Any) -> None:
    record = recorded(program)
    for node in record.nodes:
        parts = [edge for edge in record.uses[node.id] if edge.contribution is not None]
        if not parts:
            continue
        total = numbers(parts[0].contribution, node.shape)
        assert parts[0].so_far is None
        for edge in parts[1:]:
            total = total + numbers(edge.contribution, node.shape)
            np.testing.assert_array_equal(numbers(edge.so_far, node.shape), total)
        np.testing.assert_array_equal(numbers(node.grad, node.shape), total)
    for step in record.backward:
        for move in step.moves:
            if move.edge is record.uses[move.node.id][-1]:
                assert move.after == move.node.grad


@programs
def test_local_times_upstream_is_the_contribution_of_an_element_wise_gate(program: Any) -> None:
    record = recorded(program)
    found = 0
    for edge in record.edges:
        if edge.local is None or edge.contribution is None:
            continue
        child, parent = record.nodes[edge.child], record.nodes[edge.parent]
        product = numbers(edge.local, child.shape) * numbers(edge.upstream, child.shape)
        summed = product.sum(axis=edge.summed) if edge.summed else product
        np.testing.assert_allclose(summed.reshape(parent.shape or ()), numbers(edge.contribution, parent.shape))
        found += 1
    assert found


def _expected(array: Array) -> dict[str, Any]:
    finite = array[np.isfinite(array)].astype(float)
    return {
        "nans": int(np.isnan(array).sum()), "infinities": int(np.isinf(array).sum()),
        "minimum": finite.min() if finite.size else None, "maximum": finite.max() if finite.size else None,
        "mean": finite.mean() if finite.size else None,
        "norm": math.sqrt(math.fsum(finite**2)) if finite.size else None,
    }  # fmt: skip


@thorough
@given(
    st.lists(st.integers(0, 11), max_size=3).map(tuple),
    st.sampled_from([np.float64, np.float32, np.int64, np.bool_]),
    st.integers(0, 10_000),
    st.booleans(),
)
def test_summaries(shape: tuple[int, ...], dtype: Any, seed: int, odd: bool) -> None:
    """Range, counts and thumbnail of an array, worked out the long way."""
    rng = np.random.default_rng(seed)
    array = (rng.normal(size=shape) * 100).astype(dtype)
    if odd and array.dtype.kind == "f" and array.ndim:
        array[rng.random(shape) < 0.2] = np.nan
        array[rng.random(shape) < 0.2] = np.inf
    node = trace(Tensor(array)).nodes[0]
    assert (node.kind, node.shape, node.dtype, node.grad) == ("constant", shape, array.dtype.name, None)
    if array.size == 1:
        assert node.value == array.item() or math.isnan(array.item())
        return
    info = node.value
    assert isinstance(info, ArrayInfo)
    assert (info.shape, info.dtype) == (shape, array.dtype.name)
    for name, expected in _expected(array).items():
        assert getattr(info, name) == (expected if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-12))
    assert (info.numbers is not None) == (array.size <= 64)
    if info.numbers is not None:
        np.testing.assert_array_equal(np.array(info.numbers).reshape(shape), array)
    if not array.size:
        assert info.thumbnail == ()
        return
    matrix = array.reshape(-1, shape[-1]).astype(float)
    rows, columns = (
        [range(i * n // 8, (i + 1) * n // 8) for i in range(8)] if n > 8 else [range(i, i + 1) for i in range(n)]
        for n in matrix.shape
    )
    blocks = [[matrix[np.ix_(list(r), list(c))].mean() for c in columns] for r in rows]
    np.testing.assert_allclose(np.array(info.thumbnail), np.array(blocks), rtol=1e-12)


def test_numbers_that_would_overflow_when_squared() -> None:
    info = trace(Tensor([1e300, -1e300, 1e-300])).nodes[0].value
    assert isinstance(info, ArrayInfo)
    assert info.norm == pytest.approx(math.sqrt(2) * 1e300)
    assert info.mean == pytest.approx(0.0, abs=1e285)


def test_all_numbers_on_demand() -> None:
    w = leaf(9, 9, name="w")
    small, full = trace((w * w).sum()), trace((w * w).sum(), arrays="full")
    for record, kept in ((small, False), (full, True)):
        info = record.find("w").value
        assert isinstance(info, ArrayInfo)
        assert (info.numbers is not None) == kept
    np.testing.assert_array_equal(numbers(full.find("w").grad, (9, 9)), 2 * w.data)


def test_float32_stays_float32() -> None:
    w = leaf(3, 2, name="w", dtype=np.float32)
    record = trace((w * 0.1).exp().sum(), arrays="full")
    assert {node.dtype for node in record.nodes} == {"float32", ""}, "a Python number has no dtype"
    w.grad = None
    (w * 0.1).exp().sum().backward()
    np.testing.assert_array_equal(numbers(record.find("w").grad, (3, 2)).astype(np.float32), w.grad)


# ------------------------------------------------------------------------------------------------- random computations


@st.composite
def computations(draw: st.DrawFn) -> Tensor:
    """A small graph with broadcasting, products, reductions and shared operands; its result is one number."""
    seeds = iter(range(100))
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    pool = [
        leaf(rows, columns, seed=next(seeds), name="a"), leaf(columns, seed=next(seeds), name="b"),
        leaf(rows, 1, seed=next(seeds)), Tensor(np.ones((rows, columns)), name="k"),
    ]  # fmt: skip
    for _ in range(draw(st.integers(1, 7))):
        x = draw(st.sampled_from(pool))
        y = draw(st.sampled_from(pool))
        kind = draw(st.sampled_from(["add", "mul", "sub", "tanh", "relu", "scale", "matmul", "sum", "part", "array"]))
        if kind in ("add", "mul", "sub"):
            pool.append({"add": x + y, "mul": x * y, "sub": x - y}[kind])
        elif kind in ("tanh", "relu"):
            pool.append(getattr(x, kind)())
        elif kind == "scale":
            pool.append(x * -1.5)
        elif kind == "array":
            pool.append(np.full(columns, 0.5) * x)
        elif kind == "sum" and x.ndim == 2:
            pool.append(x.sum(axis=draw(st.integers(0, 1)), keepdims=True))
        elif kind == "part" and x.ndim == 2:
            pool.append(x[:, : draw(st.integers(1, 2))].mean(axis=1, keepdims=True))
        elif kind == "matmul" and x.ndim == y.ndim == 2 and x.shape[0] == y.shape[0]:
            product = x.T @ y
            pool.append(x @ product if product.shape[1] == columns else product.sum(keepdims=True))
    taking = [t for t in pool if t.requires_grad]
    result: Tensor = taking[-1].sum() + taking[0].mean()
    return result


def _checked(record: Trace) -> Any:
    text = record.to_json()
    assert text.isascii()
    document = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    VALIDATOR.validate(document)
    assert repr(Trace.from_json(text)) == repr(record)
    return document


@thorough
@given(computations(), st.sampled_from(["small", "full"]), st.booleans())
def test_random_computations(result: Tensor, arrays: Any, backward: bool) -> None:
    record = trace(result, arrays=arrays, backward=backward)
    assert _checked(record)["schema"] == "backglow-trace/2"
    assert record.has_gradients == backward
    for step in [*record.forward, *record.backward]:
        assert step.sentence
        assert str(step)
    if not backward:
        return
    result.backward(retain_graph=True)
    for tensor in _leaves(result):
        if tensor.requires_grad and tensor.name and arrays == "full":
            node = record.find(tensor.name)
            np.testing.assert_array_equal(numbers(node.grad, node.shape), tensor.grad)


def _leaves(result: Tensor) -> list[Tensor]:
    found: dict[int, Tensor] = {}
    stack = [result]
    while stack:
        tensor = stack.pop()
        if id(tensor) not in found:
            found[id(tensor)] = tensor
            stack.extend(tensor.parents)
    return [t for t in found.values() if t.is_leaf]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_operation(case: Case, dtype: str) -> None:
    """The trace of every case of every operation has the engine's gradients, and can be told and saved."""
    out, gradients = our_gradients(case, np.dtype(dtype))
    leaves = [Tensor(x.astype(dtype), requires_grad=True) for x in case.inputs]
    names = {f"t{i}": leaf for i, leaf in enumerate(leaves)}
    record = trace(case.ours(*leaves), gradient=weights_for(out.shape).astype(out.dtype), names=names, arrays="full")
    _checked(record)
    assert not any(re.search(r"\{\d+\}", edge.pullback) for edge in record.edges), "no blank is left"
    for name, gradient in zip(names, gradients, strict=True):
        found = [node for node in record.nodes if node.label == name]
        if found and gradient is not None:
            np.testing.assert_array_equal(numbers(found[0].grad, found[0].shape).astype(dtype), gradient)
    for step in [*record.forward, *record.backward]:
        assert step.sentence
        assert str(step)


# ---------------------------------------------------------------------------------------------- formulas and sentences


def _edge(record: Trace, parent: str) -> Edge:
    return record.uses[record.find(parent).id][0]


def _node(record: Trace, gate: str) -> Node:
    return next(node for node in record.nodes if node.gate == gate)


def test_formulas_of_a_network() -> None:
    record = recorded(network)
    product = _node(record, "matmul")
    assert (product.formula, product.latex) == ("x @ W1", "x W_{1}")
    assert product.numbers == "(4, 3) @ (3, 4)"
    assert [node.label for node in record.nodes if node.kind == "constant"] == ["x", "y", "2"]
    assert _edge(record, "W1").pullback == "xᵀ · upstream"
    assert _edge(record, "W1").pullback_latex == r"x^{\top} \cdot \text{upstream}"
    assert _edge(record, "hidden").pullback == "upstream · W2ᵀ"
    assert (_edge(record, "b1").pullback, _edge(record, "b1").summed) == ("Σ₀ upstream", (0,))
    assert _edge(record, "b1").pullback_latex == r"\sum_{0} \text{upstream}"
    assert _edge(record, "x").pullback == ""
    sentence = next(s.sentence for s in record.backward if s.node.id == product.id)
    assert sentence == "a matrix product transposes the other factor: W1 gets xᵀ · upstream, (3, 4)"
    added = next(s for s in record.backward if "b2" in s.node.formula)
    assert added.sentence.endswith("b2 gets Σ₀ upstream (summed over axis 0), (2,)")


def test_products_of_arrays_are_told_from_matrix_products() -> None:
    a, b = leaf(2, 2, seed=1, name="a"), leaf(2, 2, seed=2, name="b")
    record = trace((a * b).sum())
    product = _node(record, "mul")
    assert (product.formula, product.latex) == ("a ⊙ b", r"a \odot b")
    assert [(e.pullback, e.pullback_latex) for e in record.operands[product.id]] == [
        ("b ⊙ upstream", r"b \odot \text{upstream}"), ("a ⊙ upstream", r"a \odot \text{upstream}"),
    ]  # fmt: skip
    scaled = trace((a * 3.0).sum())
    assert _node(scaled, "mul").formula == "a·3"
    assert _edge(scaled, "a").pullback == "3·upstream"


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda w: w[0, 1:], "w[0, 1:]"),
        (lambda w: w[[0, 0, 1]], "w[[0, 0, 1]]"),
        (lambda w: w[..., ::2], "w[…, ::2]"),
        (lambda w: w.T, "wᵀ"),
        (lambda w: w.reshape(3, 2), "reshape(w, shape=(3, 2))"),
        (lambda w: w.sum(axis=0), "Σ₀ w"),
        (lambda w: w.mean(axis=(0, 1)), "mean(w, axis=(0, 1))"),
        (lambda w: autograd.clip(w, -0.5, 1.0), "clip(w, −0.5, 1)"),
    ],
)
def test_formulas_of_operations(make: Callable[[Tensor], Tensor], formula: str) -> None:
    record = trace(make(leaf(2, 3, name="w")), backward=False)
    assert record.result.formula == formula


def test_every_operation_says_what_it_sends_back() -> None:
    """No pullback of the table is left with an unfilled blank."""
    from autograd.operation import OPERATIONS
    from autograd.tensors.spelling import Spelling

    for rule in OPERATIONS.values():
        count = 3 if rule.variadic else len(rule.pullbacks)
        names = [f"t{i}" for i in range(count)]
        for formula in Spelling(rule, None, names, names, [None] * count).pullbacks([()] * count):
            assert formula.unicode
            assert "{" not in formula.unicode
            assert not any(0xF0000 <= ord(c) <= 0x10FFFF for c in formula.unicode + formula.latex)


def test_a_pullback_of_the_result_names_it() -> None:
    x = leaf(2, 3, name="x")
    shares = autograd.softmax(x, axis=-1)
    shares.name = "p"
    (edge,) = trace(shares, gradient=np.ones((2, 3))).edges
    assert edge.pullback.startswith("p ⊙ (upstream")
    assert "out" not in edge.pullback_latex


def test_single_numbers_read_as_scalars_do() -> None:
    """One element per tensor: the trace tells what that of Values tells."""
    record = recorded(single_numbers)
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    same = trace((a * b + a).tanh() * b)
    assert [(n.label, n.formula, n.numbers, n.value, n.grad) for n in record.nodes] == [
        (n.label, n.formula, n.numbers, n.value, n.grad) for n in same.nodes
    ]
    assert [(e.formula, e.local, e.contribution, e.pullback) for e in record.edges] == [
        (e.formula, e.local, e.contribution, "") for e in same.edges
    ]
    assert [step.sentence for step in record.backward] == [step.sentence for step in same.backward]
    assert [step.lines() for step in record.backward] == [step.lines() for step in same.backward]


# --------------------------------------------------------------------------------------------------- what is refused


def test_a_graph_that_was_freed() -> None:
    loss, _ = network()
    loss.backward()
    with pytest.raises(GraphError, match="was freed by an earlier backward pass"):
        trace(loss)


def test_a_result_of_many_numbers_wants_a_gradient() -> None:
    w = leaf(2, 3, name="w")
    with pytest.raises(GraphError, match=r"not a single number.*gradient= of shape \(2, 3\).*backward=False"):
        trace(w * w)
    with pytest.raises(ShapeError, match="the gradient given has shape"):
        trace(w * w, gradient=np.ones(3))
    seed = np.arange(6.0).reshape(2, 3)
    record = trace(w * w, gradient=seed, arrays="full")
    np.testing.assert_allclose(numbers(record.find("w").grad, (2, 3)), 2 * w.data * seed)
    np.testing.assert_array_equal(numbers(record.result.grad, (2, 3)), seed)
    assert trace(w * w, backward=False).has_gradients is False
    assert w.grad is None


def test_a_gradient_is_for_tensors() -> None:
    with pytest.raises(OperandError, match="gradient= is for Tensors"):
        trace(Value(1.0), gradient=2.0)
    with pytest.raises(OperandError, match="needs the Value or Tensor"):
        trace(np.ones(3))  # type: ignore[arg-type]


def test_hooks_are_not_called() -> None:
    w = leaf(3, name="w")
    called: list[Any] = []
    w.register_hook(called.append)
    trace((w * w).sum())
    assert called == []


# ------------------------------------------------------------------------------------------------------------- names


def test_names_for_tensors_and_arrays() -> None:
    rates, w = np.array([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=True)
    frozen = Tensor([5.0, 6.0])
    loss = (w * rates + frozen * rates).sum()
    record = trace(loss, names={"w": w, "rates": rates, "frozen": frozen, "loss": loss, "other": 3})
    labels = [node.label for node in record.nodes]
    assert labels[-1] == "loss"
    assert {"w", "rates"} <= set(labels)
    assert labels.count("rates") == 1, "an array used twice is one constant"
    nameless = trace((w * np.array([1.0, 2.0])).sum())
    assert [node.label for node in nameless.nodes] == ["v1", "c1", "v2", "v3"]


@pytest.mark.parametrize(
    "name", ["<script>", "a\nb", "x" * 10_000, '"quotes"', "🎈", "{0}", "\U000f0000", "\ud800", ""]
)
def test_hostile_names(name: str) -> None:
    w = Tensor([[1.0, -2.0]], requires_grad=True, name=name)
    record = trace((w * Tensor([[2.0, 3.0]], name=name) @ Tensor([1.0, 1.0], name=name)).sum())
    document = _checked(record)
    assert document["nodes"][0]["name"] == name
    label = record.nodes[0].label
    assert len(label) <= 24
    assert label.isprintable() or name == "\U000f0000"
    assert f"{label} ⊙ upstream" in [edge.pullback for edge in record.edges]


def test_groups_and_sources() -> None:
    w = leaf(2, 2, name="w")
    with autograd.record_sources(), autograd.group("layer 1", "layer"):
        hidden = (w @ w).tanh()
    record = trace(hidden.sum())
    assert [group.name for group in record.groups] == ["layer 1"]
    assert [node.group for node in record.nodes if node.gate in ("matmul", "tanh")] == [0, 0]
    assert "test_tensor_trace.py" in (_node(record, "tanh").source or "")


# ----------------------------------------------------------------------------------------------------------- stepping


def test_breakpoints() -> None:
    w = Tensor([1.0, 2.0, 300.0], requires_grad=True, name="w")
    stepper = Stepper(trace((w * w).sum()), [autograd.gradient_above(500.0)])
    step = stepper.run()
    assert isinstance(step, BackwardStep)
    assert step.node.gate == "mul", "its contributions reach 300, their sum 600: nothing is above 500"
    assert stepper.at_end
    assert autograd.gradient_above(299.0)(step)
    assert not autograd.gradient_above(301.0)(step)
    with np.errstate(over="ignore"):
        odd = trace((Tensor([1.0, 800.0], requires_grad=True, name="x").exp()).sum())
    assert autograd.not_finite()(odd.forward[0])
    assert odd.not_finite is not None
    assert odd.not_finite.gate == "exp"
    assert "not finite since" in odd.summary()


def test_a_tensor_steps() -> None:
    loss, _ = network()
    assert [s.sentence for s in loss.steps()] == [s.sentence for s in trace(loss).backward]
    assert loss.tree().splitlines()[0].startswith("v")
    w = leaf(2, name="w")
    assert [s.node.gate for s in (w * w).steps(np.ones(2))] == ["mul"]


# --------------------------------------------------------------------------------------------------------------- files


def test_traces_of_values_are_version_1_as_ever() -> None:
    text = trace(Value(2.0, "x") * 3).to_json()
    document = json.loads(text)
    assert document["schema"] == "backglow-trace/1"
    assert Trace.from_json(text).of_tensors is False
    assert {key for node in document["nodes"] for key in node} <= {
        "id", "kind", "label", "name", "gate", "value", "grad", "formula", "numbers", "latex", "group", "source",
    }  # fmt: skip


def test_version_1_holds_no_arrays() -> None:
    document = json.loads(recorded(network).to_json())
    document["schema"] = "backglow-trace/1"
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(TraceError, match="tensors need the schema 'backglow-trace/2'"):
        Trace.from_json(json.dumps(document))


def _array(document: Any) -> Any:
    return next(node["value"] for node in document["nodes"] if isinstance(node["value"], dict))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda a: a.update(shape=[2, 2]), "not of its shape|numbers for an array"),
        (lambda a: a.update(shape=[-1, 3]), "an array of shape"),
        (lambda a: a.update(dtype="<script>"), "an array of shape"),
        (lambda a: a.pop("dtype"), "'dtype' is missing"),
        (lambda a: a.update(nans=99), "nan and 0 infinite of"),
        (lambda a: a.update(thumbnail=[[1.0, 2.0], [1.0]]), "a thumbnail has"),
        (lambda a: a.update(thumbnail=[]), "has a thumbnail unless"),
        (lambda a: a.update(numbers=[1.0]), "1 numbers for an array"),
        (lambda a: a.update(minimum="nan"), "those of the finite elements"),
        (lambda a: a.pop("norm"), "has a minimum, a maximum, a mean and a norm"),
        (lambda a: a.update(colour="red"), "has no field 'colour'"),
    ],
)
def test_arrays_that_do_not_hold_together(spoil: Callable[[Any], Any], message: str) -> None:
    document = json.loads(recorded(network).to_json())
    spoil(_array(document))
    with pytest.raises(TraceError, match=message):
        Trace.from_json(json.dumps(document))


def test_an_array_where_one_number_is() -> None:
    document = json.loads(recorded(network).to_json())
    edge = next(e for e in document["edges"] if isinstance(e.get("contribution"), dict))
    edge["contribution"] = 1.0
    with pytest.raises(TraceError, match="not of the shape"):
        Trace.from_json(json.dumps(document))


def _small_document() -> Any:
    w = Tensor([[1.0, -2.0]], requires_grad=True, name="w")
    hidden = w * 3.0
    return json.loads(trace((hidden * hidden.tanh() * np.array([2.0, 1.0])).sum()).to_json())


DOCUMENT = _small_document()
PATHS = [path for path in _paths(DOCUMENT) if path]


@pytest.mark.parametrize("path", PATHS, ids=lambda p: ".".join(map(str, p)))
def test_a_file_with_a_part_changed(path: tuple[Any, ...]) -> None:
    """Refused with one clear line, or as good as any trace; and nothing outside the schema is let in."""

    def drop(holder: Any, key: Any) -> None:
        del holder[key]

    for change in [drop, *(lambda holder, key, x=x: holder.__setitem__(key, x) for x in OTHERS)]:
        document = copy.deepcopy(DOCUMENT)
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        change(holder, path[-1])
        _judge(document)
