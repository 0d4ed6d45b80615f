// The scene: one graph, one walk through it, one picture, one panel. Everything a reader does ends up here.

import { abs, clamp, max } from "./arithmetic.js";
import { Camera } from "./camera.js";
import { CanvasView } from "./canvas_view.js";
import { Display } from "./display.js";
import { button, h, write } from "./dom.js";
import { edgeKey, Geometry } from "./geometry.js";
import { keyHandler, showHelp } from "./keys.js";
import { Lessons } from "./lessons.js";
import { Model } from "./model.js";
import { Panel } from "./panel.js";
import { placeFromHash, Player } from "./player.js";
import { Pointer } from "./pointer.js";
import { Search } from "./search.js";
import { Walk } from "./steps.js";
import { SvgView } from "./svg_view.js";

/** Above this many visible nodes the picture is painted on a canvas. */
const MOST_ELEMENTS = 1000;
/** Groups start open, level by level from the outermost, as long as no more things than this are seen. */
const MOST_OPEN = 200;
/** A picture that would have to shrink more than this opens at a size at which it can be read. */
const READABLE_SCALE = 0.6;
/** A picture this many times as wide as it is high has its explanation below it. */
const WIDE = 2.4;

export class App {
  /** What a page about tensors builds on: see tensors.js. */
  static parts = { Model, Walk, Display, Panel, SvgView };
  selected = null;
  wire = null;
  /** Makers of buttons for a selected node; lessons add theirs. */
  nodeTools = [];

  /**
   * @param element Where to build the page.
   * @param data What payload.py wrote.
   * @param options {hash: keep the step in the page's address, place: where to start, moved(place), edited()}.
   */
  constructor(element, data, options = {}) {
    this.element = element;
    /** A handle for programs that drive or read the scene. */
    element.backglow = this;
    this.options = options;
    this.model = new Model(data);
    this.walk = new Walk(this.model);
    this.geometry = new Geometry(data, this.model);
    this.display = new Display(this.model, this.walk);
    this.camera = new Camera(this.geometry, () => this.view?.move());
    this.player = new Player(this.walk, this.display.halts, (place) => this.go(place));
    openLevels(this.geometry);
    this.panel = new Panel(this);
    this.search = new Search(this);
    this.build();
    this.lessons = new Lessons(this);
    this.draw();
    this.start = () => this.go((options.hash ? placeFromHash(location.hash) : null) ?? options.place ?? data.start);
    this.player.show(0);
  }

  /** The window has a size for the first time: choose what is seen, and go to where the page opens. */
  open() {
    const { start, camera, display: { noticed: [first] } } = this;
    this.start = null;
    camera.fit();
    if (camera.scale < READABLE_SCALE && this.geometry.groups.every((group) => group.open)) camera.zoom(0.9 / camera.scale);
    start();
    if (first >= 0) {
      this.select(first);
      this.reveal(first);
    }
  }

