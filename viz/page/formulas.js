// Formulas filled in again after an edit, from the templates of autograd/templates.py.

/** The text of a template: 2*i stands for the text of operand i, 2*i + 1 for the same in brackets if it is negative. */
export function fill(pieces, texts) {
  return pieces.map((piece) => (typeof piece === "string" ? piece : fillBlank(piece, texts))).join("");
}

/** The text of one blank. */
function fillBlank(piece, texts) {
  const text = texts[piece >> 1];
  return piece % 2 && text.startsWith("−") ? `(${text})` : text;
}

/** The leaf of a tree that holds when these are the outcomes of the gate's comparisons. */
export function pick(tree, flags) {
  let node = tree;
  while ("c" in node) node = flags[node.c] ? node.t : node.e;
  return node;
}

/**
 * A local derivative told in words: its formula, the comparison it depends on (empty where there is none to tell), and
 * whether the formula needs brackets before it can be multiplied. `hasNan` says whether any operand of the gate is nan.
 */
export function derivativeText(tree, flags, hasNan, texts) {
  const leaf = pick(tree, flags);
  const formula = fill(leaf.f, texts);
  const because = leaf.b === undefined ? "" : hasNan ? "an input is nan" : fill(leaf.b, texts);
  return { formula, because, loose: isLoose(formula) };
}

/** What a gate computes, in its operands' numbers: the template of a rule that takes numbers in place of names. */
export function numbersTemplate(rule) {
  return rule.n ?? rule.e;
}

/** Whether a formula has a sum, or cases, outside all brackets. */
export function isLoose(formula) {
  let depth = 0;
  for (let i = 0; i < formula.length; i++) {
    depth += (formula[i] === "(") - (formula[i] === ")");
    if (depth === 0 && [" + ", " − ", " if "].some((part) => formula.startsWith(part, i))) return true;
  }
  return false;
}
