"""What all tests share: skipping for want of a program says so, and is an error where everything must run."""

from __future__ import annotations

import importlib.util
import os
import shutil

import pytest

EVERYTHING = os.environ.get("BACKGLOW_TEST_EVERYTHING") == "1"
"""Set where nothing may be skipped; a missing program or package then fails the test that needs it."""


def _missing(what: str) -> None:
    if EVERYTHING:
        pytest.fail(f"{what} is not installed, and BACKGLOW_TEST_EVERYTHING=1 allows no skipping")
    pytest.skip(f"{what} is not installed")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            if shutil.which(name) is None and importlib.util.find_spec(name) is None:
                _missing(name)
