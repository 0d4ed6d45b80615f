"""Formulas that the page fills in again are the engine's, character for character."""

from __future__ import annotations

import itertools
import json
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograd import GATES, Gate, Trace, Value, register, select, trace, unregister
from autograd.fold import Fold
from autograd.formula import Blanks
from autograd.javascript import gate_table
from autograd.steps import is_loose
from autograd.templates import page_rule
from autograd.text import format_number
from tests.oracles.javascript import NUMBERS, in_node, sent
from tests.oracles.points import NAMES, TABLE
from tests.oracles.programs import seeded

# ruff: noqa: ARG005 - a rule names all of its inputs, whichever it uses

FORMULAS_JS = (Path(__file__).parents[2] / "viz" / "page" / "formulas.js").read_text(encoding="utf-8")
SCRIPT = (
    """
import { derivativeText, fill, numbersTemplate } from "./formulas.js";
import { formatNumber } from "./numbers.js";
import { GATES } from "./gates.js";
"""
    + NUMBERS
    + """
export function run(jobs) {
  return jobs.map(({ gate, rule, texts, values }) => {
    const x = values.map(read);
    const flags = GATES[gate].when?.(x) ?? [];
    const hasNan = x.some(Number.isNaN);
    const told = rule.d.map((tree) => derivativeText(tree, flags, hasNan, texts));
    return [
      fill(rule.e, texts), fill(numbersTemplate(rule), x.map((value) => formatNumber(value))),
      told.map(({ formula, because, loose }) => [formula, because, loose]),
    ];
  });
}
"""
)
NUMBERS_JS = (Path(__file__).parents[2] / "viz" / "page" / "numbers.js").read_text(encoding="utf-8")

nan, inf = math.nan, math.inf
LABELS = [
    "a",
    "x",
    "v12",
    "−3",
    "−v",
    "a + b",
    "(c",
    "d) − (e",
    "if",
    "p if q",
    "\ue000",
    "\ue001",
    "{0}",
    "$&",
    "é🎈",
    "0",
]
NUMBERS_SEEN = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, 0.3, -7.25, 1e-7, -1e-7, 1e20, 123456.0, inf, -inf, nan]


def _filled(folder: Path, jobs: Sequence[dict[str, Any]]) -> list[Any]:
    modules = {"formulas.js": FORMULAS_JS, "numbers.js": NUMBERS_JS, "gates.js": gate_table()}
    answers: list[Any] = in_node(folder, modules, SCRIPT, jobs)
    return answers


def _job(name: str, rule: Any, texts: Sequence[str], values: Sequence[float]) -> dict[str, Any]:
    # Through JSON, as into a page.
    return {"gate": name, "rule": json.loads(json.dumps(rule)), "texts": texts, "values": [sent(v) for v in values]}


def _told(name: str, operands: Sequence[str | float], values: Sequence[float]) -> list[Any]:
    """What the engine writes."""
    blanks, gate = Blanks(operands), GATES[name]
    formulas = blanks.derivatives(gate, values)
    numbers = Blanks([format_number(v) for v in values]).text(gate)
    return [blanks.text(gate), numbers, [[f.unicode, f.because, is_loose(f.unicode)] for f in formulas]]


def _cases(names: Sequence[str], source: random.Random) -> Iterator[tuple[str, list[str | float], list[float]]]:
    """Gates with named operands and constants in every pattern, at hard points and everyday ones."""
    for name in names:
        arity = GATES[name].arity
        patterns: list[tuple[bool, ...]] = list(itertools.product((False, True), repeat=arity)) if arity else []
        for size in (2, 6, 8, 10, 24) if not arity else ():
            patterns += [tuple(source.random() < share for _ in range(size)) for share in (0, 0.3, 1)]
        points = list(TABLE[name].points) if name in TABLE else []
        for pattern in patterns:
            fitting = [p for p in points if len(p) == len(pattern)]
            for _ in range(30):
                values = [source.choice(NUMBERS_SEEN) if source.random() < 0.7 else source.gauss(0, 3) for _ in pattern]
                if fitting and source.random() < 0.5:
                    values = list(source.choice(fitting))
                if len(values) > 1 and source.random() < 0.2:
                    values[1] = values[0]
                labels = [source.choice(LABELS) for _ in pattern]
                operands = [v if constant else n for constant, v, n in zip(pattern, values, labels, strict=True)]
                yield name, operands, values


def _compare(folder: Path, cases: Sequence[tuple[str, list[str | float], list[float]]]) -> None:
    jobs = []
    for name, operands, values in cases:
        rule = page_rule(GATES[name], tuple(None if isinstance(o, str) else o for o in operands))
        # The page knows a constant's text too, and must not need it.
        texts = [o if isinstance(o, str) else "never shown" for o in operands]
        jobs.append(_job(name, rule, texts, values))
    for case, answer in zip(cases, _filled(folder, jobs), strict=True):
        assert answer == _told(*case), case


@pytest.mark.needs("node")
def test_every_gate_with_every_pattern_of_constants(tmp_path: Path) -> None:
    _compare(tmp_path, list(_cases(NAMES, random.Random(1))))


