"""numpy's functions applied to Tensors: `np.exp(t)`, `np.add(a, t)`, `np.concatenate([t, u])` record like any other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import OperandError
from ..gate import GATES
from ..numpy_protocol import UFUNC_GATES
from ..operation import OPERATIONS

__all__ = ["apply_function", "apply_ufunc"]

_FUNCTIONS = {"concatenate": "concatenate", "amax": "amax", "amin": "amin", "max": "amax", "min": "amin"}
"""numpy's functions whose operation has another name than theirs, or shares it with a gate."""


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
    if method == "__call__" and not options:
        if name == "matmul":
            return OPERATIONS["matmul"](*inputs)
        gate = GATES.get(UFUNC_GATES.get(name, ""))
        if gate is not None:
            return gate(*inputs)
        first = next(x for x in inputs if hasattr(type(x), "_apply_operation_"))
        if name in _COMPARISONS:
            mirrored, direct = _COMPARISONS[name]
            return getattr(inputs[0], direct)(inputs[1]) if first is inputs[0] else getattr(first, mirrored)(inputs[0])
    how = f" with {method if method != '__call__' else ', '.join(options)}" if method != "__call__" or options else ""
    raise OperandError(
        f"np.{name}{how} is not an operation on Tensors: use autograd's functions, or give it the numbers, t.data"
    )


_COMPARISONS = {
    "less": ("__gt__", "__lt__"), "less_equal": ("__ge__", "__le__"), "greater": ("__lt__", "__gt__"),
    "greater_equal": ("__le__", "__ge__"), "equal": ("__eq__", "__eq__"), "not_equal": ("__ne__", "__ne__"),
}  # fmt: skip


def apply_function(function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """What another of numpy's functions makes of Tensors.

    Raises:
        OperandError: there is no operation for it.
    """
    name = function.__name__
    found = OPERATIONS.get(_FUNCTIONS.get(name, name))
    if found is not None:
        return found(*arguments, **options)
    if name in _PLAIN:
        return _PLAIN[name](*arguments, **options)
    raise OperandError(
        f"np.{name} is not an operation on Tensors: use autograd's functions, or give it the numbers, t.data"
    )


def _where(condition: Any, x: Any, y: Any) -> Any:
    return GATES["where"](condition, x, y)


_PLAIN: dict[str, Callable[..., Any]] = {
    "where": _where,
    "shape": lambda t: t.shape,
    "ndim": lambda t: t.ndim,
    "size": lambda t: t.size,
}
