"""Text: the trace told line by line, for a terminal, a log or a screen reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from autograd import BackwardStep, ForwardStep, Trace
from autograd.array_info import SMALL, ArrayInfo, Quantity, short
from autograd.steps import Move
from autograd.text import cell_width, visible

__all__ = ["backward_lines", "forward_lines", "gradient_lines", "report", "text"]

MOST_NUMBERS = SMALL
"""Arrays of more elements are told by their range."""
VALUE, GRADIENT, QUIET, TITLE, WARNING = "blue", "dark_orange3", "dim", "bold", "bold red"


def text(trace: Trace, *, limit: int | None = None) -> str:
    """The trace as plain text: forward values, backward steps, gradients of the inputs.

    Args:
        trace: What to tell.
        limit: Most steps to tell of each pass; all of them where None.
    """
    return "\n".join(visible(line.plain).rstrip() for line in report(trace, limit=limit)) + "\n"


def report(trace: Trace, *, limit: int | None = None, checks: Mapping[int, Text] | None = None) -> list[Text]:
    """The lines of `text`, styled.

    Args:
        trace: What to tell.
        limit: Most steps to tell of each pass.
        checks: A remark for some of the inputs' gradients, by node id.
    """
    lines = [Text("forward", TITLE), *forward_lines(trace, limit)]
    if trace.has_gradients:
        if trace.order:
            lines += [Text(), Text("backward", TITLE), *backward_lines(trace, limit)]
        lines += [Text(), Text("gradients", TITLE), *gradient_lines(trace, checks or {})]
    return lines


def forward_lines(trace: Trace, limit: int | None = None) -> list[Text]:
    """One line per input or named constant, then one per gate, in the order of evaluation."""
    width = _width([node.label for node in trace.nodes])
    lines: list[Text] = []
    for node in trace.nodes:
        told = node.kind == "leaf" or node.name is not None or node.is_array or node.id == trace.root
        if node.kind != "gate" and told:
            lines.append(Text.assemble("  ", _padded(node.label, width), " = ", (_ascii(short(node.value)), VALUE)))
            lines += _numbers(node.value)
    for step in trace.forward[:limit]:
        lines.append(_forward_line(step, width))
        lines += _numbers(step.node.value)
    return lines + _more(len(trace.forward), limit)


def _forward_line(step: ForwardStep, width: int) -> Text:
    node = step.node
    return Text.assemble(
        "  ", _padded(node.label, width), " = ", _ascii(node.formula), (f" = {_ascii(node.numbers)}", QUIET), " = ",
        (_ascii(short(node.value)), VALUE),
    )  # fmt: skip


def _numbers(value: Quantity | None) -> list[Text]:
    """The numbers of an array that is kept in full, one line per row."""
    if not isinstance(value, ArrayInfo) or str(value) == value.range:  # a short vector is written out already
        return []
    return [Text(f"      {_ascii(row)}", QUIET) for row in value.rows(most=MOST_NUMBERS)]


def backward_lines(trace: Trace, limit: int | None = None) -> list[Text]:
    """A few lines per gate, in the order of the backward pass: what arrives, the sentence, what each input receives."""
    lines: list[Text] = []
    for step in trace.backward[:limit]:
        lines += _backward_block(step)
    return lines + _more(len(trace.order), limit)


def _backward_block(step: BackwardStep) -> list[Text]:
    node = step.node
    head = Text.assemble(
        (f"  {step.index + 1}. ", QUIET), f"{node.label} = {_ascii(node.formula)}",
        (f"   upstream ∂{step.root}/∂{node.label} = ", QUIET), (_ascii(short(step.upstream)), GRADIENT),
    )  # fmt: skip
    lines = [head, Text(f"     {_ascii(step.sentence)}", QUIET)]
    width = _width([move.node.label for move in step.moves])
    products = ["" if m.of_arrays else _ascii(step.product(m)).partition(" × ")[2] for m in step.moves]
    longest = _width(products)
    for move, product in zip(step.moves, products, strict=True):
        if move.of_arrays:
            lines += _array_move(step, move, width)
            continue
        line = Text.assemble(
            "     ", _padded(move.node.label, width), ": ", (_ascii(short(step.upstream)), GRADIENT), " × ",
            product.ljust(longest),
        )  # fmt: skip
        if move.edge.formula != short(move.local):
            line.append(f"   ∂{node.label}/∂{move.node.label} = {_ascii(move.edge.formula)}", QUIET)
        if move.before is not None:
            line.append(f"   sum so far {_ascii(move.total)}", GRADIENT)
        line.rstrip()
        lines.append(line)
    return lines


def _array_move(step: BackwardStep, move: Move, width: int) -> list[Text]:
    """What an input gets of arrays: the pullback, its result and its numbers."""
    pullback, _, result = _ascii(step.product(move)).rpartition(" = ")
    line = Text.assemble("     ", _padded(move.node.label, width), f": {pullback} = ", (result, GRADIENT))
    if move.before is not None:
        line.append(f"   sum so far {_ascii(short(move.after))}", GRADIENT)
    return [line, *_numbers(move.contribution)]


def gradient_lines(trace: Trace, checks: Mapping[int, Text]) -> list[Text]:
    """One line per input: its gradient, its value, and a remark where there is one."""
    leaves = trace.leaves
    if not leaves:
        return [Text("  no inputs: the expression is made of constants", QUIET)]
    name = _width([leaf.label for leaf in leaves])
    root = trace.result.label
    numbers = [_ascii(short(leaf.grad)) for leaf in leaves]
    number = _width(numbers)
    lines = []
    for leaf, shown in zip(leaves, numbers, strict=True):
        line = Text.assemble((f"  ∂{root}/∂", QUIET), _padded(leaf.label, name), " = ", (shown.ljust(number), GRADIENT))
        line.append(f"   at {leaf.label} = {_ascii(short(leaf.value))}", QUIET)
        if leaf.id in checks:
            line.append("   ").append_text(checks[leaf.id])
        lines.append(line)
        lines += _numbers(leaf.grad)
    return lines


def _more(count: int, limit: int | None) -> list[Text]:
    return [Text(f"  … and {count - limit:,} more", QUIET)] if limit is not None and count > limit else []


def _width(texts: Sequence[str]) -> int:
    return max(map(cell_width, texts), default=0)


def _padded(label: str, width: int) -> str:
    return label + " " * (width - cell_width(label))


def _ascii(shown: str) -> str:
    """With the hyphen for a minus sign, so that numbers can be pasted back into a program."""
    return shown.replace("−", "-")
