"""Compiled loops are kept on disk: a second process loads what the first compiled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import numpy
from autograd import compile_loops
source = '''@jit("float64(float64[::1])")
def total(v):
    t = 0.0
    for x in v:
        t += x
    return t
'''
total = compile_loops(source)["total"]
assert total(numpy.ones(3)) == 3.0
print(sum(total.stats.cache_hits.values()), sum(total.stats.cache_misses.values()))
"""


@pytest.mark.needs("numba")
def test_a_second_process_loads_what_the_first_compiled(tmp_path: Path) -> None:
    environment = {**os.environ, "BACKGLOW_CACHE_DIR": str(tmp_path)}
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, timeout=120
        ).stdout.split()
        for _ in range(2)
    ]
    assert said == [["0", "1"], ["1", "0"]]
