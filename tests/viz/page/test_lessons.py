"""Quiz, why, proof and bug museum: what they say is checked against other ways of knowing it."""

from __future__ import annotations

import itertools
import math
import re
from typing import Any

import pytest

from autograd import GATES, Trace, Value, numerical_grad, trace
from autograd.text import format_number
from autograd.trace_data import Edge

from ...oracles.programs import seeded
from ..graphs import FAMILIES, network, plain_graph
from .driving import Visit, Visitor


def product() -> Value:
    """b·a + a: a has two uses."""
    a, b, c = Value(3.0, "a"), Value(-4.0, "b"), Value(0.5, "c")
    return (b * a + a) * c


def doubled() -> Value:
    """exp(x/3)·tanh(x): a sum of two that are no whole numbers."""
    x = Value(0.7, "x")
    return (x / 3.0).exp() * x.tanh()


def number(text: str) -> float:
    return float(text.replace("−", "-"))


# ruff: noqa: ARG005 - a rule names all of its inputs, whichever it uses

# --------------------------------------------------------------------------------------------------------------- quiz

SEEN = """
() => {
  const texts = [];
  const walk = (node) => {
    if (["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.nodeName)) return;
    if (node.nodeType === 3) texts.push(node.nodeValue);
    if (!node.ownerSVGElement) for (const { value } of node.attributes ?? []) texts.push(value);
    if (node.value !== undefined) texts.push(String(node.value));
    node.childNodes.forEach(walk);
  };
  walk(document.body);
  return texts;
}
"""
"""All text of the page, seen or not, and all attributes but the shapes of the picture."""


def asked(shown: Visitor) -> tuple[Any, Any]:
    """The trace's step and move that the quiz asks about."""
    node, parent, slot = shown.app("[app.lessons.quiz.node, app.lessons.quiz.move.parent, app.lessons.quiz.move.slot]")
    record = shown.record  # type: ignore[attr-defined]
    step = next(step for step in record.backward if step.node.id == node)
    return step, next(move for move in step.moves if (move.node.id, move.edge.slot) == (parent, slot))


def quiz(visit: Visit, source: Value, place: int) -> Visitor:
    shown = visit(source, f"#step={place}")
    shown.record = trace(source)  # type: ignore[attr-defined]
    shown.button("quiz").click()
    return shown


def say(shown: Visitor, answer: float | str) -> str:
    field = shown.page.locator(".quiz input")
    field.fill(str(answer))
    field.press("Enter")
    return shown.text(".feedback")


def last_use(record: Trace) -> tuple[int, Any]:
    """The place at which the second contribution to an input arrives."""
    for i, step in enumerate(record.backward, len(record.forward) + 1):
        for move in step.moves:
            if move.before is not None:
                return i, move
    raise AssertionError


def test_hints_tell_what_is_missing(visit: Visit) -> None:
    source = product()
    record = trace(source)
    place, move = last_use(record)
    shown = quiz(visit, source, place)
    assert asked(shown)[1] == move
    assert move.before is not None
    upstream = move.edge.upstream
    hints = {
        -move.after: "wrong sign",
        move.contribution: "add what had arrived before",
        -move.contribution: "sum is missing",
        move.local: "forgot to multiply by the upstream",
        upstream: "That is the upstream gradient",
        10 * move.after: "point is in the wrong place",
        move.after / 100: "point is in the wrong place",
        1.7 * move.after: "The sign is right",
        -1.7 * move.after: "Not yet",
    }
    for answer, hint in hints.items():
        assert hint in say(shown, answer), answer
    assert "Type a number" in say(shown, "three")
    assert say(shown, move.after).startswith("Right!")
    assert shown.text(".quiz .note") == "0 of 1 right at the first try"


def test_the_other_operands_gradient_is_recognised(visit: Visit) -> None:
    source = Value(3.0, "a") * Value(-4.0, "b") * 5.0
    shown = quiz(visit, source, 4)
    step, move = asked(shown)
    other = next(m for m in step.moves if m is not move)
    assert f"That is what {other.node.label} gets" in say(shown, other.contribution)


