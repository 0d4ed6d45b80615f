// The picture as SVG elements: crisp, selectable, for up to about a thousand nodes. One step touches few of them.

import { FONT, FRAME_TITLE, SMALL, wirePath } from "./geometry.js";

const NS = "http://www.w3.org/2000/svg";
const MOST_NOTES = 12;

/** An SVG element with attributes and perhaps text. */
export function svgElement(name, attributes = {}, text = null) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  return element;
}

export class SvgView {
  constructor(stage, geometry, display, camera) {
    Object.assign(this, { geometry, display, camera });
    this.svg = svgElement("svg", { class: "picture", "aria-hidden": "true" });
    this.world = svgElement("g");
    this.svg.append(this.world);
    stage.append(this.svg);
  }

  remove() {
    this.svg.remove();
  }

  /** Draw everything that is visible anew. */
  build() {
    const { geometry, display } = this;
    const seen = geometry.visible();
    this.boxes = new Map();
    this.texts = new Map();
    const layer = (name) => svgElement("g", { class: name });
    const [frames, wires, boxes, labels] = ["frames", "wires", "boxes", "labels"].map(layer);
    for (const frame of seen.frames) frames.append(this.frame(frame));
    for (const wire of seen.wires) {
      wires.append(svgElement("path", { class: "wire", d: wirePath(wire.points) }));
      if (wire.child < 0) continue;
      const [x, y] = wire.points.slice(-2);
      wires.append(svgElement("path", { class: "arrow", d: `M${x} ${y}l-6 -3v6z` }));
      this.text(labels, "local", x - 9, y - 4, wire.child, wire.slot);
      this.text(labels, "contribution", x - 9, y + SMALL + 1, wire.child, wire.slot);
    }
    for (const box of seen.boxes) {
      const { kind } = display.model;
      const name = { l: "leaf", g: "gate", c: "constant" }[kind[box.node]];
      const group = svgElement("g", { class: `node ${name}`, "data-node": box.node });
      const round = Math.min(box.height, box.width) / 2;
      group.append(
        svgElement("rect", {
          x: box.x - box.width / 2, y: box.y - box.height / 2, width: box.width, height: box.height,
          rx: kind[box.node] === "g" ? Math.min(round, 15) : 6,
        }),
        svgElement("text", { class: "name", x: box.x, y: box.y + 4.5 }, display.boxText(box.node)),
      );
      boxes.append(group);
      if (kind[box.node] === "c" && !display.model.data.nodes.named[box.node]) continue;
      this.boxes.set(box.node, group);
      this.text(labels, "value", box.x + box.width / 2 + 7, box.y - 5, box.node);
      this.text(labels, "grad", box.x + box.width / 2 + 7, box.y + FONT + 2, box.node);
    }
    this.marks = layer("marks");
    this.world.replaceChildren(frames, wires, this.marks, boxes, labels);
    this.notes = layer("notes");
    this.world.append(this.notes);
    this.update();
    this.move();
  }

  /** A place for a text: `role` of the display, of a node or of a use. */
  text(parent, role, x, y, node, slot = null) {
    const element = svgElement("text", { class: role, x, y }, "");
    parent.append(element);
    if (!this.texts.has(node)) this.texts.set(node, []);
    this.texts.get(node).push({ element, role, slot, shown: "" });
  }

  frame(frame) {
    const { open } = this.geometry.groups[frame.group];
    const { title, more, size, small } = this.geometry.lettering(frame);
    const group = svgElement("g", { class: `frame ${open ? "open" : "closed"}` });
    const { x, y, width, height } = frame;
    group.append(svgElement("rect", { x, y, width, height, rx: 8 }));
    if (open) {
      group.append(svgElement("text", { class: "title", x: x + 8, y: y + FRAME_TITLE - 6 }, title));
      return group;
    }
    const middle = { "text-anchor": "middle", x: x + width / 2 };
    group.append(
      svgElement("text", { class: "title", ...middle, y: y + height / 2, style: `font-size:${size}px` }, title),
      svgElement("text", { ...middle, y: y + height / 2 + 1.3 * size, style: `font-size:${small}px` }, more),
    );
    return group;
  }

  /** Write the numbers of the current place, of these nodes or of all; only texts that changed are touched. */
  update(nodes = this.texts.keys()) {
    for (const node of nodes) {
      for (const entry of this.texts.get(node) ?? []) {
        const text = this.display[entry.role](node, entry.slot);
        if (text === entry.shown) continue;
        entry.shown = text;
        entry.element.textContent = text;
        entry.element.classList.toggle("warning", text.includes("⚠") || text.includes("✗"));
      }
    }
    this.highlight();
  }

  /** Mark the gate at work, the wires it uses and what travels on them. */
  highlight() {
    const { display, geometry } = this;
    const { step } = display;
    for (const element of this.marked ?? []) element.classList.remove("current", "operand", "selected", "found");
    this.marked = [];
    this.marks.replaceChildren();
    this.notes.replaceChildren();
    const mark = (node, name) => {
      const element = this.boxes.get(node);
      if (element) {
        element.classList.add(name);
        this.marked.push(element);
      }
    };
    for (const node of display.found ?? []) mark(node, "found");
    if (display.selected !== undefined && display.selected !== null) mark(display.selected, "selected");
    if (display.path) this.trail(display.path, "way");
    if (step === null) return;
    mark(step.node, "current");
    const place = geometry.place(step.node);
    if (place && place.group >= 0) {
      const { x, y, width, height } = place;
      this.marks.append(svgElement("rect", { class: "inside", x, y, width, height, rx: 8 }));
    }
    const active = display.activeEdges();
    for (const key of active) mark(display.model.operands[step.node][Number(key.split(".")[1])], "operand");
    this.trail(active, `flow ${step.pass}`);
    for (const note of display.notes().slice(0, MOST_NOTES)) this.note(note);
  }

  /** Draw over the wires that carry these uses. */
  trail(keys, name) {
    for (const key of keys) {
      for (const wire of this.geometry.carriers.get(key) ?? []) {
        if (this.geometry.seen(wire.group)) this.marks.append(svgElement("path", { class: name, d: wirePath(wire.points) }));
      }
    }
  }

  note(note) {
    const at = this.geometry.notePlace(note);
    if (!at) return;
    const { x, y, width, height } = at;
    const group = svgElement("g", { class: note.node === undefined ? "note product" : "note sum" });
    group.append(
      svgElement("rect", { x, y, width, height, rx: 4 }),
      svgElement("text", { x: x + 5, y: y + 12.5 }, note.text),
    );
    this.notes.append(group);
  }

  /** Follow the camera. */
  move() {
    const { x, y, scale } = this.camera;
    this.world.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    this.svg.classList.toggle("far", scale < 0.28);
  }
}
