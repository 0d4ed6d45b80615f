// The picture as SVG elements: crisp, selectable, for up to about a thousand nodes. One step touches few of them, and a
// group that opens or closes only its own.

import { FONT, FRAME_TITLE, NOTE_LINE, SMALL, wirePath } from "./geometry.js";
import { svg, write } from "./dom.js";

/** Above this many boxes only the numbers in the window are written. */
const MOST_WRITTEN = 200;
/** Below this scale nothing but shapes can be made out. */
const FAR = 0.28;
/** How far a number reaches to the side of where it is pinned. */
const REACH = 200;

const KINDS = { l: "leaf", g: "gate", c: "constant" };
const layer = (name) => svg(`g.${name}`);

export class SvgView {
  layers = ["frames", "wires", "boxes", "labels"].map(layer);
  marks = layer("marks");
  notes = layer("notes");
  /** What is drawn of each level; of each node its box, of each group (~group) its frame; each node's texts. */
  parts = new Map();
  shapes = new Map();
  texts = new Map();
  marked = [];

  constructor(stage, geometry, display, camera) {
    Object.assign(this, { geometry, display, camera });
    const [frames, wires, boxes, labels] = this.layers;
    // A step writes some numbers and marks what is at work: on sheets of their own, so that the thousands of shapes
    // below, which stay as they are, are not painted again.
    this.sheets = [[frames, wires, boxes], [labels], [this.marks, this.notes]].map((layers) => (
      svg("svg.picture", { "aria-hidden": "true" }, svg("g", {}, ...layers))));
    stage.append(...this.sheets);
  }

  remove() {
    for (const sheet of this.sheets) sheet.remove();
  }

  /** Draw what has come into sight and take away what has gone. */
  build() {
    const levels = this.geometry.visible();
    const state = new Map(levels.map((level) => [level, level.frames.map(({ group }) => this.geometry.groups[group].open).join()]));
    for (const [level, part] of this.parts) if (part.state !== state.get(level)) this.drop(level, part);
    this.windowed = levels.reduce((sum, level) => sum + level.boxes.length, 0) > MOST_WRITTEN;
    // What moves by itself costs every frame: too much among so many.
    this.sheets[2].classList.toggle("still", this.windowed);
    const next = [];
    for (const level of levels.reverse()) {
      if (!this.parts.has(level)) this.parts.set(level, { state: state.get(level), ...this.draw(level) });
      // Each before those inside it.
      this.parts.get(level).elements.forEach((element, i) => {
        if (!element.parentNode || element.nextSibling !== (next[i] ?? null)) this.layers[i].insertBefore(element, next[i] ?? null);
        next[i] = element;
      });
    }
    this.found = null;
    this.update();
    this.move();
  }

  drop(level, { elements, entries }) {
    for (const element of elements) element.remove();
    for (const entry of entries) for (const node of entry.nodes) this.texts.get(node).delete(entry);
    this.parts.delete(level);
    for (const { node } of level.boxes) this.shapes.delete(node);
    for (const { group } of level.frames) this.shapes.delete(~group);
  }

