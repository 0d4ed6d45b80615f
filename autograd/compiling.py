"""Generated loops compiled to machine code by numba (extra `fast`), kept on disk from one run to the next.

numba is imported at the first compilation, never before, and its absence is an answer rather than an error: whoever has
a loop to compile also has a slower way.
"""

from __future__ import annotations

import importlib.util
import math
import os
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["can_compile", "compile_loops"]

_LOCK = threading.Lock()
_COMPILED: dict[str, Mapping[str, Callable[..., Any]]] = {}


def can_compile() -> bool:
    """Whether numba is installed, and not switched off by NUMBA_DISABLE_JIT.

    >>> can_compile() in (True, False)
    True
    """
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        return False
    return importlib.util.find_spec("numba") is not None


def compile_loops(source: str) -> Mapping[str, Callable[..., Any]]:
    """Compile the functions of a piece of Python source; once per process, and once per machine where it can be kept.

    Args:
        source: Functions marked `@jit("signature")`, numba's own `njit` set so that division by zero gives inf or nan,
            indices are not checked and the interpreter's lock is released. `jit` takes njit's other options;
            `math` and `numpy` are there by name, and `plus(x, y)`, an addition of two numbers of one type that may be
            done in any order with others, so that a sum can become vector instructions.

    Returns:
        What the source defines, by name.

    Raises:
        ImportError: numba is missing or cannot be loaded; ask `can_compile()` first.

    The compiled code is kept in the folder BACKGLOW_CACHE_DIR names, or ~/.cache/backglow; where that cannot be
    written or holds rubbish, the source is compiled anew in each process.

    >>> if can_compile():
    ...     loops = compile_loops("@jit('float64(float64)')\\ndef twice(x):\\n    return 2 * x")
    ...     assert loops["twice"](21.0) == 42.0
    """
    with _LOCK:
        if source not in _COMPILED:
            _COMPILED[source] = _compile(source)
        return _COMPILED[source]


def _compile(source: str) -> Mapping[str, Callable[..., Any]]:
    import hashlib

    from numba import njit

    digest = hashlib.sha256(source.encode()).hexdigest()[:20]
    file = _kept(source, digest)
    if file is not None:
        # Anything a cache can do wrong (no room, no rights, another machine's or a broken file) costs time and no more.
        with suppress(Exception):
            return _run(source, str(file), digest, partial(njit, cache=True))
    return _run(source, f"<backglow loops {digest}>", digest, njit)


def _run(source: str, file: str, digest: str, njit: Callable[..., Any]) -> Mapping[str, Callable[..., Any]]:
    import numpy

    jit = partial(njit, error_model="numpy", boundscheck=False, nogil=True)
    # A module that can be imported by its name: what numba has kept on disk looks for it when it is loaded.
    module = ModuleType(f"backglow_loops_{digest}")
    sys.modules[module.__name__] = module
    scope = module.__dict__
    scope.update(jit=jit, plus=_plus(), math=math, numpy=numpy)
    given = set(scope)
    exec(compile(source, file, "exec"), scope)
    return {name: made for name, made in scope.items() if name not in given and not name.startswith("__")}


def _plus() -> Any:
    """`plus(x, y)`, which may be done in any order together with others: for a sum whose last bits do not matter."""
    from numba.extending import intrinsic

    def add(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        return builder.fadd(*values, flags=("reassoc",))

    def plus(_context: Any, x: Any, y: Any) -> Any:
        return x(x, y), add

    return intrinsic(plus)


def _kept(source: str, digest: str) -> Path | None:
    """A file with the source, which numba's cache keeps the machine code beside; None where there can be none."""
    import tempfile

    with suppress(OSError, RuntimeError):  # RuntimeError: a user without a home
        folder = _folder()
        file = folder / f"{digest}.py"
        if not file.is_file() or file.read_bytes() != source.encode():
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as part:
                    part.write(source.encode())
                Path(name).replace(file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        return file
    return None


def _folder() -> Path:
    named = os.environ.get("BACKGLOW_CACHE_DIR")
    if named:
        return Path(named)
    around = os.environ.get("XDG_CACHE_HOME")
    return (Path(around) if around else Path.home() / ".cache") / "backglow"
