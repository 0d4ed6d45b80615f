"""One contender in a process of its own: reads a request per line, answers with a line of numbers."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from typing import Any

from .engines import load
from .workers import answer_requests
from .workloads import WORKLOADS


def main() -> None:
    """Answer requests until the input ends."""
    builders: dict[str, Any] = {}

    def start() -> None:
        engine = load(sys.argv[1])
        builders.update((name, make(engine)) for name, make in WORKLOADS.items())

    def answer(request: dict[str, Any]) -> dict[str, float]:
        measure = {"time": _time, "memory": _memory}[request.pop("what")]
        return measure(builders[request.pop("workload")], **request)

    answer_requests(start, answer)


def _time(build: Any, *, collect: bool, seconds: float) -> dict[str, float]:
    """Seconds of CPU per pass, forward and backward, over passes worth about `seconds`."""
    gc.collect()
    if not collect:
        gc.disable()
    forward = backward = 0.0
    passes = 0
    while forward + backward < seconds or passes == 0:
        start = time.process_time()
        result, nodes = build()
        middle = time.process_time()
        result.backward()
        backward += time.process_time() - middle
        forward += middle - start
        passes += 1
        del result
        if not collect:
            gc.collect()
    gc.enable()
    return {"forward": forward / passes, "backward": backward / passes, "nodes": nodes}


def _memory(build: Any) -> dict[str, float]:
    """Bytes of resident memory per node after the forward pass and after the backward pass, of 20 graphs kept."""
    gc.collect()
    before = _resident()
    kept = [build() for _ in range(20)]
    nodes = sum(count for _, count in kept)
    forward = _resident() - before
    for result, _ in kept:
        result.backward()
    return {"forward": forward / nodes, "backward": (_resident() - before) / nodes}


def _resident() -> int:
    statm = Path("/proc/self/statm")
    return int(statm.read_text(encoding="ascii").split()[1]) * 4096 if statm.exists() else 0


if __name__ == "__main__":
    main()
