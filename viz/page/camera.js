// What part of the picture is seen: pan, zoom, fit. The renderers read {x, y, scale}; screen = scene × scale + (x, y).

import { clamp, min } from "./arithmetic.js";

const SMALLEST = 0.0005;
const LARGEST = 8;

export class Camera {
  view = { width: 800, height: 400 };
  x = 0;
  y = 0;
  scale = 1;
  fitted = true;

  /** @param size {width, height} of the scene; @param changed called after every move. */
  constructor(size, changed) {
    this.size = size;
    this.changed = changed;
  }

  /** The size of the window on the screen, in pixels; a picture that was fitted stays so. */
  resize(width, height) {
    this.view = { width, height };
    if (this.fitted) this.fit();
    else this.changed();
  }

  /** The whole scene; a small one large enough to be read from the back of a room. */
  fit() {
    this.show(0, 0, this.size.width, this.size.height, 1.6);
    this.fitted = true;
  }

  /** A rectangle of the scene, filling the window. */
  show(x, y, width, height, largest = 1.4) {
    const { view } = this;
    this.scale = clamp(min(view.width / width, view.height / height), SMALLEST, largest);
    this.x = view.width / 2 - (x + width / 2) * this.scale;
    this.y = view.height / 2 - (y + height / 2) * this.scale;
    this.moved();
  }

  /** Zoom by a factor, keeping the scene under a point of the window (its middle by default) where it is. */
  zoom(factor, px = this.view.width / 2, py = this.view.height / 2) {
    const scale = clamp(this.scale * factor, SMALLEST, LARGEST);
    this.x = px - ((px - this.x) * scale) / this.scale;
    this.y = py - ((py - this.y) * scale) / this.scale;
    this.scale = scale;
    this.moved();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.moved();
  }

  moved() {
    this.fitted = false;
    this.changed();
  }

  /** Move as little as it takes to bring a rectangle of the scene into the window. */
  reveal(x, y, width, height) {
    const margin = 24;
    const seen = this.seen();
    const px = margin / this.scale;
    const dx = shift(x - px, x + width + px, seen.left, seen.right);
    const dy = shift(y - px, y + height + px, seen.top, seen.bottom);
    if (dx !== 0 || dy !== 0) this.pan(-dx * this.scale, -dy * this.scale);
  }

  /** The part of the scene in the window. */
  seen() {
    return {
      left: -this.x / this.scale, top: -this.y / this.scale,
      right: (this.view.width - this.x) / this.scale, bottom: (this.view.height - this.y) / this.scale,
    };
  }
}

/** How far the range [from, to] must move so that [a, b] lies in it; its start where it is too long. */
function shift(a, b, from, to) {
  if (b - a > to - from) return a < from || b > to ? (a + b - from - to) / 2 : 0;
  return a < from ? a - from : b > to ? b - to : 0;
}