  draw(level) {
    const { kind, data } = this.geometry.model;
    const elements = this.layers.map(() => layer("level"));
    const [frames, wires, boxes, labels] = elements;
    const entries = [];
    const text = (role, x, y, nodes, slot = null, parent = labels, attributes = { x, y }) => {
      const entry = { role, x, y, nodes, slot, parent, element: svg(`text.${role}`, attributes), shown: "" };
      entries.push(entry);
      for (const node of nodes) {
        if (!this.texts.has(node)) this.texts.set(node, new Set());
        this.texts.get(node).add(entry);
      }
    };
    for (const frame of level.frames) {
      const { x, y, width, height } = frame;
      const group = this.geometry.groups[frame.group];
      const element = svg(`g.frame.${group.open ? "open" : "closed"}`, {}, svg("rect", { x, y, width, height, rx: 8 }));
      const { title, lines } = this.geometry.lettering(frame);
      if (group.open) element.append(svg("text.title", { x: x + 8, y: y + FRAME_TITLE - 6 }, title));
      else {
        lines.forEach(([line, size, below], i) => {
          const place = { x: x + width / 2, y: y + below, style: `font-size:${size}px` };
          if (i < 2) element.append(svg(i ? "text.more" : "text.title", place, line));
          else text("leaving", x, y, [...group.leaving], group, element, place);
        });
      }
      frames.append(element);
      this.shapes.set(~frame.group, element);
    }
    let arrows = "";
    for (const { points, x, y, child, slot } of level.wires) {
      wires.append(svg("path.wire", { d: wirePath(points) }));
      if (child < 0) continue;
      arrows += `M${x} ${y}l-6 -3v6z`;
      text("local", x - 9, y - 4, [child], slot);
      text("contribution", x - 9, y + SMALL + 1, [child], slot);
    }
    wires.append(svg("path.arrow", { d: arrows }));
    for (const { node, x, y, width, height, corner } of level.boxes) {
      const group = svg(`g.node.${KINDS[kind[node]]}`, { "data-node": node },
        svg("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: corner }),
        svg("text.name", { x, y: y + 4.5 }, this.display.boxText(node)));
      boxes.append(group);
      if (kind[node] === "c" && !data.nodes.named[node]) continue;
      this.shapes.set(node, group);
      text("value", x + width / 2 + 7, y - 5, [node]);
      text("grad", x + width / 2 + 7, y + FONT + 2, [node]);
    }
    return { elements, entries };
  }

  /** Write the numbers of the current place, of these nodes or of all; only texts that changed are touched. */
  update(nodes = [...this.texts.keys()]) {
    for (const node of nodes) for (const entry of this.texts.get(node) ?? []) if (entry.on) this.write(entry);
    this.highlight();
  }

  write(entry) {
    const { role, slot, element, nodes } = entry;
    const text = role === "leaving" ? this.display.leaving(slot) : this.display[role](nodes[0], slot);
    if (text === entry.shown) return;
    entry.shown = text;
    element.textContent = text;
    element.classList.toggle("warning", text.includes("⚠") || text.includes("✗"));
  }

  /** Mark the gate at work, the wires it uses and what travels on them. */
  highlight() {
    const { display, geometry, shapes } = this;
    const { step, found } = display;
    for (const element of this.marked) element.classList.remove("selected", "halt", "noticed");
    this.marked = [];
    this.marks.replaceChildren();
    this.notes.replaceChildren();
    const shape = (node) => {
      const group = geometry.place(node)?.group;
      return shapes.get(group >= 0 ? ~group : node);
    };
    const mark = (node, name) => {
      const element = shape(node);
      if (!element) return;
      element.classList.add(name);
      this.marked.push(element);
    };
    if (this.found !== found) {
      for (const old of this.sheets[0].querySelectorAll(".found")) old.classList.remove("found");
      for (const node of found ?? []) shape(node)?.classList.add("found");
      this.found = found;
    }
    for (const node of display.noticed) mark(node, "noticed");
    for (const node of display.halts) mark(node, "halt");
    mark(display.selected, "selected");
    if (display.path) this.trail(display.path, "way");
    if (display.wire) this.trail([display.wire], "way");
    if (step === null) return;
    const ring = (node, name) => {
      const { x, y, width, height, group, corner = 8 } = geometry.place(node) ?? {};
      if (width) this.marks.append(svg(`rect.${name}${group < 0 ? "" : ".inside"}`, { x, y, width, height, rx: corner }));
    };
    const active = display.activeEdges();
    for (const key of active) ring(display.model.operands[step.node][Number(key.split(".")[1])], "operand");
    ring(step.node, `current.${step.pass}`);
    this.trail(active, `flow.${step.pass}`);
    for (const note of display.notes()) this.note(note);
  }

  /** Draw over the wires that carry these uses. */
  trail(keys, name) {
    for (const wire of new Set(keys.flatMap((key) => this.geometry.carriers(key)))) {
      this.marks.append(svg(`path.${name}`, { d: wirePath(wire.points) }));
    }
  }

  note(note) {
    const at = this.geometry.notePlace(note);
    if (!at) return;
    const { x, y, width, height } = at;
    this.notes.append(svg(note.node === undefined ? "g.note.product" : "g.note.sum", {},
      svg("rect", { x, y, width, height, rx: 4 }),
      ...note.lines.map((line, i) => svg("text", { x: x + 5, y: y + 11 + i * NOTE_LINE }, line))));
  }

  /** All of the picture, as large as the paper is wide; false for the window again. */
  print(on) {
    const { width, height } = this.geometry;
    this.printing = on;
    for (const sheet of this.sheets) {
      if (on) {
        sheet.setAttribute("viewBox", `0 0 ${width} ${height}`);
        sheet.firstChild.removeAttribute("transform");
        sheet.classList.remove("far");
      } else sheet.removeAttribute("viewBox");
    }
    if (!on) this.move();
  }

  /** Follow the camera; numbers that come into the window are written, those that leave it are taken away. */
  move() {
    if (this.printing) return;
    const { x, y, scale } = this.camera;
    for (const sheet of this.sheets) {
      sheet.firstChild.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
      sheet.classList.toggle("far", scale < FAR);
    }
    const { left, top, right, bottom } = this.camera.seen();
    for (const { entries } of this.parts.values()) {
      for (const entry of entries) {
        const on = !this.windowed || entry.role === "leaving" || (scale >= FAR && entry.x > left - REACH &&
          entry.x < right + REACH && entry.y > top - FONT && entry.y < bottom + FONT);
        if (on === entry.on) continue;
        entry.on = on;
        if (on) {
          entry.parent.append(entry.element);
          this.write(entry);
        } else entry.element.remove();
      }
    }
  }
}
