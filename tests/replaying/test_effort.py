"""Which back end runs: numpy first, and compiled loops from the run at which they begin to pay."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Replay, ReplayError, Value, replay
from autograd.replaying import program


def line(**options: object) -> tuple[Value, Replay]:
    w = Value(0.5, name="w")
    made: Replay = replay(lambda x: (w * x).tanh() + w, **options)
    return w, made


@pytest.mark.needs("numba")
def test_loops_are_compiled_once_so_much_has_been_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "ENOUGH", 20)
    _, step = line()
    first = step.run(2.0)
    assert step.backend == "numpy"
    runs = 1
    while step.backend == "numpy" and runs < 100:
        assert step.run() == pytest.approx(first, rel=1e-15)
        runs += 1
    assert step.backend == step.recorded.program.backend == "numba"
    assert step.recorded.program.plan.effort * 2 * runs >= 20 > step.recorded.program.plan.effort * 2 * (runs - 1)
    _, again = line()
    again(2.0)
    for _ in range(runs - 2):
        again.run()
    assert again.backend == "numpy"  # at the same run every time
    again.run()
    assert again.backend == "numba"


@pytest.mark.needs("numba")
def test_a_batch_changes_over_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "ENOUGH", 100)
    w = Value(0.5)
    x = np.linspace(-1, 1, 40)
    batch = replay(lambda x: (w * x).tanh()).batched(x, block=16, threads=2)
    before = batch.run()
    while batch.backend == "numpy":
        after = batch.run()
    assert after == pytest.approx(before, rel=1e-14)
    assert {p.backend for programs in batch._programs.values() for p in programs} == {"numba"}
    assert batch(x[:7]) == pytest.approx(float(np.tanh(0.5 * x[:7]).mean()), rel=1e-14)


@pytest.mark.needs("numba")
def test_compile_changes_over_at_once() -> None:
    _, step = line()
    before = step(2.0)
    assert step.timings["compiling"] < 0.1
    step.compile()
    assert (step.backend, step.recorded.program.backend) == ("numba", "numba")
    assert step() == pytest.approx(before, rel=1e-15)
    _, early = line()
    early.compile()  # before anything is recorded
    early(2.0)
    assert early.recorded.program.backend == "numba"


def test_a_back_end_asked_for_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "ENOUGH", 1)
    _, step = line(backend="numpy")
    for _ in range(5):
        step.run(2.0)
    assert step.backend == "numpy"


def test_without_numba_it_stays_with_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "ENOUGH", 1)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    _, step = line()
    for _ in range(5):
        step.run(2.0)
    assert step.backend == "numpy"
    with pytest.raises(ReplayError, match="extra fast"):
        step.compile()
    assert step.run() > 0


def test_numba_that_cannot_be_loaded_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ImportError("numba is broken")

    monkeypatch.setattr(program, "ENOUGH", 1)
    monkeypatch.setattr(program, "can_compile", lambda: True)
    monkeypatch.setattr(program, "Compiled", broken)
    _, step = line()
    first = step.run(2.0)
    assert step.run() == first
    assert step.backend == "numpy"
    with pytest.raises(ReplayError, match="numba is broken"):
        step.compile()
