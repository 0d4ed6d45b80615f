// The walk through a graph: every gate's forward step, then every gate's backward step, each with its sentence.

import { formatNumber, signed } from "./numbers.js";

/** A place in the walk is 0 … length: how many steps have been taken. */
export class Walk {
  constructor(model) {
    this.model = model;
    this.forwardCount = model.forwardOrder.length;
    this.backwardCount = model.hasGradients ? model.order.length : 0;
    this.length = this.forwardCount + this.backwardCount;
    this.forwardPlace = new Array(model.count).fill(0);
    this.backwardPlace = new Array(model.count).fill(Infinity);
    model.forwardOrder.forEach((node, i) => (this.forwardPlace[node] = i + 1));
    if (model.hasGradients) model.order.forEach((node, i) => (this.backwardPlace[node] = this.forwardCount + i + 1));
  }

  /** The step taken last at a place: {pass, index, of, node}; null at the start. */
  at(place) {
    if (place <= 0) return null;
    const { model, forwardCount } = this;
    if (place <= forwardCount) return { pass: "forward", index: place, of: forwardCount, node: model.forwardOrder[place - 1] };
    const index = place - forwardCount;
    return { pass: "backward", index, of: this.backwardCount, node: model.order[index - 1] };
  }

  /** Whether a node's value is known by then. */
  hasValue(node, place) {
    return this.forwardPlace[node] <= place;
  }

  /** How many contributions to a node's gradient have arrived by then. */
  arrived(node, place) {
    let count = 0;
    for (const [child] of this.model.uses[node]) count += this.backwardPlace[child] <= place;
    return count;
  }

  /** A node's gradient as far as it has come by then: {sum, complete}; sum is null before the first contribution. */
  gradient(node, place) {
    if (!this.model.hasGradients || place < this.forwardCount || !this.model.takesGradient[node]) {
      return { sum: null, complete: false };
    }
    if (node === this.model.root) return { sum: this.model.grad[node], complete: true };
    const arrived = this.arrived(node, place);
    if (arrived === this.model.uses[node].length) return { sum: this.model.grad[node], complete: true };
    return { sum: this.model.partial(node, arrived), complete: false };
  }

  /** What a backward step sends to each operand: local derivative, product, and the receiver's sum before and after. */
  moves(node) {
    const { model } = this;
    const moves = [];
    model.operands[node].forEach((parent, slot) => {
      const contribution = model.contribution(node, slot);
      if (contribution === null) return;
      const place = model.uses[parent].findIndex(([child, s]) => child === node && s === slot);
      const { formula, because, loose } = model.derivative(node, slot);
      moves.push({
        parent, slot, contribution, formula, because, loose, local: model.local[node][slot],
        before: model.partial(parent, place), after: model.partial(parent, place + 1),
      });
    });
    return moves;
  }

  /** One plain sentence for a step. */
  sentence(step) {
    if (step === null) return "Nothing is computed yet: only the inputs are known.";
    const { model } = this;
    if (step.pass === "forward") {
      const operands = model.operands[step.node].map((i) => model.label[i]);
      return `${model.gate(step.node).name} of ${listed(operands)} is ${formatNumber(model.value[step.node])}`;
    }
    const name = model.gate(step.node).metaphor || model.gate(step.node).name;
    const moves = this.moves(step.node);
    if (moves.length === 0) return `${name}: nothing here takes a gradient`;
    const same = moves.every((m) => m.formula === moves[0].formula && m.because === moves[0].because);
    if (moves.length > 1 && same) {
      return `${name}: ${listed(moves.map((m) => model.label[m.parent]))} each get ${received(moves[0])}`;
    }
    return `${name}: ${moves.map((m) => `${model.label[m.parent]} gets ${received(m)}`).join(", ")}`;
  }

  /** ∂node/∂operand as a formula, and as a number where that says more. */
  rule(node, move) {
    const local = formatNumber(move.local);
    const rule = `${this.model.derivativeName(move.parent, node)} = ${move.formula}`;
    return move.formula === local ? rule : `${rule} = ${local}`;
  }

  /** upstream × local = contribution. */
  product(node, move) {
    return `${formatNumber(this.model.grad[node])} × ${signed(move.local)} = ${formatNumber(move.contribution)}`;
  }

  /** The receiver's gradient with this contribution, as a sum where it is one. */
  total(move) {
    const total = formatNumber(move.after);
    return move.before === null ? total : `${formatNumber(move.before)} + ${signed(move.contribution)} = ${total}`;
  }
}

/** What an operand receives, in words. */
function received(move) {
  const why = move.because ? ` because ${move.because}` : "";
  if (move.formula === "1") return `upstream${why}`;
  if (move.formula === "−1") return `−upstream${why}`;
  if (move.formula === "0") return `nothing${why}`;
  return `${move.loose ? `(${move.formula})` : move.formula} × upstream${why}`;
}

/** Labels as a sentence lists them; long lists are cut. */
export function listed(labels) {
  if (labels.length > 6) return `${labels.slice(0, 3).join(", ")}, … and ${labels.at(-1)}`;
  return labels.length === 1 ? labels[0] : `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`;
}
