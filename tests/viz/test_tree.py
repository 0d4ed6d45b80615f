"""The text tree: every number once, every use on a line of its own, as large as the graph and no larger."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
import viz
from autograd import Trace, Value
from autograd.text import format_number
from autograd.trace_data import Edge, Node

from ..autograd.settings import thorough
from .graphs import FAMILIES, chain, graphs, ladder, neuron, wide_sum
from .hostile import HOSTILE


def plain(number: float | None) -> str:
    return format_number(number).replace("−", "-")


def is_number(node: Node) -> bool:
    return node.kind == "constant" and node.name is None


def label(trace: Trace, node: Node) -> str:
    same = [n for n in trace.nodes if n.label == node.label and not is_number(n)]
    return (f"{node.label}#{node.id}" if len(same) > 1 else node.label).replace("−", "-")


def walk(trace: Trace, most: int | None = None) -> list[str]:
    """The tree by recursion, straight from the description: for graphs without deep branches."""
    told: set[int] = set()
    lines: list[str] = []

    def tell(at: int, edge: Edge | None, lead: str, below: str, depth: int) -> None:
        node = trace.nodes[at]
        local = "" if edge is None or edge.local is None else f"   (local ∂ {plain(edge.local)})"
        if at in told:
            lines.append(f"{lead}↑ {label(trace, node)}{local}")
            return
        name = plain(node.value) if is_number(node) else label(trace, node)
        parts = [] if is_number(node) else [name]
        parts += [node.formula.replace("−", "-")] * (node.gate is not None) + [plain(node.value)]
        grad = "" if node.grad is None else f"   ∇ {plain(node.grad)}"
        uses = [e for e in trace.edges if e.child == at and not is_number(trace.nodes[e.parent])]
        cut = most is not None and depth >= most and bool(uses)
        lines.append(f"{lead}{' = '.join(parts)}{grad}{local}{' …' * cut}")
        if cut:
            return
        told.add(at)
        for i, use in enumerate(uses):
            final = i == len(uses) - 1
            tell(use.parent, use, below + ("└─ " if final else "├─ "), below + ("   " if final else "│  "), depth + 1)

    tell(trace.root, None, "", "", 0)
    return lines


@thorough
@given(graphs(), st.none() | st.integers(0, 4))
def test_a_random_graph_is_told_as_a_walk_tells_it(output: Value, depth: int | None) -> None:
    recorded = autograd.trace(output)
    assert viz.tree(recorded, depth=depth).split("\n") == [line.rstrip() for line in walk(recorded, depth)]


@pytest.mark.parametrize("family", ["leaf", "square", "neuron", "wide sum", "opened", "network"])
def test_a_known_graph_is_told_as_a_walk_tells_it(family: str) -> None:
    recorded = autograd.trace(FAMILIES[family]())
    assert viz.tree(recorded).split("\n") == walk(recorded)


def test_the_neuron_of_the_course() -> None:
    lines = neuron().tree().split("\n")
    assert lines[0] == "v8 = 1/v7 = 0.7311   ∇ 1"
    assert lines[5] == "            ├─ v3 = v1 + v2 = 4   ∇ 0.1966   (local ∂ 1)"
    assert lines[-1] == "            └─ e = -3   ∇ 0.1966   (local ∂ 1)"
    assert len(lines) == 13


def test_a_value_tells_what_viz_tells_and_keeps_its_gradient() -> None:
    output = neuron()
    leaf = Value(2.0, "x")
    output = output * leaf
    leaf.grad = 7.0
    for options in ({}, {"depth": 2}, {"limit": 3}, {"ascii_only": True}, {"backward": False}):
        assert output.tree(**options) == viz.tree(output, **options)
    assert (leaf.grad, output.grad) == (7.0, None)


def test_a_value_tells_itself_when_only_the_engine_was_imported() -> None:
    program = 'from autograd import Value; print((Value(2.0, "x") * 3).tree())'
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program], capture_output=True, timeout=60, check=True, encoding="utf-8"
    )
    assert done.stdout == "v1 = x·3 = 6   ∇ 1\n└─ x = 2   ∇ 3   (local ∂ 3)\n"


def test_without_a_backward_pass_there_are_no_gradients() -> None:
    told = neuron().tree(backward=False)
    assert "∇" not in told
    assert told.count("local ∂") == 12


def test_names_can_be_given() -> None:
    a, b = Value(2.0), Value(3.0)
    assert viz.tree(a * b, names={"a": a, "b": b}).split("\n")[1].startswith("├─ a = 2")


def test_a_limit_says_how_much_it_left_out() -> None:
    full = viz.tree(wide_sum(60)).split("\n")
    assert viz.tree(wide_sum(60), limit=61).split("\n") == full
    assert viz.tree(wide_sum(60), limit=60).split("\n") == [*full[:60], "… and 1 more line"]
    assert viz.tree(wide_sum(60), limit=5).split("\n") == [*full[:5], "… and 56 more lines"]


HEAD = re.compile(r"^[ │├└─]*(?:(?P<arrow>[↑↓]) )?(?P<label>\w+)")


def heads(told: str) -> list[tuple[str, str]]:
    """For each line, its arrow if it has one, and the node it is about."""
    found = []
    for line in told.split("\n"):
        match = HEAD.match(line)
        assert match, line
        found.append((match["arrow"] or "", match["label"]))
    return found


@pytest.mark.parametrize(
    ("output", "nodes", "uses"),
    [(ladder(60), 61, 120), (chain(100_000), 100_001, 100_000), (FAMILIES["tangle"](), None, None)],
    ids=["ladder", "chain", "tangle"],
)
def test_deep_graphs_are_told_once_and_in_linear_size(output: Value, nodes: int | None, uses: int | None) -> None:
    recorded = autograd.trace(output)
    told = viz.tree(recorded)
    found = heads(told)
    named = [node.label for node in recorded.nodes if not is_number(node)]
    wires = [e for e in recorded.edges if not is_number(recorded.nodes[e.parent])]
    if nodes is not None:
        assert (len(named), len(wires)) == (nodes, uses)
    assert Counter(name for arrow, name in found if not arrow) == Counter(named), "every node is told once"
    below = sum(arrow == "↓" for arrow, _ in found)
    assert len(found) <= 1 + len(wires) + below
    assert below <= len(named) / 10 + 2
    assert max(map(len, told.split("\n"))) < 200
    seen: set[str] = set()
    for arrow, name in found:
        assert not arrow or (name in seen) == (arrow == "↑"), "arrows point to where the node is told"
        seen |= set() if arrow else {name}


def test_the_same_name_twice_is_told_apart() -> None:
    a, b = Value(2.0, "x"), Value(3.0, "x")
    lines = viz.tree(a * b + a).split("\n")
    assert lines[2].startswith("│  ├─ x#0 = 2")
    assert lines[3].startswith("│  └─ x#1 = 3")
    assert lines[4].startswith("└─ ↑ x#0 ")


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_hostile_name_comes_out_inert(name: str, ascii_only: bool) -> None:
    x = Value(2.0, name)
    told = viz.tree(x * x + Value(1.0, name), ascii_only=ascii_only)
    assert told.replace("\n", "").replace("\u200d", "").isprintable()
    assert told.count("\n") == 4
    assert max(map(len, told.split("\n"))) < 1000
    if ascii_only:
        assert told.isascii()


def test_a_hostile_document_comes_out_inert() -> None:
    text = autograd.trace(Value(2.0, "x") * Value(3.0, "y")).to_json()
    hostile = Trace.from_json(text.replace('"x·y"', '"\\u001b[31m\\u0007"').replace('"x"', '"\\u001b]0;t\\u0007"'))
    told = viz.tree(hostile)
    assert told.replace("\n", "").isprintable()
    assert "\\x1b" in told, "the document was changed as meant"


def test_plain_ascii_says_the_same() -> None:
    x = Value(2.0, "x")
    assert viz.tree((x * x).sqrt(), ascii_only=True).split("\n") == [
        "v2 = sqrt v1 = 2   grad 1",
        "`- v1 = x*x = 4   grad 0.25   (local d 0.25)",
        "   |- x = 2   grad 1   (local d 2)",
        "   `- ^ x   (local d 2)",
    ]
