"""Nested plain data with arrays in it as one JSON text and arrays by name, and back."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor

__all__ = ["from_text", "to_text"]


def to_text(data: Any, prefix: str, arrays: dict[str, NDArray[Any]]) -> str:
    """The data as JSON, without its arrays, which are put among `arrays` under numbered names.

    Dicts may have keys that are not text; tuples stay tuples and numbers keep every digit.

    Raises:
        OperandError: something is none of dict, list, tuple, text, number, None and array.
    """

    def plain(item: Any, where: str) -> Any:
        if item is None or isinstance(item, (bool, int, float, str)):
            return item
        if isinstance(item, (Tensor, np.ndarray)):
            name = f"{prefix}{len(arrays)}"
            arrays[name] = np.array(item.data if isinstance(item, Tensor) else item)
            return {"array": name}
        if isinstance(item, np.generic):
            return plain(np.asarray(item), where)
        if isinstance(item, dict):
            return {"dict": [[plain(key, where), plain(value, f"{where}[{key!r}]")] for key, value in item.items()]}
        if isinstance(item, tuple):
            return {"tuple": [plain(part, f"{where}[{i}]") for i, part in enumerate(item)]}
        if isinstance(item, list):
            return [plain(part, f"{where}[{i}]") for i, part in enumerate(item)]
        raise OperandError(f"{where} is a {type(item).__name__}, which is no plain data: numbers, text, lists, dicts")

    return json.dumps(plain(data, prefix.rstrip("/")))


def from_text(text: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """What `to_text` was given.

    Raises:
        KeyError, TypeError, ValueError: the text is not one that it made.
    """

    def found(item: Any) -> Any:
        if isinstance(item, list):
            return [found(part) for part in item]
        if not isinstance(item, dict):
            return item
        ((kind, content),) = item.items()
        if kind == "array":
            array = arrays[content]
            return array if array.ndim else array[()]
        if kind == "tuple":
            return tuple(found(part) for part in content)
        return {found(key): found(value) for key, value in content}

    return found(json.loads(text))
