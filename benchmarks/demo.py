"""micrograd's demo from a cold start: python -m benchmarks.demo [--rounds N] [--quick] [--json]

100 steps of training MLP(2, [16, 16, 1]) on 100 points, hinge loss and weight decay, the rate falling from 1.0 to 0.1.
Every contender is a new process, everything included, from starting Python and importing libraries to the last step, as
the operating system counts it for the ended process: CPU time (user and system) and time on the clock. Contenders run
in turn, with one thread; figures are medians, a ratio is the median of the rounds' ratios of CPU time. micrograd takes
over a minute and runs once. backglow's replay runs three times: as it decides by itself, which for so few steps is
without compiled loops, with compiled loops that an earlier process left on disk, and with nothing on disk, so that they
are compiled first. All float64, and all must come
to the same loss and the same parameters.

`benchmarks.replay` says what each contender is, and how to have JAX and CasADi take part.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from . import problems
from .side_by_side import REFERENCE, commands
from .workers import ONE_THREAD, show_missing

STEPS, FEW = 100, 5
PEERS = ["micrograd", "PyTorch plain", "JAX jit", "CasADi SX", "CasADi MX", "numpy"]
REPLAY = "backglow replay"
COMPILED = "backglow replay, lanes"
EMPTY = ", compiling"
"""Ends the name of a contender that finds no compiled code on disk; others find what an earlier process left."""
OURS = ["backglow eager", "backglow eager, a node per neuron", REPLAY, COMPILED, COMPILED + EMPTY]
TARGETS: dict[tuple[str, str], tuple[float, float]] = {
    (REPLAY, "micrograd"): (1 / 70, 1 / 110),
    (REPLAY, "PyTorch plain"): (0.5, 0.3),
}
"""By our contender and the peer: what the ratio must stay below, and what it aims at."""
LIMIT = 1e-6
"""How far apart losses and parameters may be in the end: a rate of 1 makes large differences of small ones."""


def measure(rounds: int, quick: bool) -> dict[str, Any]:
    """All times and ratios, as plain data."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in [*OURS, *PEERS]}
    missing: dict[str, str] = {}
    ends: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        problems.write(Path(folder))
        _cold(COMPILED, folder, 1)  # compiles
        for i in range(rounds):
            for name in _turn([*OURS, *PEERS], i):
                if name in missing or (name == "micrograd" and found[name]):
                    continue
                sample, end = _cold(name, folder, FEW if quick and name == "micrograd" else STEPS)
                if "missing" in end:
                    missing[name] = end["missing"]
                    continue
                found[name].append(sample)
                ends[name] = end
    rows = [
        {
            "contender": name,
            **{key: statistics.median(s[key] for s in samples) for key in samples[0]},
            "steps": ends[name]["steps"],
            "difference": _difference(name, ends),
        }
        for name, samples in found.items()
        if samples
    ]
    return {"rows": rows, "ratios": _ratios(found), "missing": missing}


def _turn(names: list[str], i: int) -> list[str]:
    first = i % len(names)
    return names[first:] + names[:first]


def _cold(name: str, folder: str, steps: int) -> tuple[dict[str, float], dict[str, Any]]:
    """Seconds of CPU and on the clock of one process, and what it said in the end."""
    with tempfile.TemporaryDirectory() as empty:
        cache = empty if name.endswith(EMPTY) else str(Path(folder) / "compiled")
        environment = {**os.environ, **ONE_THREAD, "BACKGLOW_CACHE_DIR": cache}
        return _first_able(name, commands(name.removesuffix(EMPTY), folder), steps, environment)


def _first_able(
    name: str, ways: list[list[str]], steps: int, environment: dict[str, str]
) -> tuple[dict[str, float], dict[str, Any]]:
    answer: dict[str, Any] = {}
    for command in ways:
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--steps", str(steps)], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if process.returncode != 0:
            raise RuntimeError(f"the process of {name} ended with exit code {process.returncode}")
        answer = json.loads(text)
        if "missing" not in answer:
            per_step = (answer["end"] - answer["first"]) / max(1, steps - 1)
            more = per_step * (STEPS - steps)
            sample = {
                "cpu": usage.ru_utime + usage.ru_stime + more, "wall": wall + more,
                "ready": answer["ready"], "first": answer["first"] - answer["ready"], "step": per_step,
                "memory": usage.ru_maxrss * 1024, **answer["timings"],
            }  # fmt: skip
            return sample, {**answer, "steps": steps}
    return {}, answer


