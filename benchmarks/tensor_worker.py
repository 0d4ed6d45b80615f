"""One contender of `benchmarks.tensor` in a process of its own."""

from __future__ import annotations

import resource
import sys
from typing import Any

import numpy as np

from .networks import make
from .workers import answer_requests, seconds_per_step


def main() -> None:
    """Answer requests until the input ends."""
    name, steps = sys.argv[1], {}

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        workload = request["workload"]
        if request["what"] == "parameters":
            step, parameters = make(name, workload)
            for _ in range(request["steps"]):
                step()
            return {"parameters": [np.asarray(a, float).ravel().tolist() for a in parameters()]}
        if workload not in steps:
            steps[workload] = make(name, workload)[0]
        spent = seconds_per_step(steps[workload], request["seconds"])
        return {"step": spent, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}

    answer_requests(lambda: make(name, "tiny float32"), answer)


if __name__ == "__main__":
    main()
