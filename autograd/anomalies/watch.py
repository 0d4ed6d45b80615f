"""The switch: whether this thread watches for numbers that are not finite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from ..modes import ACTIVE, state, switched

__all__ = ["detect_anomaly", "quiet", "watching"]


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise at the first operation, forward or backward, that makes a nan or an infinity. Also works as a decorator.

    Of Values and of Tensors, in this thread only. Run the forward pass inside it too: the message then names the line
    of your code that made the node. While it is on every result is looked at, which costs time; off, it costs nothing.

    Raises:
        AnomalyError: at that operation, with the operands, the line, the domain, what to do and the graph around it.
            No gradient of a leaf has been changed. (`torch.autograd.detect_anomaly` reports nan in the backward pass.)

    >>> import autograd
    >>> x = autograd.Value(1.0, name="x")
    >>> with autograd.detect_anomaly():
    ...     y = (x - 1).log()
    Traceback (most recent call last):
    autograd.errors.AnomalyError: log made −inf out of finite numbers, on the forward pass
      operand 0: sub = 0
      line: ...
      domain: x > 0
      what to do: keep the argument above 0, e.g. log(x + 1e-12), or use log_softmax or logsumexp on the scores
      nearby:
        log = −inf
        └─ sub = 0
           ├─ x = 1
           └─ 1
    """
    with switched(anomaly=True):
        yield


def watching() -> bool:
    """Whether this thread watches."""
    return bool(ACTIVE) and state.anomaly is not None


def quiet() -> AbstractContextManager[None]:
    """Not watching for a while: inside, the engine computes something of its own."""
    return switched(anomaly=None) if watching() else nullcontext()
