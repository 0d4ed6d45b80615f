"""What Python's operators, comparisons and numpy's functions do on a Tensor, and the gates as its methods."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from numbers import Real
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..errors import OperandError
from ..gate import GATES, Gate
from ..operation import OPERATIONS, Array, Operation
from ..operations.products import matmul
from .describe import describe
from .elementwise import array_gate
from .protocol import apply_function, apply_plainly, apply_ufunc
from .record import apply_gate, as_operand, record
from .shape_errors import broadcast_error
from .short_cuts import short_cut

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Operators", "install"]

_BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floordiv": "floordiv", "mod": "mod", "pow": "pow",
}  # fmt: skip
_UNARY = {"neg": "__neg__", "abs": "__abs__"}
_METHODS = (
    "inv", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "atan", "erf", "sign", "step", "relu", "sigmoid",
    "tanh", "softplus", "silu", "abs",
)  # fmt: skip
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


class Operators:
    """Base of Tensor. The methods declared for type checkers are generated from the rule table by `install`."""

    __slots__ = ()

    _data: Array
    _nodes: ClassVar[Any]

    if TYPE_CHECKING:

        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __floordiv__(self, other: Any) -> Tensor: ...
        def __rfloordiv__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __rmod__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __eq__(self, other: object) -> Tensor: ...  # type: ignore[override]
        def __ne__(self, other: object) -> Tensor: ...  # type: ignore[override]
        def abs(self) -> Tensor: ...
        def inv(self) -> Tensor: ...
        def sqrt(self) -> Tensor: ...
        def exp(self) -> Tensor: ...
        def expm1(self) -> Tensor: ...
        def log(self) -> Tensor: ...
        def log1p(self) -> Tensor: ...
        def sin(self) -> Tensor: ...
        def cos(self) -> Tensor: ...
        def atan(self) -> Tensor: ...
        def erf(self) -> Tensor: ...
        def sign(self) -> Tensor: ...
        def step(self) -> Tensor: ...
        def relu(self) -> Tensor: ...
        def sigmoid(self) -> Tensor: ...
        def tanh(self) -> Tensor: ...
        def softplus(self) -> Tensor: ...
        def silu(self) -> Tensor: ...

    def __pos__(self) -> Tensor:
        return self  # type: ignore[return-value]

    def leaky_relu(self, negative_slope: Any = 0.01) -> Tensor:
        """x above 0, negative_slope * x from 0 down."""
        result: Tensor = GATES["leaky_relu"](self, negative_slope)
        return result

    def elu(self, alpha: Any = 1.0) -> Tensor:
        """x above 0, alpha * (exp(x) - 1) from 0 down."""
        result: Tensor = GATES["elu"](self, alpha)
        return result

    def __matmul__(self, other: Any) -> Tensor:
        return matmul(self, other)  # type: ignore[no-any-return]

    def __rmatmul__(self, other: Any) -> Tensor:
        return matmul(other, self)  # type: ignore[no-any-return]

    def __invert__(self) -> Tensor:
        return apply_plainly(np.invert, (self,))  # type: ignore[no-any-return]

    def __and__(self, other: Any) -> Tensor:
        return apply_plainly(np.bitwise_and, (self, other))  # type: ignore[no-any-return]

    def __or__(self, other: Any) -> Tensor:
        return apply_plainly(np.bitwise_or, (self, other))  # type: ignore[no-any-return]

    def __xor__(self, other: Any) -> Tensor:
        return apply_plainly(np.bitwise_xor, (self, other))  # type: ignore[no-any-return]

    __rand__ = __and__
    __ror__ = __or__
    __rxor__ = __xor__

    def _apply_gate_(self, gate: Gate, operands: tuple[Any, ...]) -> Any:
        return apply_gate(self._nodes, gate, operands)

    def _apply_over_(self, gate: Gate, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A gate of lists, such as sum and dot, on Tensors: the operation of that name over their elements."""
        rule = OPERATIONS.get({"max": "amax", "min": "amin"}.get(gate.name, gate.name))
        if rule is None:
            raise OperandError(f"{gate.signature} needs more than {describe(self)}")
        if gate.name == "sum" and any(hasattr(type(a), "_apply_gate_") for a in arguments[1:]):
            raise OperandError("sum adds up the elements of one Tensor: add several with +, or stack them first")
        return rule(*arguments, **named)

    def _apply_operation_(self, rule: Operation, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
        cls = self._nodes
        for o in operands:
            if type(o) is not cls:
                operands = tuple([as_operand(cls, o, rule) for o in operands])
                break
        return record(cls, rule, operands, options or None)

    def _select_(self, chosen: Any, otherwise: Any) -> Any:
        """A rule's choice between two numbers, element by element."""
        if not isinstance(chosen, Operators) and not isinstance(otherwise, Operators):
            return self._nodes(np.where(self._data, chosen, otherwise))
        return GATES["where"](self, chosen, otherwise)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, kinds: Any, arguments: Any, options: Any) -> Any:
        return apply_function(function, arguments, options)

    # Nodes live in sets and dictionaries as themselves; == compares the elements. Written this way it stays in C.
    __hash__ = object.__hash__


