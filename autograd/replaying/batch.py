"""Batch: a function of one sample, recorded once and run for many samples at a time, in blocks."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import ReplayError
from ..value import Value
from .flat import Flat
from .inputs import Call, Inputs, arguments_for, leaves_for, read_call, signature_of, title_of
from .program import Effort, Program
from .recorder import record_function
from .recording import Settings, planned

__all__ = ["BLOCK", "Batch"]

BLOCK = 512
"""Samples computed at a time: their numbers stay in a core's cache."""
MANY = 8192
"""From this many samples on, threads gain more than they cost."""


class Batch(Flat):
    """A function of one sample replayed over many; made by `Replay.batched`.

    Calling it gives the mean (or the sum) of the samples' results. Other inputs may have another number of samples.
    """

    def __init__(
        self, function: Callable[..., Any], settings: Settings, inputs: Sequence[Any], named: Mapping[str, Any],
        reduction: str, block: int, threads: int | None,
    ) -> None:  # fmt: skip
        if reduction not in ("mean", "sum"):
            raise ReplayError(f"replay: reduction is 'mean' or 'sum', not {reduction!r}")
        if block < 1 or (threads is not None and threads < 1):
            raise ReplayError("replay: block and threads must be 1 or more")
        if settings.input_gradients:
            raise ReplayError("replay: a batch has no gradients of its inputs: leave input_gradients out")
        self._function, self._settings, self._mean = function, settings, reduction == "mean"
        self._block, self._threads = block, threads
        self._effort = Effort(settings.backend)
        self._pool: ThreadPoolExecutor | None = None
        self._title = title_of(function)
        self._signature = signature_of(function, settings.static)
        call = self._read(inputs, named)
        first = _first_of(call)
        arrays = leaves_for(first)
        self._inputs = Inputs(arrays, batched=True)
        self._root, self._tape = record_function(
            function, arguments_for(first, arrays), self._inputs.leaves, settings.parameters,
            check=settings.check, wanted=False,
        )  # fmt: skip
        self._parameters, self._learning = self._tape.parameters, self._tape.learning
        self._weights = np.array([p.data for p in self._parameters], dtype=settings.dtype)
        self._agree()
        self._gradients = np.zeros_like(self._weights)
        self._programs: dict[int, list[Program]] = {}
        self._take(call)

    @property
    def parameters(self) -> tuple[Value, ...]:
        """The leaves whose numbers are looked up at every call, in the order of `weights`."""
        return self._parameters

    @property
    def weights(self) -> NDArray[Any]:
        """The parameters' numbers, shape (parameters,): the array the replay reads, to be changed in place."""
        return self._weights

    @property
    def gradients(self) -> NDArray[Any]:
        """The parameters' gradients of the last backward pass, shape (parameters,); the next one overwrites it."""
        return self._gradients

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return self._samples

    def __repr__(self) -> str:
        return f"Batch({self._title}, {self._samples} samples, {len(self._parameters)} parameters)"

    # ------------------------------------------------------------------------------------------------------- running

    def run(self, *inputs: Any, **named: Any) -> float:
        """Compute the result from `weights`, and its `gradients`: a step of a training loop on arrays."""
        self._prepare(*inputs, **named)
        return self._pass(backward=True)

    @property
    def _learns(self) -> Sequence[bool]:
        return self._learning

    def _use(self, backend: str) -> None:
        for programs in self._programs.values():
            for program in programs:
                program.use(backend)

    def _forward(self) -> float:
        return self._pass(backward=False)

    def _backward(self) -> None:
        self._pass(backward=True)

    def _prepare(self, *inputs: Any, **named: Any) -> None:
        if inputs or named:
            self._take(self._read(inputs, named))

    def _read(self, inputs: Sequence[Any], named: Mapping[str, Any]) -> Call:
        call = read_call(self._signature, self._title, inputs, named, self._settings.static)
        sizes = {n: d.shape[:1] for n, d in zip(call.names, call.data, strict=True) if d is not None}
        for name, size in sizes.items():
            if not size:
                raise ReplayError(
                    f"replay of {self._title}: {name} is one number, and a batch needs an axis of samples"
                )
        if len(set(sizes.values())) > 1:
            listed = ", ".join(f"{name} has {size[0]}" for name, size in sizes.items())
            raise ReplayError(f"replay of {self._title}: its inputs have different numbers of samples: {listed}")
        if not sizes or not next(iter(sizes.values()))[0]:
            raise ReplayError(f"replay of {self._title}: a batch needs at least one sample")
        return call

    def _take(self, call: Call) -> None:
        """Lay the samples out block by block, as the programs want them."""
        shapes = tuple(None if d is None else d.shape[1:] for d in call.data)
        if shapes != self._inputs.shapes:
            raise ReplayError(f"replay of {self._title}: a sample is shaped {self._inputs.shapes}, not {shapes}")
        self._samples = next(len(d) for d in call.data if d is not None)
        self._blocks: list[tuple[int, NDArray[Any]]] = []
        for start in range(0, self._samples, self._block):
            data = [None if d is None else d[start : start + self._block] for d in call.data]
            lanes = min(self._block, self._samples - start)
            slots = np.empty(lanes * len(self._inputs.leaves), dtype=self._settings.dtype)
            self._inputs.write(data, slots)
            self._blocks.append((lanes, slots))

    def _pass(self, *, backward: bool) -> float:
        seed = 1 / self._samples if self._mean else 1.0
        threads = min(self._threads or (os.cpu_count() or 1 if self._samples >= MANY else 1), len(self._blocks))
        totals = np.zeros(len(self._blocks))
        slopes = np.zeros((len(self._blocks), len(self._weights)), dtype=self._weights.dtype)
        for lanes, _ in self._blocks:
            self._ready(lanes, threads)
        self._work((1 + backward) * sum(self._programs[lanes][0].plan.effort for lanes, _ in self._blocks))

        def work(worker: int) -> None:
            for b in range(worker, len(self._blocks), threads):
                lanes, slots = self._blocks[b]
                program = self._programs[lanes][worker]
                program.weights[:] = self._weights
                program.inputs[:] = slots
                totals[b] = program.forward()
                if backward:
                    program.backward(seed)
                    slopes[b] = program.slopes

        if threads == 1:
            work(0)
        else:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(thread_name_prefix="backglow-replay")
            list(self._pool.map(work, range(threads)))
        if backward:
            slopes.sum(axis=0, out=self._gradients)
        return float(totals.sum() * seed)

    def _ready(self, lanes: int, threads: int) -> None:
        programs = self._programs.setdefault(lanes, [])
        if len(programs) < threads:
            made = planned(self._tape, self._inputs, self._settings, self._title, lanes)
            while len(programs) < threads:
                programs.append(Program(made, self.backend, self._settings.dtype, self._learning))


def _first_of(call: Call) -> Call:
    """The call of the first sample alone: rows of arrays are arrays, those of lists are lists."""
    data = tuple(None if d is None else d[0] for d in call.data)
    given = tuple(
        g if d is None else d if isinstance(g, np.ndarray) else d.tolist()
        for g, d in zip(call.given, data, strict=True)
    )
    return replace(call, given=given, data=data)
