"""Size, memory and the cache of compiled code."""

from __future__ import annotations

import gc
import math
import os
import random
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograd import Replay, Value, compiling, replay

BACKENDS = ["numpy", pytest.param("numba", marks=pytest.mark.needs("numba"))]
MANY = 100_000
"""Nodes of the graphs here; a million takes ten seconds a graph, from building it to the second run."""


def _values() -> int:
    """How many Values there are."""
    gc.collect()
    return sum(type(o) is Value for o in gc.get_objects())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_long_chain(backend: str) -> None:
    w, x = Value(0.999), Value(1.0)
    y = x
    for i in range(MANY // 2):
        y = (y * w + 1e-3) if i % 2 else y.tanh()
    step = Replay.from_graph(y, inputs=[x], backend=backend, input_gradients=True)
    for start in (1.0, -0.5):
        x.data = start
        value = step.run(start)
        expected, grad = start, 0.0
        for i in range(MANY // 2):
            if i % 2:
                expected, grad = expected * 0.999 + 1e-3, expected + grad * 0.999
            else:
                expected, grad = math.tanh(expected), grad * (1 - math.tanh(expected) ** 2)
        assert math.isclose(value, expected, rel_tol=1e-9)
        assert math.isclose(step.gradients[0], grad, rel_tol=1e-9)


def test_a_long_sum() -> None:
    """A chain of additions is one weighted sum, and no stack is as deep as it is long."""
    x = [Value(float(i % 7)) for i in range(50)]
    total: Any = x[0]
    for i in range(MANY):
        total = total + x[i % 50]
    step = Replay.from_graph(total, backend="numpy")
    assert step.run() == total.data
    assert step.gradients.sum() == MANY + 1
    assert "1 instructions" in repr(step)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_wide_graph(backend: str) -> None:
    rng = np.random.default_rng(0)
    data = rng.normal(size=(MANY // 4, 1))
    w, b = Value(0.5), Value(0.1)
    step = replay(lambda xs: sum((w * row[0] + b).tanh() for row in xs), backend=backend, check=False)
    value = step.run(data)
    hidden = np.tanh(0.5 * data + 0.1)
    assert math.isclose(value, hidden.sum(), rel_tol=1e-11)
    slope = 1 - hidden**2
    np.testing.assert_allclose(step.gradients, [(slope * data).sum(), slope.sum()], rtol=1e-11)


def test_the_graph_goes_when_the_replay_goes() -> None:
    w = Value(0.5)
    before = _values()
    step = replay(lambda xs: sum((w * x).tanh() for x in xs), backend="numpy")
    step([0.1 * i for i in range(500)])
    step.graph()
    assert _values() > before + 1000
    batch = step.batched([[1.0, 2.0]] * 3)
    batch.run()
    del step, batch
    assert _values() == before


def test_the_second_recording_is_not_kept() -> None:
    w = Value(0.5)

    def loss(xs: Any) -> Any:
        return sum((w * x).tanh() for x in xs)

    counts = []
    for check in (False, True):
        before = _values()
        step = replay(loss, backend="numpy", check=check)
        step([0.1 * i for i in range(500)])
        counts.append(_values() - before)
        del step
    assert counts[0] == counts[1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_memory_does_not_grow(backend: str) -> None:
    w = Value(0.5)
    data = np.linspace(-1, 1, 20).reshape(10, 2)
    step = replay(lambda rows: sum((w * a + b).tanh() for a, b in rows), backend=backend)

    def runs(count: int) -> None:
        for i in range(count):
            step.run(data)
            step.weights[:] -= 1e-5 * step.gradients
            if not i % 10:
                step(data)
                step.backward()
                w.grad = None

    runs(500)
    gc.collect()
    tracemalloc.start()
    try:
        runs(200)
        before = tracemalloc.get_traced_memory()[0]
        runs(10_000)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()


# -------------------------------------------------------------------------------------------------- the compiled code

_PROGRAM = """
import warnings
warnings.simplefilter("error")
from autograd import Value, replay
w = Value(2.0)
step = replay(lambda x: (w * x).tanh() + w, backend="numba")
step(0.5); step.backward()
print(step.backend, step.run(0.5), w.grad)
"""


def _in_a_process(folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False,
        env=os.environ | {"BACKGLOW_CACHE_DIR": str(folder)},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return run.stdout


def _files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(p): (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


@pytest.mark.needs("numba")
def test_the_cache_is_used_again_and_may_be_broken(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    first = _in_a_process(folder)
    files = _files(folder)
    assert any(name.endswith(".nbc") for name in files)
    assert _in_a_process(folder) == first
    assert _files(folder) == files  # nothing was compiled, so nothing was written
    for name in files:
        Path(name).write_bytes(b"garbage \x00\xff" * 20)
    assert _in_a_process(folder) == first
    assert _in_a_process(folder) == first


@pytest.mark.needs("numba")
def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    expected = _in_a_process(file)
    assert file.read_text() == "no folder"
    assert _in_a_process(Path("/proc/nowhere")) == expected


@pytest.mark.needs("numba")
def test_a_graph_of_the_same_kind_compiles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []
    compile_one = compiling._compile
    monkeypatch.setattr(compiling, "_compile", lambda source: compiled.append(source) or compile_one(source))
    rng = random.Random(0)

    def graph(width: int, depth: int) -> Value:
        w = [Value(rng.uniform(-1, 1)) for _ in range(width)]
        layer = [Value(rng.uniform(-1, 1)) for _ in range(width)]
        for _ in range(depth):
            layer = [(a * b).tanh() for a, b in zip(w, reversed(layer), strict=True)]
        return sum(layer)

    Replay.from_graph(graph(20, 3), backend="numba", structure="sums").run()
    count = len(compiled)
    for width, depth in ((21, 3), (100, 12), (37, 2)):
        Replay.from_graph(graph(width, depth), backend="numba", structure="sums").run()
    assert len(compiled) == count
