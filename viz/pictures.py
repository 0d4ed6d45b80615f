"""The functions people call: each takes a Value, a Tensor or a Trace and gives one kind of picture."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import PictureError
from .files import write_file
from .formats import dot as _dot
from .formats import image as _image
from .formats import mermaid as _mermaid
from .formats import report as _report
from .formats import svg as _svg
from .formats import tikz as _tikz
from .formats import tree as _tree
from .handouts import animate, answers, gif, worksheet
from .page import Start
from .page import page as _page
from .source import Names, Source, as_trace
from .theme import Theme

if TYPE_CHECKING:
    import graphviz

__all__ = [
    "FORMATS", "animate", "answers", "as_trace", "draw", "gif", "html", "maker", "pdf", "png", "svg", "text", "to_dot",
    "to_graphviz", "to_json", "to_latex", "to_mermaid", "tree", "worksheet",
]  # fmt: skip


def svg(
    source: Source,
    *,
    names: Names = None,
    backward: bool = True,
    theme: Theme = "auto",
    legend: bool = True,
    show_labels: bool = False,
    groups: bool = True,
    collapse: bool | Collection[int] | None = None,
    marks: Mapping[int, str] | None = None,
) -> str:
    """An SVG picture: value above every wire, gradient below it, local derivative where it enters a gate.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, the picture shows values and local derivatives only.
        theme: "auto" (light or dark as the reader prefers), "light", "dark" or "print" (black on white).
        legend: Explain the notation below the picture.
        show_labels: Name every wire, also those without a name (v1, v2, ...).
        groups: Draw a frame around the nodes of each group: of `autograd.group` and of every module called.
        collapse: Which groups to draw closed, as a box with their name: True for the outermost that stand side by
            side, False for none, or their indices. By default as True in a graph of more than 200 nodes, else False.
        marks: Nodes to mark with a ring, by their id in the trace, and what is said of each: a diagnosis's
            `{found.node: found.message}`. The first is told below the picture, all of them in tooltips.

    Returns:
        The text of an SVG document, the same for the same graph on every machine.

    >>> from autograd import Value
    >>> svg(Value(2.0, name="x") * 3).startswith("<svg ")
    True
    """
    trace = as_trace(source, names, backward)
    return _svg.svg(
        trace, theme=theme, legend=legend, show_labels=show_labels, groups=groups, collapse=collapse, marks=marks
    )


def html(
    source: Source,
    *,
    names: Names = None,
    backward: bool = True,
    theme: Theme = "auto",
    start: Start = "backward",
    marks: Mapping[int, str] | None = None,
) -> str:
    """The interactive page in one file: walk through both passes, change inputs, be asked, look into groups.

    It needs no server and no network. Of tensors it shows what was recorded: their inputs are fixed.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, the page walks through the forward pass only.
        theme: "auto" (light or dark as the reader prefers), "light", "dark" or "print" (black on white).
        start: Where it opens: "start" (nothing computed), "backward" (the forward pass done) or "end". An address
            that names a step, as in `page.html#step=3`, opens there.
        marks: As for `svg`; the page opens with the first of them selected and in view.
    """
    return _page(as_trace(source, names, backward), theme=theme, start=start, marks=marks)


def text(source: Source, *, names: Names = None, backward: bool = True, limit: int | None = None) -> str:
    """Plain text: forward values, backward steps, gradients of the inputs; at most `limit` steps of each pass.

    >>> from autograd import Value
    >>> print(text(Value(2.0, name="x") * 3))
    forward
      x  = 2
      v1 = x·3 = 2·3 = 6
    <BLANKLINE>
    backward
      1. v1 = x·3   upstream ∂v1/∂v1 = 1
         multiply swaps: x gets 3 × upstream
         x: 1 × 3 = 3
    <BLANKLINE>
    gradients
      ∂v1/∂x = 3   at x = 2
    <BLANKLINE>
    """
    return _report.text(as_trace(source, names, backward), limit=limit)


def tree(
    source: Source,
    *,
    names: Names = None,
    backward: bool = True,
    depth: int | None = None,
    limit: int | None = None,
    ascii_only: bool = False,
) -> str:
    """A text tree: the result at the top, below each number its operands, each told once and then called `↑ name`.

    A line is `name = formula = value   ∇ gradient   (local ∂ local derivative of the line it hangs on)`. Where a branch
    is deeper than the page is wide, `↓ name` says that it goes on further down, at the left edge.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, the tree shows values and local derivatives only.
        depth: Levels below the result to show, all where None; ` …` marks what was cut.
        limit: Most lines to show, all where None.
        ascii_only: Use nothing but ASCII.

    >>> from autograd import Value
    >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
    >>> print(tree(a * b + a))
    v2 = v1 + a = -4   ∇ 1
    ├─ v1 = a·b = -6   ∇ 1   (local ∂ 1)
    │  ├─ a = 2   ∇ -2   (local ∂ -3)
    │  └─ b = -3   ∇ 2   (local ∂ 2)
    └─ ↑ a   (local ∂ 1)
    """
    return _tree.tree(as_trace(source, names, backward), depth=depth, limit=limit, ascii_only=ascii_only)


def to_graphviz(source: Source, *, names: Names = None, backward: bool = True) -> graphviz.Digraph:
    """A `graphviz.Digraph`. Rendering it (`.render`, `.pipe`, showing it in a notebook) needs Graphviz's programs."""
    return _dot.graphviz_graph(as_trace(source, names, backward))