  build() {
    const { player, search, panel } = this;
    this.stage = h("div.stage", { tabindex: 0, role: "group", "aria-label": this.describe() });
    this.tip = h("div.tip", { role: "tooltip", hidden: true });
    const tools = h("div.zoom", { role: "group", "aria-label": "picture" },
      button("+", "zoom in (+)", () => this.camera.zoom(1.25)),
      button("−", "zoom out (−)", () => this.camera.zoom(0.8)),
      button("fit", "show everything (0)", () => this.camera.fit()));
    if (this.geometry.groups.length > 0) {
      tools.append(
        button("open all", "open every group (O)", () => this.setAllGroups(true)),
        button("close all", "close every group (C)", () => this.setAllGroups(false)));
    }
    this.lessonBar = h("div.lessonbar", { role: "group", "aria-label": "lessons" });
    this.title = h("h1", {}, this.model.title);
    const bar = h("header.bar", {}, this.title, player.element,
      h("div.more", {}, this.lessonBar, search.element,
        button("?", "keys and notation (?)", () => showHelp(this)), this.themeButton()));
    const wide = this.geometry.width > WIDE * this.geometry.height;
    this.root = h(wide ? "div.backglow-app.wide" : "div.backglow-app", {}, bar,
      h("div.columns", {}, h("div.holder", {}, this.stage, tools, this.tip), panel.element));
    this.element.append(this.root);
    this.pointer = new Pointer(this);
    // A page of its own listens everywhere; one among others only where it has the focus.
    (this.options.hash ? document : this.root).addEventListener("keydown", keyHandler(this));
    new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      if (width === 0 || height === 0) return;
      this.camera.resize(width, height);
      if (this.start) this.open();
    }).observe(this.stage);
    if (this.options.hash) {
      for (const name of ["beforeprint", "afterprint"]) addEventListener(name, () => this.view.print?.(name[0] === "b"));
      this.hash = location.hash;
      addEventListener("hashchange", () => {
        // What a reader asks for wins over what was about to be written.
        clearTimeout(this.addressing);
        this.hash = location.hash;
        const place = placeFromHash(this.hash);
        if (place !== null && place !== this.display.place) this.player.user(place);
      });
    }
  }

  themeButton() {
    const themes = ["auto", "light", "dark"];
    const set = (theme) => {
      this.theme = theme;
      if (theme === "auto") this.element.removeAttribute("data-theme");
      else this.element.setAttribute("data-theme", theme);
      const name = `colours: ${theme}`;
      element.title = name;
      element.setAttribute("aria-label", name);
      this.view?.move();
    };
    const element = button("◐", "", () => set(themes[(themes.indexOf(this.theme) + 1) % themes.length]));
    set(this.model.data.theme);
    return element;
  }

  /** The graph in a sentence, for those who do not see it. */
  describe() {
    const { model } = this;
    return `graph of ${model.label[model.root]}: ${model.leaves.length} inputs, ${model.forwardOrder.length} gates. ` +
      "Arrow keys step, slash searches, question mark lists all keys.";
  }

  // ------------------------------------------------------------------------------------------------------ moving

  /** Go to a place in the walk. */
  go(place) {
    const { display, walk } = this;
    const before = display.place;
    display.place = clamp(place, 0, walk.length);
    // What a quiz kept back is shown again, wherever it stands.
    const near = abs(display.place - before) === 1 && display.hidden.size === 0;
    this.lessons.moving();
    this.player.show(display.place);
    this.refresh(near ? this.touched(before, display.place) : undefined);
    const at = display.step && this.geometry.place(display.step.node);
    if (at && !this.camera.fitted) this.camera.reveal(at.x - 130, at.y - 30, at.width + 240, at.height + 110);
    clearTimeout(this.addressing);
    if (this.options.hash) this.addressing = setTimeout(() => this.address(), 100);
    this.options.moved?.(display.place);
  }

  /** Name the step in the page's address, once a reader pauses: browsers mind an address that changes all the time. */
  address() {
    // A reader has just changed it: the event that says so is still to come.
    if (location.hash !== this.hash) return;
    // An opaque origin, as of a page inside a notebook, may not have its address changed.
    try {
      history.replaceState(null, "", `#step=${this.display.place}`);
      this.hash = location.hash;
    } catch {
      this.options.hash = false;
    }
  }

  /** The nodes on which the step between two neighbouring places changes a number. */
  touched(before, after) {
    const step = this.walk.at(max(before, after));
    const nodes = [step.node, ...this.model.operands[step.node]];
    if (max(before, after) >= this.walk.forwardCount) nodes.push(this.model.root);
    return nodes;
  }

  /** Show the present state: in the picture (of these nodes or of all) and in the panel, but for a field in use. */
  refresh(nodes, busy) {
    this.view.update(nodes);
    this.panel.show(busy);
  }

  // ----------------------------------------------------------------------------------------------------- drawing

  /** Draw the picture anew: after groups opened or closed. */
  draw() {
    this.seen = this.geometry.visible();
    const count = this.seen.reduce((sum, level) => sum + level.boxes.length, 0);
    // A group opened and closed again near the limit does not change the picture's kind to and fro.
    const View = count > (this.view instanceof CanvasView ? 0.8 : 1) * MOST_ELEMENTS ? CanvasView : SvgView;
    if (!(this.view instanceof View)) {
      this.view?.remove();
      this.view = new View(this.stage, this.geometry, this.display, this.camera);
    }
    this.view.build();
  }

  setGroup(group, open) {
    this.geometry.groups[group].open = open;
    this.draw();
  }

  setAllGroups(open) {
    this.geometry.groups.forEach((group) => (group.open = open));
    this.draw();
  }

  /** Bring a node into the window, opening the groups around it. */
  reveal(node) {
    if (this.geometry.disclose(node)) this.draw();
    const at = this.geometry.place(node);
    if (!at) return;
    if (this.camera.scale < 0.5) this.camera.show(at.x - 300, at.y - 150, at.width + 600, at.height + 300, 1);
    else this.camera.reveal(at.x - 40, at.y - 30, at.width + 160, at.height + 60);
  }

  // --------------------------------------------------------------------------------------------------- selecting

  select(node) {
    const before = this.selected;
    this.selected = this.display.selected = node;
    this.wire = this.display.wire = null;
    this.view.update([before, node]);
    this.panel.showSelection();
  }

  selectWire(wire) {
    this.select(null);
    this.wire = wire;
    this.display.wire = edgeKey(wire.child, wire.slot);
    this.view.highlight();
    this.panel.showSelection();
  }

  toggleBreakpoint(node) {
    const { halts } = this.display;
    if (!halts.delete(node)) halts.add(node);
    this.view.highlight();
    this.panel.showSelection();
  }

  // ----------------------------------------------------------------------------------------------------- editing

  /** Why values cannot be changed here. */
  whyReadOnly() {
    return "This page cannot compute one of these gates, so its inputs are fixed.";
  }

  /** Give a leaf another value: every number in the page follows. */
  edit(leaf, value, field) {
    this.player.pause();
    this.model.edit(leaf, value);
    this.changed(field);
  }

  reset() {
    this.panel.accept();
    this.model.reset();
    this.changed();
  }

  changed(field) {
    this.lessons.changed();
    write(this.title, this.model.title);
    if (this.options.hash) document.title = this.model.title;
    this.refresh(undefined, field);
    this.options.edited?.();
  }

  /** Say something through the live region. */
  say(text) {
    this.panel.live.textContent = text;
  }
}

function openLevels(geometry) {
  const depth = ({ group }) => geometry.around(group).length;
  const seen = (level) => geometry.boxes.filter((box) => depth(box) <= level).length +
    geometry.frames.filter((frame) => depth(frame) <= level + 1).length;
  let level = 0;
  while (geometry.groups.some(({ path }) => path.length > level) && seen(level + 1) <= MOST_OPEN) level += 1;
  for (const group of geometry.groups) group.open = group.path.length <= level;
}
