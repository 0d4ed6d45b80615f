"""Numbers that are not finite: watching for the first one, and saying where it came from and what to do."""

from .watch import detect_anomaly, quiet, watching

__all__ = ["detect_anomaly", "quiet", "watching"]
