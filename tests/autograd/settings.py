"""How hypothesis runs here: the same examples every time, as many as a coffee-free wait allows, never timed."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("BACKGLOW_TEST_EXAMPLES", "120"))
"""How many examples each property is tried with; raise it to search longer (the examples are then random)."""

thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="BACKGLOW_TEST_EXAMPLES" not in os.environ,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
