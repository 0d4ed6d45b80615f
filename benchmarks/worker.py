"""One contender in a process of its own: reads a request per line, answers with a line of numbers."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .engines import load
from .workers import answer_requests
from .workloads import EAGER, Workload


def main() -> None:
    """Answer requests until the input ends."""
    engines: list[Any] = []
    builders: dict[str, Any] = {}

    def start() -> None:
        engines.append(load(sys.argv[1]))

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        what, workload = request.pop("what"), request.pop("workload")
        if what == "check":
            return _check(engines[0], EAGER[workload])
        if workload not in builders:
            builders[workload] = EAGER[workload](engines[0])
        return {"time": _time, "memory": _memory}[what](builders[workload], **request)

    answer_requests(start, answer)


def _check(engine: Any, make: Callable[[Any], Workload]) -> dict[str, Any]:
    """What one pass comes to: the result and the gradient of every leaf, in the order in which they were made."""
    leaves: list[Any] = []

    def value(data: float) -> Any:
        leaves.append(engine.Value(data))
        return leaves[-1]

    def noting(network: Any) -> Any:
        def made(*sizes: Any) -> Any:
            model = network(*sizes)
            leaves.extend(model.parameters())
            return model

        return made

    networks = {name: noting(network) for name, network in vars(engine).items() if name != "Value"}
    result, _ = make(SimpleNamespace(Value=value, **networks))()
    result.backward()
    return {"result": result.data, "gradients": [leaf.grad for leaf in leaves]}


def _time(build: Workload, *, collect: bool, seconds: float) -> dict[str, float]:
    """Seconds of CPU per pass over passes worth about `seconds`: forward, backward, and letting go of the graph.

    With the collector on the heap is left as it is, as in a training loop: what earlier passes left behind is collected
    when Python sees fit. With the collector off that happens between passes and is not timed, nor is letting go.
    """
    if not collect:
        gc.collect()
        gc.disable()
    forward = backward = release = 0.0
    passes = 0
    while forward + backward < seconds or passes == 0:
        start = time.process_time()
        result, nodes = build()
        middle = time.process_time()
        result.backward()
        end = time.process_time()
        forward += middle - start
        backward += end - middle
        del result
        if collect:
            release += time.process_time() - end
        else:
            gc.collect()
        passes += 1
    gc.enable()
    return {"forward": forward / passes, "backward": backward / passes, "release": release / passes, "nodes": nodes}


def _memory(build: Workload) -> dict[str, float]:
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
