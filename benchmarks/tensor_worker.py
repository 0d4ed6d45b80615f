"""One contender of `benchmarks.tensor` in a process of its own: reads a request per line, answers with numbers."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from typing import Any

import numpy as np

from .networks import make


def main() -> None:
    """Answer requests until the input ends."""
    name, steps = sys.argv[1], {}
    try:
        make(name, "tiny float32")
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    print(json.dumps({"ready": name}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        workload = request["workload"]
        if request["what"] == "parameters":
            step, parameters = make(name, workload)
            for _ in range(request["steps"]):
                step()
            answer: dict[str, Any] = {"parameters": [np.asarray(a, float).ravel().tolist() for a in parameters()]}
        else:
            if workload not in steps:
                steps[workload] = make(name, workload)[0]
            answer = _time(steps[workload], request["seconds"])
        print(json.dumps(answer), flush=True)


def _time(step: Any, seconds: float) -> dict[str, float]:
    """Seconds of CPU per step, over steps worth about `seconds`, and the process's highest memory in bytes."""
    for _ in range(3):
        step()
    gc.collect()
    count, spent = 0, 0.0
    while spent < seconds:
        start = time.process_time()
        for _ in range(10):
            step()
        spent += time.process_time() - start
        count += 10
    return {"step": spent / count, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


if __name__ == "__main__":
    main()
