"""What Python's operators, comparisons and number protocol do on a Value, and the gates as its methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .construct import Constructors, constructors
from .errors import OperandError
from .gate import GATES, Gate
from .modes import state
from .numpy_protocol import apply_ufunc
from .record import record

if TYPE_CHECKING:
    from .value import Value

__all__ = ["Operators", "install"]

_OPERATORS = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "truediv", "floordiv": "floordiv", "mod": "mod", "pow": "pow",
}  # fmt: skip
_UNARY = {"neg": "__neg__", "abs": "__abs__"}
_METHODS = (
    "inv", "sqrt", "exp", "expm1", "log", "log1p", "sin", "cos", "atan", "erf", "sign", "step", "relu", "sigmoid",
    "tanh", "softplus", "silu",
)  # fmt: skip


class Operators:
    """Base of Value. The methods declared for type checkers are generated from the rule table by `install`."""

    __slots__ = ()

    data: float
    _nodes: ClassVar[Any]
    """The class of the nodes that gates make of operands of this class and its subclasses."""

    if TYPE_CHECKING:

        def __add__(self, other: Value | float) -> Value: ...
        def __radd__(self, other: float) -> Value: ...
        def __sub__(self, other: Value | float) -> Value: ...
        def __rsub__(self, other: float) -> Value: ...
        def __mul__(self, other: Value | float) -> Value: ...
        def __rmul__(self, other: float) -> Value: ...
        def __truediv__(self, other: Value | float) -> Value: ...
        def __floordiv__(self, other: Value | float) -> Value: ...
        def __rfloordiv__(self, other: float) -> Value: ...
        def __mod__(self, other: Value | float) -> Value: ...
        def __rmod__(self, other: float) -> Value: ...
        def __pow__(self, other: Value | float) -> Value: ...
        def __rpow__(self, other: float) -> Value: ...
        def __neg__(self) -> Value: ...
        def __abs__(self) -> Value: ...
        def inv(self) -> Value: ...
        def sqrt(self) -> Value: ...
        def exp(self) -> Value: ...
        def expm1(self) -> Value: ...
        def log(self) -> Value: ...
        def log1p(self) -> Value: ...
        def sin(self) -> Value: ...
        def cos(self) -> Value: ...
        def atan(self) -> Value: ...
        def erf(self) -> Value: ...
        def sign(self) -> Value: ...
        def step(self) -> Value: ...
        def relu(self) -> Value: ...
        def sigmoid(self) -> Value: ...
        def tanh(self) -> Value: ...
        def softplus(self) -> Value: ...
        def silu(self) -> Value: ...

    def __pos__(self) -> Value:
        return self  # type: ignore[return-value]

    def __rtruediv__(self, other: float) -> Value:
        # 1/x is a gate of its own in every textbook circuit.
        if type(other) in (int, float) and other == 1:
            return self.inv()
        divided: Value = _cached(GATES["div"], self._nodes).reflected(self, other)
        return divided

    def leaky_relu(self, negative_slope: Value | float = 0.01) -> Value:
        """x above 0, negative_slope * x from 0 down."""
        result: Value = GATES["leaky_relu"](self, negative_slope)
        return result

    def elu(self, alpha: Value | float = 1.0) -> Value:
        """x above 0, alpha * (exp(x) - 1) from 0 down."""
        result: Value = GATES["elu"](self, alpha)
        return result

    def _apply_gate_(self, gate: Gate, operands: tuple[Any, ...]) -> Any:
        cls = self._nodes
        if gate.arity not in (1, 2):
            return record(cls, gate, operands)
        made = _cached(gate, cls)
        if gate.arity == 1:
            return made.forward(*operands)
        first, second = operands
        result = made.forward(first, second) if isinstance(first, cls) else made.reflected(second, first)
        if result is NotImplemented:
            kinds = " and ".join(type(o).__name__ for o in operands)
            raise OperandError(f"{gate.name} cannot combine {kinds}")
        return result

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return apply_ufunc(ufunc.__name__, method, inputs, options)

    def __lt__(self, other: Value | float) -> bool:
        if state.questions is not None:
            state.questions("a comparison")
        return self.data < other.data if isinstance(other, Operators) else float(self.data).__lt__(other)

    def __le__(self, other: Value | float) -> bool:
        if state.questions is not None:
            state.questions("a comparison")
        return self.data <= other.data if isinstance(other, Operators) else float(self.data).__le__(other)

    def __gt__(self, other: Value | float) -> bool:
        if state.questions is not None:
            state.questions("a comparison")
        return self.data > other.data if isinstance(other, Operators) else float(self.data).__gt__(other)

    def __ge__(self, other: Value | float) -> bool:
        if state.questions is not None:
            state.questions("a comparison")
        return self.data >= other.data if isinstance(other, Operators) else float(self.data).__ge__(other)

    def __eq__(self, other: object) -> bool:
        if state.questions is not None:
            state.questions("a comparison")
        return self.data == other.data if isinstance(other, Operators) else float(self.data).__eq__(other)

    def __ne__(self, other: object) -> bool:
        if state.questions is not None:
            state.questions("a comparison")
        return self.data != other.data if isinstance(other, Operators) else float(self.data).__ne__(other)

    def __hash__(self) -> int:
        # Nodes live in sets and dictionaries as themselves; equal numbers are still different nodes.
        return object.__hash__(self)

    def __float__(self) -> float:
        if state.questions is not None:
            state.questions("its number")
        return float(self.data)

    def __int__(self) -> int:
        if state.questions is not None:
            state.questions("its number")
        return int(self.data)

    def __bool__(self) -> bool:
        if state.questions is not None:
            state.questions("its truth")
        return bool(self.data)

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)


_CACHE: dict[tuple[Gate, type], Constructors] = {}


def _cached(gate: Gate, cls: Any) -> Any:
    try:
        return _CACHE[gate, cls]
    except KeyError:
        return _CACHE.setdefault((gate, cls), constructors(gate, cls))


def install(cls: type[Value]) -> None:
    """Give the class the generated operators and methods."""
    cls._nodes = cls
    for name, operator in _OPERATORS.items():
        made = _cached(GATES[name], cls)
        setattr(cls, f"__{operator}__", made.forward)
        if name != "div":
            setattr(cls, f"__r{operator}__", made.reflected)
    for name, method in (*_UNARY.items(), *((m, m) for m in _METHODS)):
        setattr(cls, method, _cached(GATES[name], cls).forward)
