"""The JavaScript emitted from the rule table computes what the engine computes, in Node and in a browser."""

from __future__ import annotations

import itertools
import json
import math
import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import GATES, Gate, register, select, unregister
from autograd.conditions import conditions
from autograd.fold import Fold
from autograd.javascript import gate_table
from autograd.simplify import evaluate
from autograd.source import Native
from autograd.symbol import substitute
from tests.oracles.javascript import NUMBERS, in_chromium, in_node, sent
from tests.oracles.points import EVERYWHERE, NAMES, TABLE, Point

# ruff: noqa: ARG005 - a rule names all of its inputs, whichever it uses

RUN = (
    NUMBERS
    + """
export function run(jobs) {
  return jobs.map(([name, point]) => {
    const x = point.map(read);
    const [out, local] = GATES[name].apply(x);
    const flags = GATES[name].when?.(x) ?? [];
    if (flags.some((flag) => typeof flag !== "boolean")) throw new TypeError(name);
    return [write(out), local.map(write), flags];
  });
}
"""
)

inf, nan = math.inf, math.nan
SOME = (0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0, 7.5, -7.5, 1 / 3, -8.0, 1e-300, 1e300, inf, -inf, nan)


def _grid() -> list[tuple[str, Point]]:
    source = random.Random(7)
    jobs: list[tuple[str, Point]] = []
    for name in NAMES:
        arity = GATES[name].arity
        points: list[Point] = list(TABLE[name].points)
        if arity == 1:
            points += [(x,) for x in EVERYWHERE + SOME]
            points += [(source.uniform(-30, 30),) for _ in range(60)]
        elif arity == 2:
            points += itertools.product(SOME, repeat=2)
            points += [(-9807368293919080.0, 9.4), (-77906669425838.95, 7.1), (4713996368670294.0, -5.4)]  # hard on //
            points += [(source.uniform(-9, 9), source.uniform(-9, 9)) for _ in range(60)]
        elif arity == 3:
            points += itertools.product((0.0, -0.0, 1.0, -2.0, inf, nan), repeat=3)
        else:
            points += [tuple(source.choice(SOME) for _ in range(n)) for n in (2, 4, 6, 20) for _ in range(25)]
        jobs += [(name, point) for point in points]
    return jobs


GRID = _grid()

ROUNDED = {
    "atan", "cbrt", "cos", "elu", "erf", "exp", "expm1", "log", "log1p", "pow", "sigmoid", "silu", "sin", "softplus",
    "tanh",
}  # fmt: skip
"""Gates that two good libraries may round to different last digits; all others agree to the last bit."""

# Where exp or tanh differ in the last digit, 1 - out keeps that difference as it is.
CANCELLING = {"tanh": 5e-16, "sigmoid": 3e-16, "silu": 1e-14}


def _near(ours: float, theirs: float, name: str, slack: float = 0.0) -> bool:
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    if 0 in (ours, theirs) and ours == theirs:
        return math.copysign(1, ours) == math.copysign(1, theirs)
    if ours == theirs or name not in ROUNDED:
        return ours == theirs
    return abs(ours - theirs) <= 1e-13 * min(abs(ours), abs(theirs)) + 1e-323 + slack


def _differences(answers: list[Any], jobs: list[tuple[str, Point]]) -> list[str]:
    """Where the answers are not the engine's."""
    found = []
    for (name, point), (out, local, flags) in zip(jobs, answers, strict=True):
        value, slopes = GATES[name].number(*point)
        slack = CANCELLING.get(name, 0.0)
        same = _near(float(out), value, name) and len(local) == len(slopes)
        same = same and all(_near(float(a), b, name, slack) for a, b in zip(local, slopes, strict=True))
        if not same or flags != _flags(GATES[name], point):
            found.append(f"{name}{point}: {out} {local} {flags}, not {value} {slopes} {_flags(GATES[name], point)}")
    return found


def _flags(gate: Gate, point: Point) -> list[bool]:
    """The truth of the rule's conditions, found by evaluating them one by one."""
    if gate.variadic:
        assert isinstance(gate.value, Fold)
        named = [dict(zip((s.args[0] for s in gate.value.symbols), row, strict=True)) for row in gate.value.rows(point)]
        return [bool(evaluate(c, values)) for values in named for c in conditions(gate.value.derivatives)]
    values = dict(zip((s.args[0] for s in gate.symbols), point, strict=True))
    return [bool(evaluate(substitute(c, {"out": gate.value_symbol}), values)) for c in conditions(gate.local_symbols)]


