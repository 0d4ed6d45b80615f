"""What can go wrong while drawing."""

from __future__ import annotations

from autograd import AutogradError

__all__ = ["MissingExtraError", "OutputError", "PictureError"]


class PictureError(AutogradError, ValueError):
    """The picture asked for cannot be made from this trace."""


class OutputError(AutogradError, OSError):
    """A file cannot be written; nothing of it was."""


class MissingExtraError(AutogradError, ImportError):
    """A format needs a package that is not installed; the message gives the command that installs it."""
