"""One entry makes a gate: engine, second derivatives, formulas, typed expressions and documentation all have it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import autograd
from autograd import (
    GATES,
    Gate,
    GateError,
    Trace,
    Value,
    grad,
    gradcheck,
    gradients,
    no_grad,
    parse,
    primitives,
    register,
    select,
    trace,
    unregister,
)
from autograd.source import Native

# ruff: noqa: ARG005 - a rule names all of its inputs, whichever it uses


@pytest.fixture
def cbrt() -> Iterator[Gate]:
    """The cube root, entered once and for all."""
    yield register(
        Gate(
            "cbrt", unicode="∛{0:atom}", latex=r"\sqrt[3]{{0}}",
            native=Native(math.cbrt, "({0} ** (1 / 3) if {0} > 0 else 1 / 0)", partial=True),
            local=lambda x, out: (1 / (3 * out * out),),
            metaphor="cube root divides by three squares",
        )
    )  # fmt: skip
    unregister("cbrt")


def test_the_engine_has_it(cbrt: Gate) -> None:
    x = Value(8.0)
    y = cbrt(x)
    y.backward()
    assert math.isclose(y.data, 2.0)
    assert math.isclose(x.grad, 1 / 12)
    assert (y.op, y.parents) == ("cbrt", (x,))
    assert cbrt(27) == math.cbrt(27)
    assert cbrt(Value(-8.0)).data == math.cbrt(-8.0)
    assert GATES["cbrt"] is cbrt
    with no_grad():
        assert not cbrt(x).requires_grad


def test_higher_derivatives_have_it(cbrt: Gate) -> None:
    x = 1.7
    assert math.isclose(grad(grad(cbrt))(x), -2 / 9 * x ** (-5 / 3), rel_tol=1e-13)
    assert math.isclose(grad(grad(grad(cbrt)))(x), 10 / 27 * x ** (-8 / 3), rel_tol=1e-13)
    (slope,) = gradients(cbrt(v := Value(x)), [v], create_graph=True)
    assert math.isclose(gradients(slope, [v])[0], -2 / 9 * x ** (-5 / 3), rel_tol=1e-13)
    assert gradcheck(cbrt, [x], order=2)


def test_traces_and_formulas_have_it(cbrt: Gate) -> None:
    record = trace(cbrt(Value(8.0, name="x") + 1.0) * 2.0)
    node = next(n for n in record.nodes if n.gate == "cbrt")
    (edge,) = record.operands[node.id]
    assert (node.formula, node.numbers, node.latex) == ("∛v1", "∛9", r"\sqrt[3]{v_{1}}")
    assert edge.formula == "1/(3·∛v1²)"
    assert edge.latex == r"\frac{1}{3 \cdot \sqrt[3]{v_{1}}^{2}}"
    assert record.gates["cbrt"].metaphor == "cube root divides by three squares"
    assert Trace.from_json(record.to_json()) == record
    step = next(s for s in record.backward if s.node.gate == "cbrt")
    assert step.sentence.startswith("cube root divides by three squares: v1 gets ")


def test_typed_expressions_have_it(cbrt: Gate) -> None:
    y = parse("cbrt(x) + 1")(x=8.0)
    assert math.isclose(y.data, 3.0)
    assert "cbrt" in cbrt.signature


def test_it_is_gone_after_unregistering_but_graphs_keep_working() -> None:
    gate = register(Gate("cube", value=lambda x: x * x * x, local=lambda x, out: (3 * x * x,)))
    x = Value(2.0, name="x")
    y = gate(x)
    unregister("cube")
    assert "cube" not in GATES
    with pytest.raises(autograd.ExpressionError, match="cube is not a gate"):
        parse("cube(x)")
    with pytest.raises(GateError, match="there is no gate named 'cube'"):
        unregister("cube")
    y.backward()
    assert x.grad == 12.0
    assert gradients(gradients(y, [x], create_graph=True)[0], [x]) == [12.0]
    assert trace(y).edges[0].formula == "3·x²"


def test_a_rule_that_branches_and_a_constant_input() -> None:
    hinge = register(
        Gate("hinge", chooses=True, value=lambda x, margin=1.0: select(x < margin, margin - x, 0),
             local=lambda x, margin, out: (select(x < margin, -1, 0), select(x < margin, 1, 0)))
    )  # fmt: skip
    try:
        assert hinge(Value(0.25)).data == 0.75
        assert hinge(Value(3.0), 2.0).data == 0.0
        assert gradcheck(hinge, [0.25, 1.0], order=2)
        edge = trace(hinge(Value(0.25, name="x"))).edges[0]
        assert (edge.formula, edge.because) == ("−1", "x < 1")
        assert parse("hinge(x, margin=2)")(x=0.5).data == 1.5
    finally:
        unregister("hinge")


def test_a_gate_written_in_gates_opens() -> None:
    gate = register(
        Gate("hardy", value=lambda x: autograd.tanh(x) * 2, local=lambda x, out: (2 - out * out / 2,),
             definition=lambda x: 2 * autograd.tanh(x))
    )  # fmt: skip
    try:
        x = Value(0.4)
        assert gradcheck(gate, [0.4], order=2)
        with primitives():
            opened = gate(x)
        assert opened.op == "mul"
        assert math.isclose(opened.data, gate(x).data)
    finally:
        unregister("hardy")


def test_a_gate_of_any_number_of_inputs() -> None:
    gate = register(
        Gate("product", arrange=lambda *terms: terms, value=lambda *terms: _product(terms),
             local=lambda *terms: tuple(_product(terms[:i] + terms[i + 1 : -1]) for i in range(len(terms) - 1)))
    )  # fmt: skip
    try:
        x, y = Value(3.0), Value(5.0)
        gate(x, 2.0, y, x).backward()
        assert (x.grad, y.grad) == (60.0, 18.0)
        assert gate(2, 3) == 6.0
        assert grad(grad(lambda v: gate(v, v, v)))(2.0) == 12.0
        assert parse("product(a, b, 4)")(a=2.0, b=3.0).data == 24.0
    finally:
        unregister("product")


def _product(terms: Any) -> Any:
    total: Any = 1.0
    for term in terms:
        total = total * term
    return total


GOOD: dict[str, Any] = {"value": lambda x: x * x, "local": lambda x, out: (2 * x,)}


def _branching(x: Any) -> Any:
    return x if x > 0 else -x


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an if on an input": ({"value": _branching}, r"select\(condition, a, b\) in place of `if`"),
    "an and of conditions": ({"value": lambda x: select(x > 0 and x < 1, x, 0)}, "& in place of `and`"),
    "too few derivatives": ({"value": lambda x, y: x * y, "local": lambda x, y, out: (y,)}, "2 input.* but 1 local"),
    "too many derivatives": ({"local": lambda x, out: (1, 2)}, r"1 input.* but 2 local"),
    "a local of other inputs": ({"local": lambda x: (1,)}, r"local must take its 1 input\(s\) and out"),
    "a derivative that is no tuple": ({"local": lambda x, out: 2 * x}, "local must "),
    "no value": ({"value": None}, "exactly one of value= and native="),
    "a value and a native": ({"native": Native(lambda x: x, "{0}")}, "exactly one of value= and native="),
    "a native of unknown functions": (
        {"value": None, "native": Native(math.cbrt, "cbrt({0})")},
        r"may use atan, .*, and not cbrt",
    ),
    "a native that is no expression": (
        {"value": None, "native": Native(math.cbrt, "{0} **")},
        r"'\{0\} \*\*' is not an expression of its inputs",
    ),
    "a native of too many inputs": ({"value": None, "native": Native(math.cbrt, "{1}")}, "is not an expression"),
    "a taken name": ({"name": "sin"}, "already a gate named 'sin'"),
    "a name of the notation": ({"name": "select"}, "already a gate named 'select'"),
    "a keyword": ({"name": "lambda"}, "must be a Python identifier, not 'lambda'"),
    "no identifier": ({"name": "two words"}, "must be a Python identifier"),
    "an empty name": ({"name": ""}, "must be a Python identifier"),
    "no inputs": ({"value": lambda: 1, "local": lambda out: ()}, "has no inputs"),
    "an input called out": ({"value": lambda out: out, "local": lambda o, out: (1,)}, "'out' stands for the output"),
    "a text in a rule": ({"local": lambda x, out: ("2",)}, "."),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_entries_are_refused_and_leave_nothing_behind(what: str) -> None:
    changes, message = BAD[what]
    before = dict(GATES)
    with pytest.raises(GateError, match=message) as caught:
        register(Gate(**{"name": "attempt", **GOOD, **changes}))
    assert "\n" not in str(caught.value)
    assert dict(GATES) == before


def test_the_table_cannot_be_changed_by_hand() -> None:
    with pytest.raises(TypeError):
        GATES["sin"] = GATES["cos"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        GATES["sin"].name = "cos"  # type: ignore[misc]


def test_every_gate_tells_about_itself() -> None:
    for name, gate in GATES.items():
        assert gate.name == gate.__name__ == name
        assert gate.metaphor
        assert inspect.cleandoc(gate.doc)
        assert gate.variadic == (gate.arity == 0)
        assert gate.signature.startswith(f"{name}(")


def test_every_gate_is_exported() -> None:
    functions: list[Callable[..., Any]] = [getattr(autograd, name) for name in GATES]
    assert functions == list(GATES.values())
    namespace: dict[str, Any] = {}
    exec("from autograd import *", namespace)
    # Python's own abs, max, min, pow and sum stay what they are.
    assert not {"abs", "max", "min", "pow", "sum"} & (set(namespace) - {"__builtins__"})
    assert set(GATES) - {"abs", "max", "min", "pow", "sum"} <= set(namespace)
