// A page about tensors: arrays are shown as they were recorded, with heat-maps; nothing is computed again.
// It stands behind the page's own script and takes over what that would compute.

const { Model, Walk, Display, Panel, SvgView } = App.parts;

const WIDEST = 40;
const GAP = 5;
const SPECIAL = { inf: Infinity, "-inf": -Infinity, nan: NaN };

/** An array in words: `t` with its shape, `r` its range alone, `x` all that is known of it. As a number, its largest element. */
class Shown {
  valueOf() {
    return this.s;
  }
}

const revive = (x) => {
  if (Array.isArray(x)) return x.map(revive);
  if (typeof x === "string") return SPECIAL[x];
  return x?.t === undefined ? x : Object.assign(new Shown(), x);
};

/** A text in which an array stands, without the array's shape: that has a line of its own. */
const bare = (text, x) => (x instanceof Shown ? text.replace(x.t, () => x.r ?? x.t) : text);
const cut = (text) => (text.length > WIDEST ? `${text.slice(0, WIDEST - 1)}…` : text);
const told = (x) => (x instanceof Shown ? x.x : String(x));

const make = (name, attributes, text = "") => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
};

/** Replace methods of a class; each is handed the one it replaces. */
const change = ({ prototype }, methods) => {
  for (const [name, method] of Object.entries(methods)) {
    const before = prototype[name];
    prototype[name] = function (...given) {
      return method.call(this, before.bind(this), ...given);
    };
  }
};

change(App, {
  whyReadOnly: () => "The inputs of a graph of tensors are fixed here: compute it again in Python.",
});

change(Model, {
  backward() {
    const { grad, sent, sums } = this.data.tensors;
    this.editable = false;
    Object.assign(this, { grad: revive(grad), sent: revive(sent), sums: revive(sums), value: revive(this.value), local: revive(this.local) });
  },
  contribution(_, child, slot) {
    return this.sent[child][slot];
  },
  partial(_, node, arrived) {
    const [child, slot] = this.uses[node].slice(0, arrived).findLast(([user, i]) => this.sent[user][i] !== null) ?? [];
    return child === undefined ? null : this.sums[child][slot];
  },
});

change(Walk, {
  sentence(before, step) {
    return step === null ? before(step) : this.model.data.tensors[step.pass][step.index - 1][0];
  },
  /** What Python tells of a move: its rule, its product and the sum with it. */
  rule(_, node, { slot }) {
    return this.tell(node, slot)[0];
  },
  product(_, node, { slot }) {
    return this.tell(node, slot)[1];
  },
  total(before, move) {
    return move.told;
  },
  moves(before, node) {
    return before(node).map((move) => ({ ...move, told: this.tell(node, move.slot)[2] }));
  },
});
Walk.prototype.tell = function (node, slot) {
  const place = this.model.sent[node].slice(0, slot).filter((x) => x !== null).length;
  return this.model.data.tensors.backward[this.backwardPlace[node] - this.forwardCount - 1][place + 1];
};

change(Display, {
  value(before, node) {
    return bare(before(node), this.model.value[node]);
  },
  grad(before, node) {
    return bare(before(node), this.walk.gradient(node, this.place).sum);
  },
  contribution(before, child, slot) {
    return bare(before(child, slot), this.model.contribution(child, slot));
  },
  local(before, child, slot) {
    const local = this.model.local[child][slot];
    const text = before(child, slot);
    return text && local instanceof Shown ? `← ${cut(local.t)}` : text;
  },
  /** A sum of arrays is told in the panel: in the picture it would cover what it is the sum of. */
  notes(before) {
    return before().filter(({ node }) => !(this.model.value[node] instanceof Shown)).map((note) => {
      const sent = note.node === undefined ? this.model.contribution(note.child, note.slot) : null;
      return { ...note, lines: note.lines.map((line) => bare(line, sent)) };
    });
  },
});

