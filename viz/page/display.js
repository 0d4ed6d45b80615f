// What is written on boxes and wires at a place in the walk; the renderers only put it there.

import { abs, max } from "./arithmetic.js";
import { edgeKey } from "./geometry.js";
import { formatNumber } from "./numbers.js";

const MOST_NOTES = 12;

/** A number, marked where it is infinite or nan. */
export const marked = (x) => (isFinite(x) ? formatNumber(x) : `⚠ ${formatNumber(x)}`);

/** An equation on two lines. */
const halves = (equation) => equation.replace(" = ", "\n= ").split("\n");

export class Display {
  place = 0;
  /** Nodes whose gradient a quiz keeps back. */
  hidden = new Set();
  /** Gates with a breakpoint. */
  halts = new Set();
  /** Per node, what to write in place of the gradient: a fault's number or a finite difference beside it. */
  annotate = null;

  constructor(model, walk) {
    this.model = model;
    this.walk = walk;
    /** Nodes that something is said of: what a diagnosis found. */
    this.noticed = Object.keys(model.data.marks ?? {}).map(Number);
  }

  get step() {
    return this.walk.at(this.place);
  }

  boxText(node) {
    return this.model.kind[node] === "g" ? this.model.gate(node).glyph : this.model.label[node];
  }

  /** The value of a node as its wire shows it: empty while it is not computed. */
  value(node) {
    const { model, walk } = this;
    if (model.kind[node] === "c" && !model.data.nodes.named[node]) return "";
    if (!walk.hasValue(node, this.place)) return "";
    const shown = marked(model.value[node]);
    return model.kind[node] === "g" ? `${model.label[node]} = ${shown}` : shown;
  }

  /** The gradient of a node as its wire shows it, with … while more is to come. */
  grad(node) {
    if (this.hidden.has(node)) return "∇ ?";
    const other = this.annotate?.(node, this.place);
    if (other !== undefined && other !== null) return other;
    const { sum, complete } = this.walk.gradient(node, this.place);
    return sum === null ? "" : `∇ ${marked(sum)}${complete ? "" : " …"}`;
  }

  /** The local derivative where a wire enters a gate. */
  local(child, slot) {
    const local = this.model.local[child][slot];
    if (local === null || !this.walk.hasValue(child, this.place)) return "";
    const asked = this.step?.node === child && this.hidden.has(this.model.operands[child][slot]);
    return `∂ ${asked ? "?" : marked(local)}`;
  }

  /** What one of several uses has contributed to the gradient of the node used. */
  contribution(child, slot) {
    const parent = this.model.operands[child][slot];
    if (this.model.uses[parent].length < 2 || this.walk.backwardPlace[child] > this.place) return "";
    if (this.hidden.has(parent)) return "";
    const x = this.model.contribution(child, slot);
    return x === null ? "" : `∇ ${marked(x)}`;
  }

  /** What leaves a closed group: its one value and gradient, or how many there are and the largest gradient. */
  leaving(group) {
    const nodes = [...group.leaving];
    if (nodes.length < 2) return nodes.map((node) => `${this.value(node)}  ${this.grad(node)}`.trim()).join();
    const known = nodes.map((node) => this.walk.gradient(node, this.place));
    const told = known.every(({ complete }) => complete) && !nodes.some((node) => this.hidden.has(node));
    return `${nodes.length} values${told ? ` · |∇| ≤ ${marked(max(...known.map(({ sum }) => abs(sum))))}` : ""}`;
  }

  /** The uses at work in the current step: what a gate reads going forward, what it sends to going back. */
  activeEdges() {
    const { step, model } = this;
    if (step === null) return [];
    return model.local[step.node].flatMap((local, slot) => (
      step.pass === "forward" || local !== null ? [edgeKey(step.node, slot)] : []));
  }

  /** Notes pinned to the picture for the current step: products on wires, sums where contributions meet. */
  notes() {
    const { step } = this;
    if (step === null || step.pass === "forward") return [];
    const notes = [];
    for (const move of this.walk.moves(step.node)) {
      // Where a lesson writes beside the gradient, notes would cover it.
      if (this.hidden.has(move.parent) || this.annotate?.(move.parent, this.place)) continue;
      notes.push({ child: step.node, slot: move.slot, lines: halves(this.walk.product(step.node, move)) });
      if (move.before !== null) notes.push({ node: move.parent, lines: halves(`∇ ${this.walk.total(move)}`) });
    }
    return notes.slice(0, MOST_NOTES);
  }
}