def to_dot(source: Source, *, names: Names = None, backward: bool = True) -> str:
    """DOT text, with every number in full as attributes."""
    return _dot.dot(as_trace(source, names, backward))


def to_mermaid(source: Source, *, names: Names = None, backward: bool = True) -> str:
    """Mermaid text, for pages that draw it.

    Raises:
        PictureError: there are more edges than Mermaid draws.
    """
    return _mermaid.mermaid(as_trace(source, names, backward))


def to_latex(
    source: Source,
    *,
    names: Names = None,
    backward: bool = True,
    standalone: bool = True,
    theme: Theme = "light",
) -> str:
    r"""The picture in TikZ: a LaTeX document, or with `standalone=False` a `tikzpicture` to `\input` into a paper.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, the picture shows values and local derivatives only.
        standalone: Write a whole document. A bare picture needs `\usepackage{amsmath,tikz}` in the paper.
        theme: "light" (or "auto"), "dark", or "print" (black on white).
    """
    return _tikz.tikz(as_trace(source, names, backward), standalone=standalone, theme=theme)


def to_json(source: Source, *, names: Names = None, backward: bool = True) -> str:
    """The trace itself as JSON text; `autograd.Trace.from_json` reads it back."""
    return as_trace(source, names, backward).to_json(indent=1) + "\n"


def png(
    source: Source, *, names: Names = None, backward: bool = True, theme: Theme = "light", scale: float = 2.0
) -> bytes:
    """A PNG image, `scale` pixels per unit. Needs the extra `image`.

    Raises:
        MissingExtraError: the extra is not installed.
        PictureError: the image would be too large.
    """
    return _image.png(as_trace(source, names, backward), theme=theme, scale=scale)


def pdf(source: Source, *, names: Names = None, backward: bool = True, theme: Theme = "light") -> bytes:
    """A PDF page. Needs the extra `image`.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    return _image.pdf(as_trace(source, names, backward), theme=theme)


FORMATS: Mapping[str, Callable[..., str | bytes]] = {
    ".svg": svg, ".html": html, ".png": png, ".pdf": pdf, ".json": to_json, ".dot": to_dot, ".mmd": to_mermaid,
    ".tex": to_latex, ".txt": text, ".anim.svg": animate, ".gif": gif, ".worksheet.html": worksheet,
    ".answers.html": answers,
}  # fmt: skip
"""What `draw` writes for each file ending; of several that fit, the longest counts."""


def maker(path: str | Path) -> Callable[..., str | bytes]:
    """The function that makes what belongs in a file of this ending.

    Raises:
        PictureError: the ending is unknown.
    """
    name = Path(path).name.lower()
    known = [ending for ending in FORMATS if name.endswith(ending)]
    if not known or name in FORMATS:  # a name that is nothing but an ending is a hidden file without one
        raise PictureError(f"cannot tell the format of {str(path)!r}: use one of {' '.join(FORMATS)}")
    return FORMATS[max(known, key=len)]


def draw(source: Source, path: str | Path, *, names: Names = None, **options: Any) -> Path:
    """Write a picture to a file; the ending decides which kind.

    Args:
        source: A Value, a Tensor or a Trace.
        path: Where; the ending is one of .svg .html .png .pdf .json .dot .mmd .tex .txt .anim.svg .gif .worksheet.html
            .answers.html, the longest that fits. The file is replaced whole or not at all.
        names: Names for nodes that have none, e.g. `locals()`.
        options: What the format's own function takes, e.g. `theme="dark"`.

    Returns:
        The path.

    Raises:
        PictureError: the ending is unknown, or the format cannot show this graph.
        MissingExtraError: the format needs a package that is not installed.
        OutputError: the file cannot be written.
    """
    return write_file(path, maker(path)(source, names=names, **options))
