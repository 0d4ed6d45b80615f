"""Writes tensors.json: PyTorch's value and gradients of every case of every array operation, in float64.

Run from the repository: python -m tests.golden.make_tensors
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tests.tensors.cases import CASES
from tests.tensors.harness import Case, their_gradients

PATH = Path(__file__).with_name("tensors.json")


def _number(x: float) -> Any:
    """Fifteen digits: what every machine agrees on, nearly."""
    return float(f"{x:.15g}") if math.isfinite(x) else str(x)


def _numbers(array: Any) -> list[Any]:
    return [list(np.shape(array)), [_number(float(x)) for x in np.asarray(array).ravel()]]


def row(case: Case) -> list[Any]:
    """The value, and the gradient of its weighted sum by each input, each as its shape and its numbers."""
    out, gradients = their_gradients(case)
    return [_numbers(out.detach().numpy()), *(_numbers(g.numpy()) for g in gradients)]


def text() -> str:
    """The whole file, one case a line so that a change shows as the lines it changes."""
    lines = []
    for case in CASES:
        lines.append(f"{json.dumps(case.name)}: {json.dumps(row(case), separators=(',', ':'))}")
    version = torch.__version__.partition("+")[0]
    return f'{{"torch": "{version}",\n"cases": {{\n' + ",\n".join(lines) + "\n}}\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
