"""The contenders of `benchmarks.replay` do the same work; nothing is timed here."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import problems, replay, replays, scalars, side_by_side
from benchmarks.engines import load
from benchmarks.peers.answers import Answers
from benchmarks.peers.names import PEERS
from benchmarks.peers.problem import Unable, read_moons, read_tape
from benchmarks.workers import ONE_THREAD, Contender
from benchmarks.workloads import WORKLOADS

STEPS = 2
DRIVER = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
from answers import Answers
from names import PEERS
from problem import Unable
for name in sys.argv[3:]:
    module, options = PEERS[name]
    make = lambda workload: importlib.import_module(module).make(workload, sys.argv[2], **options)
    request = {"what": "check", "steps": STEPS}
    print(json.dumps([Answers(make)({**request, "workload": w}) for w in ("moons", "dag", "chain")]))
""".replace("STEPS", str(STEPS))
"""Several contenders in one process, which saves importing a library for each."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    found: Path = tmp_path_factory.mktemp("problems")
    problems.write(found)
    return str(found)


@pytest.fixture(scope="module")
def reference() -> dict[str, dict[str, Any]]:
    answers = Answers(lambda workload: scalars.make(workload, side_by_side.REFERENCE))
    return {w: answers({"what": "check", "workload": w, "steps": STEPS}) for w in replay.WORKLOADS}


def _started(name: str, folder: str) -> Contender:
    return Contender("", name, ONE_THREAD, command=side_by_side.commands(name, folder)[0])


@pytest.mark.parametrize("workload", replay.WORKLOADS)
def test_a_recorded_graph_is_the_workload(workload: str, folder: str) -> None:
    tape = read_tape(folder, workload)
    gates = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "relu": lambda x, _: max(x, 0.0)}
    gates |= {name: lambda x, _, name=name: getattr(math, name)(x) for name in ("tanh", "exp", "log")}
    values = tape.leaves.tolist()
    for gate, a, b in zip(tape.gates.tolist(), tape.a.tolist(), tape.b.tolist(), strict=True):
        values.append(gates[tape.names[gate]](values[a], values[b]))
    result, _ = WORKLOADS[workload](load("backglow"))()
    assert values[-1] == pytest.approx(result.data, rel=1e-14)


def test_moons_as_numbers_lead_to_the_loss_of_the_graph(folder: str) -> None:
    problem = read_moons(folder)
    assert [len(w) for w in problem.weights] == [16, 16, 1]
    assert [len(w[0]) for w in problem.weights] == [2, 16, 16]
    hinge = 0.0
    for point, label in zip(problem.points, problem.labels, strict=True):
        x = point
        for i, (weights, biases) in enumerate(zip(problem.weights, problem.biases, strict=True)):
            sums = [sum(w * v for w, v in zip(row, x, strict=True)) + b for row, b in zip(weights, biases, strict=True)]
            x = sums if i == 2 else [max(s, 0.0) for s in sums]
        hinge += max(0.0, 1 - label * x[0])
    squares = sum(p * p for w in problem.weights for row in w for p in row) + sum(b * b for b in problem.biases[0])
    result, _ = WORKLOADS["moons"](load("backglow"))()
    assert hinge / 100 + 1e-4 * squares == pytest.approx(result.data, rel=1e-12)


FAMILIES = [
    pytest.param("with_numpy", id="numpy"),
    pytest.param("with_torch", id="PyTorch", marks=pytest.mark.needs("torch")),
    pytest.param("with_c", id="C", marks=pytest.mark.needs("cc")),
]


@pytest.mark.parametrize("module", FAMILIES)
def test_peers_compute_what_we_compute(module: str, folder: str, reference: dict[str, dict[str, Any]]) -> None:
    # PyTorch's scalars would take longer than all others together, and a compiler a while for each of C's.
    left_out = {"PyTorch scalars", "C switch, by levels float32", "C by sample float32"}
    names = [name for name, (of, _) in PEERS.items() if of == module and name not in left_out]
    command = [sys.executable, "-c", DRIVER, str(Path(replay.__file__).parent / "peers"), folder, *names]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    for name, line in zip(names, lines, strict=True):
        done = 0
        for workload, answer in zip(replay.WORKLOADS, json.loads(line), strict=True):
            if "none" not in answer:
                apart = side_by_side.difference(answer, reference[workload], train=workload == "moons")
                assert apart <= side_by_side.limit(name), (name, workload)
                done += 1
        assert done > 0, name


@pytest.mark.parametrize("name", ["JAX jit", "CasADi SX", "HIPS autograd"])
def test_a_peer_that_is_not_installed_says_so(name: str, folder: str, reference: dict[str, dict[str, Any]]) -> None:
    contender = _started(name, folder)
    try:
        if contender.missing is None:
            answer = contender.ask(what="check", workload="moons", steps=STEPS)
            assert side_by_side.difference(answer, reference["moons"], train=True) <= side_by_side.limit(name)
        else:
            assert contender.missing.startswith("No module named")
    finally:
        contender.close()


def test_without_a_compiler_the_c_contenders_are_missing(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "no-such-compiler -O1")
    started, missing = side_by_side.start(["C by sample"], folder)
    assert started == []
    assert missing == {"C by sample": "No C compiler named 'no-such-compiler'"}


def test_another_interpreter_is_asked_for_what_this_one_lacks(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(side_by_side.PEERS_PYTHON, sys.executable)
    assert [command[0] for command in side_by_side.commands("JAX jit", folder)] == [sys.executable] * 2
    assert len(side_by_side.commands("micrograd", folder)) == 1
    monkeypatch.delenv(side_by_side.PEERS_PYTHON)
    assert len(side_by_side.commands("JAX jit", folder)) == 1


@pytest.mark.needs("micrograd")
@pytest.mark.parametrize("name", ["micrograd, GC off", "backglow eager, a node per neuron"])
def test_eager_workers_answer(name: str, folder: str, reference: dict[str, dict[str, Any]]) -> None:
    contender = _started(name, folder)
    try:
        answer = contender.ask(what="check", workload="moons", steps=STEPS)
        assert side_by_side.difference(answer, reference["moons"], train=True) <= 1e-9
        assert contender.ask(what="time", workload="moons", seconds=0.001)["step"] > 0
    finally:
        contender.close()


@pytest.mark.needs("numba")
@pytest.mark.parametrize("name", ["backglow replay, lanes", "backglow replay, batched sample"])
def test_replays_compute_what_eager_values_do(name: str, folder: str, reference: dict[str, dict[str, Any]]) -> None:
    _check_replay(name, folder, reference)


def test_replays_without_numba_do_too(folder: str, reference: dict[str, dict[str, Any]]) -> None:
    _check_replay("backglow replay, numpy only", folder, reference)


def _check_replay(name: str, folder: str, reference: dict[str, dict[str, Any]]) -> None:
    answers = Answers(lambda workload: replays.make(workload, name, folder))
    for workload in replay.WORKLOADS:
        answer = answers({"what": "check", "workload": workload, "steps": STEPS})
        if workload == "moons" or "sample" not in name:
            assert side_by_side.difference(answer, reference[workload], train=workload == "moons") <= 1e-9, workload
        else:
            assert answer == {"none": True}


def test_a_contender_that_computes_something_else_is_not_timed(reference: dict[str, dict[str, Any]]) -> None:
    class Fake:
        def __init__(self, name: str, shift: float) -> None:
            self.name, self.shift = name, shift

        def ask(self, **_request: Any) -> dict[str, Any]:
            first, last = reference["moons"]["numbers"]
            return {"losses": reference["moons"]["losses"], "numbers": [[first[0] + self.shift, *first[1:]], last]}

    ours = Fake(side_by_side.REFERENCE, 0.0)
    assert replay.agree([ours, Fake("other", 1e-12)], "moons")["other"] < 1e-9  # type: ignore[list-item]
    with pytest.raises(RuntimeError, match="moons: what other computes differs from backglow eager by"):
        replay.agree([ours, Fake("other", 1e-8)], "moons")  # type: ignore[list-item]
    with pytest.raises(RuntimeError, match="by nan"):
        replay.agree([ours, Fake("other", math.nan)], "moons")  # type: ignore[list-item]


def test_some_workloads_are_not_for_everybody() -> None:
    def make(_workload: str) -> Any:
        raise Unable

    assert Answers(make)({"what": "check", "workload": "dag", "steps": 1}) == {"none": True}
    assert Answers(make)({"what": "time", "workload": "dag", "seconds": 1}) == {"none": True}


def test_the_table_has_targets_beside_ratios(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"workload": "moons", "contender": "numpy", "microseconds": 1234.56, "difference": 2e-15}
    ratio = {"workload": "moons", "ours": "backglow eager", "peer": "numpy", "ratio": 0.5, "target": [0.6, 0.4]}
    replay.show({"rows": [row], "ratios": [ratio], "missing": {"JAX jit": "No module named 'jax'"}})
    told = capsys.readouterr().out
    assert "1,234.6" in told
    assert [word for word in told.split("numpy")[-1].split() if word in "✓✗"] == ["✓", "✗"]
    assert "JAX jit is not installed, so it was left out (No module named 'jax')" in told
