"""What a page must show at each place of its walk, told from a Trace alone."""

from __future__ import annotations

import math
from typing import Any

from autograd import Trace
from autograd.text import format_number, visible
from autograd.trace_data import Node

READ = """
async (text) => {
  const element = document.createElement("div");
  element.style = "position:fixed;left:0;top:0;width:900px;height:600px";
  document.body.append(element);
  const App = document.getElementById("backglow").backglow.constructor;
  const app = new App(element, JSON.parse(text));
  while (app.start) await new Promise((done) => requestAnimationFrame(done));
  const { model, walk, panel } = app;
  const lines = (root) => [...root.querySelectorAll("p")].map((p) => p.textContent);
  const facts = () => [...panel.selection.querySelectorAll("dt")].map((dt) => {
    const items = [...dt.nextSibling.querySelectorAll("li")];
    return [dt.textContent, items.length ? items.map((li) => li.textContent) : dt.nextSibling.textContent];
  });
  const places = [];
  for (let place = 0; place <= walk.length; place++) {
    app.go(place);
    const drawn = {};
    for (const [node, entries] of app.view.texts) {
      for (const { element, role, slot } of entries) {
        drawn[[role, node, ...(slot === null ? [] : [slot])].join(" ")] = element.textContent;
      }
    }
    const selections = [], tips = [], wires = [], wireTips = [];
    for (let node = 0; node < model.count; node++) {
      app.select(node);
      selections.push(facts());
      tips.push(app.pointer.tell({ node }));
      model.operands[node].forEach((_, slot) => {
        app.selectWire({ child: node, slot });
        wires.push(facts());
        wireTips.push(app.pointer.tell({ child: node, slot }));
      });
    }
    app.select(null);
    const inputs = [...panel.fields.values()].map(({ field, gradient }) => [field.value, gradient.textContent]);
    places.push({ title: panel.stepTitle.textContent, sentence: panel.live.textContent, rules: lines(panel.rules),
      drawn, selections, tips, wires, wireTips, inputs });
  }
  element.remove();
  return places;
}
"""
"""Builds a scene from payload text, walks through it and writes down what stands in the document."""


