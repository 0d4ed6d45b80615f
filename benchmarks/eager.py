"""Eager scalars side by side with micrograd: python -m benchmarks.eager [--rounds N] [--json]

Every contender has a process of its own, so that one engine's garbage does not slow another's collector. They run in
turn, round after round; a ratio is the median of the rounds' ratios. CPU time, collector on (Python's default) and off.
"""

from __future__ import annotations

import statistics
from typing import Any

from rich.console import Console
from rich.table import Table

from .engines import ENGINES
from .workers import Contender, run, show_missing, take_turns
from .workloads import WORKLOADS

OURS, PEER = "backglow", "micrograd"
MUST = {("chain", True): 1 / 5, ("dag", True): 1 / 6, ("moons", True): 1 / 13,
        ("chain", False): 1 / 2.5, ("dag", False): 1 / 3.2, ("moons", False): 1 / 3}  # fmt: skip


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """All times and ratios, as plain data."""
    results: dict[str, Any] = {"missing": {}, "rows": [], "memory": []}
    for workload in WORKLOADS:
        contenders = [c for c in map(_contender, ENGINES) if not _note_missing(c, results)]
        for collect in (True, False):
            samples = take_turns(contenders, rounds, what="time", workload=workload, collect=collect, seconds=seconds)
            results["rows"] += [_row(workload, collect, name, samples) for name in samples]
        for c in contenders:
            c.close()
        results["memory"] += _memory(workload, [c.name for c in contenders])
    return results


def _contender(name: str) -> Contender:
    return Contender("benchmarks.worker", name)


def _note_missing(contender: Contender, results: dict[str, Any]) -> bool:
    if contender.missing is not None:
        results["missing"][contender.name] = contender.missing
        contender.close()
    return contender.missing is not None


def _row(workload: str, collect: bool, name: str, samples: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    per_node = {
        phase: 1e9 * statistics.median(s[phase] / s["nodes"] for s in samples[name])
        for phase in ("forward", "backward")
    }
    row = {"workload": workload, "collector": collect, "engine": name, **per_node}
    if name == OURS and PEER in samples:
        pairs = zip(samples[OURS], samples[PEER], strict=True)
        row["ratio"] = statistics.median(_total(ours) / _total(theirs) for ours, theirs in pairs)
        row["must"] = MUST[workload, collect]
    return row


def _total(sample: dict[str, float]) -> float:
    return sample["forward"] + sample["backward"]


def _memory(workload: str, names: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in names:
        contender = _contender(name)
        found.append({"workload": workload, "engine": name, **contender.ask(what="memory", workload=workload)})
        contender.close()
    return found


def show(results: dict[str, Any]) -> None:
    """Print the measurements as tables."""
    console = Console()
    table = Table(title="CPU time per node in ns; ratio = backglow ÷ micrograd, forward and backward together")
    for column in ("workload", "collector", "engine", "forward", "backward", "ratio", "must"):
        table.add_column(column, justify="left" if column in ("workload", "collector", "engine") else "right")
    for row in results["rows"]:
        ratio = f"1/{1 / row['ratio']:.1f}" if "ratio" in row else ""
        must = f"1/{1 / row['must']:.1f}" if "must" in row else ""
        table.add_row(
            row["workload"], "on" if row["collector"] else "off", row["engine"], f"{row['forward']:.0f}",
            f"{row['backward']:.0f}", ratio, must,
        )  # fmt: skip
    console.print(table)
    memory = Table(title="Resident memory per node in bytes")
    for column in ("workload", "engine", "after forward", "after backward"):
        memory.add_column(column, justify="left" if column in ("workload", "engine") else "right")
    for row in results["memory"]:
        memory.add_row(row["workload"], row["engine"], f"{row['forward']:.0f}", f"{row['backward']:.0f}")
    console.print(memory)
    show_missing(console, results["missing"])


if __name__ == "__main__":
    run(__doc__, measure, show, rounds=5, seconds=0.3)
