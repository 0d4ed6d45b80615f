"""replay: a function of Values recorded once and run again and again at compiled speed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from ..errors import ReplayError
from ..value import Value
from .recording import Settings
from .replay import Replay

__all__ = ["replay"]


def replay(
    function: Callable[..., Any] | None = None, *, parameters: Iterable[Value] | None = None,
    static: Collection[str] = (), backend: str | None = None, dtype: str = "float64", check: bool = True,
    structure: str = "lanes", constants: str = "warn", input_gradients: bool = False,
) -> Any:  # fmt: skip
    """Record a function of Values once, and run it at compiled speed from then on. Also a decorator.

    The first call with inputs of some shapes records: it calls the function with Values in place of numbers, flattens
    the graph it returns, finds weighted sums and copies of one sub-graph (samples of a batch) in it, and gets it ready
    to run. Later calls run that with the present numbers of the inputs and of the parameters: the leaves the function
    finds around it, such as a model's weights. Gates that choose (relu, max, where) choose anew at every run; what
    Python decides while recording stays decided, and is looked for (see Raises).

    Args:
        function: Takes numbers and arrays, or lists and tuples of them (and anything else, which is passed on as it is,
            and recorded for separately), and returns one Value.
        parameters: The leaves that get gradients; every leaf made before the call that requires grad where None.
            Whether a leaf requires grad is looked at when recording.
        static: Names of arguments that are no data although they are numbers, such as a count of layers.
        backend: "numba" (extra `fast`), "numpy", or None for numpy until so much has been run that compiling pays (less
            than a second of it), and then numba where it is installed; `compile()` changes at once. They differ in the
            last digits, and change over at the same run every time.
        dtype: "float64" or "float32", of the numbers while running.
        check: Whether to record twice, with slightly different numbers, to see that the graph does not depend on them.
            Without it, leaves that the function makes itself count as parameters.
        structure: How much to look for: "lanes" for everything, "sums" for weighted sums only, "gates" for nothing.
        constants: "warn" of fixed numbers that differ from copy to copy, such as data the function finds around it, or
            "keep" them.
        input_gradients: Whether to compute the gradients of the inputs too.

    Returns:
        A `Replay`.

    Raises:
        ReplayError: at the first call, if the graph depends on data: an `if` on a Value that would go the other way, or
            a number computed from data without gates; an argument is neither real numbers nor something else as a
            whole; numba is asked for and missing; an option is none of those above.

    Warns:
        ReplayWarning: Python asked for a Value's number while recording, fixed numbers look like data, or the function
            has been recorded for very many shapes.

    A call returns the result as a float. With numba, values equal those of the engine bit for bit, and gradients too up
    to the order in which contributions of several users are added; with numpy they agree to about 1e-14.

    >>> from autograd import Value, replay
    >>> w, b = Value(0.5, name="w"), Value(0.0, name="b")
    >>> @replay
    ... def loss(xs, ys):
    ...     return sum((w * x + b - y) ** 2 for x, y in zip(xs, ys)) * (1 / len(xs))
    >>> xs, ys = [0.0, 1.0, 2.0], [1.0, 3.0, 5.0]
    >>> for _ in range(200):
    ...     _ = loss(xs, ys)
    ...     w.grad = b.grad = 0.0
    ...     loss.backward()
    ...     w.data -= 0.2 * w.grad
    ...     b.data -= 0.2 * b.grad
    >>> round(w.data, 4), round(b.data, 4)
    (2.0, 1.0)
    """
    settings = Settings(
        None if parameters is None else tuple(parameters), frozenset(static), backend, dtype, check, structure,
        constants, input_gradients,
    )  # fmt: skip
    if function is None:
        return lambda decorated: Replay(decorated, settings)
    if not callable(function):
        raise ReplayError(f"replay takes a function of Values, not {type(function).__name__}; for a graph there is "
                          "Replay.from_graph")  # fmt: skip
    return Replay(function, settings)
