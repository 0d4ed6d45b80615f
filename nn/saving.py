"""Parameters in files: the safetensors format, which holds arrays and text and nothing that could run."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd
from autograd import OperandError, Tensor

from .atomic import read_file, replace_file
from .errors import MissingExtraError, StateDictError
from .module import Module

__all__ = ["load", "read", "save", "write"]

Arrays = dict[str, NDArray[Any]]

_FORMAT = "backglow"
_FORMAT_VERSION = "1"


def save(module_or_state: Module | Mapping[str, Any], path: str | os.PathLike[str]) -> Path:
    """Save parameters and buffers in a safetensors file, which `load`, and any other program for the format, reads.

    The file is written beside its place and then renamed: a write that is interrupted leaves the old file as it was.
    In it stand the versions that wrote it and a checksum. Nothing is pickled. Saving the same numbers twice gives the
    same bytes.

    Args:
        module_or_state: A module, or what its `state_dict` returned; or any arrays by name.
        path: Where to, usually ending in ".safetensors".

    Returns:
        The path.

    Raises:
        FileError: the file cannot be written.
        MissingExtraError: safetensors is not installed.
        OperandError: what should be saved is no numbers, or has no name that a file can hold.

    Source: safetensors, https://github.com/huggingface/safetensors

    >>> import nn, tempfile
    >>> layer, other = nn.Linear(2, 1), nn.Linear(2, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = nn.save(layer, Path(folder) / "layer.safetensors")
    ...     other.load_state_dict(nn.load(path))
    >>> bool((other.weight.data == layer.weight.data).all())
    True
    """
    state = module_or_state.state_dict() if isinstance(module_or_state, Module) else module_or_state
    return write(path, state, {})


def load(path: str | os.PathLike[str], *, check: bool = True) -> Arrays:
    """The arrays by name that `save` wrote, for `load_state_dict`.

    Args:
        path: The file.
        check: Whether the file must have the checksum that `save` writes. False takes safetensors files of other
            programs, e.g. PyTorch's; they are then held only against the format.

    Raises:
        StateDictError: the file is truncated or was changed, or another program wrote it; the message names it.
        FileError: it cannot be read.
        MissingExtraError: safetensors is not installed.
    """
    return read(path, check=check)[0]


def write(path: str | os.PathLike[str], state: Mapping[str, Any], about: Mapping[str, str]) -> Path:
    """Arrays and texts about them as a file.

    Raises:
        FileError, MissingExtraError, OperandError: as `save`.
    """
    arrays = {name: _array(name, item) for name, item in sorted(state.items())}
    described = {"format": _FORMAT, "format_version": _FORMAT_VERSION, "backglow": autograd.__version__,
                 "numpy": np.__version__, **about}  # fmt: skip
    described["sha256"] = _checksum(arrays, described)
    return replace_file(path, _ordered(_safetensors().save(arrays, metadata=described)))


def read(path: str | os.PathLike[str], *, check: bool = True) -> tuple[Arrays, dict[str, str]]:
    """What `write` wrote: arrays and texts.

    Raises:
        StateDictError, FileError, MissingExtraError: as `load`.
    """
    library = _safetensors()
    data = read_file(path)
    try:
        loaded = library.load(data)
        arrays: Arrays = {name: loaded[name] for name in sorted(loaded)}
        about = dict(_header(data)[0].get("__metadata__") or {})
    except Exception as error:  # the library's own error, or any other that a file made up by somebody leads to
        what = "is empty" if not data else "is truncated, or no safetensors file"
        raise StateDictError(f"{str(path)!r} {what} ({str(error) or type(error).__name__})") from None
    if check:
        _check(path, arrays, about)
    return arrays, about


def _check(path: str | os.PathLike[str], arrays: Arrays, about: dict[str, str]) -> None:
    if about.get("format") != _FORMAT or "sha256" not in about:
        raise StateDictError(
            f"{str(path)!r} was written by another program and has no checksum; nn.load(path, check=False) takes it"
        )
    if about.get("format_version") != _FORMAT_VERSION:
        raise StateDictError(
            f"{str(path)!r} was written by backglow {about.get('backglow')} in version "
            f"{about.get('format_version')!r} of the format; this is backglow {autograd.__version__}, which reads "
            f"version {_FORMAT_VERSION}"
        )
    expected = about.pop("sha256")
    if _checksum(arrays, about) != expected:
        raise StateDictError(f"{str(path)!r} was changed after it was written: its checksum is another")


def _array(name: Any, item: Any) -> NDArray[Any]:
    if not isinstance(name, str) or name == "__metadata__":
        raise OperandError(f"save: arrays have names, not {name!r}")
    # Always a copy: the layout in memory is then rows first, also for arrays without axes.
    array = np.array(item.data if isinstance(item, Tensor) else item, order="C")
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8:
        raise OperandError(f"save: {name} holds {array.dtype}, which a safetensors file cannot hold; convert it")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _checksum(arrays: Arrays, about: Mapping[str, str]) -> str:
    found = hashlib.sha256(json.dumps(sorted(about.items())).encode())
    for name in sorted(arrays):
        array = arrays[name]
        found.update(json.dumps([name, array.dtype.name, list(array.shape)]).encode())
        found.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    """The header of a safetensors file, which is JSON behind its length, and where it ends."""
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), end


def _ordered(data: bytes) -> bytes:
    """The same file with the texts in its header in order: the library writes them in another order every time."""
    header, end = _header(data)
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + data[end:]


def _safetensors() -> Any:
    try:
        return import_module("safetensors.numpy")
    except ImportError:
        raise MissingExtraError(
            "saving and loading needs safetensors: pip install 'backglow[save]' (or pip install safetensors)"
        ) from None
