"""Updates side by side with PyTorch and a plain loop: python -m benchmarks.optim [--rounds N] [--json]

Every contender has a process of its own and one thread; they run in turn, round after round, and a ratio is the median
of the rounds' ratios of CPU time. *backglow* is numpy alone, *backglow compiled* the loops of the extra `fast`. PyTorch
comes three times: *default* is its loop over parameters (`foreach=False`), *foreach* and *fused* are its faster paths.
*plain Python* is a loop over scalars. Before anything is timed, all contenders take 20 steps and must come to the same
parameters.
"""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from .updates import CONTENDERS, RULES, WORKLOADS
from .workers import ONE_THREAD, Contender, run, show_missing, start, take_turns

OURS = ("backglow", "backglow compiled")


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """All times and ratios, as plain data."""
    contenders, missing = start(CONTENDERS, lambda name: [Contender("benchmarks.optim_worker", name, ONE_THREAD)])
    rows: list[dict[str, Any]] = []
    for workload in WORKLOADS:
        for rule in RULES:
            differences = _agree(contenders, workload, rule)
            able = [c for c in contenders if c.name in differences]
            samples = take_turns(able, rounds, what="time", workload=workload, rule=rule, seconds=seconds)
            for name, times in samples.items():
                rows.append({
                    "workload": workload, "rule": rule, "contender": name,
                    "microseconds": 1e6 * statistics.median(t["step"] for t in times),
                    "ratios": {} if name in OURS else {o: _ratio(samples[o], times) for o in OURS if o in samples},
                    "difference": differences[name],
                })  # fmt: skip
    for c in contenders:
        c.close()
    return {"rows": rows, "missing": missing}


def _ratio(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> float:
    return statistics.median(o["step"] / t["step"] for o, t in zip(ours, theirs, strict=True))


def _agree(contenders: list[Contender], workload: str, rule: str) -> dict[str, float]:
    """The largest difference of each contender's parameters from ours after 20 steps; those that cannot are left out.

    Raises:
        RuntimeError: they do not agree, so timing them would compare different things.
    """
    found = {}
    for c in contenders:
        answer = c.ask(what="parameters", workload=workload, rule=rule, steps=20)
        if "parameters" in answer:
            found[c.name] = np.array(answer["parameters"])
    limit = 1e-5 if WORKLOADS[workload].dtype == "float32" else 1e-10
    differences = {name: float(np.abs(numbers - found[OURS[0]]).max()) for name, numbers in found.items()}
    for name, difference in differences.items():
        if not difference <= limit:
            raise RuntimeError(f"{workload}, {rule}: the parameters of {name} differ from ours by {difference:.3g}")
    return differences


def show(results: dict[str, Any]) -> None:
    """Print the measurements as a table, a line per workload and rule."""
    console = Console()
    table = Table(title="CPU time per update in µs; in brackets backglow ÷ contender and backglow compiled ÷ contender")
    for column in ("parameters", "rule", *CONTENDERS):
        table.add_column(column, justify="left" if column in ("parameters", "rule") else "right")
    last = None
    for workload in WORKLOADS:
        for rule in RULES:
            cells = {r["contender"]: r for r in results["rows"] if (r["workload"], r["rule"]) == (workload, rule)}
            if last not in (None, workload):
                table.add_section()
            shown = [_cell(cells.get(name)) for name in CONTENDERS]
            table.add_row(workload if workload != last else "", rule, *shown)
            last = workload
    console.print(table)
    show_missing(console, results["missing"])


def _cell(row: dict[str, Any] | None) -> str:
    if row is None:
        return ""
    ratios = ", ".join(f"{ratio:.2f}" for ratio in row["ratios"].values())
    return f"{row['microseconds']:.1f}" + (f" ({ratios})" if ratios else "")


if __name__ == "__main__":
    run(__doc__, measure, show, rounds=7, seconds=0.1)
