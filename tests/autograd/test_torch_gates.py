"""Every gate against PyTorch: values, gradients and double backward, at ordinary points and at the hard ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.oracles import engine
from tests.oracles.agreement import DIFFERENCES, agree, slack
from tests.oracles.points import NAMES, TABLE, Point

pytestmark = pytest.mark.needs("torch")


def _rows(name: str) -> Iterator[tuple[Point, str, engine.Answer, engine.Answer]]:
    """Each point and choice of constants with our answer and PyTorch's."""
    from tests.oracles import torch_gates

    only_numbers = torch_gates.NUMBER_ONLY.get(name, ())
    for point in TABLE[name].points:
        for pattern in engine.patterns(point):
            if not any(pattern[i] == "v" for i in only_numbers):
                theirs = torch_gates.answer(name, point, pattern)
                yield point, pattern, engine.answer(name, point, pattern), engine.Answer(*theirs)


def test_torch_has_an_answer_for_every_gate() -> None:
    from tests.oracles import torch_gates

    assert set(torch_gates.FUNCTIONS) == set(NAMES)


@pytest.mark.spec("S-003", "S-004", "S-005", "S-006", "S-008", "S-037", "S-040")
@pytest.mark.parametrize("name", NAMES)
def test_values_and_gradients(name: str) -> None:
    for point, pattern, ours, theirs in _rows(name):
        assert agree(ours.value, theirs.value, slack(name, 0, point)), (name, point, pattern, ours, theirs)
        for a, b in zip(ours.first, theirs.first, strict=True):
            if a is not None and b is not None:
                assert agree(a, b, slack(name, 1, point)), (name, point, pattern, ours, theirs)


def _pairs(ours: engine.Answer, theirs: engine.Answer) -> Iterator[tuple[float, float]]:
    for a, b in zip(ours.second, theirs.second, strict=True):
        for x, y in zip(a or (), b or (), strict=True):
            if x is not None and y is not None:
                yield x, y


@pytest.mark.parametrize("name", NAMES)
def test_double_backward(name: str) -> None:
    for point, pattern, ours, theirs in _rows(name):
        allowed = slack(name, 2, point)
        for a, b in _pairs(ours, theirs):
            assert agree(a, b, allowed), (name, point, pattern, ours, theirs)


@pytest.mark.parametrize("name", sorted(DIFFERENCES))
def test_the_differences_allowed_are_real(name: str) -> None:
    """An allowance that nothing needs any more would hide a defect."""
    needed = set()
    for point, _, ours, theirs in _rows(name):
        apart = {0: not agree(ours.value, theirs.value)}
        apart[1] = any(
            a is not None and b is not None and not agree(a, b) for a, b in zip(ours.first, theirs.first, strict=True)
        )
        apart[2] = any(not agree(a, b) for a, b in _pairs(ours, theirs))
        needed |= {d for d in DIFFERENCES[name] if apart[d.order] and d.where(point)}
    assert needed == set(DIFFERENCES[name])
