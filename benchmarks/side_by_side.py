"""Contenders of `benchmarks.replay` and `benchmarks.demo`: where they run, whether they agree."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from . import workers
from .peers.answers import RATE
from .peers.names import PEERS
from .workers import ONE_THREAD, Contender

__all__ = ["PEERS_PYTHON", "REFERENCE", "commands", "difference", "limit", "start"]

PEERS_PYTHON = "BACKGLOW_PEERS_PYTHON"
"""The environment variable that names another Python interpreter to look for peers in."""
REFERENCE = "backglow eager"
"""Whom all others must agree with."""


def commands(name: str, folder: str) -> list[list[str]]:
    """How to start a worker: in this environment, and if it lacks the library, in that of `BACKGLOW_PEERS_PYTHON`."""
    if name not in PEERS:
        return [[sys.executable, "-m", "benchmarks.replay_worker", name, folder]]
    script = str(Path(__file__).parent / "peers")
    other = os.environ.get(PEERS_PYTHON)
    # -E: a PYTHONPATH made for this interpreter is not for the other one.
    return [[sys.executable, script, name, folder], *([[other, "-E", script, name, folder]] if other else [])]


def start(names: list[str], folder: str) -> tuple[list[Contender], dict[str, str]]:
    """Start contenders; those that are not installed are told apart, with the reason.

    Raises:
        OSError: `BACKGLOW_PEERS_PYTHON` does not name a program.
    """
    return workers.start(
        names, lambda name: (Contender("", name, ONE_THREAD, command=command) for command in commands(name, folder))
    )


def limit(name: str) -> float:
    """How far a contender's losses, gradients and parameters may be from the reference's."""
    return 1e-3 if name.endswith("float32") else 1e-9


def difference(answer: dict[str, Any], reference: dict[str, Any], train: bool) -> float:
    """The largest difference of losses, gradients and numbers after the last step, relative to the largest of each.

    Gradients of trained parameters are read off the first step.
    """
    pairs = [(answer["losses"], reference["losses"])]
    pairs += zip(answer["numbers"], reference["numbers"], strict=True)
    found = [_apart(ours, theirs) for ours, theirs in pairs]
    if train:
        found[1] /= RATE
    return float(np.max(found))


def _apart(ours: list[float], theirs: list[float]) -> float:
    # numpy's max, which of numbers that are not finite makes no small difference
    return float(np.max(np.abs(np.subtract(ours, theirs))) / (np.max(np.abs(theirs)) or 1.0))