class Teller:
    """What the page of a trace must show."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        gates = [node.id for node in trace.nodes if node.kind == "gate"]
        self.forward = len(gates)
        self.computed_at = {node: i for i, node in enumerate(gates, 1)}
        self.passed_at = (
            {node: self.forward + i for i, node in enumerate(trace.order, 1)} if trace.has_gradients else {}
        )
        self.length = self.forward + len(self.passed_at)

    def has_value(self, node: int, place: int) -> bool:
        return self.computed_at.get(node, 0) <= place

    def arrived(self, node: int, place: int) -> list[Any]:
        return [e for e in self.trace.uses[node] if e.contribution is not None and self.passed_at[e.child] <= place]

    def gradient(self, node: int, place: int) -> tuple[float | None, bool]:
        """The gradient as far as it has come, and whether it is complete."""
        if not self.trace.has_gradients or self.trace.nodes[node].grad is None or place < self.forward:
            return None, False
        if node == self.trace.root:
            return self.trace.nodes[node].grad, True
        arrived = self.arrived(node, place)
        if not arrived:
            return None, False
        total = arrived[0].contribution
        for edge in arrived[1:]:
            total += edge.contribution
        return total, len(arrived) == len([e for e in self.trace.uses[node] if e.contribution is not None])

    # ------------------------------------------------------------------------------------------------------- texts

    def grad_text(self, node: int, place: int) -> str:
        total, complete = self.gradient(node, place)
        return "" if total is None else f"∇ {marked(total)}{'' if complete else ' …'}"

    def drawn(self, place: int) -> dict[str, str]:
        shown = {}
        for node in self.trace.nodes:
            if node.kind == "constant" and node.name is None:
                continue
            value = marked(node.value) if self.has_value(node.id, place) else ""
            shown[f"value {node.id}"] = f"{node.label} = {value}" if node.kind == "gate" and value else value
            shown[f"grad {node.id}"] = self.grad_text(node.id, place)
        for edge in self.trace.edges:
            known = self.has_value(edge.child, place) and edge.local is not None
            shown[f"local {edge.child} {edge.slot}"] = f"∂ {marked(edge.local)}" if known else ""  # type: ignore[arg-type]
            sent = self.trace.has_gradients and self.passed_at[edge.child] <= place and edge.contribution is not None
            several = len(self.trace.uses[edge.parent]) > 1
            shown[f"contribution {edge.child} {edge.slot}"] = (
                f"∇ {marked(edge.contribution)}" if sent and several else ""
            )  # type: ignore[arg-type]
        return shown

    def panel(self, place: int) -> tuple[str, str, list[str]]:
        """Title, sentence and chain-rule lines."""
        if place == 0:
            return "Start", "Nothing is computed yet: only the inputs are known.", []
        if place <= self.forward:
            step = self.trace.forward[place - 1]
            return f"Forward {place}: {step.node.label} = {step.node.formula}", step.sentence, [step.formula]
        back = self.trace.backward[place - self.forward - 1]
        root = self.trace.result.label
        lines = [f"upstream ∂{root}/∂{back.node.label} = {format_number(back.upstream)}"]
        for move in back.moves:
            lines += [
                back.rule(move),
                f"upstream × local = {back.product(move)}",
                f"∂{root}/∂{move.node.label} = {move.total}",
            ]
        return f"Backward {place - self.forward}: {back.node.label} = {back.node.formula}", back.sentence, lines

    def tip(self, node: Node, place: int) -> list[str]:
        """The first line under the pointer, and those with numbers."""
        title = {"leaf": "input", "gate": "gate", "constant": "constant"}[node.kind]
        facts = self.facts(node, place)
        lines = [f"{key} {facts[key]}" for key in ("value", "gradient") if key in facts]
        if "sum of" in facts:
            lines.append(f"sum of {', '.join(facts['sum of'])}")
        return [f"{title} {node.label}", *lines]

    def facts(self, node: Node, place: int) -> dict[str, Any]:
        """The numbers of a selected node."""
        facts: dict[str, Any] = {}
        if self.has_value(node.id, place):
            facts["value"] = repr(node.value)
        total, complete = self.gradient(node.id, place)
        if total is not None:
            facts["gradient"] = f"{total!r}{'' if complete else ' so far'}"
            terms = [
                f"{e.contribution!r} through {self.trace.nodes[e.child].label}" for e in self.arrived(node.id, place)
            ]
            if len(terms) > 1 and node.id != self.trace.root:
                more = [f"… and {len(terms) - 12} more"] if len(terms) > 12 else []
                facts["sum of"] = terms[:12] + more
        return facts

    def wire_facts(self, place: int) -> list[dict[str, str]]:
        """The numbers of every wire, by gate and operand."""
        told = []
        for edges in self.trace.operands:
            for edge in edges:
                parent, child = self.trace.nodes[edge.parent].label, self.trace.nodes[edge.child].label
                facts: dict[str, str] = {}
                if edge.local is None:
                    facts["gradient"] = "none: a constant takes none"
                elif self.has_value(edge.child, place):
                    facts["local"] = f"∂{child}/∂{parent} = {edge.formula} = {edge.local!r}"
                    if edge.because:
                        facts["because"] = edge.because
                    if edge.child in self.passed_at and self.passed_at[edge.child] <= place:
                        facts |= {"upstream": repr(edge.upstream), "contribution": repr(edge.contribution)}
                told.append(facts)
        return told


def marked(x: float) -> str:
    return format_number(x) if math.isfinite(x) else f"⚠ {format_number(x)}"


def compare(trace: Trace, places: list[dict[str, Any]]) -> None:
    """Everything a walk has shown is what the trace says."""
    teller = Teller(trace)
    assert len(places) == teller.length + 1
    for place, shown in enumerate(places):
        where = f"at place {place}"
        assert (shown["title"], shown["sentence"], shown["rules"]) == teller.panel(place), where
        wanted = teller.drawn(place)
        drawn = shown["drawn"]
        assert {key: drawn.get(key) for key in wanted if key in drawn} == {
            k: wanted[k] for k in wanted if k in drawn
        }, where
        missing = {key: text for key, text in wanted.items() if key not in drawn and text}
        assert missing == {}, where
        assert {key for key in drawn if key not in wanted and drawn[key]} == set(), where
        for node in trace.nodes:
            told = dict(shown["selections"][node.id])
            facts = {key: told[key] for key in ("value", "gradient", "sum of") if key in told}
            assert facts == teller.facts(node, place), (where, node)
            tip = shown["tips"][node.id].split("\n")
            numbers = [line for line in tip[1:] if line.startswith(("value ", "gradient ", "sum of "))]
            assert [tip[0], *numbers] == teller.tip(node, place), (where, node)
            if node.name and visible(node.name) != node.label:
                assert f"name {visible(node.name)}" in tip
        assert [dict(facts) for facts in shown["wires"]] == teller.wire_facts(place), where
        for facts, tip in zip(teller.wire_facts(place), shown["wireTips"], strict=True):
            assert all(facts[key] in tip for key in ("local", "upstream", "contribution") if key in facts), where
        inputs = [[repr(leaf.value), teller.grad_text(leaf.id, place)] for leaf in trace.leaves[:40]]
        assert shown["inputs"] == inputs, where
