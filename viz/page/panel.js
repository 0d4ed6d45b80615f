// The side panel: the step in words and formulas, what is selected with all its digits, and the inputs to edit.

import { abs, max } from "./arithmetic.js";
import { button, h, numberField, present, write } from "./dom.js";
import { exactNumber, formatNumber, parseNumber } from "./numbers.js";

const MOST_INPUTS = 40;
const MOST_TERMS = 12;

export class Panel {
  live = h("p.sentence", { "aria-live": "polite", "aria-atomic": "true" });
  stepTitle = h("h2");
  rules = h("div.rules");
  selection = h("section.selection", { "aria-label": "selected" });
  inputs = h("section.inputs", { "aria-label": "inputs" });
  lessons = h("section.lessons", { "aria-label": "lessons" });
  fields = new Map();
  problem = h("p.problem", { role: "alert" });

  constructor(app) {
    this.app = app;
    this.element = h("aside.panel", { "aria-label": "explanation" },
      h("section.step", { "aria-label": "step" }, this.stepTitle, this.live, this.rules),
      this.lessons, this.selection, this.inputs);
    this.buildInputs();
  }

  /** Tell everything; `busy` is the field a reader is using. */
  show(busy) {
    this.showStep();
    this.showSelection(busy);
    this.showInputs(busy);
  }

  /** Tell the current step. */
  showStep() {
    const { walk, display, model } = this.app;
    const { step } = display;
    const sentence = walk.sentence(step);
    write(this.live, sentence);
    this.rules.replaceChildren();
    if (step === null) {
      write(this.stepTitle, "Start");
      return;
    }
    const { node } = step;
    const equation = `${model.label[node]} = ${model.formula(node)}`;
    write(this.stepTitle, `${step.pass === "forward" ? "Forward" : "Backward"} ${step.index}: ${equation}`);
    if (step.pass === "forward") {
      this.rules.append(line("rule", `${equation} = ${model.numbers(node)} = ${formatNumber(model.value[node])}`));
      return;
    }
    this.rules.append(line("upstream", `upstream ${model.derivativeName(node)} = ${formatNumber(model.grad[node])}`));
    for (const move of walk.moves(node)) {
      if (display.hidden.has(move.parent)) continue;
      this.rules.append(h("div.move", {},
        line("rule", walk.rule(node, move)),
        line("product", `upstream × local = ${walk.product(node, move)}`),
        line("total", `${model.derivativeName(move.parent)} = ${walk.total(move)}`)));
    }
  }

  // ---------------------------------------------------------------------------------------------------- selection

  /** Tell what is selected: a node, a wire, or nothing. While a field is `busy`, what a reader may be about to use stays. */
  showSelection(busy) {
    const { selected, wire, model } = this.app;
    // An input's facts stand below the inputs, so that the field just clicked stays under the pointer.
    this.element.classList.toggle("chosen", selected !== null && model.kind[selected] === "l");
    const details = wire ? this.details(wire) : selected !== null ? this.details({ node: selected }) : [];
    if (!busy) return this.selection.replaceChildren(...details);
    this.selection.querySelector("dl")?.replaceWith(details[1]);
    const slider = this.selection.querySelector("input");
    if (slider && slider !== busy) slider.value = model.value[selected];
  }

  /** A node or a wire with what is known of it at this place, to the last digit: [title, [name, text or texts]...]. */
  facts({ node, child, slot }) {
    const { model, walk, display } = this.app;
    const { label } = model;
    const facts = [];
    const fact = (name, told) => told && facts.push([name, told]);
    if (node !== undefined) {
      const kind = { l: "input", g: "gate", c: "constant" }[model.kind[node]];
      fact("⚠", model.data.marks?.[node]);
      if (model.fullName(node) !== label[node]) fact("name", model.fullName(node));
      if (kind === "gate") {
        fact("gate", `${model.gate(node).name}: ${label[node]} = ${model.formula(node)}`);
        fact("domain", model.gate(node).domain);
      }
      if (walk.hasValue(node, display.place)) fact("value", exactNumber(model.value[node]));
      const { sum, complete } = walk.gradient(node, display.place);
      if (display.hidden.has(node)) fact("gradient", "?");
      else if (sum !== null) {
        fact("gradient", `${exactNumber(sum)}${complete ? "" : " so far"}`);
        const terms = model.uses[node].slice(0, walk.arrived(node, display.place))
          .map(([child, slot]) => [child, model.contribution(child, slot)]).filter(([, x]) => x !== null);
        const told = terms.slice(0, MOST_TERMS).map(([child, x]) => `${exactNumber(x)} through ${label[child]}`);
        if (terms.length > MOST_TERMS) told.push(`… and ${terms.length - MOST_TERMS} more`);
        if (terms.length > 1) fact("sum of", told);
      }
      fact("made at", model.data.nodes.source[node]);
      return [`${kind} ${label[node]}`, ...facts];
    }
    const parent = model.operands[child][slot];
    const local = model.local[child][slot];
    if (local === null) fact("gradient", "none: a constant takes none");
    else if (walk.hasValue(child, display.place)) {
      const { formula, because } = model.derivative(child, slot);
      fact("local", `${model.derivativeName(parent, child)} = ${formula} = ${exactNumber(local)}`);
      fact("because", because);
      if (walk.backwardPlace[child] <= display.place && !display.hidden.has(parent)) {
        fact("upstream", exactNumber(model.grad[child]));
        fact("contribution", exactNumber(model.contribution(child, slot)));
      }
    }
    return [`wire ${label[parent]} → ${label[child]}`, ...facts];
  }

