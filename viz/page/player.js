// Moving through the steps: buttons, scrubber, keys, playing by itself, and the address of a step.

import { clamp, min } from "./arithmetic.js";
import { button, h, write } from "./dom.js";

const SPEEDS = [0.5, 1, 2, 4, 10];

export class Player {
  place = 0;
  timer = null;
  counter = h("output.counter");

  /** @param walk The steps; @param halts the gates with a breakpoint; @param go called with the place to move to. */
  constructor(walk, halts, go) {
    this.walk = walk;
    this.halts = halts;
    this.move = go;
    const last = () => this.walk.length;
    this.playButton = button("play", "play or pause (space)", () => this.toggle(), { class: "play" });
    this.scrubber = h("input.scrubber", {
      type: "range", min: 0, max: last(), step: 1, "aria-label": "step",
      oninput: () => this.user(Number(this.scrubber.value)),
    });
    this.speed = h("select", { "aria-label": "speed", title: "steps per second", onchange: () => this.restart() },
      ...SPEEDS.map((x) => h("option", { value: x, selected: x === 1 }, `${x}×`)));
    const middle = walk.length > 0 ? walk.forwardCount / walk.length : 1;
    this.element = h("div.transport", { role: "group", "aria-label": "steps" },
      button("«", "first (g)", () => this.user(0)),
      button("‹", "previous (←, k)", () => this.user(this.place - 1)),
      this.playButton,
      button("›", "next (→, j)", () => this.user(this.place + 1), { class: "next" }),
      button("»", "last (G)", () => this.user(last())),
      h("div.track", { style: `--forward:${(100 * middle).toFixed(2)}%` }, this.scrubber,
        h("div.passes", { "aria-hidden": "true" }, h("span", {}, "forward →"), h("span", {}, "← backward"))),
      this.counter, this.speed);
  }

  /** A reader moved: playing stops. */
  user(place) {
    this.pause();
    this.move(clamp(place, 0, this.walk.length));
  }

  /** Show where we are. */
  show(place) {
    this.place = place;
    this.scrubber.value = place;
    const step = this.walk.at(place);
    const { length } = this.walk;
    const within = step ? `${step.pass} ${step.index} of ${step.of}` : "start";
    write(this.counter, `${place} / ${length} · ${within}`);
    this.scrubber.setAttribute("aria-valuetext", `step ${place} of ${length}, ${within}`);
  }

  get playing() {
    return this.timer !== null;
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Play on from here; from the beginning when at the end. */
  play() {
    if (this.place >= this.walk.length) this.move(0);
    write(this.playButton, "pause");
    this.restart(true);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    write(this.playButton, "play");
  }

  restart(start = this.playing) {
    clearInterval(this.timer);
    if (start) this.timer = setInterval(() => this.tick(), 1000 / Number(this.speed.value));
  }

  tick() {
    if (this.place >= this.walk.length) return this.pause();
    this.move(this.place + 1);
    return this.halts.has(this.walk.at(this.place).node) && this.pause();
  }

  /** On to the next step at a breakpoint, or to the end. */
  run() {
    this.pause();
    let place = this.place + 1;
    while (place < this.walk.length && !this.halts.has(this.walk.at(place).node)) place += 1;
    this.move(min(place, this.walk.length));
  }
}

/** The place an address names (#step=12), or null. */
export function placeFromHash(hash) {
  const match = /(?:^#|&)step=(\d+)/.exec(hash);
  return match ? Number(match[1]) : null;
}
