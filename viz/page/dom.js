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

/** A button with a name for those who do not see its glyph. */
export function button(glyph, name, onclick, attributes = {}) {
  return h("button", { type: "button", title: name, "aria-label": name, onclick, ...attributes }, glyph);
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
