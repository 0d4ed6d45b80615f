"""Rules and schedules against numbers PyTorch made once (`tests/golden/make_optim.py`), for machines without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optim import lr_scheduler

from .test_lr_scheduler import SCHEDULES, ours
from .test_lr_scheduler import ids as schedule_ids
from .test_optimizers import RULES, START, our_run
from .test_optimizers import ids as rule_ids

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "optim.json").read_text(encoding="utf-8"))


def test_the_file_holds_every_rule_and_schedule() -> None:
    assert list(GOLDEN["rules"]) == rule_ids, "run: python -m tests.golden.make_optim"
    assert list(GOLDEN["schedules"]) == schedule_ids, "run: python -m tests.golden.make_optim"


@pytest.mark.parametrize(("key", "rule"), list(zip(rule_ids, RULES, strict=True)), ids=rule_ids)
def test_fifty_steps(key: str, rule: tuple[str, dict[str, Any]]) -> None:
    for end, expected in zip(our_run(*rule, START, 50), GOLDEN["rules"][key], strict=True):
        np.testing.assert_allclose(end.ravel(), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("key", "schedule"), list(zip(schedule_ids, SCHEDULES, strict=True)), ids=schedule_ids)
def test_fifty_epochs(key: str, schedule: tuple[str, dict[str, Any]]) -> None:
    optimizer = ours()
    made = getattr(lr_scheduler, schedule[0])(optimizer, **schedule[1])
    for t, expected in enumerate(GOLDEN["schedules"][key]):
        assert optimizer.lr == pytest.approx(expected, rel=1e-12, abs=1e-14), t
        if t < 50:
            made.step()
