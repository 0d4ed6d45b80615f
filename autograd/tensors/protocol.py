"""numpy's functions applied to Tensors: `np.exp(t)`, `np.add(a, t)`, `np.concatenate([t, u])` record like any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import operations as _operations
from ..errors import AutogradError, OperandError
from ..gate import GATES
from ..numpy_protocol import UFUNC_GATES
from ..operation import OPERATIONS, spoken
from .shape_errors import broadcast_error

__all__ = ["apply_function", "apply_plainly", "apply_ufunc"]


def apply_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What one of numpy's element-wise functions makes of operands of which at least one is a Tensor.

    Raises:
        OperandError: there is no gate for it.

    >>> import numpy as np
    >>> from autograd import Tensor
    >>> np.add(np.ones(2), Tensor([1.0, 2.0])).op is None
    True
    """
    name = ufunc.__name__
    if options.get("out") is not None:
        raise OperandError(
            f"np.{name} cannot put its result into an array with out=, as in `array += t`: an array does not know how "
            "it was computed; write a = a + t for a Tensor, or a += t.data for the numbers alone"
        )
    if method == "__call__" and not options:
        if name == "matmul":
            return OPERATIONS["matmul"](*inputs)
        gate = GATES.get(UFUNC_GATES.get(name, ""))
        if gate is not None:
            return gate(*inputs)
        if name in _COMPARISONS:
            mirrored, direct = _COMPARISONS[name]
            first = next(x for x in inputs if hasattr(type(x), "_apply_operation_"))
            return getattr(first, direct)(inputs[1]) if first is inputs[0] else getattr(first, mirrored)(inputs[0])
        if name in _PLAINLY:
            return apply_plainly(ufunc, inputs)
        if name in _WRITTEN:
            return _WRITTEN[name](*inputs)
    if method == "reduce" and _REDUCTIONS.get(name) in OPERATIONS and set(options) <= {"axis", "keepdims"}:
        return OPERATIONS[_REDUCTIONS[name]](*inputs, **{"axis": 0, **options})
    used = f".{method}" if method != "__call__" else ""
    given = f" with {', '.join(options)}" if options else ""
    raise OperandError(
        f"np.{name}{used}{given} is not an operation on Tensors: use autograd's functions, or give it the numbers, "
        "t.data"
    )


