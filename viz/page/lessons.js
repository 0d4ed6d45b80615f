// The lessons beside the walk: quiz, why, proof and the bug museum. Each is handed what it may touch.

import { Museum } from "./museum.js";
import { Proof } from "./proof.js";
import { Quiz } from "./quiz.js";
import { Why } from "./why.js";

export class Lessons {
  all = [];

  constructor(app) {
    if (app.walk.backwardCount === 0 || app.model.data.tensors) return;
    this.quiz = new Quiz(app);
    this.proof = new Proof(app);
    this.museum = new Museum(app);
    this.why = new Why(app);
    this.all = [this.quiz, this.proof, this.museum, this.why];
    const { element } = this.museum;
    app.lessonBar.append(this.quiz.switch, ...(app.model.editable ? [this.proof.switch] : []), element);
    app.panel.lessons.append(this.quiz.box, this.museum.box, this.why.box);
    // Proof and museum both write beside the gradients: what is wrong comes first.
    app.display.annotate = (node, place) => this.museum.annotation(node, place) ?? this.proof.annotation(node, place);
  }

  /** The walk has moved. */
  moving() {
    this.quiz?.changed();
  }

  /** A value was edited. */
  changed() {
    for (const lesson of this.all) lesson.changed();
  }
}