change(Panel, {
  showStep(before) {
    before();
    for (const { firstChild } of this.rules.querySelectorAll(".product")) firstChild.data = firstChild.data.replace("upstream × local = ", "");
  },
  facts(before, target) {
    const { model, walk, display } = this.app;
    const { child, slot, node } = target;
    const local = node === undefined ? model.local[child][slot] : null;
    if (!(local instanceof Shown)) return this.shaped(before(target), node);
    const parent = model.operands[child][slot];
    const back = walk.backwardPlace[child] <= display.place;
    return [`wire ${model.label[parent]} → ${model.label[child]}`, ["gets", local.t],
      ...(back ? [["upstream", told(model.grad[child])], ["contribution", told(model.contribution(child, slot))]] : [])];
  },
  showInputs() {
    const { model, display } = this.app;
    for (const [leaf, { field, gradient }] of this.fields) {
      field.value = model.value[leaf] instanceof Shown ? model.value[leaf].t : String(model.value[leaf]);
      field.title = told(model.value[leaf]);
      gradient.textContent = display.grad(leaf);
    }
    this.resetButton.hidden = true;
  },
});
Panel.prototype.shaped = function (facts, node) {
  const shape = this.app.model.data.tensors.shapes[node];
  return shape && !(this.app.model.value[node] instanceof Shown) ? [...facts, ["shape", shape]] : facts;
};

/** The cells of a heat-map, one path for each colour, a dash in every negative cell and a cross for nan. */
const heatMap = ([, , x, y, cell, rows]) => {
  const group = make("g", { class: "heat" });
  const box = { x, y, width: rows[0].length * cell, height: rows.length * cell };
  const paths = {};
  const draw = (name, d) => (paths[name] = (paths[name] ?? "") + d);
  rows.forEach((row, i) => row.forEach((step, j) => {
    const left = x + j * cell;
    const top = y + i * cell;
    if (step === 0) return;
    if (step === 9) {
      draw("mark x", `M${left + 2} ${top + 2}l${cell - 4} ${cell - 4}m0 ${4 - cell}l${4 - cell} ${cell - 4}`);
      return;
    }
    draw((step < 0 ? "n" : "p") + Math.abs(step), `M${left} ${top}h${cell}v${cell}h${-cell}z`);
    if (step < 0) draw(step >= -2 ? "mark weak" : "mark strong", `M${left + cell / 2 - 1.5} ${top + cell / 2}h3`);
  }));
  group.append(make("rect", { class: "ground", ...box }));
  for (const name of Object.keys(paths).sort().reverse()) group.append(make("path", { class: name, d: paths[name] }));
  // Marks lie on top of their cells.
  for (const mark of group.querySelectorAll(".mark")) group.append(mark);
  group.append(make("rect", { class: "rim", ...box }));
  return group;
};

change(SvgView, {
  draw(before, level) {
    const { tensors } = this.geometry.model.data;
    const drawn = before(level);
    const labels = drawn.elements[3];
    const maps = new Map(tensors.heats.map(([node, isGrad, x, y, cell, rows]) => (
      [`${isGrad ? "grad" : "value"} ${node}`, [node, isGrad, x / 10, y / 10, cell / 10, rows]])));
    for (const entry of drawn.entries) {
      const { role, nodes: [node], element } = entry;
      if (role !== "value" && role !== "grad") continue;
      entry.extra = [];
      const map = maps.get(`${role} ${node}`);
      if (map) {
        entry.x += map[5][0].length * map[4] + GAP;
        element.setAttribute("x", entry.x);
        entry.extra.push(heatMap(map));
      }
      const shape = role === "value" && tensors.shapes[node];
      if (shape && shape !== "() float64") entry.extra.push(make("text", { class: "shape", x: entry.x, y: entry.y - 13 }, shape));
      for (const extra of entry.extra) extra.style.display = "none";
      labels.append(...entry.extra);
    }
    return drawn;
  },
  write(before, entry) {
    before(entry);
    const seen = entry.shown && !entry.shown.endsWith(" …");
    for (const extra of entry.extra ?? []) extra.style.display = seen ? "" : "none";
  },
});
