"""Replay: what a recorded function or graph can do."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Sequence
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
from .program import Effort
from .recorder import record_function
from .recording import Recording, Settings, check_leaf
from .refresh import refresh
from .tape import record_tape
from .warning import warn

__all__ = ["Replay"]

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
        self._effort = Effort(settings.backend)
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
        made._keep(arranged.shapes, Recording(loss, tape, arranged, settings, made._title, recording, made.backend))
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
        self._keep(call.kind, Recording(root, tape, inputs, settings, self._title, recording, self.backend))

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
            if list(map(id, before.parameters)) == list(map(id, recording.parameters)):
                recording.program.weights[:] = before.program.weights
            else:
                self._store_changed()
                self._current = recording
                self.load()
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
    def timings(self) -> dict[str, float]:
        """Seconds that the recording in use took: "recording", "preparing", "compiling"."""
        return self.recorded.timings

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

    def _use(self, backend: str) -> None:
        for recording in self._recordings.values():
            recording.program.use(backend)

    def _forward(self) -> float:
        program = self.recorded.program
        self._work(2 * program.plan.effort)
        return program.forward()

    def _backward(self) -> None:
        self.recorded.program.backward()
