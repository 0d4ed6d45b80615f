// The bug museum: classic mistakes in a backward pass, and the first number each of them gets wrong.

import { abs, max } from "./arithmetic.js";
import { marked } from "./display.js";
import { button, h } from "./dom.js";
import { formatNumber } from "./numbers.js";

const BUGS = {
  none: { name: "no bug" },
  assign: {
    name: "= in place of +=",
    story: "Each contribution overwrites the one before, so of several paths only the last is left.",
    absent: "No number here gets two contributions that are not zero, so nothing is lost and the bug stays hidden. " +
      "With other inputs it may show.",
  },
  zero: {
    name: "gradients not zeroed",
    story: "A second backward pass adds to what the first one left in the inputs: every gradient is counted twice.",
    absent: "Every gradient of an input is zero, so counting it twice changes nothing. With other inputs it may show.",
  },
  order: {
    name: "wrong order",
    story: "Each gate passes its gradient on as soon as it is reached, before all of its own gradient has arrived.",
    absent: "No gate's result gets two contributions that matter here, so every order from the result backwards is right.",
  },
};

export class Museum {
  bug = "none";
  grad = null;
  box = h("div.museum", { hidden: true });

  constructor(app) {
    this.app = app;
    this.element = h("select", { "aria-label": "bug museum", title: "bug museum: inject a classic mistake",
      onchange: () => this.inject(this.element.value) },
    ...Object.entries(BUGS).map(([key, { name }]) => h("option", { value: key }, key === "none" ? "bug museum" : name)));
  }

  changed() {
    if (this.bug !== "none") this.inject(this.bug, false);
  }

  /** Make a mistake, find the first number it gets wrong and go there. */
  inject(bug, go = true) {
    this.bug = bug;
    this.box.hidden = bug === "none";
    this.grad = null;
    if (bug !== "none") this.tell(go);
    this.app.refresh();
  }

  tell(go) {
    const { app } = this;
    const { model, walk } = app;
    const { story, absent, name } = BUGS[this.bug];
    const { grad, first } = faulty(model, this.bug);
    this.grad = grad;
    const parts = [h("h2", {}, `Bug: ${name}`), h("p", {}, story)];
    if (first === null) parts.push(h("p.note", {}, absent));
    else {
      const place = walk.backwardPlace[first.child];
      const visit = () => {
        app.player.user(place);
        app.reveal(first.node);
        app.select(first.node);
      };
      parts.push(
        h("p.warning", {}, `✗ First wrong number: ${model.derivativeName(first.node)} is ${formatNumber(first.wrong)} where it ` +
          `should be ${formatNumber(first.right)}, when ${model.label[first.child]} passes its gradient on.`),
        h("p.note", {}, "✗ marks what it gets wrong in the picture; the steps go on telling what is right."),
        button("go there", "to the step where it goes wrong", visit));
      if (go) visit();
    }
    this.box.replaceChildren(...parts);
  }

  /** The wrong number, where a finished gradient is wrong. */
  annotation(node, place) {
    if (this.grad === null || !this.app.walk.gradient(node, place).complete) return null;
    const right = this.app.model.grad[node];
    const wrong = this.grad[node];
    return same(wrong, right) ? null : `∇ ${marked(wrong)} ✗ not ${formatNumber(right)}`;
  }
}

const same = (a, b) => Object.is(a, b) || a === b || abs(a - b) <= 1e-12 * max(abs(a), abs(b));

/** Every gradient as a mistaken pass leaves it, and the first number that differs: {node, child, wrong, right}. */
export function faulty(model, bug) {
  const right = new Array(model.count).fill(null);
  const wrong = new Array(model.count).fill(null);
  right[model.root] = wrong[model.root] = 1;
  if (bug === "zero") for (const leaf of model.leaves) wrong[leaf] = model.grad[leaf];
  const order = bug === "order" ? asReached(model) : model.order;
  let first = null;
  for (const child of order) {
    if (bug === "order" && first === null && !same(wrong[child], model.grad[child])) {
      first = { node: child, child, wrong: wrong[child], right: model.grad[child] };
    }
    model.operands[child].forEach((parent, slot) => {
      const local = model.local[child][slot];
      if (local === null || wrong[child] === null) return;
      const add = (sum, x) => (sum === null ? x : sum + x);
      wrong[parent] = bug === "assign" ? local * wrong[child] : add(wrong[parent], local * wrong[child]);
      if (bug === "order") return;
      right[parent] = add(right[parent], local * right[child]);
      if (first === null && !same(wrong[parent], right[parent])) {
        first = { node: parent, child, wrong: wrong[parent], right: right[parent] };
      }
    });
  }
  return { grad: wrong, first };
}

/** Gates in the order a naive depth-first walk from the result reaches them. */
function asReached(model) {
  const seen = new Set();
  const stack = [model.root];
  while (stack.length > 0) {
    const node = stack.pop();
    if (model.kind[node] !== "g" || seen.has(node)) continue;
    seen.add(node);
    stack.push(...[...model.operands[node]].reverse());
  }
  return [...seen];
}
