"""Scalar graphs at compiled speed: recorded once, run again and again."""

from .batch import Batch
from .replay import Replay, replay

__all__ = ["Batch", "Replay", "replay"]
