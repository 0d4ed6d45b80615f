"""What every worker does: take requests, tell the CPU time of a step."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from typing import Any

__all__ = ["answer_requests", "seconds_per_step"]


def answer_requests(start: Callable[[], Any], answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Be a worker: a request per line in, an answer per line out, until the input ends.

    Args:
        start: Makes the contender once, and raises ImportError where it is not installed.
        answer: What to say to a request.
    """
    try:
        start()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}), flush=True)
        return
    print(json.dumps({"ready": sys.argv[1]}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


def seconds_per_step(step: Callable[[], Any], seconds: float, between: Callable[[], Any] | None = None) -> float:
    """Seconds of CPU per step, over steps worth about `seconds`; a step that alone takes longer is done once.

    Args:
        step: What is timed: quick steps ten at a time, after three that are not.
        seconds: For how long.
        between: Done before every step and not timed.
    """
    gc.collect()
    for _ in range(3):
        start = time.process_time()
        step()
        took = time.process_time() - start
        if took > seconds:
            return took
        if took > seconds / 20:
            break
    gc.collect()
    batch = 1 if between or took > seconds / 20 else 10
    count, spent = 0, 0.0
    while spent < seconds:
        if between:
            between()
        start = time.process_time()
        for _ in range(batch):
            step()
        spent += time.process_time() - start
        count += batch
    return spent / count
