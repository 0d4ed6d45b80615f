"""The errors networks raise on purpose."""

from __future__ import annotations

from autograd import AutogradError, MissingExtraError

__all__ = ["DataError", "FileError", "MissingExtraError", "StateDictError"]


class StateDictError(AutogradError, ValueError):
    """A state_dict, or a file with one, does not fit the module; the message names what differs."""


class DataError(AutogradError, ValueError):
    """Data cannot be used as it is: empty, not finite, of another size, or with labels out of range."""


class FileError(AutogradError, OSError):
    """A file cannot be read or written; the message names it and says why. A file that was there is as it was."""
