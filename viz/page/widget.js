// A notebook's side of the page (anywidget's contract): the same scene, its place and edits kept in the kernel too.

import { App } from "./app.js";

/** What an edit is sent as: JSON knows no infinity, no nan and no minus zero, so these travel as text. */
const wire = (x) => (Object.is(x, -0) ? "-0" : Number.isFinite(x) ? x : String(x));

/** The edited inputs by node. */
function edits({ leaves, value, recorded }) {
  const changed = leaves.filter((leaf) => !Object.is(value[leaf], recorded.value[leaf]));
  return Object.fromEntries(changed.map((leaf) => [leaf, wire(value[leaf])]));
}

/** Whether what stands behind an element is dark; null where nothing is painted behind it. */
function isDark(element) {
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  for (let at = element; at; at = at.parentElement ?? at.getRootNode().host) {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = getComputedStyle(at).backgroundColor;
    brush.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = brush.getImageData(0, 0, 1, 1).data;
    if (opacity > 127) return 0.3 * red + 0.59 * green + 0.11 * blue < 128;
  }
  return null;
}

/** Let the colours of the notebook decide for as long as the reader has not; returns how to stop. */
function followColours(el, holder) {
  const look = () => {
    const dark = isDark(el);
    if (dark === null) holder.removeAttribute("data-host");
    else holder.setAttribute("data-host", dark ? "dark" : "light");
    holder.backglow?.view.move();
  };
  // Hosts name their theme in an attribute, and load or fade in its colours after that.
  const soon = () => [0, 300, 1500].forEach((delay) => setTimeout(look, delay));
  const changes = new MutationObserver(soon);
  for (const root of [document.documentElement, document.body]) changes.observe(root, { attributes: true });
  const preference = matchMedia("(prefers-color-scheme: dark)");
  preference.addEventListener("change", soon);
  soon();
  return () => {
    changes.disconnect();
    preference.removeEventListener("change", soon);
  };
}

/** Whether a key pressed in the widget is the page's, and not for JupyterLab to act on: it saves, runs and undoes. */
function isOurs({ ctrlKey, metaKey, altKey, shiftKey, key }) {
  return !(ctrlKey || metaKey || altKey || (shiftKey && key === "Enter"));
}

export function render({ model, el }) {
  const shadow = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  const style = document.createElement("style");
  style.textContent = model.get("_style");
  const holder = document.createElement("div");
  holder.className = "backglow-page embedded";
  shadow.replaceChildren(style, holder);
  const keepKeys = (event) => el.toggleAttribute("data-lm-suppress-shortcuts", isOurs(event));
  // The static output that bears this key hides itself.
  el.setAttribute("data-backglow-live", model.get("_key"));
  addEventListener("keydown", keepKeys, true);
  const say = (name, value) => {
    if (JSON.stringify(model.get(name)) === JSON.stringify(value)) return;
    model.set(name, value);
    model.save_changes();
  };
  let following = false;
  const app = new App(holder, JSON.parse(model.get("data")), {
    place: model.get("place"),
    moved: (place) => following || say("place", place),
    edited: () => following || say("values", edits(app.model)),
  });
  const follow = (change) => () => {
    following = true;
    change();
    following = false;
  };
  const place = follow(() => {
    app.options.place = model.get("place");
    if (!app.start && app.options.place !== app.display.place) app.player.user(app.options.place);
  });
  const values = follow(() => {
    const wanted = model.get("values");
    if (!app.model.editable || JSON.stringify(wanted) === JSON.stringify(edits(app.model))) return;
    app.player.pause();
    app.model.reset();
    for (const [leaf, x] of Object.entries(wanted)) app.model.value[leaf] = Number(x);
    app.model.forward();
    app.model.backward();
    app.changed();
  });
  values();
  model.on("change:place", place);
  model.on("change:values", values);
  const stop = followColours(el, holder);
  return () => {
    stop();
    removeEventListener("keydown", keepKeys, true);
    app.player.pause();
    model.off("change:place", place);
    model.off("change:values", values);
  };
}