def test_every_step_is_asked_and_scored(visit: Visit) -> None:
    source = FAMILIES["neuron"]()
    record = trace(source)
    first = len(record.forward) + 1
    shown = quiz(visit, source, first)
    for i in range(len(record.backward)):
        _, move = asked(shown)
        assert move.node.label in shown.text(".question")
        verdict = say(shown, format_number(move.after) if i % 2 else -123456.0)
        assert verdict.startswith("Right!") == bool(i % 2)
        if not i % 2:
            shown.button("show").click()
            assert format_number(move.after) in shown.text(".feedback")
        shown.page.locator(".stage").focus()
        shown.press("j")
    right, count = map(int, re.findall(r"\d+", shown.text(".quiz .note")))
    assert (right, count) == (len(record.backward) // 2, len(record.backward))


@pytest.mark.parametrize(
    "source", [product(), FAMILIES["neuron"](), FAMILIES["square"](), plain_graph(3, 5), doubled()]
)
def test_what_is_asked_is_nowhere_to_be_read(visit: Visit, source: Value) -> None:
    record = trace(source)
    shown = quiz(visit, source, 0)
    for place in range(len(record.forward) + 1, len(record.forward) + len(record.backward) + 1):
        shown.do(f"app.player.user({place})")
        step, move = asked(shown)
        for node in record.nodes:
            shown.do(f"app.select({node.id})")
            if node.kind == "constant":
                continue
            shown.page.mouse.move(*shown.spot(node.id))
        shown.page.mouse.move(*shown.wire(step.node.id, move.edge.slot))
        shown.do(f"app.select({move.node.id})")
        shown.press("e")
        shown.page.locator(".stage").focus()
        given = {step.upstream, move.local, move.before, *[n.value for n in record.nodes], 1.0,
                 *[m.contribution for m in step.moves if m.node != move.node],
                 *[x for s in record.backward[: step.index + 1] for m in s.moves if m.node != move.node
                   for x in (m.after, m.contribution, m.local)],
                 *[x for s in record.backward[: step.index] for m in s.moves for x in (m.after, m.contribution)],
                 *[e.local for e in record.edges]}  # fmt: skip
        known = {abs(x) for x in given if x is not None}
        secrets = {x for x in (move.after, move.contribution) if not x.is_integer() and abs(x) not in known}
        secret = {write(x) for x in secrets for write in (format_number, repr)}
        leaks = [
            text
            for text in shown.page.evaluate(SEEN)
            if any(re.search(rf"(?<![\d.]){re.escape(s)}(?![\d.])", text) for s in secret)
        ]
        assert leaks == [], (place, move.node.label)
        assert shown.page.locator(".tools button", has_text="why?").count() == 0
        assert shown.page.locator(".lessonbar select").is_disabled()
        shown.button("show").click()
        assert format_number(move.after) in shown.text(".feedback")


def test_gradients_kept_back_are_shown_again(visit: Visit) -> None:
    source = FAMILIES["neuron"]()
    shown = quiz(visit, source, len(trace(source).forward) + 1)
    for _ in range(4):
        shown.press("j")
        assert shown.page.locator(".picture .grad", has_text="∇ ?").count() == 1
    shown.button("quiz").click()
    assert shown.page.locator(".picture .grad", has_text="∇ ?").count() == 0


# ---------------------------------------------------------------------------------------------------------------- why


def all_paths(record: Trace, node: int) -> list[list[Edge]]:
    """Every path from a node to the result, by brute force."""
    uses: list[list[Edge]] = [[] for _ in record.nodes]
    for edge in record.edges:
        if edge.local is not None:
            uses[edge.parent].append(edge)
    found, stack = [], [(node, [])]
    while stack:
        here, path = stack.pop()
        if here == record.root:
            found.append(path)
        stack += [(edge.child, [*path, edge]) for edge in uses[here]]
    return found


def size(path: list[Edge]) -> float:
    return abs(math.prod(edge.local for edge in path if edge.local is not None))


@pytest.mark.parametrize("source", [
    product(), FAMILIES["square"](), FAMILIES["neuron"](), plain_graph(5, 14, near=8), FAMILIES["ladder"](5),
], ids=["product", "square", "neuron", "tangle", "ladder"])  # fmt: skip
def test_why_lists_the_heaviest_of_all_paths(visit: Visit, source: Value) -> None:
    record = trace(source)
    shown = visit(source, start="end")
    for node in record.nodes:
        if node.grad is None or node.id == record.root:
            continue
        shown.do(f"app.select({node.id})")
        shown.button("why?").click()
        paths = all_paths(record, node.id)
        told = shown.app("app.lessons.why.found.map(({ edges, product }) => [edges, product])")
        count = len(paths)
        assert len(told) == min(count, 8)
        assert ("One path" if count == 1 else f"{count:,} paths") in shown.text(".why")
        known = {tuple((e.child, e.slot) for e in path): math.prod(e.local for e in path) for path in paths}  # type: ignore[misc]
        for edges, value in told:
            assert value == pytest.approx(known.pop(tuple(map(tuple, edges))), rel=1e-12)
        sizes = [abs(value) for _, value in told]
        assert sizes == pytest.approx(sorted(map(size, paths), reverse=True)[:8], rel=1e-9)
        if count <= 8:
            assert sum(value for _, value in told) == pytest.approx(node.grad, rel=1e-9, abs=1e-15)
        shown_products = [
            number(re.split(" = ", text)[-1].split(" ")[0])
            for text in shown.page.locator(".path .product").all_inner_texts()
        ]
        assert shown_products == pytest.approx([value for _, value in told], rel=1e-3)
        assert shown.page.locator(".path[aria-current=true]").count() == 1
        assert shown.page.locator("path.way").count() > 0
    shown.button("done").click()
    assert shown.page.locator(".why").is_hidden()
    assert shown.page.locator("path.way").count() == 0


def test_as_many_paths_as_no_computer_could_list(visit: Visit) -> None:
    shown = visit(FAMILIES["ladder"](60), start="end")
    leaf = trace(FAMILIES["ladder"](60)).leaves[0].id
    shown.do(f"app.select({leaf})")
    shown.button("why?").click()
    assert "1.15 × 10^18 paths" in shown.text(".why")
    assert shown.page.locator(".path").count() == 8


def test_why_follows_an_edit(visit: Visit) -> None:
    shown = visit(product(), start="end")
    record = trace(product())
    a = next(leaf.id for leaf in record.leaves if leaf.label == "a")
    shown.do(f"app.select({a})")
    shown.button("why?").click()
    b = next(leaf.id for leaf in record.leaves if leaf.label == "b")
    shown.do(f"app.edit({b}, 8)")
    assert "= 4.5" in shown.text(".why h2")
    assert "(89 %)" in shown.text(".why")


# -------------------------------------------------------------------------------------------------------------- proof


def test_proof_agrees_with_the_engines_differences(visit: Visit) -> None:
    for seed in range(6):
        program = seeded(seed, most=15)

        def run(*leaves: float, program: Any = program) -> Value:
            return program.run([Value(x, f"x{i}") for i, x in enumerate(leaves)])[-1]  # type: ignore[no-any-return]

        record = trace(run(*program.leaves))
        wanted = numerical_grad(run, list(program.leaves))
        shown = visit(record, start="end")
        shown.button("proof").click()
        texts = {}
        for leaf in record.leaves:
            texts[leaf.label] = shown.app(
                f"[...app.view.texts.get({leaf.id})].find((entry) => entry.role === 'grad').element.textContent"
            )
        for i, slope in enumerate(wanted):
            if f"x{i}" not in texts:
                continue
            exact, difference, verdict = re.fullmatch(r"∇ (.*) ≈ (.*) (.)", texts[f"x{i}"]).groups()  # type: ignore[union-attr]
            leaf = next(leaf for leaf in record.leaves if leaf.label == f"x{i}")
            if verdict == "✓":
                assert number(difference) == pytest.approx(slope, rel=2e-3, abs=1e-5)
                assert number(exact) == pytest.approx(leaf.grad, rel=1e-3, abs=1e-9)
        shown.close()


def test_a_kink_is_not_confirmed(visit: Visit) -> None:
    x, y = Value(0.0, "x"), Value(2.0, "y")
    shown = visit(x.relu() * 3 + y * y, start="end")
    shown.button("proof").click()
    texts = shown.page.locator(".inputs output").all_inner_texts()
    assert [text[-1] for text in texts] == ["✗", "✓"]
    assert texts[0] == "∇ 0 ≈ 1.5 ✗"
    assert shown.page.locator(".picture .grad.warning").all_text_contents() == texts[:1]
    shown.button("proof").click()
    assert "≈" not in "".join(shown.page.locator(".inputs output").all_inner_texts())


# ------------------------------------------------------------------------------------------------------------- museum


def wrong_pass(record: Trace, bug: str) -> tuple[dict[int, float], tuple[int, float] | None]:
    """The gradients a mistaken backward pass leaves behind, and the first number it gets wrong."""
    right = {node.id: node.grad for node in record.nodes if node.grad is not None}
    grads: dict[int, float] = {record.root: 1.0}
    if bug == "zero":
        grads |= {leaf.id: right[leaf.id] for leaf in record.leaves}
    order = list(record.order)
    if bug == "order":
        order, stack = [], [record.root]
        while stack:
            node = stack.pop()
            if record.nodes[node].kind == "gate" and node not in order:
                order.append(node)
                stack += [edge.parent for edge in reversed(record.operands[node])]
    first = None
    so_far: dict[int, float] = {}
    for child in order:
        if bug == "order" and first is None and not math.isclose(grads[child], right[child], rel_tol=1e-12):
            first = (child, grads[child])
        for edge in record.operands[child]:
            if edge.local is None:
                continue
            sent = edge.local * grads[child]
            grads[edge.parent] = sent if bug == "assign" else grads.get(edge.parent, 0.0) + sent
            so_far[edge.parent] = so_far.get(edge.parent, 0.0) + edge.local * right[child]
            if (
                bug != "order"
                and first is None
                and not math.isclose(grads[edge.parent], so_far[edge.parent], rel_tol=1e-12)
            ):
                first = (edge.parent, grads[edge.parent])
    return grads, first


SOURCES = {
    "product": product, "square": FAMILIES["square"], "neuron": FAMILIES["neuron"], "network": network,
    "tangle": lambda: plain_graph(9, 12),
    "diamond": lambda: (lambda y: y.exp() * (y * 3))(Value(2.0, "x") * Value(0.5, "w")),
    "flat": lambda: Value(-2.0, "x").relu(),
}  # fmt: skip


@pytest.mark.parametrize(("bug", "name"), [*itertools.product(["assign", "zero", "order"], SOURCES)])
def test_the_first_wrong_number(visit: Visit, bug: str, name: str) -> None:
    source = SOURCES[name]()
    record = trace(source)
    shown = visit(source)
    shown.page.locator(".lessonbar select").select_option(bug)
    grads, first = wrong_pass(record, bug)
    if first is None:
        assert shown.page.locator(".museum .warning").count() == 0
        assert shown.page.locator(".museum .note").count() == 1
        return
    node, value = first
    label = record.nodes[node].label
    assert f"∂{record.result.label}/∂{label} is {format_number(value)} where it should be" in shown.text(
        ".museum .warning"
    )
    assert shown.app("app.selected") == node
    shown.press("End")
    for each in record.nodes:
        if each.grad is None or (bug == "order" and each.id not in grads):
            continue
        text = shown.app(f"app.display.grad({each.id})")
        if math.isclose(grads[each.id], each.grad, rel_tol=1e-12):
            assert text == f"∇ {format_number(each.grad)}"
        else:
            assert text == f"∇ {format_number(grads[each.id])} ✗ not {format_number(each.grad)}"
    shown.page.locator(".lessonbar select").select_option("none")
    assert shown.page.locator(".museum").is_hidden()
    assert "✗" not in "".join(shown.page.locator(".picture .grad").all_text_contents())


# ------------------------------------------------------------------------------------------------- gates of the user


def test_gates_registered_by_the_user(visit: Visit) -> None:
    from autograd import Gate, register, select, unregister

    hinge = Gate(
        "hinge",
        value=lambda x: select(x < 1, 1 - x, 0),
        local=lambda x, out: (select(x < 1, -1, 0),),
        chooses=True,
    )
    register(hinge)
    try:
        shown = visit(GATES["hinge"](Value(0.25, "x")) * 2, start="end")
        field = shown.page.locator(".inputs input")
        field.fill("3")
        field.press("Enter")
        assert shown.app("app.model.value[app.model.root]") == 0
        assert shown.app("app.model.grad[app.model.leaves[0]]") == 0
    finally:
        unregister("hinge")


def test_gates_a_page_cannot_compute_are_read_only(visit: Visit) -> None:
    record = trace(Value(0.25, "x").tanh() * 2)
    text = record.to_json().replace('"tanh"', '"wobble"')
    shown = visit(Trace.from_json(text), start="end")
    assert shown.page.locator(".inputs input").is_disabled()
    assert "cannot compute one of these gates" in shown.text(".inputs .note")
    assert shown.button("proof").count() == 0
    assert shown.button("quiz").count() == 1
    shown.press("]")
    assert shown.page.locator(".slide").count() == 0
    assert shown.page.locator(".selection .note").inner_text() == shown.text(".inputs .note")
    shown.press("g", "j")
    assert shown.text(".step h2").startswith("Forward 1: v1 = tanh(x)")
