"""One contender of `benchmarks.replay` that is backglow's or micrograd's, in a process of its own.

python -m benchmarks.replay_worker NAME FOLDER [--steps N], with the same meaning as for `benchmarks/peers`.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from . import replays, scalars
from .engines import load
from .peers.answers import Answers, train
from .peers.loop import answer_requests


def main() -> None:
    """Answer requests until the input ends, or train once."""
    name, folder = sys.argv[1:3]

    def make(workload: str) -> Any:
        if name in scalars.SCALARS:
            return scalars.make(workload, name)
        return replays.make(workload, name, folder)

    def start() -> None:
        if name in scalars.SCALARS:
            load(scalars.SCALARS[name]["engine"])
        else:
            replays.find(name)

    if "--steps" in sys.argv:
        train(make, int(sys.argv[sys.argv.index("--steps") + 1]))
        return
    between = gc.collect if name.endswith("GC off") else None
    answer_requests(start, Answers(make, between))


if __name__ == "__main__":
    main()
