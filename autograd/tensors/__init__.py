"""The array engine: Tensor, its recording, its backward pass."""

from .anomaly import detect_anomaly
from .family import increment_version
from .scalar_graph import ScalarGraph, scalar_graph
from .tensor import Tensor

__all__ = ["ScalarGraph", "Tensor", "detect_anomaly", "increment_version", "scalar_graph"]