  /** The same as elements: heading, list of facts, and what can be done with a node. */
  details(target) {
    const [title, ...facts] = this.facts(target);
    const list = h("dl", {}, ...facts.flatMap(([name, told]) => [h("dt", {}, name), h("dd", {},
      typeof told === "string" ? told : h("ul", {}, ...told.map((text) => h("li", {}, text))))]));
    const { node } = target;
    if (node === undefined) return [h("h2", {}, title), list];
    const { app } = this;
    const tools = h("div.tools");
    if (app.model.kind[node] === "g") {
      tools.append(button(app.display.halts.has(node) ? "remove breakpoint" : "breakpoint", "stop here when running (b)",
        () => app.toggleBreakpoint(node)));
    }
    tools.append(...app.nodeTools.map((make) => make(node)).filter(Boolean));
    return [h("h2", {}, title), list, ...(app.model.kind[node] === "l" ? [this.editor(node)] : []), tools];
  }

  /** A slider for a leaf; typing is in the list of inputs. */
  editor(leaf) {
    const { app } = this;
    const { model } = app;
    if (!model.editable) return h("p.note", {}, app.whyReadOnly());
    const x = isFinite(model.recorded.value[leaf]) ? model.recorded.value[leaf] : 0;
    const reach = max(2, 2 * abs(x));
    return h("label.slide", {}, "drag", h("input", {
      type: "range", min: x - reach, max: x + reach, step: reach / 200, value: model.value[leaf],
      "aria-label": `value of ${model.label[leaf]}`,
      oninput: (event) => app.edit(leaf, Number(event.target.value), event.target),
    }));
  }

  // ------------------------------------------------------------------------------------------------------- inputs

  buildInputs() {
    const { app } = this;
    const { model } = app;
    const rows = [];
    for (const leaf of model.leaves.slice(0, MOST_INPUTS)) {
      const field = numberField(`value of ${model.label[leaf]}`, {
        value: exactNumber(model.value[leaf]), disabled: !model.editable, spellcheck: "false",
        onchange: () => this.typed(leaf, field),
        onfocus: () => app.select(leaf),
      });
      const gradient = h("output.grad");
      this.fields.set(leaf, { field, gradient });
      rows.push(h("tr", {}, h("th", { scope: "row" }, model.label[leaf]), h("td", {}, field), h("td", {}, gradient)));
    }
    this.resetButton = button("reset values", "back to the recorded numbers", () => app.reset());
    const more = model.leaves.length - rows.length;
    const parts = [
      h("h2", {}, "Inputs"), this.problem,
      h("table", {}, h("thead", {}, h("tr", {}, ...["input", "value", "gradient"].map((x) => h("th", { scope: "col" }, x)))),
        h("tbody", {}, ...rows)),
      more > 0 ? h("p.note", {}, `… and ${more} more: search for one or click it.`) : null,
      model.editable ? null : h("p.note", {}, app.whyReadOnly()),
      this.resetButton,
    ];
    this.inputs.replaceChildren(...present(parts));
  }

  typed(leaf, field) {
    const number = parseNumber(field.value);
    field.setAttribute("aria-invalid", String(number === null));
    const wrong = [...this.fields.values()].map((row) => row.field).find(isWrong);
    const hint = wrong?.value.includes(",") ? ": use a point, not a comma" : "";
    this.problem.textContent = wrong ? `“${wrong.value}” is not a number${hint}` : "";
    if (number !== null) this.app.edit(leaf, number, field);
    else this.resetButton.disabled = false;
  }

  /** Forget what was typed that is no number. */
  accept() {
    this.problem.textContent = "";
    for (const { field } of this.fields.values()) field.removeAttribute("aria-invalid");
  }

  /** Bring the inputs up to date; the field a reader is typing in is left alone. */
  showInputs(busy) {
    const { model, display } = this.app;
    this.resetButton.disabled = !model.edited && this.problem.textContent === "";
    for (const [leaf, { field, gradient }] of this.fields) {
      const shown = exactNumber(model.value[leaf]);
      if (field !== busy && field.value !== shown && !isWrong(field)) field.value = shown;
      write(gradient, display.grad(leaf));
    }
  }
}

const isWrong = (field) => field.getAttribute("aria-invalid") === "true";
const line = (name, text) => h(`p.${name}`, {}, text);
