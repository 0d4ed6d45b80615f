// The picture painted on a canvas: for thousands of nodes. Two sheets: one that changes when the camera moves or numbers
// are near enough to be read, and one above it for the step at work. Far away, less is drawn.

import { max, min, round } from "./arithmetic.js";
import { FONT, FRAME_TITLE, NOTE_LINE, SMALL } from "./geometry.js";
import { h } from "./dom.js";

/** Below this scale numbers cannot be read and are left out. */
const READABLE = 0.45;
/** Below this scale wires are straight hairlines. */
const COARSE = 0.25;
/** A frame less wide or high than this many pixels shows nothing of what is in it. */
const SMALLEST_FRAME = 24;
/** A box less high than this is a blot. */
const SMALLEST_BOX = 6;
/** How many wires are stroked at a time: one path of thousands is slow. */
const BUNDLE = 300;
/** Letters less high than this many pixels are left out. */
const LEAST_LETTERS = 4;

export class CanvasView {
  constructor(stage, geometry, display, camera) {
    Object.assign(this, { stage, geometry, display, camera });
    this.sheets = ["base", "over"].map((name) => h(`canvas.picture.${name}`, { "aria-hidden": "true" }));
    [this.base, this.over] = this.sheets.map((sheet) => sheet.getContext("2d"));
    stage.append(...this.sheets);
    // The colours of an automatic theme change with the reader's surroundings.
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.recolour = () => this.move();
    this.scheme.addEventListener("change", this.recolour);
  }

  remove() {
    this.scheme.removeEventListener("change", this.recolour);
    cancelAnimationFrame(this.waiting);
    for (const sheet of this.sheets) sheet.remove();
  }

  build() {
    this.levels = this.geometry.visible();
    this.move();
  }

  /** Numbers changed: the lower sheet shows some only when it is near enough. */
  update() {
    this.paint(this.camera.scale >= READABLE);
  }

  highlight() {
    this.paint(this.found !== this.display.found);
  }

  move() {
    this.moved = true;
    this.paint(true);
  }

