// Predict, then reveal: at each backward step one gradient is kept back until the reader has said what it is.

import { abs, sign } from "./arithmetic.js";
import { button, h, numberField, toggle, write } from "./dom.js";
import { formatNumber, parseNumber } from "./numbers.js";

export class Quiz {
  on = false;
  right = 0;
  asked = 0;
  question = h("p.question");
  feedback = h("p.feedback", { "aria-live": "polite" });
  score = h("p.note");

  constructor(app) {
    this.app = app;
    this.switch = toggle("quiz", "predict each gradient before it is shown", (on) => this.turn(on));
    this.field = numberField("your answer", { onkeydown: (event) => event.key === "Enter" && this.answer() });
    this.form = h("div.answer", {}, this.field, button("check", "check the answer", () => this.answer()),
      button("show", "show the answer", () => this.reveal()));
    this.box = h("div.quiz", { hidden: true }, h("h2", {}, "Quiz"), this.question, this.form, this.feedback, this.score);
  }

  turn(on) {
    this.on = on;
    this.box.hidden = !on;
    this.right = this.asked = 0;
    // The other lessons would tell what is asked.
    const { museum, why } = this.app.lessons;
    why.close();
    museum.element.value = "none";
    museum.element.disabled = on;
    museum.inject("none");
    this.ask();
    this.app.refresh();
    if (on && !this.move) this.app.say("Quiz on: go to a backward step, and predict.");
  }

  changed() {
    if (this.on) this.ask();
  }

  /** Choose what to ask at a place: one operand of the gate at work. */
  ask() {
    const { display, walk, model } = this.app;
    display.hidden.clear();
    this.move = null;
    this.tried = false;
    this.field.value = this.feedback.textContent = "";
    const { step } = display;
    const moves = this.on && step?.pass === "backward" ? walk.moves(step.node) : [];
    this.form.hidden = moves.length === 0;
    if (moves.length === 0) {
      write(this.question, this.on ? "Take a backward step to be asked." : "");
      this.showScore();
      return;
    }
    this.node = step.node;
    this.moves = moves;
    this.move = moves[step.index % moves.length];
    display.hidden.add(this.move.parent);
    const name = model.label[this.move.parent];
    const so_far = this.move.before === null ? "" : ` It had ${formatNumber(this.move.before)} before.`;
    const upstream = formatNumber(model.grad[this.node]);
    write(this.question,
      `${model.label[this.node]} = ${model.formula(this.node)} passes its gradient ${upstream} back.${so_far} ` +
      `What is the gradient of ${name} after this step?`);
    this.showScore();
  }

  answer() {
    if (!this.move) return;
    const said = parseNumber(this.field.value);
    if (said === null) {
      this.feedback.textContent = "Type a number, such as −0.25.";
      return;
    }
    if (!this.tried) this.asked += 1;
    const good = close(said, this.move.after);
    if (good && !this.tried) this.right += 1;
    this.tried = true;
    const verdict = good ? "Right!" : this.hint(said);
    if (good) this.reveal(verdict);
    else this.feedback.textContent = verdict;
    this.showScore();
  }

  /** What a wrong answer shows to be understood already, and what is missing. */
  hint(said) {
    const { model } = this.app;
    const { local, contribution, before, after } = this.move;
    const upstream = model.grad[this.node];
    const other = this.moves.find((move) => move !== this.move && close(said, move.contribution));
    if (close(said, -after)) return "The right size, but the wrong sign.";
    if (before !== null && close(said, contribution)) {
      return "That is what this path contributes. More than one path leads here: add what had arrived before.";
    }
    if (before !== null && close(said, -contribution)) return "The size of this path's part, with the wrong sign, and the sum is missing.";
    if (close(said, local)) return "That is the local derivative: you forgot to multiply by the upstream gradient.";
    if (close(said, upstream)) return "That is the upstream gradient: multiply it by the local derivative.";
    if (other) return `That is what ${model.label[other.parent]} gets: look at which operand's derivative this is.`;
    if (said !== 0 && after !== 0 && abs(Math.log10(abs(said / after)) % 1) < 0.005) return "The right digits, but the point is in the wrong place.";
    if (sign(said) === sign(after)) return "The sign is right. The size is upstream × local derivative.";
    return `Not yet: the answer is upstream × local derivative${before === null ? "" : ", added to what had arrived before"}.`;
  }

  reveal(verdict = "") {
    if (!this.move) return;
    if (!this.tried) this.asked += 1;
    this.tried = true;
    const { display, walk, model } = this.app;
    display.hidden.clear();
    const told = `${model.derivativeName(this.move.parent)} = ${walk.total(this.move)}`;
    this.form.hidden = true;
    this.app.refresh();
    this.feedback.textContent = `${verdict} ${told}, from ${walk.product(this.node, this.move)}.`.trim();
    this.move = null;
    this.showScore();
  }

  showScore() {
    write(this.score, this.asked ? `${this.right} of ${this.asked} right at the first try` : "");
  }
}

/** Whether an answer is right to about two digits. */
function close(said, exact) {
  if (Object.is(said, exact)) return true;
  return abs(said - exact) <= 0.006 * abs(exact) + 1e-12;
}
