// Finding a node by its name, its label or its gate.

import { h, write } from "./dom.js";

export class Search {
  found = [];
  place = -1;
  count = h("output.count");

  constructor(app) {
    this.app = app;
    this.field = h("input", {
      type: "search", placeholder: "search (/)", "aria-label": "search nodes by name or gate", autocomplete: "off",
      oninput: () => this.look(),
      onkeydown: (event) => {
        if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1);
        if (event.key === "Escape") this.clear();
        event.stopPropagation();
      },
    });
    this.element = h("div.search", { role: "search" }, this.field, this.count);
  }

  focus() {
    this.field.focus();
    this.field.select();
  }

  look() {
    const { model } = this.app;
    const wanted = this.field.value.trim().toLowerCase();
    this.found = [];
    for (let i = 0; wanted && i < model.count; i++) {
      if (model.kind[i] === "c" && !model.data.nodes.named[i]) continue;
      const texts = [model.fullName(i), model.label[i], model.kind[i] === "g" ? model.gate(i).name : ""];
      if (texts.some((text) => text.toLowerCase().includes(wanted))) this.found.push(i);
    }
    // A whole name before a part of one.
    this.found.sort((a, b) => this.exact(b, wanted) - this.exact(a, wanted) || a - b);
    this.place = -1;
    this.app.display.found = new Set(this.found);
    if (this.found.length > 0) this.next(1, false);
    else this.show();
  }

  exact(node, wanted) {
    return this.app.model.label[node].toLowerCase() === wanted;
  }

  next(way, select = true) {
    if (this.found.length === 0) return;
    this.place = (this.place + way + this.found.length) % this.found.length;
    const node = this.found[this.place];
    this.app.reveal(node);
    if (select) this.app.select(node);
    this.show();
  }

  clear() {
    this.field.value = "";
    this.look();
    this.field.blur();
  }

  show() {
    const total = this.found.length;
    write(this.count, this.field.value.trim() === "" ? "" : total === 0 ? "none" : `${this.place + 1} of ${total}`);
    this.app.view.highlight();
  }
}
