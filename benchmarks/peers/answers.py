"""How a contender of `benchmarks.replay` answers, and how one of `benchmarks.demo` trains."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

try:
    from .loop import seconds_per_step
    from .problem import Contender, Unable
except ImportError:  # a peer, which runs as a script
    from loop import seconds_per_step
    from problem import Contender, Unable

__all__ = ["RATE", "Answers", "train"]

RATE = 0.05


class Answers:
    """Answers requests for one contender.

    `{"what": "check", "workload": ..., "steps": n}` is answered with the losses of n steps from the start and the
    `numbers` after the first and after the last of them; `{"what": "time", "workload": ..., "seconds": s}` with the
    seconds of CPU per `step`; `{"none": true}` says that the contender does not do this workload.

    Args:
        make: Makes the contender for a workload, or raises Unable.
        between: What is done before every timed step, not timed.
    """

    def __init__(self, make: Callable[[str], Contender], between: Callable[[], Any] | None = None) -> None:
        self.make, self.between = make, between
        self.steps: dict[str, Callable[[float], Any]] = {}

    def __call__(self, request: dict[str, Any]) -> dict[str, Any]:
        workload = request["workload"]
        try:
            if request["what"] == "check":
                return self._check(workload, request["steps"])
            if workload not in self.steps:
                self.steps[workload] = self.make(workload)[0]
                self.steps[workload](RATE)  # may compile
        except Unable:
            return {"none": True}
        step = self.steps[workload]
        return {"step": seconds_per_step(lambda: step(RATE), request["seconds"], self.between)}

    def _check(self, workload: str, steps: int) -> dict[str, Any]:
        step, numbers = self.make(workload)
        losses, found = [], []
        for i in range(steps):
            losses.append(float(step(RATE)))
            if i in (0, steps - 1):
                found.append([float(x) for x in numbers()])
        return {"losses": losses, "numbers": found}


def train(make: Callable[[str], Contender], steps: int) -> None:
    """Train as micrograd's demo does; print what came of it and when, in seconds of its CPU, or what lacks."""
    try:
        step, numbers = make("moons")
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    ready = time.process_time()
    loss, first = float("nan"), 0.0
    for k in range(steps):
        loss = step(1.0 - 0.9 * k / 100)
        if k == 0:
            loss = float(loss)
            first = time.process_time()
    print(json.dumps({
        "loss": float(loss), "ready": ready, "first": first, "end": time.process_time(),
        "parameters": [float(x) for x in numbers()], "timings": getattr(step, "timings", {}),
    }))  # fmt: skip
