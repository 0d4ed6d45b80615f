"""Every gate against PyTorch's numbers kept in tests/golden/gates.json, so that PyTorch itself is not needed."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest

from tests.oracles import engine
from tests.oracles.agreement import agree, slack
from tests.oracles.points import NAMES, TABLE

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "gates.json").read_text(encoding="utf-8"))


def _numbers(group: list[Any]) -> tuple[Any, ...]:
    return tuple(x if x is None else float(x) for x in group)


@pytest.mark.spec("S-003", "S-004", "S-005", "S-006", "S-008", "S-037", "S-040")
@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients(name: str) -> None:
    rows = GOLDEN["gates"][name]
    found = [tuple(map(_numbers, row)) for row in rows]
    assert repr([point for point, _, _ in found]) == repr(list(TABLE[name].points)), "python -m tests.golden.make_gates"
    for point, (value,), slopes in found:
        ours = engine.answer(name, point, "v" * len(point))
        assert agree(ours.value, value, slack(name, 0, point)), (name, point, ours.value, value)
        for a, b in zip(ours.first, slopes, strict=True):
            if b is not None:
                assert a is not None
                assert agree(a, b, slack(name, 1, point)), (name, point, ours.first, slopes)


@pytest.mark.needs("torch")
def test_the_file_is_what_torch_says() -> None:
    from tests.golden import make_gates

    fresh = json.loads(make_gates.text())
    assert list(fresh["gates"]) == list(GOLDEN["gates"])
    for name, rows in fresh["gates"].items():
        for row, kept in zip(rows, GOLDEN["gates"][name], strict=True):
            # Another processor may round a last digit differently; nothing else may differ.
            for x, y in zip(itertools.chain(*row), itertools.chain(*kept), strict=True):
                same = x == y or (type(x) is type(y) is float and math.isclose(x, y, rel_tol=1e-15, abs_tol=1e-323))
                assert same, (name, row, kept)
