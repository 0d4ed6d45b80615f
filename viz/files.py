"""Writing files so that an interrupted or failed write leaves the old file, or none, and never half a one."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from .errors import OutputError

__all__ = ["write_file"]


def write_file(path: str | Path, content: str | bytes) -> Path:
    """Write under a temporary name beside `path`, then rename.

    Raises:
        OutputError: the file cannot be written.
    """
    target = Path(path)
    data = content.encode("utf-8") if isinstance(content, str) else content
    temporary: Path | None = None
    try:
        target = target.resolve()  # through a symbolic link, so that the link stays
        if target.is_symlink():  # a loop: from Python 3.13 on, resolve leaves it as it is
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if target.exists() and not target.is_file():
            _write_device(target, data)
            return Path(path)
        temporary = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
        temporary.write_bytes(data)
        temporary.replace(target)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: such a loop before Python 3.13
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise OutputError(f"cannot write {_shown(str(path))!r}: {reason}") from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return Path(path)


def _write_device(target: Path, data: bytes) -> None:
    """A pipe or a terminal cannot be renamed onto; a directory cannot be written."""
    with target.open("wb") as stream:
        stream.write(data)


def _shown(path: str) -> str:
    """A path for a message: the middle of a very long one left out, so that the reason after it is still read."""
    return path if len(path) <= 240 else f"{path[:120]}…{path[-100:]}"
