"""C written by hand, compiled when the worker starts: the step itself, and an interpreter of the graph."""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from problem import DECAY, Contender, Tape, Unable, read_moons, read_tape

COMPILER = shlex.split(os.environ.get("CC", "cc"))
if shutil.which(COMPILER[0]) is None:
    raise ImportError(f"No C compiler named {COMPILER[0]!r}")
SOURCES = Path(__file__).parents[1] / "c"
FLAGS = {"by_sample": ["-O2", "-ftree-vectorize"]}
"""gcc 12 makes slower code of that one with -O3, which is for all others."""
H, INPUTS = 16, 2


def make(workload: str, folder: str, how: str, dtype: str = "float64") -> Contender:
    """`how` is the function of moons.c, or the order in which the interpreter has its gates."""
    real = ctypes.c_double if dtype == "float64" else ctypes.c_float
    if how.startswith("by_"):
        if workload != "moons":
            raise Unable
        return _moons(folder, how, dtype, real)
    return _interpreter(ordered(read_tape(folder, workload), how), dtype, real)


@cache
def library(source: str, function: str, real: type) -> Any:
    """Compile a source for one type of number; its function that runs a step, which returns a double."""
    spelled = {ctypes.c_double: "double", ctypes.c_float: "float"}[real]
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/{source}.so"
        command = [*COMPILER, *FLAGS.get(function, ["-O3"]), "-march=native", "-std=gnu11", f"-DREAL={spelled}",
                   "-shared", "-fPIC", str(SOURCES / f"{source}.c"), "-o", target, "-lm"]  # fmt: skip
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode != 0:  # a processor the compiler cannot name
            command.remove("-march=native")
            subprocess.run(command, check=True)
        run = getattr(ctypes.CDLL(target), function)
    run.restype = ctypes.c_double
    return run


def _moons(folder: str, how: str, dtype: str, real: Any) -> Contender:
    problem = read_moons(folder)

    class Network(ctypes.Structure):
        _fields_ = [
            ("w1", real * (H * INPUTS)), ("w2", real * (H * H)), ("w3", real * H),
            ("b1", real * H), ("b2", real * H), ("b3", real),
        ]  # fmt: skip

    pointer = ctypes.POINTER(real)

    class Problem(ctypes.Structure):
        _fields_ = [
            ("net", Network), ("count", ctypes.c_long), ("blocks", ctypes.c_long), ("x0", pointer), ("x1", pointer),
            ("y", pointer), ("share", pointer), ("decay", real), ("rate", real),
        ]  # fmt: skip

    count = len(problem.points)
    block = 64 // ctypes.sizeof(real)
    blocks = -(-count // block)
    columns = np.zeros((4, blocks * block), dtype)
    columns[:2, :count] = np.transpose(problem.points)
    columns[2, :count] = problem.labels
    columns[3, :count] = 1 / count
    state = Problem(count=count, blocks=blocks, decay=DECAY)
    for name, column in zip(("x0", "x1", "y", "share"), columns, strict=True):
        setattr(state, name, column.ctypes.data_as(pointer))
    arrays = {f"w{i}": w for i, w in enumerate(problem.weights, 1)}
    arrays |= {f"b{i}": b for i, b in enumerate(problem.biases, 1)}
    for name, values in arrays.items():
        flat = np.ravel(values).tolist()
        setattr(state.net, name, flat[0] if name == "b3" else type(getattr(state.net, name))(*flat))
    run = library("moons", how, real)
    address = ctypes.byref(state)

    state.kept = columns  # it only points to them

    def step(rate: float) -> Any:
        state.rate = rate
        return run(address)

    return step, lambda: np.concatenate([np.ravel(getattr(state.net, f"{k}{i}")) for i in (1, 2, 3) for k in "wb"])


def ordered(tape: Tape, how: str) -> Tape:
    """The same graph in the order of creation, or level by level and in each by gate ("levels")."""
    if how == "creation":
        return tape
    leaves = len(tape.leaves)
    level = [0] * (leaves + len(tape.gates))
    for i, (a, b) in enumerate(zip(tape.a.tolist(), tape.b.tolist(), strict=True), leaves):
        level[i] = 1 + max(level[a], level[b])
    order = np.lexsort((tape.gates, np.array(level[leaves:])))
    place = np.arange(len(level), dtype=np.uint32)
    place[leaves + order] = np.arange(leaves, len(level), dtype=np.uint32)
    return tape._replace(gates=tape.gates[order], a=place[tape.a[order]], b=place[tape.b[order]])


def _interpreter(tape: Tape, dtype: str, real: Any) -> Contender:
    pointer, indices = ctypes.POINTER(real), ctypes.POINTER(ctypes.c_uint32)

    class State(ctypes.Structure):
        _fields_ = [
            ("leaves", ctypes.c_long), ("gates", ctypes.c_long), ("wanted", ctypes.c_long),
            ("gate", ctypes.POINTER(ctypes.c_uint8)), ("a", indices), ("b", indices), ("updated", indices),
            ("value", pointer), ("slope", pointer), ("rate", real), ("root", ctypes.c_long),
        ]  # fmt: skip

    leaves, size = len(tape.leaves), len(tape.leaves) + len(tape.gates)
    values, slopes = np.zeros(size, dtype), np.zeros(size, dtype)
    values[:leaves] = tape.leaves
    state = State(leaves=leaves, gates=len(tape.gates), wanted=len(tape.wanted), root=size - 1)
    arrays = {"gate": tape.gates, "a": tape.a, "b": tape.b, "updated": tape.wanted, "value": values, "slope": slopes}
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, kind in State._fields_[3:9]:
        setattr(state, name, arrays[name].ctypes.data_as(kind))
    run = library("interpreter", "run", real)
    address = ctypes.byref(state)

    state.kept = arrays  # it only points to them

    def step(rate: float) -> Any:
        state.rate = rate if tape.train else 0.0
        return run(address)

    return step, lambda: (values if tape.train else slopes)[tape.wanted]
