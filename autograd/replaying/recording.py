"""One recorded graph ready to run, and the settings under which it was recorded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ..errors import ReplayError
from ..graph import describe
from ..value import Value
from .fusing import fuse, keep_gates
from .inputs import Inputs
from .plan import Plan
from .planning import plan
from .program import BACKENDS, DTYPES, Program
from .tape import Tape
from .warning import warn

__all__ = ["Recording", "Settings", "check_leaf", "planned"]

STRUCTURES = ("lanes", "sums", "gates")


@dataclass(frozen=True)
class Settings:
    """How to record and run; the arguments of `replay`, which says what they mean."""

    parameters: tuple[Value, ...] | None = None
    static: frozenset[str] = frozenset()
    backend: str | None = None
    dtype: str = "float64"
    check: bool = True
    structure: str = "lanes"
    constants: str = "warn"
    input_gradients: bool = False

    def __post_init__(self) -> None:
        known = {
            "backend": (*BACKENDS, None), "dtype": DTYPES, "structure": STRUCTURES, "constants": ("warn", "keep"),
        }  # fmt: skip
        for name, choices in known.items():
            if getattr(self, name) not in choices:
                raise ReplayError(f"replay: {name} is {' or '.join(map(repr, choices))}, not {getattr(self, name)!r}")
        for parameter in self.parameters or ():
            check_leaf(parameter, "parameter")
        if len(set(map(id, self.parameters or ()))) < len(self.parameters or ()):
            raise ReplayError("replay: a parameter is given twice")


def check_leaf(value: Any, what: str) -> None:
    """Refuse what is no leaf Value."""
    if not isinstance(value, Value):
        raise ReplayError(f"replay: every {what} must be a Value, not {type(value).__name__}")
    if value.parents:
        raise ReplayError(f"replay: {describe(value)} was computed, so it cannot be one of the {what}s: give leaves")


class Recording:
    """One recorded graph, ready to run.

    Attributes:
        root: The result, a Value, with the whole graph below it.
        inputs: Its leaves that are given at every run.
        parameters: Its other leaves, and those that were declared.
        learns: For each of them whether it gets a gradient: not where it is frozen, or others were declared.
        program: What runs.
    """

    def __init__(
        self, root: Value, tape: Tape, inputs: Inputs, settings: Settings, title: str, recording: float, backend: str
    ) -> None:
        started = time.perf_counter()
        self.root, self.inputs = root, inputs
        self.parameters, self.learns = tape.parameters, tape.learning
        made = planned(tape, inputs, settings, title)
        preparing = time.perf_counter() - started
        self.program = Program(made, backend, settings.dtype, self.learns)
        self._spent = {"recording": recording, "preparing": preparing}

    @property
    def timings(self) -> dict[str, float]:
        """Seconds spent on "recording", "preparing" and "compiling"."""
        return {**self._spent, "compiling": self.program.compiling}


def planned(tape: Tape, inputs: Inputs, settings: Settings, title: str, lanes: int = 1) -> Plan:
    """The plan of a tape, with a warning of what in it looks like data."""
    fused = keep_gates(tape) if settings.structure == "gates" else fuse(tape)
    made = plan(fused, inputs.columns, inputs.places, lanes=lanes, find=settings.structure == "lanes")
    if made.varying and settings.constants == "warn":
        warn(
            f"replay of {title}: fixed numbers that differ from copy to copy go into {', '.join(made.varying)}; "
            "they look like data, and stay as they are. Give them as inputs, or say constants='keep'"
        )
    return made
