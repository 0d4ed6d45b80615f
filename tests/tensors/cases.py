"""All cases, from the files that list them."""

from __future__ import annotations

from . import cases_core
from .harness import Case

CASES: tuple[Case, ...] = (*cases_core.CASES,)
