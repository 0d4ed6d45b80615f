"""An index as one would type it, for messages."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["index_text"]


def index_text(index: Any) -> str:
    """What stands between the square brackets.

    >>> index_text((0, slice(None, None, -1), None, ..., np.array([1, 2])))
    '0, ::-1, None, ..., [1, 2]'
    """
    if isinstance(index, tuple):
        return ", ".join(map(index_text, index)) + ("," if len(index) == 1 else "")
    if index is Ellipsis:
        return "..."
    if isinstance(index, slice):
        ends = ["" if end is None else index_text(end) for end in (index.start, index.stop)]
        return ":".join(ends if index.step is None else [*ends, index_text(index.step)])
    data = getattr(index, "_data", index)
    if isinstance(data, np.ndarray):
        if data.size <= 8:
            return str(data.tolist())
        return f"an array of {data.dtype} of shape {data.shape}"
    return repr(data.item() if isinstance(data, np.generic) else data)
