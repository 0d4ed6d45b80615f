// The mouse and the finger on the picture: drag to pan, wheel or pinch to zoom, hover for numbers, click to select.

import { abs, hypot, max, min, sign } from "./arithmetic.js";

import { write } from "./dom.js";

const SLOP = 4;

export class Pointer {
  down = new Map();

  constructor(app) {
    this.app = app;
    const listeners = {
      pointerdown: this.press, pointermove: this.moveTo, pointerup: this.release, pointercancel: this.release,
      pointerleave: this.hide, wheel: this.wheel,
    };
    for (const name in listeners) app.stage.addEventListener(name, listeners[name].bind(this), { passive: false });
  }

  /** The event's place in the window and in the scene. */
  at(event) {
    const { left, top } = this.app.stage.getBoundingClientRect();
    const { x, y, scale } = this.app.camera;
    const px = event.clientX - left;
    const py = event.clientY - top;
    return { px, py, x: (px - x) / scale, y: (py - y) / scale };
  }

  press(event) {
    if (event.button !== 0) return;
    this.down.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.travelled = 0;
    this.app.stage.focus({ preventScroll: true });
    this.hide();
  }

  moveTo(event) {
    const last = this.down.get(event.pointerId);
    if (!last) return event.pointerType === "mouse" && this.hover(event);
    const dx = event.clientX - last.x;
    const dy = event.clientY - last.y;
    this.travelled += hypot(dx, dy);
    if (this.travelled <= SLOP && this.down.size === 1) return undefined;
    if (!this.app.stage.hasPointerCapture(event.pointerId)) this.app.stage.setPointerCapture(event.pointerId);
    if (this.down.size === 2) this.pinch(event);
    else this.app.camera.pan(dx, dy);
    return this.down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  pinch(event) {
    const other = [...this.down].find(([id]) => id !== event.pointerId)[1];
    const last = this.down.get(event.pointerId);
    const before = hypot(last.x - other.x, last.y - other.y);
    const after = hypot(event.clientX - other.x, event.clientY - other.y);
    const { px, py } = this.at(event);
    if (before > 0) this.app.camera.zoom(after / before, px, py);
  }

  release(event) {
    const pressed = this.down.delete(event.pointerId);
    if (pressed && this.travelled <= SLOP && event.type === "pointerup") this.click(event);
  }

  wheel(event) {
    // A page can be scrolled past the picture; once a reader has clicked into it, the wheel zooms.
    if (!event.ctrlKey && !event.metaKey && !this.app.stage.matches(":focus")) return;
    event.preventDefault();
    const { px, py } = this.at(event);
    this.app.camera.zoom(Math.exp(-sign(event.deltaY) * min(abs(event.deltaY), 100) * 0.002), px, py);
  }

  find(event) {
    const { x, y } = this.at(event);
    return this.app.geometry.under(x, y, this.app.seen, 6 / min(this.app.camera.scale, 1));
  }

  click(event) {
    const { app } = this;
    const target = this.find(event);
    if (target === null) app.select(null);
    else if (target.group !== undefined) app.setGroup(target.group, !app.geometry.groups[target.group].open);
    else if (target.node !== undefined) app.select(target.node);
    else app.selectWire(target);
  }

  hover(event) {
    const target = this.find(event);
    this.app.stage.style.cursor = target ? "pointer" : "";
    if (target === null) return this.hide();
    const { tip } = this.app;
    write(tip, this.tell(target));
    tip.hidden = false;
    const { px, py } = this.at(event);
    const { width, height } = this.app.camera.view;
    tip.style.left = `${min(px + 14, max(width - tip.offsetWidth - 4, 0))}px`;
    return (tip.style.top = `${py + 18 + tip.offsetHeight > height ? max(py - tip.offsetHeight - 8, 0) : py + 18}px`);
  }

  hide() {
    this.app.tip.hidden = true;
  }

  /** What is under the pointer, with every digit. */
  tell(target) {
    const { geometry, panel } = this.app;
    if (target.group === undefined) {
      const [title, ...facts] = panel.facts(target);
      return [title, ...facts.map(([name, told]) => `${name} ${[told].flat().join(", ")}`)].join("\n");
    }
    const { name, kind, inside, open } = geometry.groups[target.group];
    return `${kind} ${name}\n${inside} nodes\nclick to ${open ? "close" : "open"}`;
  }
}
