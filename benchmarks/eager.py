"""Eager scalars side by side with micrograd: python -m benchmarks.eager [--rounds N] [--json]

Every contender has a process of its own, so that one engine's garbage does not slow another's collector. They run in
turn, round after round; a ratio is the median of the rounds' ratios. CPU time, collector on (Python's default) and off.
Both compute the same, which is checked. Letting go of a graph is timed with the collector on, as part of a step.
"neurons" is the moons step with one node per weighted sum on our side; its times are per node of the open graph.
"""

from __future__ import annotations

import math
import statistics
from typing import Any

from rich.console import Console
from rich.table import Table

from .engines import ENGINES
from .workers import Contender, run, show_missing, start, take_turns
from .workloads import EAGER

OURS, PEER = "backglow", "micrograd"
TIME = {
    ("chain", True): (1 / 5, 1 / 8), ("dag", True): (1 / 6, 1 / 9), ("moons", True): (1 / 13, 1 / 20),
    ("neurons", True): (1 / 45, 1 / 80),
    ("chain", False): (1 / 2.5, 1 / 3.5), ("dag", False): (1 / 3.2, 1 / 4.2), ("moons", False): (1 / 3, 1 / 4),
}  # fmt: skip
"""What the ratio must be and what it should be, by workload and collector."""
BYTES = (1 / 4, 1 / 5)
"""The same for memory, where both have the same nodes."""


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """All times and ratios, as plain data."""
    results: dict[str, Any] = {"missing": {}, "rows": [], "memory": []}
    for workload in EAGER:
        contenders, results["missing"] = start(ENGINES, lambda name: [_contender(name)])
        _agree(workload, {c.name: c.ask(what="check", workload=workload) for c in contenders})
        for collect in (True, False):
            samples = take_turns(contenders, rounds, what="time", workload=workload, collect=collect, seconds=seconds)
            results["rows"] += [_row(workload, collect, name, samples) for name in samples]
        for c in contenders:
            c.close()
        results["memory"] += _memory(workload, [c.name for c in contenders])
    return results


def _agree(workload: str, answers: dict[str, dict[str, Any]]) -> None:
    """See to it that contenders compute the same.

    Raises:
        RuntimeError: a result or a gradient differs.
    """
    ours = answers[OURS]
    largest = max(map(abs, ours["gradients"]))
    for name, theirs in answers.items():
        pairs = list(zip(ours["gradients"], theirs["gradients"], strict=True))
        far = [abs(a - b) for a, b in pairs if not abs(a - b) <= 1e-11 * largest]
        if far or not math.isclose(ours["result"], theirs["result"], rel_tol=1e-12):
            raise RuntimeError(
                f"{workload}: {OURS} and {name} differ: {ours['result']!r} and {theirs['result']!r}, {far[:3]}"
            )


def _contender(name: str) -> Contender:
    return Contender("benchmarks.worker", name)


def _row(workload: str, collect: bool, name: str, samples: dict[str, list[dict[str, float]]]) -> dict[str, Any]:
    per_node = {
        phase: 1e9 * statistics.median(s[phase] / s["nodes"] for s in samples[name])
        for phase in ("forward", "backward", "release")
    }
    row = {"workload": workload, "collector": collect, "engine": name, **per_node}
    if name == OURS and PEER in samples:
        pairs = zip(samples[OURS], samples[PEER], strict=True)
        row["ratio"] = statistics.median(_total(ours) / _total(theirs) for ours, theirs in pairs)
        row.update(zip(("must", "aim"), TIME.get((workload, collect), ()), strict=False))
    return row


def _total(sample: dict[str, float]) -> float:
    return sample["forward"] + sample["backward"] + sample["release"]


def _memory(workload: str, names: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in names:
        contender = _contender(name)
        found.append({"workload": workload, "engine": name, **contender.ask(what="memory", workload=workload)})
        contender.close()
    sizes = {row["engine"]: row["backward"] for row in found}
    for row in found:
        if row["engine"] == OURS and PEER in sizes:
            row["ratio"] = sizes[OURS] / sizes[PEER]
            if workload != "neurons":
                row.update(zip(("must", "aim"), BYTES, strict=True))
    return found


_RATIOS = ("ratio", "must", "aim")


def show(results: dict[str, Any]) -> None:
    """Print the measurements as tables."""
    console = Console()
    console.width = max(console.width, 100)  # a table cut short says nothing
    table = Table(title="CPU time per node in ns; ratio = backglow ÷ micrograd, all phases together")
    _columns(table, ("workload", "collector", "engine"), ("forward", "backward", "release", *_RATIOS))
    for row in results["rows"]:
        times = [f"{row[phase]:.0f}" for phase in ("forward", "backward", "release")]
        switch = "on" if row["collector"] else "off"
        table.add_row(row["workload"], switch, row["engine"], *times, *_fractions(row))
    console.print(table)
    memory = Table(title="Resident memory per node in bytes; ratio = backglow ÷ micrograd, after backward")
    _columns(memory, ("workload", "engine"), ("after forward", "after backward", *_RATIOS))
    for row in results["memory"]:
        sizes = f"{row['forward']:.0f}", f"{row['backward']:.0f}"
        memory.add_row(row["workload"], row["engine"], *sizes, *_fractions(row))
    console.print(memory)
    show_missing(console, results["missing"])


def _columns(table: Table, words: tuple[str, ...], numbers: tuple[str, ...]) -> None:
    for word in words:
        table.add_column(word)
    for number in numbers:
        table.add_column(number, justify="right")


def _fractions(row: dict[str, Any]) -> list[str]:
    return [f"1/{1 / row[key]:.1f}" if key in row else "" for key in _RATIOS]


if __name__ == "__main__":
    run(__doc__, measure, show, rounds=5, seconds=0.3)
