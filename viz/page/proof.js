// Proof: beside each gradient the finite difference, which knows nothing of any rule.

import { abs, max } from "./arithmetic.js";
import { toggle } from "./dom.js";
import { marked } from "./display.js";

/** Above this many nodes only inputs and the selected node are checked. */
const MOST_CHECKED = 400;
const ABSOLUTE = 1e-8;
const RELATIVE = 1e-4;

export class Proof {
  on = false;
  known = new Map();

  constructor(app) {
    this.app = app;
    this.switch = toggle("proof", "show the finite difference beside each gradient", (on) => {
      this.on = on;
      app.refresh();
    });
  }

  changed() {
    this.known.clear();
  }

  annotation(node, place) {
    const { model, walk, selected } = this.app;
    if (!this.on || node === model.root) return null;
    const { sum, complete } = walk.gradient(node, place);
    if (sum === null || !complete) return null;
    if (model.count > MOST_CHECKED && model.kind[node] !== "l" && node !== selected) return null;
    const { slope, agrees } = this.check(node);
    return `∇ ${marked(sum)} ≈ ${marked(slope)} ${agrees ? "✓" : "✗"}`;
  }

  /** The finite difference at a node and whether it confirms the gradient. */
  check(node) {
    if (!this.known.has(node)) {
      const { model } = this.app;
      const { slope, noise } = model.difference(node);
      const grad = model.grad[node];
      const allowed = ABSOLUTE + noise + RELATIVE * max(abs(grad), abs(slope));
      this.known.set(node, { slope, agrees: isFinite(grad) && abs(grad - slope) <= allowed });
    }
    return this.known.get(node);
  }
}
