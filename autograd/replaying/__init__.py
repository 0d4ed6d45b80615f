"""Scalar graphs at compiled speed: recorded once, run again and again."""

from .batch import Batch
from .function import replay
from .replay import Replay

__all__ = ["Batch", "Replay", "replay"]