def _difference(name: str, ends: dict[str, dict[str, Any]]) -> float | None:
    """How far loss and parameters are in the end from the reference's; None for a contender that took fewer steps.

    Raises:
        RuntimeError: further than they may be.
    """
    if ends[name]["steps"] != STEPS:
        return None
    ours, reference = ends[name], ends[REFERENCE]
    numbers = zip([ours["loss"], *ours["parameters"]], [reference["loss"], *reference["parameters"]], strict=True)
    apart = float(np.max([abs(a - b) for a, b in numbers]))
    if not apart <= LIMIT:
        raise RuntimeError(f"after {STEPS} steps {name} differs from {REFERENCE} by {apart:.3g}")
    return apart


def _ratios(found: dict[str, list[dict[str, float]]]) -> list[dict[str, Any]]:
    return [
        {
            "ours": ours,
            "peer": peer,
            "target": TARGETS.get((ours, peer)),
            # micrograd ran once: every round is divided by that.
            "ratio": statistics.median(
                sample["cpu"] / found[peer][min(i, len(found[peer]) - 1)]["cpu"] for i, sample in enumerate(found[ours])
            ),
        }
        for ours in OURS
        for peer in PEERS
        if found[ours] and found[peer]
    ]


def show(results: dict[str, Any]) -> None:
    """Print the measurements as tables."""
    console = Console()
    table = Table(title=f"{STEPS} steps from a cold start, in seconds; CPU ms per step")
    for column in ("contender", "CPU", "clock", "1st done", "ms", "apart"):
        table.add_column(column, justify="left" if column == "contender" else "right", no_wrap=column == "contender")
    for row in sorted(results["rows"], key=lambda r: -r["cpu"]):
        scaled = row["steps"] != STEPS
        table.add_row(
            row["contender"], f"{row['cpu']:.2f}{'*' if scaled else ''}", f"{row['wall']:.2f}{'*' if scaled else ''}",
            f"{row['ready'] + row['first']:.2f}", f"{1e3 * row['step']:.{4 if row['step'] > 1 else 3}g}",
            "" if row["difference"] is None else f"{row['difference']:.0e}",
        )  # fmt: skip
    console.print(table)
    if any(row["steps"] != STEPS for row in results["rows"]):
        console.print(f"* {FEW} steps taken, the others reckoned from them")
    costs = Table(title="What backglow's replay takes before its first step, seconds on the clock")
    names = ["recording", "preparing", "compiling"]
    for column in ("contender", *names):
        costs.add_column(column, justify="left" if column == "contender" else "right")
    for row in results["rows"]:
        if names[0] in row:
            costs.add_row(row["contender"], *(f"{row[name]:.3f}" for name in names))
    console.print(costs)
    goals = Table(title="Ratios of CPU time, backglow ÷ contender; ✓ where the target is met")
    for column in ("ours", "÷", "ratio", "must", "", "aim", ""):
        goals.add_column(column, justify="left" if column in ("ours", "÷", "") else "right")
    for row in results["ratios"]:
        told = [_spell(row["ratio"])]
        for bound in row["target"] or ():
            told += [_spell(bound), "✓" if row["ratio"] <= bound else "✗"]
        if row["target"]:
            goals.add_row(row["ours"].removeprefix("backglow "), row["peer"], *told)
    console.print(goals)
    show_missing(console, results["missing"])


def _spell(ratio: float) -> str:
    return f"1/{1 / ratio:.1f}" if ratio < 0.1 else f"{ratio:.2f}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each contender runs (default 3)")
    parser.add_argument("--quick", action="store_true", help=f"one round, and micrograd takes {FEW} steps only")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    options = parser.parse_args()
    results = measure(1 if options.quick else options.rounds, options.quick)
    if options.json:
        print(json.dumps(results, indent=1))
    else:
        show(results)


if __name__ == "__main__":
    main()
