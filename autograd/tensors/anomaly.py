"""detect_anomaly: stop at the first operation whose result is not finite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import AnomalyError
from ..modes import switched
from ..operation import Array, Operation
from .describe import described

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["check_backward", "check_forward", "detect_anomaly"]


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise at the first operation, forward or backward, that produces a nan or an infinity."""
    with switched(anomaly=True):
        yield


def check_forward(
    node: Tensor,
    rule: Operation,
    operands: Sequence[Any],
    arrays: Sequence[Any],  # noqa: ARG001
    options: dict[str, Any] | None,  # noqa: ARG001
) -> None:
    """Raise if the operation made something that is not finite of operands that are."""
    if not np.isfinite(node._data).all():
        raise AnomalyError(f"{rule.name} of {described(operands)} is not finite")


def check_backward(node: Tensor, slot: int, upstream: Array, gradient: Array) -> None:  # noqa: ARG001
    """Raise if a pullback made something that is not finite."""
    if not np.isfinite(gradient).all():
        assert node._rule is not None
        raise AnomalyError(f"the gradient of {node._rule.name} with respect to operand {slot} is not finite")
