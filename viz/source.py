"""What can be drawn: a Value, a Tensor or a Trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from autograd import Tensor, Trace, Value, trace

__all__ = ["Names", "Source", "as_trace"]

Source: TypeAlias = Value | Tensor | Trace
Names: TypeAlias = Mapping[str, Any] | None


def as_trace(source: Source, names: Names = None, backward: bool = True) -> Trace:
    """The trace of a Value or a Tensor, or the trace itself.

    Args:
        source: What to show.
        names: Names for nodes that have none, e.g. `locals()`.
        backward: Make a backward pass; without it, pictures show values only.

    Raises:
        GraphError: a Tensor is not a single number, so that its trace needs a `gradient`; or its graph was freed.
    """
    return source if isinstance(source, Trace) else trace(source, names=names, backward=backward)
