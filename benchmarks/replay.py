"""Replayed scalar graphs side by side with compiled peers: python -m benchmarks.replay [--rounds N] [--json]

What is timed, forward and backward (`benchmarks/workloads.py` has the graphs):

*moons* is one step of micrograd's demo, MLP(2, [16, 16, 1]) on 100 points with hinge loss and weight decay, updates
included; every contender starts from the same weights. *dag* is 50,249 gates in layers, *chain* 10,000 one after
another, both without parameters: loss and the gradients of all leaves.

Every contender has a process of its own and one thread; they run in turn, round after round; a ratio is the median of
the rounds' ratios of CPU time. Before anything is timed, all take 5 steps and must agree in losses, gradients and
parameters (float64 to 1e-9, float32 to 1e-3); the table says how far each was from `backglow eager`.

backglow's replay records the graph once and runs it as compiled loops (extra `fast`): *gates not fused* a gate at a
time, *weighted sums fused*, *lanes* with the samples' copies of one graph found and run side by side, which is what
`autograd.replay` does by itself; *batched sample* is told the graph of one sample. *numpy only* does without the extra.

Other contenders, float64 where nothing else is said:

- PyTorch *plain* is `x @ w.T + b` and a loop over parameters, *nn+optim* `nn.Sequential` and `optim.SGD`, *best effort*
  `F.linear`, the penalty outside the graph and `foreach` updates, *scalars* tensors without dimensions, gate by gate.
- JAX *jit* compiles loss, gradient and update as one function of arrays; the scalar graphs would take it minutes.
- CasADi *SX* has an expression of scalars and its gradient run by CasADi's virtual machine, *MX* one of matrices.
- HIPS autograd, on arrays.
- numpy by hand is the step with its derivatives written out, *by levels* the scalar graph, a level and a gate at once.
- C by hand: *by sample* is plain C, one point after another, vectorised by the compiler; *by block* what an expert
  makes of it, with vector types. *C switch* is an interpreter of the scalar graph, in the order of its creation and
  level by level. Sources are in `benchmarks/c`; `CC` names another compiler than cc.
- micrograd and backglow's eager engine, with the cyclic garbage collector on (Python's default) and off (it then
  collects between steps, untimed).

JAX, CasADi and HIPS autograd are not among the development tools (HIPS autograd cannot be: its package has the name of
ours). Put them into an environment of their own and name its interpreter:

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install jax casadi autograd
    BACKGLOW_PEERS_PYTHON=/tmp/peers/bin/python python -m benchmarks.replay
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from . import problems
from .peers.names import PEERS
from .replays import REPLAYS
from .scalars import SCALARS
from .side_by_side import REFERENCE, difference, limit, start
from .workers import Contender, run, show_missing, take_turns

WORKLOADS = ("moons", "dag", "chain")
STEPS = 5
TARGETS: dict[tuple[str, str, str], tuple[float, float]] = {
    ("moons", "backglow eager, a node per neuron", "micrograd"): (1 / 45, 1 / 80),
    ("moons", "backglow replay, gates not fused", "PyTorch plain"): (0.6, 0.35),
    ("moons", "backglow replay, gates not fused", "CasADi SX"): (0.3, 0.2),
    ("moons", "backglow replay, weighted sums fused", "PyTorch plain"): (0.3, 0.18),
    ("moons", "backglow replay, weighted sums fused", "CasADi SX"): (0.15, 0.1),
    ("moons", "backglow replay, weighted sums fused", "numpy"): (1.25, 1.0),
    ("moons", "backglow replay, lanes", "PyTorch plain"): (0.1, 0.06),
    ("moons", "backglow replay, lanes", "JAX jit float32"): (0.4, 0.25),
    ("moons", "backglow replay, lanes", "JAX jit"): (0.4, 0.25),
    ("moons", "backglow replay, lanes", "C by sample"): (1.1, 0.75),
    ("moons", "backglow replay, numpy only", "PyTorch plain"): (1.6, 1.2),
    ("dag", "backglow replay, gates not fused", "C switch, by levels"): (1.0, 0.75),
    ("dag", "backglow replay, gates not fused", "C switch, creation order"): (1.0, 0.75),
}
"""By workload, our contender and the peer: what the ratio must stay below, and what it aims at."""


def measure(rounds: int, seconds: float) -> dict[str, Any]:
    """All times and ratios, as plain data."""
    rows: list[dict[str, Any]] = []
    ratios: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        problems.write(Path(folder))
        contenders, missing = start([*SCALARS, *REPLAYS, *PEERS], folder)
        for workload in WORKLOADS:
            differences = agree(contenders, workload)
            able = [c for c in contenders if c.name in differences]
            samples = take_turns(able, rounds, what="time", workload=workload, seconds=seconds)
            times = {name: [s["step"] for s in found] for name, found in samples.items()}
            rows += [
                {"workload": workload, "contender": name, "microseconds": 1e6 * statistics.median(found),
                 "difference": differences[name]}
                for name, found in times.items()
            ]  # fmt: skip
            ratios += _ratios(workload, times)
        for c in contenders:
            c.close()
    return {"rows": rows, "ratios": ratios, "missing": missing}


def agree(contenders: list[Contender], workload: str) -> dict[str, float]:
    """How far each contender that does this workload is from the reference.

    Raises:
        RuntimeError: one is further than it may be, so timing it would compare different things.
    """
    answers = {c.name: c.ask(what="check", workload=workload, steps=STEPS) for c in contenders}
    found = {
        name: difference(answer, answers[REFERENCE], train=workload == "moons")
        for name, answer in answers.items()
        if "none" not in answer
    }
    for name, apart in found.items():
        if not apart <= limit(name):
            raise RuntimeError(f"{workload}: what {name} computes differs from {REFERENCE} by {apart:.3g}")
    return found


def _ratios(workload: str, times: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Each of our contenders divided by each peer."""
    return [
        {"workload": workload, "ours": ours, "peer": peer, "target": TARGETS.get((workload, ours, peer)),
         "ratio": statistics.median(a / b for a, b in zip(times[ours], times[peer], strict=True))}
        for ours in times if ours.startswith("backglow")
        for peer in times if not peer.startswith("backglow")
    ]  # fmt: skip