def _jobs(jobs: list[tuple[str, Point]]) -> list[Any]:
    return [[name, [sent(x) for x in point]] for name, point in jobs]


def _node(folder: Path, table: str, jobs: list[tuple[str, Point]]) -> list[Any]:
    script = 'import { GATES } from "./gates.js";' + RUN
    answers: list[Any] = in_node(folder, {"gates.js": table}, script, _jobs(jobs))
    return answers


@pytest.mark.needs("node")
def test_every_gate_in_node(tmp_path: Path) -> None:
    assert {name for name, _ in GRID} == set(GATES)
    assert not _differences(_node(tmp_path, gate_table(), GRID), GRID)


@pytest.mark.needs("playwright")
@pytest.mark.needs("chromium")
def test_every_gate_in_a_browser() -> None:
    assert not _differences(in_chromium(gate_table() + RUN, _jobs(GRID)), GRID)


PLANTED = {
    "a value": lambda line: line.replace("=>[o,", "=>[1.01*o,").replace("return[s,", "return[1.01*s,"),
    "a slope": lambda line: line.replace("=>[o,[", "=>[o,[1e-9+").replace("d[i]=", "d[i]=1e-9+"),
    "a comparison": lambda line: re.sub(r"(when:.+\])\},$", r"\1.map(flag=>!flag)},", line),
}


@pytest.mark.needs("node")
@pytest.mark.parametrize("what", PLANTED)
def test_a_wrong_emission_is_noticed_in_every_gate(what: str, tmp_path: Path) -> None:
    lines = gate_table().splitlines()
    wrong = [PLANTED[what](line) if line.endswith("},") else line for line in lines]
    noticed = _differences(_node(tmp_path, "\n".join(wrong), GRID), GRID)
    has_flags = {name for name, point in GRID if _flags(GATES[name], point)}
    assert {difference.split("(")[0] for difference in noticed} == (has_flags if what == "a comparison" else set(NAMES))


@pytest.mark.needs("node")
def test_the_error_function_on_a_dense_grid(tmp_path: Path) -> None:
    grid = [i / 512 for i in range(-3500, 3501)] + [math.ldexp(1.1, -k) for k in range(1, 1074, 7)]
    answers = _node(tmp_path, gate_table({"erf": GATES["erf"]}), [("erf", (x,)) for x in grid])
    worst = max(
        abs(float(out) - math.erf(x)) / max(abs(math.erf(x)), 1e-300)
        for x, (out, _, _) in zip(grid, answers, strict=True)
    )
    assert worst < 1e-15


@pytest.fixture
def added() -> Iterator[Mapping[str, Gate]]:
    """Gates a user might register: in other gates, of many inputs, with a branch, native, and with awkward names."""
    shrink = Fold(
        term=lambda w, x: w * select(x > 0, x, 0.5 * x),
        local=lambda w, x: (select(x > 0, x, 0.5 * x), select(x > 0, w, 0.5 * w)),
    )
    gates = [
        Gate("cbrt", value=lambda x: autograd.sign(x) * abs(x) ** (1 / 3), local=lambda x, out: (out / (3 * x),)),
        Gate("shrunk", value=shrink, local=shrink.local, arrange=lambda *both: both, chooses=True),
        Gate("counted", value=lambda x, y: (x > y) + (x == 1) * 2 + autograd.eq(x > 0, 1),
             local=lambda x, y, out: (x > 0, select(x - 1, out, y))),
        Gate("above", value=lambda x: select(x > 1, -x - -1, 1e-7 - x),
             local=lambda x, out: (select((out > 0) & x, -1, -1.5e300),)),
        Gate("__proto__", value=lambda x: 2 * x, local=lambda x, out: (2,)),
        Gate("größer", native=Native(lambda x: x + 1, "({0} + 1)", page="({0}+1)"), local=lambda x, out: (1,)),
    ]  # fmt: skip
    for gate in gates:
        register(gate)
    yield {gate.name: gate for gate in gates}
    for gate in gates:
        unregister(gate.name)


