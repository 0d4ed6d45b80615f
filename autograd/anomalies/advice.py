"""What to do about a number that is not finite, by the operation that made it."""

from __future__ import annotations

__all__ = ["advice"]

_DIVISOR = "keep the divisor away from 0: add a small number to it, or divide by where(y == 0, 1, y)"
_POWER = "keep the base above 0, or the exponent a whole number"
_EXP = (
    "exp overflows above 709.78 (88.72 in float32): subtract the largest argument first, or use softmax, logsumexp or "
    "softplus, which do"
)
_LOG = "keep the argument above 0, e.g. log(x + 1e-12), or use log_softmax or logsumexp on the scores"

_FORWARD = {
    "log": _LOG,
    "log1p": "keep the argument above −1",
    "sqrt": "keep the argument from falling below 0, e.g. sqrt(relu(x))",
    "div": _DIVISOR, "inv": _DIVISOR, "mod": _DIVISOR, "floordiv": _DIVISOR,
    "pow": _POWER + "; a large one overflows",
    "exp": _EXP, "expm1": _EXP,
    "sin": "the sine of an infinity is not a number", "cos": "the cosine of an infinity is not a number",
}  # fmt: skip
_BACKWARD = {
    "sqrt": "the slope of a root at 0 is infinite: take it of x + 1e-12",
    "norm": "the slope of a norm at 0 is not defined: add a small number under the root",
    "std": "the slope of a standard deviation at 0 is infinite: add a small number to the variance before the root",
    "log": _LOG,
    "log1p": "keep the argument above −1",
    "div": _DIVISOR, "inv": _DIVISOR,
    "pow": "below 1 an exponent gives an infinite slope at 0, and the derivative in the exponent needs a base above 0: "
           "add a small number to the base",
    "exp": _EXP, "expm1": _EXP,
}  # fmt: skip
_OVERFLOW = (
    "the numbers are too large for their dtype, or infinities cancel: scale the operands down, lower the learning "
    "rate, clip gradients, or compute in float64"
)
_CHOICE = (
    " (inside where(), make the argument safe and not the result: the side that is not taken still has a derivative, "
    "and 0 × inf is nan)"
)


def advice(gate: str, backward: bool, blocked: bool = False) -> str:
    """What to do where this operation made something that is not finite out of finite numbers.

    Args:
        gate: The operation's name.
        backward: Whether it was on the way back.
        blocked: Whether the gradient that arrived was 0, so that 0 × inf made a nan.

    >>> advice("sqrt", backward=True)
    'the slope of a root at 0 is infinite: take it of x + 1e-12'
    """
    found = (_BACKWARD if backward else _FORWARD).get(gate, _OVERFLOW)
    return found + (_CHOICE if blocked else "")
