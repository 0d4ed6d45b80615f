"""Write optim.json, what PyTorch makes of every rule and schedule: python -m tests.golden.make_optim"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

from ..optim.test_lr_scheduler import SCHEDULES
from ..optim.test_lr_scheduler import ids as schedule_ids
from ..optim.test_lr_scheduler import theirs as scheduled
from ..optim.test_optimizers import RULES, START, their_run
from ..optim.test_optimizers import ids as rule_ids

FILE = Path(__file__).with_name("optim.json")
STEPS = 50


def rates(name: str, options: dict[str, Any]) -> list[float]:
    """The learning rate of each epoch from the start on."""
    import torch

    optimizer = scheduled()
    schedule = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    found = [optimizer.param_groups[0]["lr"]]
    for _ in range(STEPS):
        schedule.step()
        found.append(optimizer.param_groups[0]["lr"])
    return [float(f"{rate:.15g}") for rate in found]


def main() -> None:
    """Run everything in float64 and write the file."""
    import torch

    torch.set_default_dtype(torch.float64)
    warnings.simplefilter("ignore")
    places = {
        key: [[float(f"{v:.15g}") for v in end.ravel()] for end in their_run(name, options, START, STEPS)]
        for key, (name, options) in zip(rule_ids, RULES, strict=True)
    }
    schedules = {key: rates(name, options) for key, (name, options) in zip(schedule_ids, SCHEDULES, strict=True)}
    FILE.write_text(json.dumps({"rules": places, "schedules": schedules}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