def _unary(cls: Any, gate: Gate) -> Callable[[Any], Any]:
    way: Callable[[Any], Any] | None = None

    def method(self: Any) -> Any:
        nonlocal way
        if way is None:
            way = short_cut(cls, array_gate(gate, "a"), (cls,), partial(_apply, cls, gate))
        return way(self)

    method.__name__ = gate.name
    method.__doc__ = gate.doc.partition("\n")[0]
    return method


def _pair(cls: Any, gate: Gate, reflected: bool) -> Callable[[Any, Any], Any]:
    ways: dict[type, Callable[[Any, Any], Any]] = {}

    def method(self: Any, other: Any) -> Any:
        kind = type(other)
        way = ways.get(kind)
        if way is None:
            if kind not in (cls, np.ndarray, float, int):
                return unusual(self, other)
            kinds, pattern = (cls, kind), "aa" if kind is cls or kind is np.ndarray else "ac"
            if reflected:
                kinds, pattern = kinds[::-1], pattern[::-1]
            way = ways[kind] = short_cut(cls, array_gate(gate, pattern), kinds, partial(_apply, cls, gate))
        return way(other, self) if reflected else way(self, other)

    def unusual(self: Any, other: Any) -> Any:
        kind = type(other)
        if hasattr(kind, "_apply_gate_"):
            as_operand(cls, other, gate)
        if kind.__module__ != "builtins" and not isinstance(other, (Real, np.generic, np.ndarray)):
            return NotImplemented  # a class of somebody's own may know what to do
        return apply_gate(cls, gate, (other, self) if reflected else (self, other))

    method.__name__ = gate.name
    return method


def _apply(cls: Any, gate: Gate, *operands: Any) -> Any:
    return apply_gate(cls, gate, operands)


def _compare(cls: Any, compare: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
    def method(self: Any, other: Any) -> Any:
        if other is None or isinstance(other, str):
            return NotImplemented
        other = as_operand(cls, other, GATES[name])
        try:
            return cls(compare(self._data, other._data if type(other) is cls else other))
        except ValueError:
            raise broadcast_error(name, self, other) from None

    return method


def _in_place(cls: Any, name: str, method: str) -> Callable[[Any, Any], Any]:
    from .in_place import combine, updates

    apply = getattr(operator, f"i{method}")
    gate = GATES[name]

    def changed(self: Any, other: Any) -> Any:
        other = as_operand(cls, other, gate)
        if not updates(self, other, gate.name):
            return NotImplemented  # Python then computes self + other and gives that the name
        combine(self, other, gate.name, apply)
        return self

    return changed


def _operation_short_cut(cls: Any, rule: Operation, kinds: tuple[type, ...]) -> Callable[..., Any]:
    def otherwise(*operands: Any) -> Any:
        node = next(o for o in operands if type(o) is cls)
        return node._apply_operation_(rule, operands, {})

    return short_cut(cls, rule, kinds, otherwise)


def install(cls: Any) -> None:
    """Give the class the generated operators and methods."""
    cls._nodes = cls
    cls._short_cut_ = classmethod(_operation_short_cut)
    for name, method in _BINARY.items():
        setattr(cls, f"__{method}__", _pair(cls, GATES[name], False))
        setattr(cls, f"__r{method}__", _pair(cls, GATES[name], True))
        setattr(cls, f"__i{method}__", _in_place(cls, name, method))
    for name, method in (*_UNARY.items(), *((m, m) for m in _METHODS)):
        setattr(cls, method, _unary(cls, GATES[name]))
    for name, compare in _COMPARISONS.items():
        setattr(cls, f"__{name}__", _compare(cls, compare, name))
