// The graph a page shows: its numbers, recomputed when a leaf is edited, with gates emitted from the rule table.

import { abs, max } from "./arithmetic.js";
import { GATES } from "./gates.js";
import { derivativeText, fill, numbersTemplate } from "./formulas.js";
import { formatNumber } from "./numbers.js";

/** Numbers as JSON can hold them: inf and nan travel as text. */
export const numberFrom = (x) => (typeof x === "string" ? { inf: Infinity, "-inf": -Infinity, nan: NaN }[x] : x);

export class Model {
  /** @param {object} data What Python wrote: see payload.py. */
  constructor(data) {
    this.data = data;
    this.root = data.root;
    const nodes = data.nodes;
    this.count = nodes.label.length;
    this.label = nodes.label;
    this.kind = nodes.kind;
    this.operands = nodes.of;
    this.order = data.order;
    this.hasGradients = data.gradients;
    this.value = nodes.value.map(numberFrom);
    /** Per node, one local derivative per operand; null where the operand takes no gradient. */
    this.local = nodes.local.map((row) => row.map((x) => (x === null ? null : numberFrom(x))));
    this.recorded = { value: [...this.value], local: this.local.map((row) => [...row]) };
    this.gates = data.gates;
    this.rules = data.rules;
    this.gateOf = nodes.gate;
    this.ruleOf = nodes.rule;
    this.editable = data.gates.every((gate) => Object.hasOwn(GATES, gate.name));
    this.leaves = [];
    this.forwardOrder = [];
    for (let i = 0; i < this.count; i++) {
      if (this.kind[i] === "l") this.leaves.push(i);
      if (this.kind[i] === "g") this.forwardOrder.push(i);
    }
    /** For each node, its uses as [child, slot] in the order their contributions arrive. */
    this.uses = Array.from({ length: this.count }, () => []);
    for (const child of this.order) this.operands[child].forEach((parent, slot) => this.uses[parent].push([child, slot]));
    this.takesGradient = this.kind.split("").map((kind) => kind !== "c");
    this.backward();
  }

  /** The result and its value. */
  get title() {
    return `${this.label[this.root]} = ${formatNumber(this.value[this.root])}`;
  }

  /** Name in full, where the label is a shortened one. */
  fullName(node) {
    return this.data.nodes.name[node] ?? this.label[node];
  }

  gate(node) {
    return this.gates[this.gateOf[node]];
  }

  /** Compute every gate's value and local derivatives from the leaves, or take the recorded ones back. */
  forward() {
    for (const node of this.forwardOrder) this.compute(node, this.value, this.local);
  }

  compute(node, value, local) {
    const [out, slopes] = GATES[this.gate(node).name].apply(this.operands[node].map((i) => value[i]));
    value[node] = out;
    if (local) local[node] = local[node].map((old, slot) => (old === null ? null : slopes[slot]));
  }

  /** The backward pass: gradients, in the engine's own order of addition. */
  backward() {
    const grad = (this.grad = new Array(this.count).fill(null));
    if (!this.hasGradients) return;
    grad[this.root] = 1;
    for (const child of this.order) {
      this.operands[child].forEach((parent, slot) => {
        const x = this.contribution(child, slot);
        if (x !== null) grad[parent] = grad[parent] === null ? x : grad[parent] + x;
      });
    }
  }

  /** local × upstream along one wire; null where nothing travels. */
  contribution(child, slot) {
    const local = this.local[child][slot];
    const upstream = this.grad[child];
    return local === null || upstream === null ? null : local * upstream;
  }

  /** Give a leaf another value; every number follows. */
  edit(leaf, value) {
    this.value[leaf] = value;
    this.forward();
    this.backward();
  }

  /** Back to the numbers that were recorded. */
  reset() {
    this.value = [...this.recorded.value];
    this.local = this.recorded.local.map((row) => [...row]);
    this.backward();
  }

  get edited() {
    return this.leaves.some((leaf) => !Object.is(this.value[leaf], this.recorded.value[leaf]));
  }

  /** What the contributions to a node have come to when the first `arrived` of them are in; null before the first. */
  partial(node, arrived) {
    let sum = null;
    for (const [child, slot] of this.uses[node].slice(0, arrived)) {
      const x = this.contribution(child, slot);
      if (x !== null) sum = sum === null ? x : sum + x;
    }
    return sum;
  }

  /** ∂root/∂node by a central difference: the node is moved and everything after it computed again. */
  difference(node) {
    const x = this.value[node];
    const h = 1e-6 * max(1, abs(x));
    const ends = [x + h, x - h].map((moved) => {
      const value = [...this.value];
      value[node] = moved;
      const touched = new Uint8Array(this.count);
      touched[node] = 1;
      for (const gate of this.forwardOrder) {
        if (gate <= node || !this.operands[gate].some((i) => touched[i])) continue;
        touched[gate] = 1;
        this.compute(gate, value, null);
      }
      return [moved, value[this.root]];
    });
    const [[right, above], [left, below]] = ends;
    return { slope: (above - below) / (right - left), noise: (8 * 2.3e-16 * abs(this.value[this.root])) / h };
  }

  // ------------------------------------------------------------------------------------------------------ formulas

  names(node) {
    return this.operands[node].map((i) => this.label[i]);
  }

  /** ∂of/∂by in names; by default of the result. */
  derivativeName(by, of = this.root) {
    return `∂${this.label[of]}/∂${this.label[by]}`;
  }

  /** What a gate computes, e.g. a·b. */
  formula(node) {
    return fill(this.rules[this.ruleOf[node]].e, this.names(node));
  }

  /** The same in numbers, e.g. 2·(−3). */
  numbers(node) {
    const template = numbersTemplate(this.rules[this.ruleOf[node]]);
    return fill(template, this.operands[node].map((i) => formatNumber(this.value[i])));
  }

  /** The local derivative along a wire: {formula, because, loose}. */
  derivative(child, slot) {
    const rule = this.rules[this.ruleOf[child]];
    const x = this.operands[child].map((i) => this.value[i]);
    const flags = GATES[this.gate(child).name]?.when?.(x) ?? [];
    return derivativeText(rule.d[slot], flags, x.some(Number.isNaN), this.names(child));
  }
}