def show(results: dict[str, Any]) -> None:
    """Print the measurements: all times, then the ratios that have targets."""
    console = Console()
    table = Table(title="CPU time per step; how far losses, gradients and parameters are from backglow eager")
    for column in ("workload", "contender", "µs", "differs by"):
        table.add_column(column, justify="left" if column in ("workload", "contender") else "right")
    last = None
    for row in sorted(results["rows"], key=lambda r: (WORKLOADS.index(r["workload"]), -r["microseconds"])):
        if last not in (None, row["workload"]):
            table.add_section()
        table.add_row(
            row["workload"] if row["workload"] != last else "", row["contender"], f"{row['microseconds']:,.1f}",
            f"{row['difference']:.0e}" if row["difference"] else "0",
        )  # fmt: skip
        last = row["workload"]
    console.print(table)
    goals = Table(title="Ratios, backglow's ÷ peer; ✓ where the target is met")
    for column in ("workload", "ours", "÷", "ratio", "must", "", "aim", ""):
        goals.add_column(column, justify="left" if column in ("workload", "ours", "÷", "") else "right")
    for row in results["ratios"]:
        if row["target"]:
            marks = ["✓" if row["ratio"] <= bound else "✗" for bound in row["target"]]
            must, aim = (f"{bound:.3g}" for bound in row["target"])
            ours = row["ours"].removeprefix("backglow ")
            cells = (row["workload"], ours, row["peer"], f"{row['ratio']:.3g}")
            goals.add_row(*cells, must, marks[0], aim, marks[1])
    console.print(goals)
    show_missing(console, results["missing"])


if __name__ == "__main__":
    run(__doc__, measure, show, rounds=7, seconds=0.2)
