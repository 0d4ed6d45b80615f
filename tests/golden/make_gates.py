"""Writes gates.json: PyTorch's value and gradient of every gate at every point of the oracles' table.

Run from the repository: python -m tests.golden.make_gates
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch

from tests.oracles import torch_gates
from tests.oracles.points import NAMES, TABLE

PATH = Path(__file__).with_name("gates.json")


def _number(x: float | None) -> Any:
    return x if x is None or math.isfinite(x) else str(x)


def rows(name: str) -> list[list[Any]]:
    """One row per point: the inputs, the value, one derivative per input (null where PyTorch has none)."""
    found = []
    for point in TABLE[name].points:
        pattern = "".join("c" if i in torch_gates.NUMBER_ONLY.get(name, ()) else "v" for i in range(len(point)))
        answer = torch_gates.answer(name, point, pattern)
        found.append([[_number(x) for x in group] for group in (point, (answer.value,), answer.first)])
    return found


def text() -> str:
    """The whole file, one row a line so that a change shows as the lines it changes."""
    parts = []
    for name in NAMES:
        lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows(name))
        parts.append(f'"{name}": [\n{lines}\n]')
    version = torch.__version__.partition("+")[0]
    return f'{{"torch": "{version}",\n"gates": {{\n' + ",\n".join(parts) + "\n}}\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
