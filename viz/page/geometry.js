// Where everything is: boxes, wires and frames as Python laid them out, which of them are seen, and what is under a point.

import { abs, clamp, hypot, max, min, round } from "./arithmetic.js";


/**
 * Boxes, wires and frames, by the group they stand in; -1 is the top level. A wire has corners [x, y, x′, …]: straight
 * from (x, y) to x′, then, by threes, in a curve to a point and straight on to the next x. It continues the wire `before`.
 */
export class Geometry {
  constructor(data, model) {
    this.model = model;
    [this.width, this.height] = data.size.map(pixels);
    this.groups = [];
    for (const [name, kind, parent] of data.groups) {
      const group = { name, kind, parent, open: true, frame: null, inside: 0, leaving: new Set() };
      /** The group and all around it, from the inside out. */
      group.path = [group, ...this.around(parent)];
      this.groups.push(group);
    }
    this.levels = new Map([[-1], ...data.frames].map(([group]) => [group, { group, boxes: [], wires: [], frames: [] }]));
    const starts = new Map();
    this.boxOf = new Map();
    this.boxes = data.boxes.map(([node, group, ...place]) => {
      const [x, y, width, height] = place.map(pixels);
      const box = { node, group, x, y, width, height, corner: model.kind[node] === "g" ? min(height / 2, width / 2, 15) : 6 };
      starts.set(node, box);
      if (model.kind[node] !== "c") this.boxOf.set(node, box);
      this.levels.get(group).boxes.push(box);
      for (const outer of this.around(group)) outer.inside += 1;
      return box;
    });
    this.frames = data.frames.map(([group, ...place]) => {
      const [x, y, width, height] = place.map(pixels);
      const frame = { group, x, y, width, height };
      this.groups[group].frame = frame;
      this.levels.get(this.groups[group].parent).frames.push(frame);
      return frame;
    });
    /** The wire that ends at each use. */
    this.entries = new Map();
    const wires = [];
    for (const row of data.wires) {
      const [from, group, child, slot] = row;
      const before = from < 0 ? null : wires[wires.length - from];
      const node = before ? before.node : ~from;
      const box = starts.get(node);
      let x = round(10 * (before ? before.x : box.x + box.width / 2));
      let y = round(10 * (before ?? box).y);
      const corners = [x, y, (x += row[4])];
      for (let i = 5; i < row.length; i += 3) corners.push((x += row[i]), (y += row[i + 1]), (x += row[i + 2]));
      const points = corners.map(pixels);
      const wire = { node, group, child, slot, before, points, x: x / 10, y: y / 10, top: points[1], bottom: points[1] };
      for (let i = 4; i < points.length; i += 3) {
        wire.top = min(wire.top, points[i]);
        wire.bottom = max(wire.bottom, points[i]);
      }
      wires.push(wire);
      this.levels.get(group).wires.push(wire);
      if (child >= 0) this.entries.set(edgeKey(child, slot), wire);
      if (before && before.group >= 0 && this.groups[before.group].parent === group) this.groups[before.group].leaving.add(node);
    }
  }

  /** The wires that carry a use and are seen now, from its gate back to where it comes from. */
  carriers(key) {
    const found = [];
    for (let wire = this.entries.get(key); wire; wire = wire.before) if (this.seen(wire.group)) found.push(wire);
    return found;
  }

  /** Whether what lies in a group's interior is seen: that group and all around it are open. */
  seen(group) {
    return !this.closedAround(group);
  }

  around(group) {
    return this.groups[group]?.path ?? [];
  }

  /** The box of a node, or the frame of the outermost closed group that hides it. */
  place(node) {
    const box = this.boxOf.get(node);
    if (!box) return null;
    return this.closedAround(box.group)?.frame ??
      { ...box, x: box.x - box.width / 2, y: box.y - box.height / 2, group: -1 };
  }

  /** The outermost closed group around a place, if there is one. */
  closedAround(group) {
    return this.around(group).findLast(({ open }) => !open);
  }

  /** Open every group around a node; whether any was closed. */
  disclose(node) {
    const closed = this.around(this.boxOf.get(node)?.group).filter(({ open }) => !open);
    for (const group of closed) group.open = true;
    return closed.length > 0;
  }

  /** The levels that are drawn now, outermost first: their boxes, wires and the frames of the groups in them. */
  visible() {
    return [...this.levels.values()].filter(({ group }) => this.seen(group));
  }

