// Building pieces of the page: text is always text, never markup.

/** An element with attributes, listeners (onclick: …) and children; strings become text. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A button: a glyph with a name for those who do not see it, or words in smaller letters. */
export function button(text, name, onclick, attributes = {}) {
  const look = text.length > 1 ? { class: "worded" } : { "aria-label": name };
  return h("button", { type: "button", title: name, onclick, ...look, ...attributes }, text);
}

/** A switch: a button that stays pressed. */
export function toggle(label, name, changed) {
  const element = h("button", { type: "button", title: name, "aria-pressed": "false", class: "toggle" }, label);
  element.addEventListener("click", () => changed(set(element.getAttribute("aria-pressed") !== "true")));
  const set = (on) => {
    element.setAttribute("aria-pressed", String(on));
    return on;
  };
  return { element, set };
}
