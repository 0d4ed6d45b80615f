"""`benchmarks.demo` runs whole processes and adds them up; nothing is timed here."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import demo, problems


def test_a_process_tells_its_times_and_what_it_came_to(tmp_path: Path) -> None:
    problems.write(tmp_path)
    few, _ = demo._cold("numpy", str(tmp_path), 2)
    sample, end = demo._cold("numpy", str(tmp_path), demo.STEPS)
    assert end["steps"] == demo.STEPS
    assert end["loss"] < 0.1  # it has learned the moons
    assert 0 < sample["ready"] < sample["cpu"]
    assert sample["wall"] > 0
    assert sample["memory"] > 1e6
    assert few["cpu"] > few["ready"]


def test_a_missing_peer_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problems.write(tmp_path)
    monkeypatch.setenv("CC", "no-such-compiler")
    assert demo._cold("C by block", str(tmp_path), 2) == ({}, {"missing": "No C compiler named 'no-such-compiler'"})


def test_different_ends_are_an_error() -> None:
    end = {"steps": demo.STEPS, "loss": 1.0, "parameters": [1.0, 2.0]}
    other = {**end, "parameters": [1.0, 2.1]}
    assert demo._difference("x", {"x": end, demo.REFERENCE: end}) == 0
    assert demo._difference("x", {"x": {**other, "steps": 5}, demo.REFERENCE: end}) is None
    with pytest.raises(RuntimeError, match=r"after 100 steps x differs from backglow eager by 0\.1"):
        demo._difference("x", {"x": other, demo.REFERENCE: end})


def test_a_contender_that_ran_once_is_what_every_round_is_divided_by() -> None:
    found = {name: [] for name in [*demo.OURS, *demo.PEERS]}
    found["backglow eager"] = [{"cpu": 1.0}, {"cpu": 2.0}, {"cpu": 4.0}]
    found["micrograd"] = [{"cpu": 8.0}]
    found["numpy"] = [{"cpu": 1.0}, {"cpu": 1.0}, {"cpu": 2.0}]
    assert [(r["peer"], r["ratio"]) for r in demo._ratios(found)] == [("micrograd", 0.25), ("numpy", 2.0)]


def test_the_table_marks_what_was_reckoned(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"contender": "micrograd", "cpu": 80.0, "wall": 81.0, "ready": 0.1, "first": 0.8, "step": 0.8, "memory": 9e7}
    ratio = {"ours": "backglow eager", "peer": "micrograd", "ratio": 1 / 80, "target": (1 / 70, 1 / 110)}
    demo.show({"rows": [{**row, "steps": 5, "difference": None}], "ratios": [ratio], "missing": {}})
    told = capsys.readouterr().out
    assert "80.00*" in told
    assert "* 5 steps taken" in told
    assert "1/80.0" in told
