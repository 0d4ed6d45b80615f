"""What can go wrong while drawing."""

from __future__ import annotations

from autograd import AutogradError, MissingExtraError

__all__ = ["MissingExtraError", "OutputError", "PictureError"]


class PictureError(AutogradError, ValueError):
    """The picture asked for cannot be made from this trace."""


class OutputError(AutogradError, OSError):
    """A file cannot be written; nothing of it was."""