_COMPARISONS = {
    "less": ("__gt__", "__lt__"), "less_equal": ("__ge__", "__le__"), "greater": ("__lt__", "__gt__"),
    "greater_equal": ("__le__", "__ge__"), "equal": ("__eq__", "__eq__"), "not_equal": ("__ne__", "__ne__"),
}  # fmt: skip
_PLAINLY = {
    "isfinite", "isinf", "isnan", "signbit", "logical_and", "logical_or", "logical_not", "logical_xor", "invert",
    "bitwise_and", "bitwise_or", "bitwise_xor",
}  # fmt: skip
"""What gives truth values or patterns of bits, in which no gradient travels."""
_WRITTEN: dict[str, Callable[..., Any]] = {
    "square": lambda x: x**2,
    "positive": lambda x: x,
    "floor": lambda x: x // 1,
    "ceil": lambda x: -(-x // 1),
}
_REDUCTIONS = {"add": "sum", "multiply": "prod", "maximum": "amax", "minimum": "amin"}


def apply_plainly(ufunc: Any, inputs: Sequence[Any]) -> Any:
    """One of numpy's functions on the numbers of Tensors, as a Tensor that requires no gradient.

    Raises:
        ShapeError: the shapes do not broadcast.
        OperandError: the function is not for numbers of this kind.
    """
    nodes = next(type(x)._nodes for x in inputs if hasattr(type(x), "_apply_operation_"))
    for x in inputs:
        if hasattr(type(x), "_apply_gate_") and not hasattr(type(x), "_apply_operation_"):
            raise OperandError(f"{ufunc.__name__} cannot combine a {type(x).__name__} and a Tensor")
    try:
        return nodes(ufunc(*(getattr(x, "_data", x) for x in inputs)))
    except ValueError:
        raise broadcast_error(ufunc.__name__, *inputs) from None
    except TypeError:
        kinds = " and ".join(str(np.asarray(getattr(x, "_data", x)).dtype) for x in inputs)
        raise OperandError(
            f"{ufunc.__name__} is not for {kinds}: compare first, as in (t > 0) & (t < 1), or use astype(bool)"
        ) from None


def apply_function(function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What another of numpy's functions makes of Tensors.

    Raises:
        OperandError: there is no operation for it.
    """
    name = function.__name__
    if name in _COMPOSED:
        try:
            return _COMPOSED[name](*arguments, **options)
        except TypeError as error:
            if isinstance(error, AutogradError):
                raise
            raise OperandError(f"np.{name} on Tensors: {spoken(error)}") from None
    if name in _ON_NUMBERS:
        return function(*map(_numbers, arguments), **{k: _numbers(v) for k, v in options.items()})
    found = OPERATIONS.get(_FUNCTIONS.get(name, name))
    if found is not None:
        return found(*arguments, **options)
    where = (function.__module__ or "").replace("numpy", "np", 1)
    raise OperandError(
        f"{where}.{name} is not an operation on Tensors: use autograd's functions, or give it the numbers, t.data"
    )


def _numbers(argument: Any) -> Any:
    """An argument with arrays in place of Tensors."""
    if isinstance(argument, (list, tuple)):
        return type(argument)(map(_numbers, argument))
    return getattr(argument, "_data", argument)


_FUNCTIONS = {"max": "amax", "min": "amin", "copy": "clone"}
"""numpy's functions whose operation has another name than theirs, or shares it with a gate."""


def _where(condition: Any, x: Any = None, y: Any = None) -> Any:
    if x is None and y is None:
        return np.nonzero(_numbers(condition))
    return GATES["where"](condition, x, y)


def _as(create: Callable[..., Any]) -> Callable[..., Any]:
    """One of numpy's makers of arrays like another, making Tensors."""

    def made(like: Any, *arguments: Any, **options: Any) -> Any:
        return type(like)._nodes(create(like._data, *arguments, **options))

    return made


def _deviation(name: str) -> Callable[..., Any]:
    """numpy's variance and standard deviation, which divide by n unless told otherwise."""

    def apply(x: Any, axis: Any = None, ddof: float = 0, **options: Any) -> Any:
        correction = options.pop("correction", ddof)
        return OPERATIONS[name](x, axis, correction=correction, **options)

    return apply


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:  # noqa: A002 - numpy's name
    """numpy's norm of vectors; of a matrix only the one that is that of its elements."""
    axes = x.ndim if axis is None else len(axis) if isinstance(axis, (tuple, list)) else 1
    if ord not in (None, "fro") and axes != 1:
        raise OperandError(
            f"np.linalg.norm with ord={ord!r} is a matrix norm, which has no operation here: name one axis, or use "
            "autograd.norm(t, p) for the norm of all elements"
        )
    return OPERATIONS["norm"](x, 2 if ord is None else ord, axis, keepdims)


_COMPOSED: dict[str, Callable[..., Any]] = {
    "where": _where,
    "shape": lambda t: t.shape,
    "ndim": lambda t: t.ndim,
    "size": lambda t, axis=None: t.size if axis is None else t.shape[axis],
    "all": lambda t, axis=None, keepdims=False: t.all(axis, keepdims),
    "any": lambda t, axis=None, keepdims=False: t.any(axis, keepdims),
    "var": _deviation("var"),
    "std": _deviation("std"),
    "norm": _norm,
    "fliplr": lambda t: OPERATIONS["flip"](t, 1),
    "flipud": lambda t: OPERATIONS["flip"](t, 0),
    "zeros_like": _as(np.zeros_like),
    "ones_like": _as(np.ones_like),
    "full_like": _as(np.full_like),
    **{
        name: getattr(_operations, name)
        for name in (
            "array_split", "diag", "hstack", "moveaxis", "ravel", "split", "take", "trace", "vstack",
        )
    },
}  # fmt: skip
"""numpy's functions that are made of several operations, or are about a Tensor rather than its numbers."""
_ON_NUMBERS = {
    "allclose", "argwhere", "array2string", "array_equal", "array_equiv", "array_repr", "array_str", "bincount",
    "can_cast", "count_nonzero", "digitize", "flatnonzero", "histogram", "isclose", "iscomplexobj", "isin", "isrealobj",
    "may_share_memory", "nonzero", "result_type", "save", "savetxt", "savez", "searchsorted", "shares_memory", "unique",
}  # fmt: skip
"""numpy's functions that only look at the numbers."""
