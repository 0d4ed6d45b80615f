"""What was measured while training, epoch by epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["History"]


class History:
    """Records of epochs; `history["loss"]` is one column as an array, nan where a record has none.

    >>> history = History()
    >>> history.append({"epoch": 0, "loss": 2.0})
    >>> history.append({"epoch": 1, "loss": 1.5, "val_loss": 1.75})
    >>> history["val_loss"].tolist(), len(history)
    ([nan, 1.75], 2)
    """

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def append(self, record: dict[str, Any]) -> None:
        """Add an epoch."""
        self.records.append(record)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        if not any(name in record for record in self.records):
            known = ", ".join(dict.fromkeys(key for record in self.records for key in record)) or "nothing"
            raise KeyError(f"the history holds {known}, and not {name}")
        return np.array([record.get(name, np.nan) for record in self.records], dtype=float)

    def __repr__(self) -> str:
        last = ", ".join(f"{k}={v:.4g}" for k, v in self.records[-1].items()) if self.records else "empty"
        return f"History({len(self)} epochs; last: {last})"
