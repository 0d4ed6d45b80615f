"""One peer in a process of its own: python benchmarks/peers NAME FOLDER [--steps N]

FOLDER has the problems. Requests come a line at a time; with --steps the worker instead trains that many steps of the
moons demo, prints the last loss and ends.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from answers import Answers, train
from loop import answer_requests
from names import PEERS


def main() -> None:
    """Answer requests until the input ends, or train once."""
    name, folder = sys.argv[1:3]
    module, options = PEERS[name]

    def make(workload: str) -> Any:
        return importlib.import_module(module).make(workload, folder, **options)

    if "--steps" in sys.argv:
        train(make, int(sys.argv[sys.argv.index("--steps") + 1]))
        return
    answer_requests(lambda: importlib.import_module(module), Answers(make))


if __name__ == "__main__":
    main()
