"""One contender of `benchmarks.optim` in a process of its own: reads a request per line, answers with numbers."""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import Any

import numpy as np

from .updates import make


def main() -> None:
    """Answer requests until the input ends."""
    name = sys.argv[1]
    steps: dict[tuple[str, str], Any] = {}
    try:
        make(name, "6 small tensors (337)", "SGD")
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    print(json.dumps({"ready": name}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        key = request["workload"], request["rule"]
        made = make(name, *key) if key not in steps or request["what"] == "parameters" else None
        answer: dict[str, Any]
        if made is None and key not in steps:
            answer = {"none": True}
        elif request["what"] == "parameters":
            assert made is not None
            step, parameters = made
            for _ in range(request["steps"]):
                step()
            flat = np.concatenate([np.asarray(a, float).ravel() for a in parameters()])
            answer = {"parameters": flat[:: max(1, flat.size // 5000)].tolist()}
        else:
            if made is not None:
                steps[key] = made[0]
            answer = {"step": _time(steps[key], request["seconds"])}
        print(json.dumps(answer), flush=True)


def _time(step: Any, seconds: float) -> float:
    """Seconds of CPU per step, over steps worth about `seconds`."""
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
    return spent / count


if __name__ == "__main__":
    main()