@pytest.mark.needs("node")
def test_registered_gates_are_there_with_nothing_else_edited(added: Mapping[str, Gate], tmp_path: Path) -> None:
    jobs: list[tuple[str, Point]] = [(n, (x,)) for n, g in added.items() if g.arity == 1 for x in SOME]
    jobs += [("counted", (x, y)) for x in SOME for y in SOME]
    source = random.Random(3)
    jobs += [("shrunk", tuple(source.choice(SOME) for _ in range(2 * n))) for n in range(1, 9) for _ in range(20)]
    answers = _node(tmp_path, gate_table(), jobs)
    assert not _differences(answers, jobs)
    assert {len(flags) for (name, _), (_, _, flags) in zip(jobs, answers, strict=True) if name == "shrunk"} == set(
        range(1, 9)
    )


def test_what_cannot_be_written_in_javascript_is_left_out() -> None:
    half = register(Gate("half", native=Native(lambda x: x / 2, "({0} / 2)"), local=lambda x, out: (0.5,)))
    register(Gate("quarter", value=lambda x: half(half(x)), local=lambda x, out: (0.25,)))
    register(Gate("first", arrange=lambda *x: x, value=lambda *x: x[0], local=lambda *x: (1,) + (0,) * (len(x) - 2)))
    try:
        text = gate_table()
    finally:
        for name in ("half", "quarter", "first"):
            unregister(name)
    assert text == gate_table()
    broken = Gate("quarter", value=lambda x: half(x), local=lambda x, out: (0.25,))
    assert gate_table({"quarter": broken}) == "export const GATES = {__proto__: null,\n};\n", "half is gone"


def test_the_table_is_small_and_carries_only_the_helpers_it_needs() -> None:
    assert len(gate_table().encode()) <= 8000
    assert "ieee" not in gate_table({name: GATES[name] for name in ("add", "tanh", "log")})
    some = gate_table({"mod": GATES["mod"]})
    assert [h for h in ("ieeePow", "ieeeErf", "ieeeMod", "ieeeFloordiv") if f"function {h}(" in some] == [
        "ieeeMod",
        "ieeeFloordiv",
    ]
    assert gate_table() == gate_table()


@pytest.mark.parametrize("page", ["{1}", "{x}", "{0", "Math.cbrt({0:>z})"])
def test_a_page_spelling_that_is_no_template_is_refused(page: str) -> None:
    gate = Gate("cubic", native=Native(math.cbrt, "pow({0}, 1 / 3)", page=page), local=lambda x, out: (1,))
    with pytest.raises(autograd.GateError, match=r"the page spelling .* is not a template of its inputs"):
        register(gate)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"local": lambda *x: x[:-1]}, "the local derivatives of a Fold are its own"),
        (
            {"value": (short := Fold(lambda a, b: a * b, lambda a, b: (b,))), "local": short.local},
            "the term has 2 input",
        ),
    ],
)
def test_an_inconsistent_fold_is_refused(changes: dict[str, Any], message: str) -> None:
    fold = Fold(lambda a: a, lambda a: (1,))
    entry: dict[str, Any] = {"arrange": lambda *x: x, "value": fold, "local": fold.local, **changes}
    with pytest.raises(autograd.GateError, match=message):
        register(Gate("folded", **entry))


def test_a_fold_computes_alike_on_numbers_and_on_values() -> None:
    fold = Fold(lambda a, b: a * autograd.exp(b), lambda a, b: (autograd.exp(b), a * autograd.exp(b)))
    gate = register(Gate("weighted_exp", arrange=lambda *x: x, value=fold, local=fold.local, definition=fold))
    try:
        point = [1.5, -2.0, 0.5, 1000.0]
        values = [autograd.Value(x) for x in point]
        node = gate(*values)
        assert node.data == 1.5 * math.exp(0.5) - inf
        assert node.local == (math.exp(0.5), inf, 1.5 * math.exp(0.5), -inf)
        assert autograd.gradcheck(gate, [1.5, -2.0, 0.5, 0.25], order=2)
        with autograd.primitives():
            opened = gate(*values)
        assert (opened.op, opened.data) == ("add", node.data)
    finally:
        unregister("weighted_exp")


def test_the_emitted_text_holds_nothing_that_ends_a_script(added: Mapping[str, Gate]) -> None:
    text = gate_table()
    assert "</" not in text
    assert text.isascii()
    for name in added:
        assert (f"\n{name}:{{" in text) is (name not in ("__proto__", "größer"))
        assert (f"\n[{json.dumps(name)}]:{{" in text) is (name in ("__proto__", "größer"))
