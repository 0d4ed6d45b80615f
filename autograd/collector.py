"""The garbage collector of Python, paused for a while.

A graph of Values has no cycles, so it is freed the moment it is let go; the collector finds nothing in it, yet looks
through every node again and again while the graph grows. Where nothing else makes garbage in cycles, a loop that pauses
it builds graphs up to twice as fast.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["paused_collector"]

_lock = threading.Lock()
_paused: list[bool] = []
"""One entry per pause in any thread: the first says whether the collector was on before."""


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep Python's cyclic garbage collector from running; also works as a decorator.

    The collector belongs to the whole process: it is off for every thread until the last pause ends, and then on again
    if it was on before the first. Garbage in cycles, of other libraries say, is kept until then.

    >>> import gc
    >>> from autograd import Value
    >>> with paused_collector():
    ...     loss = sum(Value(float(i)) * 2.0 for i in range(1000))
    ...     gc.isenabled()
    False
    """
    with _lock:
        _paused.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            # Pauses are all alike, but the first entry remembers what was before any of them.
            if len(_paused) > 1:
                _paused.pop()
            elif _paused.pop():
                gc.enable()
