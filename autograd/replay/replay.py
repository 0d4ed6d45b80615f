"""replay: a function of Values recorded once and run again and again at compiled speed."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from numpy.typing import NDArray

from ..errors import ReplayError
from ..graph import describe
from ..value import Value
from .batch import BLOCK, Batch
from .flat import Flat
from .inputs import (
    Call,
    Inputs,
    arguments_for,
    array_of_leaves,
    leaves_for,
    numbers_of,
    read_call,
    signature_of,
    title_of,
)
from .recorder import record_function
from .recording import Recording, Settings, check_leaf
from .refresh import refresh
from .tape import record_tape
from .warning import warn

__all__ = ["Replay", "replay"]

MANY = 32
"""So many recordings of one function are worth a warning."""


class Replay(Flat):
    """A recorded function or graph. Make one with `replay`, or from a graph you have with `Replay.from_graph`.

    Call it for the result, a float; then `backward()` adds to the parameters' `.grad`. `run` does both on flat arrays.
    It holds the numbers of one run at a time: threads that run one at the same time need a lock, or one each.
    """

    def __init__(self, function: Callable[..., Any] | None, settings: Settings) -> None:
        self._function = function
        self._settings = settings
        self._title = title_of(function)
        if function is not None:
            functools.update_wrapper(self, function)
            self._signature = signature_of(function, settings.static)
        self._recordings: dict[Any, Recording] = {}
        self._current: Recording | None = None
        self._held: list[Any] = []

    @classmethod
    def from_graph(
        cls, loss: Value, *, inputs: Sequence[Any] = (), parameters: Iterable[Value] | None = None,
        backend: str | None = None, dtype: str = "float64", structure: str = "lanes", constants: str = "warn",
        input_gradients: bool = False,
    ) -> Replay:  # fmt: skip
        """Replay a graph that is there already.

        Args:
            loss: The result.
            inputs: What is given anew at every call: leaves, or nested lists or arrays of leaves, in the order in which
                their numbers will be given. Whatever else is a leaf keeps being looked up.
            parameters: The leaves that get gradients; all but the inputs where None.
            backend, dtype, structure, constants, input_gradients: As for `replay`.

        Raises:
            ReplayError: an input or a parameter is no leaf, or is given twice.

        >>> x, w = Value(2.0), Value(3.0)
        >>> loss = (w * x).tanh()
        >>> step = Replay.from_graph(loss, inputs=[x])
        >>> step(0.0), step(2.0) == loss.data
        (0.0, True)
        """
        settings = Settings(
            parameters=None if parameters is None else tuple(parameters), backend=backend, dtype=dtype,
            structure=structure, constants=constants, input_gradients=input_gradients,
        )  # fmt: skip
        if not isinstance(inputs, (list, tuple)):
            raise ReplayError(f"replay: inputs is a list of leaves or of arrays of them, not {type(inputs).__name__}")
        arrays = [array_of_leaves(one) for one in inputs]
        arranged = Inputs(arrays)
        for leaf in arranged.leaves:
            check_leaf(leaf, "input")
        both = [*arranged.leaves, *(settings.parameters or ())]
        if len(set(map(id, both))) < len(both):
            raise ReplayError("replay: a leaf is given twice among the inputs and parameters")
        if not isinstance(loss, Value):
            raise ReplayError(f"replay: the loss must be a Value, not {type(loss).__name__}")
        started = time.perf_counter()
        tape = record_tape(loss, arranged.leaves, settings.parameters, wanted=input_gradients)
        recording = time.perf_counter() - started
        made = cls(None, settings)
        made._title = describe(loss)
        made._keep(arranged.shapes, Recording(loss, tape, arranged, settings, made._title, recording))
        return made

    def _prepare(self, *inputs: Any, **named: Any) -> None:
        if not inputs and not named and self._current is not None:
            return
        call = self._read(inputs, named)
        if call.kind not in self._recordings:
            self._record(call)
        self._switch(self._recordings[call.kind])
        assert self._current is not None
        self._current.inputs.write(call.data, self._current.program.inputs)

    def _read(self, inputs: Sequence[Any], named: dict[str, Any]) -> Call:
        if self._function is not None:
            return read_call(self._signature, self._title, inputs, named, self._settings.static)
        (shapes,) = self._recordings
        if named or len(inputs) != len(shapes):
            raise ReplayError(
                f"replay of {self._title}: it takes {len(shapes)} input(s), not {len(inputs) + len(named)}"
            )
        names = [f"input {i}" for i in range(len(shapes))]
        data = tuple(numbers_of(self._title, name, given) for name, given in zip(names, inputs, strict=True))
        kind = tuple(None if array is None else array.shape for array in data)
        if kind != shapes:
            raise ReplayError(f"replay of {self._title}: its inputs are shaped {shapes}, not {kind}")
        return Call(tuple(inputs), tuple(names), data, kind)

    def _record(self, call: Call) -> None:
        assert self._function is not None
        settings = self._settings
        arrays = leaves_for(call)
        inputs = Inputs(arrays)
        # Where none are declared, all recordings still have those that are known in the same order.
        known = () if self._current is None else self._current.parameters
        started = time.perf_counter()
        root, tape = record_function(
            self._function, arguments_for(call, arrays), inputs.leaves, settings.parameters, known=known,
            check=settings.check, wanted=settings.input_gradients,
        )  # fmt: skip
        recording = time.perf_counter() - started
        # What is told apart by identity must not be freed.
        self._held.append([a for a, data in zip(call.given, call.data, strict=True) if data is None])
        self._keep(call.kind, Recording(root, tape, inputs, settings, self._title, recording))

    def _keep(self, kind: Any, recording: Recording) -> None:
        self._recordings[kind] = recording
        if self._current is None:
            self._current = recording
            self._agree()
        if len(self._recordings) == MANY:
            warn(
                f"replay of {self._title}: it has been recorded {MANY} times, anew for every other shape of its data "
                "and every other argument that is no data, and keeps all recordings: give it fewer kinds, or use "
                "batched() for any number of samples"
            )

    def _switch(self, recording: Recording) -> None:
        before = self._current
        if before is not None and before is not recording:
            if len(before.parameters) != len(recording.parameters) or any(
                a is not b for a, b in zip(before.parameters, recording.parameters, strict=True)
            ):
                self._store_changed()
                self._current = recording
                self.load()
            else:
                recording.program.weights[:] = before.program.weights
        self._current = recording

    # ------------------------------------------------------------------------------------------------- what it knows

    @property
    def recorded(self) -> Recording:
        """The recording that ran last.

        Raises:
            ReplayError: nothing has been recorded yet.
        """
        if self._current is None:
            raise ReplayError(f"replay of {self._title}: nothing is recorded yet: call it once with inputs")
        return self._current

    @property
    def parameters(self) -> tuple[Value, ...]:
        """The leaves whose numbers are looked up at every call, in the order of `weights`."""
        return self.recorded.parameters

    @property
    def weights(self) -> NDArray[Any]:
        """The parameters' numbers, shape (parameters,): the array the replay reads, to be changed in place."""
        return self.recorded.program.weights

    @property
    def gradients(self) -> NDArray[Any]:
        """The parameters' gradients of the last backward pass, shape (parameters,); the next one overwrites it."""
        return self.recorded.program.slopes

    @property
    def input_gradients(self) -> tuple[NDArray[Any] | None, ...]:
        """The gradients of the inputs of the last backward pass, an array per argument; None for what is no data.

        Raises:
            ReplayError: they were not asked for with `input_gradients=True`.
        """
        if not self._settings.input_gradients:
            raise ReplayError(f"replay of {self._title}: say input_gradients=True to have them computed")
        program = self.recorded.program
        return self.recorded.inputs.read(program.input_slopes)

    @property
    def backend(self) -> str:
        """What runs the recording: "numba" or "numpy"."""
        return self.recorded.program.backend

    @property
    def timings(self) -> dict[str, float]:
        """Seconds that the recording in use took: "recording", "preparing", "compiling"."""
        return dict(self.recorded.timings)

    def graph(self) -> Value:
        """The recorded graph with present numbers in it, for `trace`, pictures and steps.

        They are those of the last inputs and of the parameters. Where `weights` have been changed in place since they
        were loaded or stored, the Values take these numbers first; otherwise the Values' own numbers count.

        >>> import autograd
        >>> w = Value(2.0, name="w")
        >>> step = autograd.replay(lambda x: (w * x).relu())
        >>> _ = step(3.0), step.run(-3.0)
        >>> step.graph().data, autograd.trace(step.graph()).nodes[-1].gate
        (0.0, 'relu')
        """
        recording = self.recorded
        self._store_changed()
        numbers = recording.inputs.read(recording.program.inputs)
        flat = [array.ravel().tolist() for array in numbers if array is not None]
        for leaf, number in zip(recording.inputs.leaves, [x for part in flat for x in part], strict=True):
            leaf.data = number
        return refresh(recording.root)

    def __repr__(self) -> str:
        if self._current is None:
            return f"Replay({self._title}, not recorded yet)"
        program = self._current.program
        return (
            f"Replay({self._title}, {len(self.parameters)} parameters, {program.instructions} instructions, "
            f"{program.backend})"
        )

    # ------------------------------------------------------------------------------------------------------- running

    def batched(
        self, *inputs: Any, reduction: str = "mean", block: int = BLOCK, threads: int | None = None, **named: Any
    ) -> Batch:
        """The same function, of one sample, for many samples: recorded once for the first, run for all of them.

        Args:
            inputs: As the function takes them, each with one more axis, of samples, in front.
            named: The same, by name.
            reduction: "mean" or "sum": what is made of the samples' results.
            block: How many samples are computed at a time.
            threads: How many threads share the blocks; None for as many as there are cores where there are enough
                samples for that to pay, otherwise 1. The result does not depend on it.

        Returns:
            A `Batch`, which is used as a `Replay` is.

        Raises:
            ReplayError: as for a call; or the inputs have different numbers of samples, or none.

        >>> from autograd import Value, replay
        >>> w = Value(0.5, name="w")
        >>> squares = replay(lambda x, y: (w * x - y) ** 2).batched([0.0, 1.0, 2.0], [1.0, 3.0, 5.0])
        >>> squares()
        7.75
        >>> squares.backward()
        >>> w.grad
        -7.0
        """
        if self._function is None:
            raise ReplayError("replay: batched() is for functions of one sample; a graph has no more than its own")
        return Batch(self._function, self._settings, inputs, named, reduction, block, threads)

    @property
    def _learns(self) -> Sequence[bool]:
        return self.recorded.learns

    def _forward(self) -> float:
        return self.recorded.program.forward()

    def _backward(self) -> None:
        self.recorded.program.backward()


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
        backend: "numba" (extra `fast`), "numpy", or None for the quickest that is installed.
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

    A call returns the result as a float. Values equal those of the engine bit for bit; gradients too, up to the order
    in which contributions of several users are added.

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
