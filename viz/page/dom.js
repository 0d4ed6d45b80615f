// Building pieces of the page: text is always text, never markup.

/**
 * A maker of elements: "div.note" is a div of class note. It gets attributes (none for null and false), listeners
 * (onclick: …) and children; strings become text.
 */
const maker = (space) => (name, attributes = {}, ...children) => {
  const [tag, ...classes] = name.split(".");
  const element = document.createElementNS(`http://www.w3.org/${space}`, tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const key in attributes) {
    const value = attributes[key];
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
};

export const h = maker("1999/xhtml");
export const svg = maker("2000/svg");

/** What is there of a list with holes. */
export const present = (list) => list.filter((item) => item !== null);

/** Put a text where it is not yet: each writing costs a layout. */
export const write = (element, text) => element.textContent === text || (element.textContent = text);

/** A field for a number; parseNumber reads what is typed. */
export const numberField = (name, attributes) => h("input", {
  type: "text", inputmode: "decimal", size: 10, autocomplete: "off", "aria-label": name, ...attributes });

/** A button: a glyph with a name for those who do not see it, or words in smaller letters. */
export function button(text, name, onclick, attributes = {}) {
  const look = text.length > 1 ? { class: "worded" } : { "aria-label": name };
  return h("button", { type: "button", title: name, onclick, ...look, ...attributes }, text);
}

/** A switch: a button that stays pressed. */
export function toggle(label, title, changed) {
  const name = "aria-pressed";
  const element = h("button.toggle", { type: "button", title, [name]: "false", onclick: () => {
    const on = element.getAttribute(name) !== "true";
    element.setAttribute(name, on);
    changed(on);
  } }, label);
  return element;
}
