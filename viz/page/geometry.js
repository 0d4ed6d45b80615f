// Where everything is: boxes, wires and frames as Python laid them out, which of them are seen, and what is under a point.

/**
 * Boxes, wires and frames by the group they stand in (top level is group -1). A wire has corners [x, y, x', …]: from
 * (x, y) straight to x', then, three numbers at a time, in a curve to a point and straight on to the next x.
 */
export class Geometry {
  constructor(data, model) {
    this.model = model;
    [this.width, this.height] = data.size.map(tenth);
    this.groups = data.groups.map(([name, kind, parent]) => ({ name, kind, parent, open: true, frame: null, inside: 0 }));
    const level = () => ({ boxes: [], wires: [], frames: [] });
    this.top = level();
    this.levels = this.groups.map(level);
    this.boxes = data.boxes.map(([node, group, x, y, width, height]) => (
      { node, group, x: x / 10, y: y / 10, width: width / 10, height: height / 10 }));
    this.boxOf = new Map();
    const start = new Map();
    for (const box of this.boxes) {
      start.set(box.node, box);
      if (model.kind[box.node] !== "c") this.boxOf.set(box.node, box);
      this.level(box.group).boxes.push(box);
      for (let g = box.group; g >= 0; g = this.groups[g].parent) this.groups[g].inside += 1;
    }
    this.frames = data.frames.map(([group, ...place]) => {
      const [x, y, width, height] = place.map(tenth);
      const frame = { group, x, y, width, height };
      this.groups[group].frame = frame;
      this.level(this.groups[group].parent).frames.push(frame);
      return frame;
    });
    this.wires = [];
    /** The wire that ends at a use. */
    this.entries = new Map();
    for (const row of data.wires) {
      const [from, group, child, slot] = row;
      const before = from < 0 ? null : this.wires[this.wires.length - from];
      const node = before ? before.node : ~from;
      const box = start.get(node);
      const at = before ? before.points : [box.x + box.width / 2, box.y, box.x + box.width / 2];
      let x = at[at.length - 1];
      let y = at[at.length - 2];
      if (at.length > 3) y = at[at.length - 2];
      else y = at[1];
      const points = [x, y, (x += row[4] / 10)];
      for (let i = 5; i < row.length; i += 3) points.push((x += row[i] / 10), (y += row[i + 1] / 10), (x += row[i + 2] / 10));
      const wire = { node, group, child, slot, before, points, x, y, top: 0, bottom: 0 };
      this.wires.push(wire);
      this.level(group).wires.push(wire);
      if (child >= 0) this.entries.set(edgeKey(child, slot), wire);
    }
  }

  level(group) {
    return group < 0 ? this.top : this.levels[group];
  }

  /** Whether what lies in a group's interior is seen: that group and all around it are open. */
  seen(group) {
    for (let g = group; g >= 0; g = this.groups[g].parent) if (!this.groups[g].open) return false;
    return true;
  }

  /** The box of a node, or the frame of the outermost closed group that hides it. */
  place(node) {
    const box = this.boxOf.get(node);
    if (!box) return null;
    const hidden = this.closedAround(box.group);
    if (hidden === -1) {
      return { x: box.x - box.width / 2, y: box.y - box.height / 2, width: box.width, height: box.height, group: -1 };
    }
    return { ...this.groups[hidden].frame, group: hidden };
  }

  /** The outermost closed group around a place, or -1. */
  closedAround(group) {
    let hidden = -1;
    for (let g = group; g >= 0; g = this.groups[g].parent) if (!this.groups[g].open) hidden = g;
    return hidden;
  }

  /** Open every group around a node. */
  disclose(node) {
    const box = this.boxOf.get(node);
    let changed = false;
    for (let g = box ? box.group : -1; g >= 0; g = this.groups[g].parent) {
      changed ||= !this.groups[g].open;
      this.groups[g].open = true;
    }
    return changed;
  }

