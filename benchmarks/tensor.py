"""Tensors side by side with hand-written numpy and PyTorch: python -m benchmarks.tensor [--rounds N] [--json]

Every contender has a process of its own and one thread; they run in turn, round after round; a ratio is the median of
the rounds' ratios of CPU time. *numpy* is written by hand and keeps its gradients, as every engine has to; *gradients
overwritten* scales them in place. PyTorch comes three times, since it varies by two with how it is written: *plain* is
`x @ w.T + b` and a loop over parameters, *nn+optim* `F.linear` and `optim.SGD`, *best effort* `F.linear` and one
`foreach` update; with Adam they are its loop, its `foreach` and its `fused` form. *compiled* lets backglow use the
loops of its extra `fast`. *BLAS calls alone* is the eight matrix products of a step and nothing else. Before anything
is timed, all contenders take 20 steps and must come to the same parameters.
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from .networks import CONTENDERS, WORKLOADS
from .workers import ONE_THREAD, Contender, run, show_missing, start, take_turns

OURS, FLOOR = "backglow", "BLAS calls alone"
TARGETS: dict[tuple[str, str], tuple[float, float]] = {
    ("tiny float32", "numpy"): (1.15, 1.0), ("tiny float32", "PyTorch plain"): (0.28, 0.2),
    ("tiny float32", "PyTorch best effort"): (0.4, 0.29), ("tiny float64", "numpy"): (1.15, 1.0),
    ("tiny float64", "PyTorch plain"): (0.28, 0.2), ("tiny float64", "PyTorch best effort"): (0.4, 0.29),
    ("digits float32", "numpy"): (1.05, 1.0), ("digits float32", "PyTorch plain"): (0.85, 0.75),
    ("digits float64", "numpy"): (1.05, 1.0), ("digits float64", "PyTorch plain"): (0.85, 0.75),
    ("digits float32, Adam", "PyTorch nn+optim"): (0.75, 0.6),
    ("digits float64, Adam", "PyTorch nn+optim"): (0.75, 0.6),
    ("digits float32, Adam compiled", "PyTorch best effort"): (0.65, 0.55),
    ("digits float64, Adam compiled", "PyTorch best effort"): (0.65, 0.55),
    ("digits float32, no update", FLOOR): (1.3, 1.15), ("digits float64, no update", FLOOR): (1.2, 1.08),
}  # fmt: skip
"""What the ratio backglow ÷ contender must stay below, and what it aims at."""


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """All times and ratios, as plain data."""
    contenders, missing = start(CONTENDERS, lambda name: [Contender("benchmarks.tensor_worker", name, ONE_THREAD)])
    rows: list[dict[str, Any]] = []
    for workload in WORKLOADS:
        agreement = _agree(contenders, workload)
        samples = take_turns(contenders, rounds, what="time", workload=workload, seconds=seconds)
        for name, times in samples.items():
            if name == FLOOR and not workload.endswith("no update"):
                continue
            pairs = zip(samples[OURS], times, strict=True)
            rows.append({
                "workload": workload, "contender": name,
                "microseconds": 1e6 * statistics.median(t["step"] for t in times),
                "ratio": None if name == OURS else statistics.median(o["step"] / t["step"] for o, t in pairs),
                "target": TARGETS.get((workload, name)), "difference": agreement.get(name),
                "memory": max(t["memory"] for t in times),
            })  # fmt: skip
    for c in contenders:
        c.close()
    return {"rows": rows, "missing": missing}


def _agree(contenders: list[Contender], workload: str) -> dict[str, float]:
    """The largest difference of each contender's parameters from ours after 20 steps.

    Raises:
        RuntimeError: they do not agree, so timing them would compare different things.
    """
    found = {
        c.name: [np.array(a) for a in c.ask(what="parameters", workload=workload, steps=20)["parameters"]]
        for c in contenders
        if c.name != FLOOR
    }
    limit = 1e-9 if "float64" in workload else 1e-3
    differences = {}
    for name, arrays in found.items():
        differences[name] = max(float(np.abs(a - b).max()) for a, b in zip(arrays, found[OURS], strict=True))
        if differences[name] > limit:
            raise RuntimeError(f"{workload}: the parameters of {name} differ from ours by {differences[name]:.3g}")
    return differences


def show(results: dict[str, Any]) -> None:
    """Print the measurements as a table."""
    console = Console()
    table = Table(title="CPU time per training step; ratio = backglow ÷ contender")
    for column in ("workload", "contender", "µs", "ratio", "must", "aim"):
        table.add_column(column, justify="left" if column in ("workload", "contender") else "right")
    last = None
    for row in results["rows"]:
        if last not in (None, row["workload"]):
            table.add_section()
        must, aim = row["target"] or (None, None)
        table.add_row(
            row["workload"] if row["workload"] != last else "", row["contender"], f"{row['microseconds']:.1f}",
            *("" if x is None else f"{x:.2f}" for x in (row["ratio"], must, aim)),
        )  # fmt: skip
        last = row["workload"]
    console.print(table)
    show_missing(console, results["missing"])


if __name__ == "__main__":
    run(__doc__, measure, show, rounds=7, seconds=0.2)
