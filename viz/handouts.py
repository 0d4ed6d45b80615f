"""Pictures that move, for slides and a README, and pages to hand out: each takes a Value, a Tensor or a Trace."""

from __future__ import annotations

from .film import HOLD, SECONDS
from .formats import animated as _animated
from .formats import gif as _gif
from .source import Names, Source, as_trace
from .theme import Theme
from .worksheet import worksheet as _worksheet

__all__ = ["animate", "answers", "gif", "worksheet"]


def animate(
    source: Source,
    *,
    names: Names = None,
    backward: bool = True,
    seconds: float = SECONDS,
    hold: float = HOLD,
    forward: bool = True,
    loop: bool = True,
    theme: Theme = "auto",
) -> str:
    """An SVG picture that plays both passes by itself, also in an `<img>`: it needs no script.

    Values appear in the order of evaluation. Then the gradient runs back gate by gate: `upstream × local =
    contribution` stands at every wire, sums grow where wires meet, and a line below says what happens. It ends on the
    finished picture. Readers who ask for reduced motion, and programs that play nothing, see the finished picture only.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, the forward pass is played alone.
        seconds: How long a backward step shows; a forward step takes 0.6 of that.
        hold: How long the finished picture stands, in seconds.
        forward: Play the forward pass too; without it all values stand from the beginning.
        loop: Begin again at the end.
        theme: "auto" (light or dark as the reader prefers), "light", "dark" or "print" (black on white).

    Returns:
        The text of an SVG document, the same for the same graph on every machine.

    Raises:
        PictureError: there are more than 120 steps, nothing to play, or a time is not a positive number.

    >>> from autograd import Value
    >>> "@keyframes" in animate(Value(2.0, name="x") * 3)
    True
    """
    recorded = as_trace(source, names, backward)
    return _animated.animated(recorded, seconds=seconds, hold=hold, forward=forward, loop=loop, theme=theme)


def gif(
    source: Source,
    *,
    names: Names = None,
    backward: bool = True,
    seconds: float = SECONDS,
    hold: float = HOLD,
    forward: bool = True,
    loop: bool = True,
    theme: Theme = "light",
    scale: float = 1.5,
) -> bytes:
    """The film of `animate` as a GIF with one still per step, for slides. Needs the extra `image`.

    Args:
        source, names, backward, seconds, hold, forward, loop, theme: As for `animate`; "auto" is light.
        scale: Pixels per unit of the drawing.

    Raises:
        MissingExtraError: the extra is not installed.
        PictureError: as for `animate`, or the stills would be too large.
    """
    recorded = as_trace(source, names, backward)
    return _gif.gif(recorded, seconds=seconds, hold=hold, forward=forward, loop=loop, theme=theme, scale=scale)


def worksheet(
    source: Source,
    *,
    names: Names = None,
    answers: bool = False,
    values: float = 0.0,
    derivatives: bool = False,
    seed: int | None = None,
    title: str = "Backpropagation",
) -> str:
    """A page to print, A4 or Letter, black on white: the graph with numbered blanks in place of the gradients.

    The file of a worksheet holds no hidden number in any form. Its answer key, `answers=True` with the same other
    arguments, is the same page with the boxes filled in and the chain rule written out for every one.

    Args:
        source: A Value, a Tensor or a Trace.
        names: Names for nodes that have none, e.g. `locals()`.
        answers: Make the answer key.
        values: Which part of the gates' values is blank too, from 0 (none) to 1 (all); `seed` chooses which. Local
            derivatives are then blank as well, as they would tell.
        derivatives: Blank out every local derivative too.
        seed: Another sheet of the same exercise: the inputs become small whole numbers, the same for the same seed
            everywhere. None keeps the inputs.
        title: What stands at the top.

    Returns:
        An HTML page in one file, without scripts.

    Raises:
        PictureError: there is nothing to ask or more than 150 blanks; or, with `seed`, the graph cannot be computed
            again.

    >>> from autograd import Value
    >>> page = worksheet(Value(2.5, name="x") * 3.25)
    >>> "2.5" in page, "8.125" in page, page.count('class="blank"')
    (True, True, 1)
    """
    recorded = as_trace(source, names)
    return _worksheet(
        recorded, answers=answers, values=values, derivatives=derivatives, seed=seed, title=title
    )  # fmt: skip


def answers(
    source: Source,
    *,
    names: Names = None,
    values: float = 0.0,
    derivatives: bool = False,
    seed: int | None = None,
    title: str = "Backpropagation",
) -> str:
    """The answer key of `worksheet`, with the same arguments."""
    return worksheet(
        source, names=names, answers=True, values=values, derivatives=derivatives, seed=seed, title=title
    )  # fmt: skip