  /** What is drawn now. */
  visible() {
    const known = this.groups.map((_, g) => this.seen(g));
    const shown = (group) => group < 0 || known[group];
    return {
      boxes: this.boxes.filter((box) => shown(box.group)),
      wires: this.wires.filter((wire) => shown(wire.group)),
      frames: this.frames.filter((frame) => shown(this.groups[frame.group].parent)),
    };
  }

  /** Where a note about a use or a node is pinned, or null where that is hidden. */
  notePlace({ child, slot, node, text }) {
    const width = text.length * CHARACTER * SMALL + 10;
    if (node === undefined) {
      const entry = this.entries.get(edgeKey(child, slot));
      if (!entry || !this.seen(entry.wire.group)) return null;
      return { x: entry.x - 8 - width, y: entry.y - 18, width, height: 17 };
    }
    const box = this.boxOf.get(node);
    if (!box || !this.seen(box.group)) return null;
    return { x: box.x + box.width / 2 + 4, y: box.y + 2, width, height: 17 };
  }

  /** How a closed group is lettered: its title and what is in it, with their sizes. */
  lettering({ group, width, height }) {
    const { name, kind, open, inside } = this.groups[group];
    const title = `${open ? "▾" : "▸"} ${name}`;
    const more = `${kind} · ${inside} nodes`;
    const fits = (text) => (0.9 * width) / (CHARACTER * Math.max(text.length, 8));
    const size = Math.max(FONT, Math.min(height / 4, fits(title), 160));
    return { title, more, size, small: Math.min(0.6 * size, fits(more)) };
  }

  /** What lies under a point of the scene: {node} or {child, slot} or {group} or null; boxes before wires. */
  under(x, y, { boxes, wires, frames }, reach = 5) {
    for (const box of boxes) {
      if (Math.abs(x - box.x) <= box.width / 2 + 1 && Math.abs(y - box.y) <= box.height / 2 + 1) return { node: box.node };
    }
    let best = null;
    let nearest = reach;
    for (const wire of wires) {
      const distance = distanceTo(wire.points, x, y);
      if (distance < nearest) {
        nearest = distance;
        best = wire.child >= 0 ? { child: wire.child, slot: wire.slot } : { node: wire.node };
      }
    }
    if (best) return best;
    for (let i = frames.length - 1; i >= 0; i--) {
      const f = frames[i];
      const title = this.groups[f.group].open ? FRAME_TITLE : f.height;
      if (x >= f.x && x <= f.x + f.width && y >= f.y && y <= f.y + title) return { group: f.group };
    }
    return null;
  }
}

/** Sizes of writing, as the layout reckons with them. */
export const FONT = 12;
export const SMALL = 10.5;
/** How wide a character of the monospaced font is, in units of its size. */
export const CHARACTER = 0.61;

/** Height of the strip that holds an open group's title. */
export const FRAME_TITLE = 20;

export const edgeKey = (child, slot) => `${child}.${slot}`;

/** The SVG path of a wire: straight, or a curve and then straight. */
export function wirePath(p) {
  if (p.length === 4 || Math.abs(p[1] - p.at(-1)) < 0.05) return `M${p[0]} ${p[1]}H${p.at(-2)}`;
  const middle = (p[0] + p[2]) / 2;
  return `M${p[0]} ${p[1]}C${middle} ${p[1]} ${middle} ${p[3]} ${p[2]} ${p[3]}H${p.at(-2)}`;
}

function distanceTo(p, x, y) {
  let best = Infinity;
  for (let i = 0; i + 3 < p.length; i += 2) {
    const [x0, y0, x1, y1] = p.slice(i, i + 4);
    if (x < Math.min(x0, x1) - 8 || x > Math.max(x0, x1) + 8) continue;
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const t = length === 0 ? 0 : Math.min(Math.max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0), 1);
    // A curved piece is steepest in its middle, as 3t² − 2t³ is: near enough for a pointer.
    const bent = i === 0 && p.length > 4 ? t * t * (3 - 2 * t) : t;
    best = Math.min(best, Math.hypot(x - (x0 + t * (x1 - x0)), y - (y0 + bent * (y1 - y0))));
  }
  return best;
}