@pytest.mark.needs("node")
def test_registered_gates_that_branch(tmp_path: Path) -> None:
    bend = Fold(lambda w, x: w * select(x > 0, x, 0), lambda w, x: (select(x > 0, x, 0), select(x > 0, w, 0)))
    gates = [
        Gate("hinge", chooses=True, value=lambda x, margin=1.0: select(x < margin, margin - x, 0),
             local=lambda x, margin, out: (select(x < margin, -1, 0), select(x < margin, 1, 0))),
        Gate("stairs", chooses=True, binds=0, unicode="({0}) or {1:product}",
             value=lambda x, y: select((x > 0) & (y < x), x * y, select(x == y, -x, y)),
             local=lambda x, y, out: (
                 select((x > 0) & (y < x), y, select(x == y, -1, 0)) + select(out > 1, x - y, 0) * 2,
                 select(x * y >= 2, x, 1) * select(y != 0, 1 / y, 1))),
        Gate("bent", chooses=True, arrange=lambda *both: both, value=bend, local=bend.local),
        # Where a square is simplified, so are its parts, once more: then this condition looks different again.
        Gate("twice", chooses=True, value=lambda x, y: x + y,
             local=lambda x, y, out: ((side := select(x / (y * y) / y / y > 1, x, y)) * side, 1)),
        Gate("signed_root", value=lambda x: select(x > 0, x, -x) ** 0.5,
             local=lambda x, out: (select(x, select(x > 0, 1, -1) / (2 * out), inf),)),
    ]  # fmt: skip
    for gate in gates:
        register(gate)
    try:
        _compare(tmp_path, list(_cases([gate.name for gate in gates], random.Random(2))))
    finally:
        for gate in gates:
            unregister(gate.name)


def _nodes(record: Trace) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """Each gate of a trace with its edges, and what a page would be given for it."""
    for node in record.nodes:
        if node.kind == "gate":
            edges = record.operands[node.id]
            operands = [record.nodes[e.parent] for e in edges]
            constants = tuple(o.value if o.kind == "constant" and o.name is None else None for o in operands)
            assert node.gate is not None
            rule = page_rule(GATES[node.gate], constants)
            yield node, edges, _job(node.gate, rule, [o.label for o in operands], [o.value for o in operands])


@pytest.mark.needs("node")
def test_traces_of_random_graphs(tmp_path: Path) -> None:
    found = []
    for seed in range(150):
        program = seeded(seed)
        leaves = [
            Value(x, name=LABELS[(seed + i) % len(LABELS)] if i % 2 else None) for i, x in enumerate(program.leaves)
        ]
        found += list(_nodes(trace(program.run(leaves)[-1])))
    assert len(found) > 2000
    answers = _filled(tmp_path, [job for _, _, job in found])
    for (node, edges, _), (formula, numbers, told) in zip(found, answers, strict=True):
        assert (formula, numbers) == (node.formula, node.numbers)
        for edge, (local, because, _) in zip(edges, told, strict=True):
            if edge.local is not None:
                assert (local, because) == (edge.formula, edge.because)


@pytest.mark.needs("node")
def test_after_an_edit_the_formulas_are_those_of_the_edited_graph(tmp_path: Path) -> None:
    def record(x: float, y: float) -> Trace:
        a, b = Value(x, name="a"), Value(y, name="b")
        return trace(GATES["max"](a, b) ** 2.0 * GATES["relu"](a - b) + GATES["where"](GATES["gt"](a, b), abs(a), b))  # type: ignore[operator]

    before, jobs, after = record(1.0, 2.0), [], []
    for x, y in itertools.product((-1.0, 0.0, 2.0, nan), repeat=2):
        edited = record(x, y)
        for (_, _, old), (node, edges, new) in zip(_nodes(before), _nodes(edited), strict=True):
            jobs.append({**old, "values": new["values"]})
            after.append((node, edges))
    for (node, edges), (formula, numbers, told) in zip(after, _filled(tmp_path, jobs), strict=True):
        assert (formula, numbers) == (node.formula, node.numbers)
        assert [t[:2] for t, e in zip(told, edges, strict=True) if e.local is not None] == [
            [e.formula, e.because] for e in edges if e.local is not None
        ]


@pytest.mark.needs("node")
def test_a_wrong_template_is_noticed(tmp_path: Path) -> None:
    source = random.Random(3)
    cases = [("relu", [label], [value]) for label in ("x", "−3") for value in (1.0, -1.0, nan)]
    rule = page_rule(GATES["relu"], (None,))
    (tree,) = rule["d"]
    wrong = [{**rule, "d": [{**tree, "t": tree["e"], "e": tree["t"]}]}, {**rule, "e": ["relu(", 1, ")"]}]
    source.shuffle(wrong)
    for planted in wrong:
        answers = _filled(tmp_path, [_job(name, planted, texts, values) for name, texts, values in cases])
        assert any(answer != _told(*case) for case, answer in zip(cases, answers, strict=True))


def test_rules_are_small_plain_data() -> None:
    assert page_rule(GATES["add"], (None, None)) == {"e": [0, " + ", 3], "d": [{"f": ["1"]}, {"f": ["1"]}]}
    assert page_rule(GATES["pow"], (None, 2.0)) == {
        "e": [1, "²"],
        "d": [{"f": ["2·", 1]}, {"c": 2, "t": {"f": ["0"]}, "e": {"f": [1, "²·ln(", 0, ")"]}}],
        "n": [1, "^", 3],
    }
    many = page_rule(GATES["sum"], (None,) * 9)
    assert many["e"] == ["sum(", 0, ", ", 2, ", …, ", 16, ")"]
    assert page_rule(GATES["max"], (None, 0.0)) is page_rule(GATES["max"], (None, 0.0))
    assert page_rule(GATES["max"], (None, 0.0)) is not page_rule(GATES["max"], (None, -0.0)), "1/x tells them apart"


def test_the_rules_of_a_long_sum_have_a_place_for_every_operand() -> None:
    rule = page_rule(GATES["dot"], (None,) * 10_000)
    assert rule["e"] == ["dot(", 0, ", ", 2, ", …, ", 19_998, ")"]
    assert [tree["f"] for tree in rule["d"]] == [[2 * ((i + 5000) % 10_000)] for i in range(10_000)]
