// The picture painted on a canvas: for thousands of nodes. Two sheets: one that changes when the camera moves or numbers
// are near enough to be read, and one above it for the step at work.

import { FONT, FRAME_TITLE, SMALL } from "./geometry.js";
import { h } from "./dom.js";

const FAMILY = "'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace";
/** Below this scale numbers cannot be read and are left out. */
const READABLE = 0.45;
/** Below this scale a wire is drawn straight. */
const COARSE = 0.25;

export class CanvasView {
  constructor(stage, geometry, display, camera) {
    Object.assign(this, { stage, geometry, display, camera });
    this.sheets = ["base", "over"].map((name) => h("canvas", { class: `picture ${name}`, "aria-hidden": "true" }));
    [this.base, this.over] = this.sheets.map((sheet) => sheet.getContext("2d"));
    stage.append(...this.sheets);
  }

  remove() {
    for (const sheet of this.sheets) sheet.remove();
  }

  build() {
    this.items = this.geometry.visible();
    this.move();
  }

  /** Numbers changed: the lower sheet shows some only when it is near enough. */
  update() {
    if (this.camera.scale >= READABLE) this.paintBase();
    this.highlight();
  }

  move() {
    if (!this.items) return;
    const { width, height } = this.camera.view;
    const ratio = Math.min(globalThis.devicePixelRatio || 1, 2);
    for (const sheet of this.sheets) {
      if (sheet.width !== Math.round(width * ratio) || sheet.height !== Math.round(height * ratio)) {
        sheet.width = Math.round(width * ratio);
        sheet.height = Math.round(height * ratio);
      }
    }
    this.ratio = ratio;
    const style = getComputedStyle(this.stage);
    this.colour = (name) => style.getPropertyValue(`--${name}`).trim();
    this.paintBase();
    this.highlight();
  }

  /** Clear a sheet and put the camera under it. */
  prepare(context) {
    const { x, y, scale } = this.camera;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(scale * this.ratio, 0, 0, scale * this.ratio, x * this.ratio, y * this.ratio);
    context.textBaseline = "alphabetic";
  }

  inside(left, top, right, bottom) {
    const { seen } = this;
    return right >= seen.left && left <= seen.right && bottom >= seen.top && top <= seen.bottom;
  }

  paintBase() {
    const { base, geometry, camera } = this;
    this.prepare(base);
    this.seen = camera.seen();
    for (const frame of this.items.frames) this.frame(frame);
    base.beginPath();
    for (const wire of this.items.wires) {
      const p = wire.points;
      if (this.inside(p[0], Math.min(p[1], p.at(-1)) - 2, p.at(-2), Math.max(p[1], p.at(-1)) + 2)) this.line(base, p);
    }
    base.strokeStyle = this.colour("wire");
    base.lineWidth = Math.max(1.4, 0.7 / camera.scale);
    base.stroke();
    const near = camera.scale >= READABLE;
    const labels = [];
    for (const kind of ["g", "l", "c"]) {
      base.beginPath();
      for (const box of this.items.boxes) {
        if (geometry.model.kind[box.node] !== kind) continue;
        const left = box.x - box.width / 2;
        if (!this.inside(left, box.y - 40, box.x + box.width / 2 + 120, box.y + 40)) continue;
        base.roundRect(left, box.y - box.height / 2, box.width, box.height, kind === "g" ? Math.min(box.width, box.height) / 2 : 6);
        if (near) labels.push(box);
      }
      base.fillStyle = this.colour({ g: "gate", l: "leaf", c: "background" }[kind]);
      base.fill();
      base.strokeStyle = this.colour("border");
      base.lineWidth = 1.2;
      if (camera.scale > COARSE) base.stroke();
    }
    if (near) this.writings(labels);
  }

  line(context, p) {
    context.moveTo(p[0], p[1]);
    if (p.length > 4 && Math.abs(p[1] - p.at(-1)) >= 0.05) {
      const middle = (p[0] + p[2]) / 2;
      if (this.camera.scale < COARSE) context.lineTo(p[2], p[3]);
      else context.bezierCurveTo(middle, p[1], middle, p[3], p[2], p[3]);
    }
    context.lineTo(p.at(-2), p.at(-1));
  }

