"""All cases, from the files that list them."""

from __future__ import annotations

from . import cases_core, cases_losses
from .harness import Case

CASES: tuple[Case, ...] = (
    *cases_core.CASES,
    *cases_losses.CASES,
)