  /** Where a note about a use or a node is pinned, or null where that is hidden. */
  notePlace({ child, slot, node, lines }) {
    const width = max(...lines.map((text) => text.length)) * CHARACTER * SMALL + 10;
    const height = lines.length * NOTE_LINE + 3;
    if (node === undefined) {
      const entry = this.entries.get(edgeKey(child, slot));
      if (!entry || !this.seen(entry.group)) return null;
      return { x: entry.x - 8 - width, y: entry.y - 2 - height, width, height };
    }
    const box = this.boxOf.get(node);
    if (!box || !this.seen(box.group)) return null;
    return { x: box.x + box.width / 2 + 4, y: box.y + 3, width, height };
  }

  /** How a group is lettered: its title, and when it is closed three lines [text, size, height]; the last is still empty. */
  lettering({ group, width, height }) {
    const { name, kind, open, inside } = this.groups[group];
    const title = `${open ? "▾" : "▸"} ${name}`;
    const more = `${kind} · ${inside} nodes`;
    const fits = (length) => (0.9 * width) / (CHARACTER * length);
    const size = max(FONT, min(0.4 * height, fits(max(title.length, 8))));
    const small = min(0.4 * size, fits(max(more.length, 30)));
    const y = height / 2;
    return { title, lines: [[title, size, y], [more, small, y + 1.3 * small], ["", small, y + 2.6 * small]] };
  }

  /** What lies under a point of the scene: {node} or {child, slot} or {group} or null; boxes before wires. */
  under(x, y, levels, reach = 5) {
    const within = (f, height = f.height) => x >= f.x && x <= f.x + f.width && y >= f.y && y <= f.y + height;
    // Whatever lies in a group lies in its frame.
    const near = levels.filter(({ group }) => group < 0 || within(this.groups[group].frame));
    for (const box of near.flatMap((level) => level.boxes)) {
      if (abs(x - box.x) <= box.width / 2 + 1 && abs(y - box.y) <= box.height / 2 + 1) return { node: box.node };
    }
    let best = null;
    let nearest = reach;
    for (const wire of near.flatMap((level) => level.wires)) {
      if (x < wire.points[0] - reach || x > wire.x + reach) continue;
      const distance = distanceTo(wire.points, x, y);
      if (distance < nearest) {
        nearest = distance;
        best = wire.child >= 0 ? { child: wire.child, slot: wire.slot } : { node: wire.node };
      }
    }
    if (best) return best;
    for (const frame of near.flatMap((level) => level.frames).reverse()) {
      if (within(frame, this.groups[frame.group].open ? FRAME_TITLE : frame.height)) return { group: frame.group };
    }
    return null;
  }
}

/** Lengths come in tenths of a pixel. */
const pixels = (x) => x / 10;

/** Sizes of writing, as the layout reckons with them. */
export const FONT = 12;
export const SMALL = 10.5;
/** From line to line of a note. */
export const NOTE_LINE = 12;
/** How wide a character of the monospaced font is, in units of its size. */
export const CHARACTER = 0.61;

/** Height of the strip that holds an open group's title. */
export const FRAME_TITLE = 20;

export const edgeKey = (child, slot) => `${child}.${slot}`;

/** The SVG path of a wire. */
export function wirePath(p) {
  let path = `M${p[0]} ${p[1]}H${p[2]}`;
  for (let i = 3; i < p.length; i += 3) {
    const middle = (p[i - 1] + p[i]) / 2;
    path += `C${middle} ${p[i - 2]} ${middle} ${p[i + 1]} ${p[i]} ${p[i + 1]}H${p[i + 2]}`;
  }
  return path;
}

/** How far a point is from a wire. */
function distanceTo(p, x, y) {
  let best = toStraight(x, y, p[0], p[2], p[1]);
  for (let i = 3; i < p.length; i += 3) {
    best = min(best, toStraight(x, y, p[i], p[i + 2], p[i + 1]));
    const [x0, y0, x1, y1] = [p[i - 1], p[i - 2], p[i], p[i + 1]];
    if (x < x0 - 8 || x > x1 + 8 || x0 === x1) continue;
    const t = clamp(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2), 0, 1);
    // The curve is steepest in its middle, as 3t² − 2t³ is: near enough for a pointer.
    best = min(best, hypot(x - x0 - t * (x1 - x0), y - y0 - t * t * (3 - 2 * t) * (y1 - y0)));
  }
  return best;
}

const toStraight = (x, y, from, to, height) => hypot(x - clamp(x, from, to), y - height);
