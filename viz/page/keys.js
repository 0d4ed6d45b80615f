// The keyboard: every key in one table, which the help shows.

import { min, sign } from "./arithmetic.js";
import { button, h } from "./dom.js";

const KEYS = [
  ["→ j", "next step (10j: ten steps)"], ["← k", "previous step"], ["g Home", "first step"], ["G End", "last step"],
  ["space", "play or pause"], ["J K", "next, previous step in another group"],
  ["b", "breakpoint at the selected or current gate"], ["c", "run to the next breakpoint"],
  ["/", "search; Enter for the next match"], ["[ ]", "select the previous, next node"], ["e", "edit the selected input"],
  ["w", "select the next wire into the selected or current gate"],
  ["Enter", "open or close the group around the selection"], ["O C", "open, close every group"],
  ["+ −", "zoom"], ["0", "show everything"], ["Shift + arrows", "pan"], ["Esc", "let go of the selection"],
  ["?", "this list"],
];

/** Keys that do what another does. */
const SAME = { ArrowRight: "j", ArrowLeft: "k", Home: "g", End: "G", "=": "+", "−": "-" };

/** One handler for the whole scene; keys typed into fields are left to them. */
export function keyHandler(app) {
  let digits = "";
  return (event) => {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || app.root.querySelector("dialog[open]")) return;
    const field = target.matches("input:not([type=range]), select, textarea");
    if (field || (target.matches("button, summary") && [" ", "Enter"].includes(event.key))) return;
    if (target.matches("input[type=range]") && (event.key.startsWith("Arrow") || ["Home", "End"].includes(event.key))) return;
    if (/^\d$/.test(event.key) && (digits !== "" || event.key !== "0")) {
      digits += event.key;
      return;
    }
    const count = min(Number(digits) || 1, 1e6);
    digits = "";
    if (event.shiftKey && event.key.startsWith("Arrow")) {
      const [dx, dy] = { Left: [60, 0], Right: [-60, 0], Up: [0, 60], Down: [0, -60] }[event.key.slice(5)];
      app.camera.pan(dx, dy);
    } else if (!act(app, event.key, count)) return;
    event.preventDefault();
  };
}

/** What a key does; false if nothing. */
function act(app, key, count) {
  const { player } = app;
  const step = (way) => () => player.user(player.place + way * count);
  const jump = (place) => () => player.user(place);
  const actions = {
    j: step(1), k: step(-1), g: jump(0), G: jump(app.walk.length), " ": () => player.toggle(), c: () => player.run(),
    J: () => otherGroup(app, 1), K: () => otherGroup(app, -1), "/": () => app.search.focus(),
    "[": () => neighbour(app, -count), "]": () => neighbour(app, count), e: () => edit(app), w: () => nextWire(app),
    b: () => breakHere(app), Enter: () => toggleAround(app), O: () => app.setAllGroups(true),
    C: () => app.setAllGroups(false), "+": () => app.camera.zoom(1.25), "-": () => app.camera.zoom(0.8), 0: () => app.camera.fit(),
    Escape: () => app.select(null), "?": () => showHelp(app),
  };
  const name = SAME[key] ?? key;
  if (!Object.hasOwn(actions, name)) return false;
  actions[name]();
  return true;
}

/** On to the first step whose gate stands in another group than the present one's. */
function otherGroup(app, way) {
  const { walk, geometry, display, player } = app;
  const groupAt = (place) => {
    const step = walk.at(place);
    return step ? `${step.pass} ${geometry.boxOf.get(step.node)?.group ?? -1}` : "start";
  };
  let place = display.place + way;
  while (place > 0 && place < walk.length && groupAt(place) === groupAt(display.place)) place += way;
  player.user(place);
}

/** The node a key is about: the selected one, or else that of the current step. */
const attended = (app) => app.selected ?? app.display.step?.node;

/** Select a wire into a gate; again, the next one. */
function nextWire(app) {
  const gate = app.wire?.child ?? attended(app);
  if (app.model.kind[gate] !== "g") return;
  const slot = app.wire ? (app.wire.slot + 1) % app.model.operands[gate].length : 0;
  app.selectWire({ child: gate, slot });
  app.reveal(gate);
}

function neighbour(app, way) {
  const { model, selected } = app;
  const start = selected ?? (way > 0 ? -1 : model.count);
  for (let node = start + way; node >= 0 && node < model.count; node += sign(way)) {
    if (!app.geometry.boxOf.has(node)) continue;
    app.select(node);
    app.reveal(node);
    return;
  }
}

function edit(app) {
  const field = app.panel.fields.get(app.selected)?.field ?? app.panel.selection.querySelector("input");
  field?.focus();
  field?.select?.();
}

function breakHere(app) {
  const node = attended(app);
  if (app.model.kind[node] === "g") app.toggleBreakpoint(node);
}

function toggleAround(app) {
  const box = app.geometry.boxOf.get(attended(app));
  if (!box || box.group < 0) return;
  const closed = app.geometry.closedAround(box.group);
  app.setGroup(closed ? closed.frame.group : box.group, !!closed);
}

/** The list of keys and the notation. */
export function showHelp(app) {
  const close = button("close", "close", () => dialog.close());
  const dialog = h("dialog.help", { "aria-label": "keys and notation", onclose: () => dialog.remove() },
    h("h2", {}, "Notation"),
    h("p", {}, "A value stands above its wire, its gradient ∇ below it. ∂ is the local derivative where a wire enters a " +
      "gate. Going back, each wire carries upstream × local; where wires meet, the contributions are added."),
    h("h2", {}, "Keys"),
    h("table", {}, ...KEYS.map(([keys, what]) => h("tr", {}, h("th", { scope: "row" }, keys), h("td", {}, what)))),
    close);
  app.root.append(dialog);
  dialog.showModal();
}
