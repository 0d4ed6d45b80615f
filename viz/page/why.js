// Why is a gradient what it is? Every path from the result back to a node contributes the product of its local
// derivatives; the heaviest paths are found first.

import { abs, max, round } from "./arithmetic.js";
import { button, h, present } from "./dom.js";
import { edgeKey } from "./geometry.js";
import { formatNumber, signed } from "./numbers.js";

const MOST_PATHS = 8;
const MOST_LOOKED_AT = 20000;

export class Why {
  node = null;
  box = h("div.why", { hidden: true });

  constructor(app) {
    this.app = app;
    app.nodeTools.push((node) => {
      if (!app.model.takesGradient[node] || node === app.model.root || app.lessons.quiz.on) return null;
      return button("why?", "the paths its gradient comes from", () => this.show(node));
    });
  }

  changed() {
    if (this.node !== null) this.show(this.node);
  }

  close() {
    this.node = null;
    this.box.hidden = true;
    this.app.display.path = null;
    this.app.view.highlight();
  }

  show(node) {
    const { model, display, view } = this.app;
    this.node = node;
    const { paths, total } = heaviestPaths(model, node, MOST_PATHS);
    this.found = paths;
    const grad = model.grad[node];
    const items = paths.map((path) => {
      const labels = [...path.edges.map(([child]) => model.label[child]).reverse(), model.label[node]];
      const factors = path.edges.map(([child, slot]) => signed(model.local[child][slot])).reverse();
      const shown = factors.length > 9 ? [...factors.slice(0, 4), "…", ...factors.slice(-4)] : factors;
      const share = grad !== 0 && isFinite(grad) ? ` (${round((100 * path.product) / grad)} %)` : "";
      const element = h("button.path", { type: "button", onclick: () => {
        display.path = path.edges.map(([child, slot]) => edgeKey(child, slot));
        view.highlight();
        this.box.querySelector("[aria-current]")?.removeAttribute("aria-current");
        element.setAttribute("aria-current", "true");
      } }, h("span.way", {}, shorten(labels).join(" ← ")),
      h("span.product", {}, `${shown.join(" × ")} = ${formatNumber(path.product)}${share}`));
      return h("li", {}, element);
    });
    const rest = total - paths.length;
    this.box.hidden = false;
    const parts = [
      h("h2", {}, `Why ${model.derivativeName(node)} = ${formatNumber(grad)}`),
      h("p", {}, total === 1 ? "One path leads there: the product of its local derivatives."
        : `${count(total)} paths lead there; their products add up to the gradient. The heaviest first:`),
      h("ol", {}, ...items),
      rest > 0 ? h("p.note", {}, `… and ${count(rest)} lighter ones`) : null,
      button("done", "close this list", () => this.close()),
    ];
    this.box.replaceChildren(...present(parts));
    this.box.querySelector(".path")?.click();
    this.box.scrollIntoView?.({ block: "nearest" });
  }
}

const count = (n) => (n < 1e6 ? n.toLocaleString("en") : n.toExponential(2).replace("e+", " × 10^"));
const shorten = (labels) => (labels.length > 10 ? [...labels.slice(0, 5), "…", ...labels.slice(-4)] : labels);

/**
 * The paths from the result to a node whose products of local derivatives are largest in size, heaviest first, and how
 * many paths there are in all. Best first, with the largest product still possible as the bound, so nothing heavier is
 * missed however many paths there are.
 */
export function heaviestPaths(model, node, most) {
  const bound = new Float64Array(model.count);
  const ways = new Float64Array(model.count);
  bound[model.root] = ways[model.root] = 1;
  const live = (child, slot) => model.local[child][slot] !== null && ways[child] > 0;
  for (let i = model.count - 1; i >= node; i--) {
    for (const [child, slot] of model.uses[i]) {
      if (!live(child, slot)) continue;
      ways[i] += ways[child];
      bound[i] = max(bound[i], size(model.local[child][slot]) * bound[child]);
    }
  }
  const open = [{ node, product: 1, weight: bound[node], edges: null, length: 0 }];
  const paths = [];
  for (let looked = 0; open.length > 0 && paths.length < most && looked < MOST_LOOKED_AT; looked++) {
    const best = takeBest(open);
    if (best.node === model.root) {
      const edges = [];
      for (let link = best.edges; link; link = link.before) edges.unshift([link.child, link.slot]);
      paths.push({ edges, product: best.product });
      continue;
    }
    for (const [child, slot] of model.uses[best.node]) {
      if (!live(child, slot)) continue;
      const product = best.product * model.local[child][slot];
      const edges = { child, slot, before: best.edges };
      open.push({ node: child, product, weight: size(product) * bound[child], edges, length: best.length + 1 });
    }
  }
  return { paths, total: ways[node] };
}

/** Size of a product; one that is nan counts as nothing. */
const size = (x) => (isNaN(x) ? 0 : abs(x));

/** Take the heaviest out; of equals the longest, so that the search goes deep before it goes wide. */
function takeBest(open) {
  let best = 0;
  for (let i = 1; i < open.length; i++) {
    const heavier = open[i].weight - open[best].weight;
    if (heavier > 0 || (heavier === 0 && open[i].length > open[best].length)) best = i;
  }
  const [taken] = open.splice(best, 1);
  return taken;
}
