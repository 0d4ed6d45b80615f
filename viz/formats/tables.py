"""Tables: the steps as HTML without a script, for viewers that run nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from autograd import BackwardStep, Trace
from autograd.array_info import Quantity, exact, short
from autograd.text import visible

__all__ = ["steps"]

MOST_STEPS = 500
"""At most this many steps of each pass are told."""


def steps(trace: Trace) -> str:
    """The gradients of the inputs and both passes, to be unfolded; empty where there is nothing to tell."""
    tables = _tables(trace)
    return f"<details><summary>steps</summary>\n{tables}</details>\n" if tables else ""


def _tables(trace: Trace) -> str:
    return _gradients(trace) + _forward(trace) + _backward(trace)


def _gradients(trace: Trace) -> str:
    if not trace.has_gradients or not trace.leaves:
        return ""
    rows = [(_code(leaf.label), _code(short(leaf.value)), _exact(leaf.grad)) for leaf in trace.leaves]
    root = _text(trace.result.label)
    return _table(f"Gradients of {root}", ("input", "value", "gradient"), rows)


def _forward(trace: Trace) -> str:
    rows = [
        (_code(step.node.label), _code(step.node.formula), _code(step.node.numbers), _exact(step.node.value))
        for step in trace.forward[:MOST_STEPS]
    ]
    return _table("Forward", ("node", "gate", "with numbers", "value"), rows, len(trace.forward)) if rows else ""


def _backward(trace: Trace) -> str:
    rows: list[tuple[str, ...]] = []
    for step in trace.backward[:MOST_STEPS]:
        rows += _backward_rows(step)
    head = ("step", "what happens", "to", "local derivative", "upstream × local = contribution", "sum so far")
    return _table("Backward", head, rows, len(trace.order)) if rows else ""


def _backward_rows(step: BackwardStep) -> Iterator[tuple[str, ...]]:
    first = (f"{step.index + 1}. {_code(step.node.label)}", _text(step.sentence))
    if not step.moves:
        yield (*first, "", "", "", "")
    for move in step.moves:
        yield (
            *first, _code(move.node.label), _code(step.rule(move)), _code(step.product(move)), _exact(move.after),
        )  # fmt: skip
        first = ("", "")


def _table(caption: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], total: int | None = None) -> str:
    note = f" (the first {MOST_STEPS:,} of {total:,} steps)" if total is not None and total > MOST_STEPS else ""
    kind = f"backglow-{caption.split()[0].lower()}"
    lines = [f'<div class="backglow-table {kind}"><table>\n<caption>{caption}{note}</caption>\n<thead><tr>']
    lines += [f'<th scope="col">{cell}</th>' for cell in head]
    lines.append("</tr></thead>\n<tbody>\n")
    lines += [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows]
    lines.append("</tbody></table></div>\n")
    return "".join(lines)


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>" if text else ""


def _text(text: str) -> str:
    """Text as HTML character data, with what does not print escaped: a trace may come from anywhere."""
    return escape(visible(text))


def _exact(number: Quantity | None) -> str:
    """A number as shown, with all its digits in the tooltip; an array with all that is known of it."""
    return "" if number is None else f'<code title="{escape(exact(number))}">{escape(short(number))}</code>'