  /** Paint once before the next frame, however much changes until then. */
  paint(base) {
    this.stale ||= base;
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      if (this.moved) this.measure();
      if (this.stale) this.paintBase();
      this.paintOver();
      this.moved = this.stale = false;
    });
  }

  /** The size of the window, and the colours and the letters of the page. */
  measure() {
    const { width, height } = this.camera.view;
    this.ratio = min(globalThis.devicePixelRatio || 1, 2);
    const [wide, high] = [width, height].map((length) => round(length * this.ratio));
    for (const sheet of this.sheets) if (sheet.width !== wide || sheet.height !== high) Object.assign(sheet, { width: wide, height: high });
    const style = getComputedStyle(this.stage);
    const known = {};
    this.colour = (name) => (known[name] ??= style.getPropertyValue(`--${name}`).trim());
  }

  /** Clear a sheet and put the camera under it. */
  prepare(context) {
    const { x, y, scale } = this.camera;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.setTransform(scale * this.ratio, 0, 0, scale * this.ratio, x * this.ratio, y * this.ratio);
  }

  inside(left, top, right, bottom) {
    const { seen } = this;
    return right >= seen.left && left <= seen.right && bottom >= seen.top && top <= seen.bottom;
  }

  holds({ x, y, width, height }) {
    return this.inside(x, y, x + width, y + height);
  }

  /** Whether a group looks closed: it is, or it is too small to look into. */
  shut({ group, width, height }) {
    return !this.geometry.groups[group].open || min(width, height) * this.camera.scale < SMALLEST_FRAME;
  }

  paintBase() {
    const { base, camera, display } = this;
    const { scale } = camera;
    this.prepare(base);
    this.seen = camera.seen();
    // What lies in a group lies in its frame.
    const levels = this.levels.filter(({ group }) => {
      const frame = this.geometry.groups[group]?.frame;
      return !frame || (this.holds(frame) && !this.shut(frame));
    });
    for (const level of levels) for (const frame of level.frames) this.frame(frame);
    this.pen(base, "wire", max(1.4, 1 / (scale * this.ratio)));
    // Many thin wires side by side would fill the picture.
    base.globalAlpha = min(1, 0.3 + 4 * scale);
    this.strokeAll(base, levels.flatMap((level) => level.wires.filter((wire) => this.crosses(wire))));
    base.globalAlpha = 1;
    const boxes = levels.flatMap((level) => level.boxes).filter((box) =>
      this.inside(box.x - box.width / 2, box.y - 40, box.x + box.width / 2 + 200, box.y + 40));
    for (const box of boxes) this.box(box);
    this.rings(base, display.found ?? [], "value", [6, 4]);
    this.found = display.found;
    if (scale >= READABLE) this.writings(levels, boxes);
  }

  /** Whether a wire can be seen: in the window, and longer than a dot. */
  crosses({ points, x, top, bottom }) {
    const { scale } = this.camera;
    return (scale >= COARSE || (x - points[0] + bottom - top) * scale >= 1) && this.inside(points[0], top - 2, x, bottom + 2);
  }

  strokeAll(context, wires) {
    for (let i = 0; i < wires.length; i += BUNDLE) {
      context.beginPath();
      for (const { points } of wires.slice(i, i + BUNDLE)) this.line(context, points);
      context.stroke();
    }
  }

  line(context, p) {
    context.moveTo(p[0], p[1]);
    context.lineTo(p[2], p[1]);
    for (let i = 3; i < p.length; i += 3) {
      const middle = (p[i - 1] + p[i]) / 2;
      if (this.camera.scale < COARSE) context.lineTo(p[i], p[i + 1]);
      else context.bezierCurveTo(middle, p[i - 2], middle, p[i + 1], p[i], p[i + 1]);
      context.lineTo(p[i + 2], p[i + 1]);
    }
  }

  box({ node, x, y, width, height, corner }) {
    const { base, camera } = this;
    if (height * camera.scale < SMALLEST_BOX) {
      const least = 1 / camera.scale;
      base.fillStyle = this.colour("border");
      base.fillRect(x - width / 2, y - height / 2, max(width, least), max(height, least));
      return;
    }
    const at = { x: x - width / 2, y: y - height / 2, width, height };
    const fill = { g: "gate", l: "leaf", c: "background" }[this.geometry.model.kind[node]];
    this.plate(base, at, corner, fill, "border", max(1.2, 0.7 / camera.scale));
  }

  /** A rectangle with round corners, filled and then edged. */
  plate(context, { x, y, width, height }, corner, fill, edge, thick, opacity = 1) {
    context.beginPath();
    context.roundRect(x, y, width, height, corner);
    context.fillStyle = this.colour(fill);
    context.globalAlpha = opacity;
    context.fill();
    context.globalAlpha = 1;
    this.pen(context, edge, thick);
    context.stroke();
  }

  pen(context, colour, thick) {
    context.strokeStyle = this.colour(colour);
    context.lineWidth = thick;
  }

  write(context, text, x, y, size, colour, align = "left") {
    if (text === "") return;
    const font = `${size}px ${this.colour("mono")}`;
    if (context.font !== font) context.font = font;
    context.fillStyle = this.colour(text.includes("⚠") || text.includes("✗") ? "warning" : colour);
    context.textAlign = align;
    context.fillText(text, x, y);
  }

  writings(levels, boxes) {
    const { base, display } = this;
    const { kind } = this.geometry.model;
    for (const { node, x, y, width } of boxes) {
      const right = x + width / 2 + 7;
      this.write(base, display.boxText(node), x, y + 4.5, FONT + 1, "text", "center");
      this.write(base, display.value(node), right, y - 5, FONT, "value");
      if (kind[node] !== "c" || display.value(node)) this.write(base, display.grad(node), right, y + FONT + 2, FONT, "grad");
    }
    for (const { child, slot, x, y } of levels.flatMap((level) => level.wires)) {
      if (child < 0 || !this.inside(x - 200, y - 20, x, y + 20)) continue;
      base.fillStyle = this.colour("wire");
      base.beginPath();
      base.moveTo(x, y);
      base.lineTo(x - 6, y - 3);
      base.lineTo(x - 6, y + 3);
      base.fill();
      this.write(base, display.local(child, slot), x - 9, y - 4, SMALL, "muted", "right");
      this.write(base, display.contribution(child, slot), x - 9, y + SMALL + 1, SMALL, "grad", "right");
    }
  }

  frame(frame) {
    if (!this.holds(frame)) return;
    const { base } = this;
    const { scale } = this.camera;
    const shut = this.shut(frame);
    const { title, lines } = this.geometry.lettering(frame);
    this.plate(base, frame, 8, shut ? "closed" : "frame", "border", max(1, 0.7 / scale), shut ? 1 : 0.55);
    if (shut) for (const line of lines) this.centred(base, frame, line);
    else if (FONT * scale >= LEAST_LETTERS) this.write(base, title, frame.x + 8, frame.y + FRAME_TITLE - 6, FONT, "muted");
  }

  /** A line of letters in a closed group, if it can be read. */
  centred(context, { x, y, width }, [text, size, below]) {
    if (size * this.camera.scale >= LEAST_LETTERS) this.write(context, text, x + width / 2, y + below, size, "text", "center");
  }

  /** Rings around nodes, or around the closed groups that hide them; each once. */
  rings(context, nodes, colour, dash = []) {
    const { geometry, camera } = this;
    const done = new Set();
    this.pen(context, colour, max(3, 2 / camera.scale));
    context.setLineDash(dash);
    for (const node of nodes) {
      const at = geometry.place(node);
      if (!at || (at.group >= 0 && done.has(at.group)) || !this.holds(at)) continue;
      done.add(at.group);
      context.beginPath();
      context.roundRect(at.x - 3, at.y - 3, at.width + 6, at.height + 6, 9);
      context.stroke();
    }
    context.setLineDash([]);
  }

  /** The upper sheet: the gate at work, its wires, what travels on them, and what is selected or has a breakpoint. */
  paintOver() {
    const { over, geometry, display, camera } = this;
    this.prepare(over);
    for (const frame of this.levels.flatMap((level) => level.frames)) {
      const [, size, below] = geometry.lettering(frame).lines[2];
      if (size * camera.scale < LEAST_LETTERS || !this.holds(frame) || !this.shut(frame)) continue;
      this.centred(over, frame, [display.leaving(geometry.groups[frame.group]), size, below]);
    }
    const trail = (keys, colour) => {
      this.pen(over, colour, max(3, 2 / camera.scale));
      this.strokeAll(over, [...new Set(keys.flatMap((key) => geometry.carriers(key)))]);
    };
    if (display.path) trail(display.path, "accent");
    if (display.wire) trail([display.wire], "accent");
    this.rings(over, display.noticed, "warning", [5, 3]);
    this.rings(over, display.halts, "warning", [1, 4]);
    this.rings(over, [display.selected], "text");
    const { step } = display;
    if (step === null) return;
    const colour = step.pass === "forward" ? "value" : "grad";
    trail(display.activeEdges(), colour);
    this.rings(over, [step.node], colour);
    if (camera.scale >= READABLE) for (const note of display.notes()) this.note(note);
  }

  note(note) {
    const at = this.geometry.notePlace(note);
    if (!at) return;
    const { over } = this;
    this.plate(over, at, 4, "note", "grad", 1);
    note.lines.forEach((line, i) => this.write(over, line, at.x + 5, at.y + 11 + i * NOTE_LINE, SMALL, "grad"));
  }
}
