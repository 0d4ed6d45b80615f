"""The array engine: Tensor, its recording, its backward pass."""

from .anomaly import detect_anomaly
from .tensor import Tensor

__all__ = ["Tensor", "detect_anomaly"]
