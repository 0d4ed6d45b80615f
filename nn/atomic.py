"""Writing a file so that an interrupted write leaves the old file, or none, and never half a one."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from .errors import FileError

__all__ = ["read_file", "replace_file"]


def replace_file(path: str | os.PathLike[str], data: bytes) -> Path:
    """Write under a temporary name beside `path`, force it to the disk, then rename.

    Raises:
        FileError: the file cannot be written; what was there is as it was.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        target = target.resolve()  # through a symbolic link, so that the link stays
        if target.exists() and not target.is_file():
            raise OSError("it is no ordinary file")
        # A name of its own for every write: two that run at once do not meet.
        temporary = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
        with temporary.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
        temporary = None
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"cannot write {str(path)!r}: {_reason(error)}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return Path(path)


def read_file(path: str | os.PathLike[str]) -> bytes:
    """What a file holds.

    Raises:
        FileError: it cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read {str(path)!r}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
