"""What counts as one real number, and what a message says of everything else."""

from __future__ import annotations

from numbers import Complex, Real
from typing import TYPE_CHECKING, Any

from .errors import OperandError

if TYPE_CHECKING:
    from .gate import Gate

__all__ = ["as_number"]


def as_number(operand: Any, gate: Gate | None = None) -> float:
    """The operand as a float.

    Raises:
        OperandError: it is not one real number.
    """
    if type(operand) is float:
        return operand
    if type(operand) is int or _looks_real(operand):
        try:
            return float(operand)
        except OverflowError:
            raise OperandError(f"{_what(gate)}: {_start(operand)} is too large for a float") from None
        except (TypeError, ValueError):  # such as a numpy date, which has __float__ and cannot do it
            pass
    raise OperandError(f"{_what(gate)} takes Values and real numbers, not {_kind(operand)}")


def _looks_real(operand: Any) -> bool:
    if not hasattr(operand, "__float__") or getattr(operand, "shape", ()) != ():
        return False
    # numpy gives __float__ to its texts, which it parses, and to its complex numbers, which it cuts in half.
    return not isinstance(operand, (str, bytes)) and (isinstance(operand, Real) or not isinstance(operand, Complex))


def _start(operand: Any) -> str:
    try:
        return f"{str(operand)[:12]}…"
    except ValueError:  # Python refuses to write out whole numbers of very many digits
        return f"a whole number of {operand.bit_length():,} bits"


def _what(gate: Gate | None) -> str:
    return "Value" if gate is None else gate.name


def _kind(operand: Any) -> str:
    kind = type(operand).__name__
    if isinstance(operand, (str, bytes)):
        return f"the text {operand[:40]!r}: convert it with float() first"
    if isinstance(operand, Complex):
        return f"the complex number {operand!r}"
    if hasattr(operand, "shape") and operand.shape != ():
        return f"a {kind} of shape {tuple(operand.shape)}: a Value holds one number"
    if isinstance(operand, (list, tuple)):
        return f"a {kind} of {len(operand)}: apply it to the elements one by one"
    return f"a {kind}"
