"""Taylor polynomials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..errors import OperandError
from ..modes import recording
from ..tensors import Tensor
from ..value import Value
from .gradient import gradient_of, single
from .jacobians import hessian
from .paths import Paths, is_node, zero_like
from .recorded import record_call
from .structures import flatten, is_container, match

__all__ = ["Taylor", "taylor"]


class Taylor(NamedTuple):
    """A Taylor polynomial.

    Attributes:
        coefficients: In one variable f⁽ᵏ⁾(x0)/k! for k from 0 to n; in several f, its gradient and its Hessian.
        polynomial: The polynomial as a function of x.
    """

    coefficients: list[Any]
    polynomial: Callable[[Any], Any]


def taylor(f: Callable[[Any], Any], x0: Any, n: int) -> Taylor:
    """The Taylor polynomial of f about x0 of degree n.

    Args:
        f: Function of one argument returning one number.
        x0: Where: a number (or a Value, or an array without axes), for a polynomial of any degree; an array or a list
            of numbers, for one of degree 2 at most.
        n: The degree, 0 or more.

    Returns:
        (coefficients, polynomial): Σₖ f⁽ᵏ⁾(x0)/k! · (x - x0)ᵏ; in several variables, with Δ = x - x0,
        f + Δᵀ∇f + ½ΔᵀHΔ.

    Raises:
        OperandError: n is not a whole number from 0 on, or is above 2 in several variables.

    Derivatives are taken one from the other through their graphs. A graph of a derivative is a few times the size of
    what it is the derivative of, so time and memory may grow exponentially with n: a gate such as tanh is good for
    n up to about 10.

    >>> import autograd
    >>> coefficients, polynomial = taylor(autograd.exp, 0.0, 5)
    >>> round(polynomial(1.0), 12)
    2.716666666667
    """
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or n < 0:
        raise OperandError(f"taylor: the degree n is a whole number from 0 on, not {n!r}")
    if is_container(x0) or getattr(x0, "shape", ()) != ():
        return _of_many(f, x0, int(n))
    return _of_one(f, x0, int(n))


def _of_one(f: Callable[[Any], Any], x0: Any, n: int) -> Taylor:
    call = record_call("taylor", f, (x0,), (0,))
    derivative: Any = single(call)
    coefficients = []
    scale = 1.0
    for k in range(n + 1):
        scale *= k or 1
        value = call.plain([derivative], call.nested)[0]
        coefficients.append(value / scale if k > 1 else value)
        if k < n:
            derivative = _next(derivative, call.inputs)

    def polynomial(x: Any) -> Any:
        step = x - x0
        total = coefficients[-1]
        for coefficient in reversed(coefficients[:-1]):
            total = total * step + coefficient
        return total if n else total + 0 * step

    return Taylor(coefficients, polynomial)


def _next(derivative: Any, inputs: list[Any]) -> Any:
    """The derivative of a derivative, as a node where it depends on anything."""
    if not is_node(derivative):
        return zero_like(derivative)
    seed = Tensor(np.ones_like(derivative._data)) if isinstance(derivative, Tensor) else Value(1.0, requires_grad=False)
    with recording():
        return Paths([derivative], inputs).pull([seed], graph=True)[0]


def _of_many(f: Callable[[Any], Any], x0: Any, n: int) -> Taylor:
    if n > 2:
        raise OperandError(f"taylor: in several variables the degree is 2 at most, not {n}")
    call = record_call("taylor", f, (x0,), (0,))
    output = single(call)
    value = call.plain([output], call.nested)[0]
    _, rebuild = flatten(x0)
    coefficients: list[Any] = [value]
    if n:
        coefficients.append(rebuild(iter(gradient_of(call, output) if is_node(output) else _zeros(call.inputs))))
    if n == 2:
        coefficients.append(hessian(f, x0))

    def polynomial(x: Any) -> Any:
        steps = [new - old for new, old in zip(match(x0, x, "taylor: x"), flatten(x0)[0], strict=True)]
        total = value
        if n:
            for slope, step in zip(flatten(coefficients[1])[0], steps, strict=True):
                total = total + _sum(slope * step)
        if n == 2:
            rows = flatten(coefficients[2])[0]
            for i, left in enumerate(steps):
                for j, right in enumerate(steps):
                    total = total + 0.5 * _product(left, rows[i * len(steps) + j], right)
        return total

    return Taylor(coefficients, polynomial)


def _zeros(inputs: list[Any]) -> list[Any]:
    return [zero_like(node) for node in inputs]


def _sum(product: Any) -> Any:
    return product.sum() if hasattr(product, "shape") and product.shape else product


def _product(left: Any, block: Any, right: Any) -> Any:
    """leftᵀ · block · right, over all axes of both."""
    if not getattr(block, "ndim", 0):
        return left * block * right
    rows = left.reshape(-1) @ block.reshape((left.size, right.size))
    return rows @ right.reshape(-1)
