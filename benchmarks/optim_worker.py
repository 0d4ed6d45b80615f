"""One contender of `benchmarks.optim` in a process of its own."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from .updates import make
from .workers import answer_requests, seconds_per_step


def main() -> None:
    """Answer requests until the input ends."""
    name = sys.argv[1]
    steps: dict[tuple[str, str], Any] = {}

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        key = request["workload"], request["rule"]
        made = make(name, *key) if key not in steps or request["what"] == "parameters" else None
        if made is None and key not in steps:
            return {"none": True}
        if request["what"] == "parameters":
            assert made is not None
            step, parameters = made
            for _ in range(request["steps"]):
                step()
            flat = np.concatenate([np.asarray(a, float).ravel() for a in parameters()])
            return {"parameters": flat[:: max(1, flat.size // 5000)].tolist()}
        if made is not None:
            steps[key] = made[0]
        return {"step": seconds_per_step(steps[key], request["seconds"])}

    answer_requests(lambda: make(name, "6 small tensors (337)", "SGD"), answer)


if __name__ == "__main__":
    main()