  writings(boxes) {
    const { base, display, geometry } = this;
    const write = (text, x, y, size, colour, align = "left") => {
      if (text === "") return;
      base.font = `${size}px ${FAMILY}`;
      base.fillStyle = this.colour(text.includes("⚠") || text.includes("✗") ? "warning" : colour);
      base.textAlign = align;
      base.fillText(text, x, y);
    };
    for (const box of boxes) {
      const right = box.x + box.width / 2 + 7;
      write(display.boxText(box.node), box.x, box.y + 4.5, FONT + 1, "text", "center");
      write(display.value(box.node), right, box.y - 5, FONT, "value");
      write(display.grad(box.node), right, box.y + FONT + 2, FONT, "grad");
    }
    for (const wire of this.items.wires) {
      if (wire.child < 0) continue;
      const [x, y] = wire.points.slice(-2);
      if (!this.inside(x - 120, y - 20, x, y + 20)) continue;
      base.fillStyle = this.colour("wire");
      base.beginPath();
      base.moveTo(x, y);
      base.lineTo(x - 6, y - 3);
      base.lineTo(x - 6, y + 3);
      base.fill();
      if (geometry.model.kind[wire.node] === "c") continue;
      write(display.local(wire.child, wire.slot), x - 9, y - 4, SMALL, "muted", "right");
      write(display.contribution(wire.child, wire.slot), x - 9, y + SMALL + 1, SMALL, "grad", "right");
    }
  }

  frame({ group, x, y, width, height }) {
    if (!this.inside(x, y, x + width, y + height)) return;
    const { base } = this;
    const { open } = this.geometry.groups[group];
    const { title, more, size, small } = this.geometry.lettering({ group, width, height });
    base.beginPath();
    base.roundRect(x, y, width, height, 8);
    base.fillStyle = this.colour(open ? "frame" : "closed");
    base.fill();
    base.strokeStyle = this.colour("border");
    base.lineWidth = Math.max(1, 0.7 / this.camera.scale);
    base.stroke();
    if ((open ? FONT : size) * this.camera.scale < 4) return;
    base.fillStyle = this.colour(open ? "muted" : "text");
    base.textAlign = open ? "left" : "center";
    base.font = `${open ? FONT : size}px ${FAMILY}`;
    if (open) base.fillText(title, x + 8, y + FRAME_TITLE - 6);
    else {
      base.fillText(title, x + width / 2, y + height / 2);
      base.font = `${small}px ${FAMILY}`;
      base.fillText(more, x + width / 2, y + height / 2 + 1.3 * size);
    }
  }

  /** The upper sheet: the gate at work, its wires, what travels on them, and what is selected or found. */
  highlight() {
    if (!this.colour) return;
    const { over, geometry, display, camera } = this;
    this.prepare(over);
    const thick = Math.max(3, 2 / camera.scale);
    const ring = (node, colour, dash = []) => {
      const at = geometry.place(node);
      if (!at) return;
      over.beginPath();
      over.roundRect(at.x - 3, at.y - 3, at.width + 6, at.height + 6, 9);
      over.strokeStyle = this.colour(colour);
      over.lineWidth = thick;
      over.setLineDash(dash);
      over.stroke();
      over.setLineDash([]);
    };
    const trail = (keys, colour) => {
      over.beginPath();
      for (const key of keys) {
        for (const wire of geometry.carriers.get(key) ?? []) if (geometry.seen(wire.group)) this.line(over, wire.points);
      }
      over.strokeStyle = this.colour(colour);
      over.lineWidth = thick;
      over.stroke();
    };
    if (display.path) trail(display.path, "accent");
    for (const node of display.found ?? []) ring(node, "value", [6, 4]);
    if (display.selected !== undefined && display.selected !== null) ring(display.selected, "text");
    const { step } = display;
    if (step === null) return;
    trail(display.activeEdges(), step.pass === "forward" ? "value" : "grad");
    ring(step.node, step.pass === "forward" ? "value" : "grad");
    if (camera.scale >= READABLE) for (const note of display.notes()) this.note(note);
  }

  note(note) {
    const at = this.geometry.notePlace(note);
    if (!at) return;
    const { over } = this;
    over.beginPath();
    over.roundRect(at.x, at.y, at.width, at.height, 4);
    over.fillStyle = this.colour("note");
    over.fill();
    over.strokeStyle = this.colour("grad");
    over.lineWidth = 1;
    over.stroke();
    over.font = `${SMALL}px ${FAMILY}`;
    over.textAlign = "left";
    over.fillStyle = this.colour("grad");
    over.fillText(note.text, at.x + 5, at.y + 12.5);
  }
}
