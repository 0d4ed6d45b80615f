"""A Tensor's methods: operations and what numpy's arrays answer about themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .. import operations as _operations
from ..errors import IndexingError, OperandError, ShapeError
from ..operation import OPERATIONS, Array
from .describe import describe
from .in_place import assign

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Methods"]


class Methods:
    """Base of Tensor. The operations behind the methods are documented at their entries: `help(autograd.reshape)`."""

    __slots__ = ()

    _data: Array
    _nodes: ClassVar[Any]

    # ------------------------------------------------------------------------------------------- as numpy's arrays

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of elements along each axis."""
        return self._data.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._data.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        return self._data.size

    @property
    def dtype(self) -> np.dtype[Any]:
        """The kind of its numbers."""
        return self._data.dtype

    def numel(self) -> int:
        """The number of elements, by PyTorch's name."""
        return self._data.size

    def dim(self) -> int:
        """The number of axes, by PyTorch's name."""
        return self._data.ndim

    def numpy(self) -> Array:
        """The numbers as an array that shares memory; read-only if the tensor requires a gradient."""
        return self.__array__()

    def item(self) -> float:
        """The one number as Python's own.

        Raises:
            ShapeError: there is more than one.
        """
        self._one("item()")
        return self._data.item()  # type: ignore[no-any-return]

    def tolist(self) -> Any:
        """The numbers as nested lists."""
        return self._data.tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = self._data
        if (dtype is not None and np.dtype(dtype) != array.dtype) or copy:
            return array.astype(array.dtype if dtype is None else dtype)
        if getattr(self, "requires_grad", False):
            # Whoever writes into this would change a graph behind its back.
            array = array.view()
            array.flags.writeable = False
        return array

    def _one(self, what: str) -> None:
        if self._data.size != 1:
            raise ShapeError(f"{what} needs a single number, but {describe(self)} has {self._data.size} elements")

    def __float__(self) -> float:
        self._one("float()")
        return float(self._data.item())

    def __int__(self) -> int:
        self._one("int()")
        return int(self._data.item())

    def __index__(self) -> int:
        self._one("an index")
        if self._data.dtype.kind not in "iu":
            raise OperandError(f"an index must be a whole number, and {describe(self)} holds {self._data.dtype}")
        return int(self._data.item())

    def __bool__(self) -> bool:
        if self._data.size != 1:
            raise ShapeError(
                f"whether {describe(self)} is true is ambiguous: ask t.all() or t.any(), or reduce it to one number"
            )
        return bool(self._data.item())

    def __format__(self, spec: str) -> str:
        return format(self._data.item(), spec) if spec and self._data.size == 1 else repr(self)

    def __len__(self) -> int:
        if not self._data.ndim:
            raise ShapeError(f"len(): {describe(self)} has no axis to count along")
        return len(self._data)

    def __iter__(self) -> Iterator[Tensor]:
        if not self._data.ndim:
            raise ShapeError(f"iteration: {describe(self)} has no axis to go along")
        return (self[i] for i in range(len(self._data)))

    def all(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Whether no element is zero: a bool, or along an axis a Tensor of them."""
        return self._truth(self._data.all, axis, keepdims)

    def any(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Whether some element is not zero: a bool, or along an axis a Tensor of them."""
        return self._truth(self._data.any, axis, keepdims)

    def _truth(self, ask: Callable[..., Any], axis: Any, keepdims: bool) -> Any:
        if axis is None and not keepdims:
            return bool(ask())
        try:
            return self._nodes(ask(axis=axis, keepdims=keepdims))
        except np.exceptions.AxisError as error:
            raise IndexingError(f"{describe(self)}: {error}") from None

    def __contains__(self, number: Any) -> bool:
        return bool(np.any(self._data == getattr(number, "_data", number)))

    def argmax(self, axis: int | None = None, **named: Any) -> Any:
        """Where the largest element is; see `autograd.argmax`."""
        return OPERATIONS["argmax"](self, axis, **named)

    def argmin(self, axis: int | None = None, **named: Any) -> Any:
        """Where the smallest element is; see `autograd.argmin`."""
        return OPERATIONS["argmin"](self, axis, **named)

    # ------------------------------------------------------------------------------------------------- in place

    def __getitem__(self, index: Any) -> Tensor:
        result: Tensor = OPERATIONS["getitem"](self, index)
        return result

    def __setitem__(self, index: Any, value: Any) -> None:
        assign(self, index, value, "assignment to elements")  # type: ignore[arg-type]

    def fill_(self, value: float) -> Tensor:
        """Put one number everywhere, in place."""
        assign(self, ..., value, "fill_")  # type: ignore[arg-type]
        return self  # type: ignore[return-value]

    def zero_(self) -> Tensor:
        """Put 0 everywhere, in place."""
        return self.fill_(0)

    def copy_(self, other: Any) -> Tensor:
        """Take over another tensor's or array's numbers, in place and broadcast."""
        assign(self, ..., other, "copy_")  # type: ignore[arg-type]
        return self  # type: ignore[return-value]

    # ------------------------------------------------------------------------------------------------- operations

    if TYPE_CHECKING:

        def reshape(self, *shape: Any) -> Tensor: ...
        def view(self, *shape: Any) -> Tensor: ...
        def transpose(self, *axes: Any) -> Tensor: ...
        def permute(self, *axes: Any) -> Tensor: ...
        def swapaxes(self, first: int, second: int) -> Tensor: ...
        def astype(self, dtype: Any) -> Tensor: ...
        def sum(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def mean(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def max(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def min(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def squeeze(self, axis: Any = None, **named: Any) -> Tensor: ...
        def unsqueeze(self, axis: Any = None, **named: Any) -> Tensor: ...
        def expand_dims(self, axis: Any = None, **named: Any) -> Tensor: ...
        def broadcast_to(self, *shape: Any) -> Tensor: ...
        def flip(self, axis: Any = None, **named: Any) -> Tensor: ...
        def roll(self, shift: Any, axis: Any = None, **named: Any) -> Tensor: ...
        def tile(self, *reps: Any) -> Tensor: ...
        def repeat(self, repeats: Any, axis: Any = None, **named: Any) -> Tensor: ...
        def repeat_interleave(self, repeats: Any, axis: Any = None, **named: Any) -> Tensor: ...
        def diagonal(self, offset: int = 0, axis1: int = 0, axis2: int = 1, **named: Any) -> Tensor: ...
        def tril(self, k: int = 0, **named: Any) -> Tensor: ...
        def triu(self, k: int = 0, **named: Any) -> Tensor: ...
        def sort(self, axis: Any = -1, descending: bool = False, **named: Any) -> Tensor: ...
        def argsort(self, axis: Any = -1, descending: bool = False, **named: Any) -> Tensor: ...
        def clip(self, a_min: Any = None, a_max: Any = None, **named: Any) -> Tensor: ...
        def clamp(self, a_min: Any = None, a_max: Any = None, **named: Any) -> Tensor: ...
        def take_along_axis(self, indices: Any, axis: Any = -1, **named: Any) -> Tensor: ...
        def clone(self) -> Tensor: ...
        def copy(self) -> Tensor: ...
        def flatten(self, start_dim: int = 0, end_dim: int = -1) -> Tensor: ...
        def ravel(self) -> Tensor: ...
        def moveaxis(self, source: Any, destination: Any) -> Tensor: ...
        def take(self, indices: Any, axis: int | None = None, **named: Any) -> Tensor: ...
        def gather(self, dim: int, index: Any) -> Tensor: ...
        def split(self, indices_or_sections: Any, axis: int = 0, **named: Any) -> list[Tensor]: ...
        def chunk(self, chunks: int, axis: int = 0, **named: Any) -> list[Tensor]: ...
        def unbind(self, axis: int = 0, **named: Any) -> list[Tensor]: ...
        def topk(self, k: int, axis: int = -1, largest: bool = True, **named: Any) -> tuple[Tensor, Tensor]: ...
        def prod(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def var(self, axis: Any = None, **named: Any) -> Tensor: ...
        def std(self, axis: Any = None, **named: Any) -> Tensor: ...
        def norm(self, p: Any = 2, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def amax(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def amin(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def cumsum(self, axis: Any = None, **named: Any) -> Tensor: ...
        def cumprod(self, axis: Any = None, **named: Any) -> Tensor: ...
        def logsumexp(self, axis: Any = None, keepdims: bool = False, **named: Any) -> Tensor: ...
        def softmax(self, axis: int = -1, **named: Any) -> Tensor: ...
        def log_softmax(self, axis: int = -1, **named: Any) -> Tensor: ...
        def dot(self, other: Any) -> Tensor: ...
        def outer(self, other: Any) -> Tensor: ...
        def inner(self, other: Any) -> Tensor: ...

    @property
    def T(self) -> Tensor:  # noqa: N802 - its name in numpy and PyTorch
        """The axes in reversed order."""
        return OPERATIONS["transpose"](self)  # type: ignore[no-any-return]


_METHODS = {
    "reshape": "reshape", "transpose": "transpose", "permute": "transpose", "swapaxes": "swapaxes", "astype": "astype",
    "sum": "sum", "mean": "mean", "max": "amax", "min": "amin",
    "squeeze": "squeeze", "unsqueeze": "expand_dims", "expand_dims": "expand_dims", "broadcast_to": "broadcast_to",
    "flip": "flip", "roll": "roll", "tile": "tile", "repeat": "repeat", "repeat_interleave": "repeat",
    "diagonal": "diagonal", "tril": "tril", "triu": "triu", "sort": "sort", "argsort": "argsort", "clip": "clip",
    "clamp": "clip", "prod": "prod", "var": "var", "std": "std", "norm": "norm", "amax": "amax", "amin": "amin",
    "cumsum": "cumsum", "cumprod": "cumprod", "logsumexp": "logsumexp", "softmax": "softmax", "dot": "dot",
    "log_softmax": "log_softmax", "outer": "outer", "inner": "inner", "take_along_axis": "take_along_axis",
    "clone": "clone", "copy": "clone", "view": "reshape",
}  # fmt: skip
"""Methods and the operations they apply."""

_COMPOSED = ("flatten", "ravel", "moveaxis", "take", "gather", "split", "chunk", "unbind", "topk")
"""Methods that apply a function made of several operations."""


def _method(rule: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        return rule(self, *arguments, **named)

    method.__name__ = rule.__name__
    method.__doc__ = rule.__doc__
    return method


for _name, _operation in _METHODS.items():
    setattr(Methods, _name, _method(OPERATIONS[_operation]))
for _name in _COMPOSED:
    setattr(Methods, _name, _method(getattr(_operations, _name)))
