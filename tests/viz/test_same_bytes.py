"""The same graph gives the same bytes: twice, in another process, with another hash seed, by either command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings

import viz
from autograd import Trace, Value, trace

from ..autograd.settings import thorough
from .graphs import FAMILIES, graphs

TEXTS: Mapping[str, Callable[..., str]] = {
    ".svg": viz.svg, ".html": viz.html, ".json": viz.to_json, ".dot": viz.to_dot, ".mmd": viz.to_mermaid,
    ".tex": viz.to_latex, ".txt": viz.text,
}  # fmt: skip

PROGRAM = """
import hashlib, sys
from tests.viz.graphs import FAMILIES
from tests.viz.test_same_bytes import TEXTS
import autograd
for name in ("network", "tangle", "opened", "ladder"):
    trace = autograd.trace(FAMILIES[name]())
    for ending, make in TEXTS.items():
        if ending != ".mmd" or len(trace.edges) <= 500:
            print(name, ending, hashlib.sha256(make(trace).encode()).hexdigest())
"""

ROOT = Path(__file__).parents[2]


def printed(hash_seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return done.stdout


@settings(thorough, max_examples=40)
@given(graphs())
def test_two_calls_give_the_same_bytes(output: Value) -> None:
    recorded = trace(output)
    for make in TEXTS.values():
        assert make(output) == make(output) == make(recorded) == make(Trace.from_json(recorded.to_json()))


def test_equal_graphs_built_apart_give_the_same_bytes() -> None:
    for build in FAMILIES.values():
        first, second = build(), build()
        assert first is not second
        assert viz.html(first) == viz.html(second)


def test_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    first = printed("0")
    assert len(first.splitlines()) == 4 * len(TEXTS)
    assert printed("1") == printed("4242") == first


@pytest.mark.parametrize("ending", TEXTS)
def test_both_names_of_the_command_write_the_same_file(ending: str, tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("backglow")
    outputs = []
    for i, command in enumerate(([str(script)], [sys.executable, "-m", "viz"])):
        path = tmp_path / f"{i}{ending}"
        done = subprocess.run(
            [*command, "tanh(a*b + c)*a", "a=2", "b=-3", "c=6.5", "-o", str(path)], capture_output=True, timeout=60,
            check=True,
        )  # fmt: skip
        outputs.append((path.read_bytes(), done.stdout.replace(bytes(path), b"FILE")))
    assert outputs[0] == outputs[1]
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(6.5, "c")
    out = (a * b + c).tanh() * a
    out.name = "out"
    assert outputs[0][0] == TEXTS[ending](out).encode(), "and the functions make it too"
