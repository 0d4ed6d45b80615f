"""gradcheck: hold every derivative that backpropagation gives against finite differences."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from .errors import GradcheckError, OperandError
from .functional.gradient import gradients
from .gate import Gate
from .modes import recording
from .numerical import is_array, numerical_grad, rounding_noise
from .record import as_number
from .value import Value

__all__ = ["Tolerance", "gradcheck"]


def gradcheck(
    f: Callable[..., Any],
    inputs: Any,
    *,
    order: int = 1,
    eps: float = 1e-6,
    atol: float = 1e-8,
    rtol: float = 1e-4,
    raise_exception: bool = True,
) -> bool:
    """Check the derivatives of f at a point against central differences.

    Args:
        f: Function of `len(inputs)` Values and Tensors, returning one Value or, where an input is an array, Tensors of
            any shape, one or a structure of them. It must not depend on anything that changes.
        inputs: Where: a sequence of numbers and float64 arrays (or Values and Tensors, whose numbers and names are
            used), or a single one. Arrays of whole numbers are held constant.
        order: 1 checks the gradient; 2 also every second derivative, against differences of the gradient. With more
            than one number in the result, those of a sum of all of them with fixed weights.
        eps: Step of the differences. Beside elements too large or too small for it they choose one in proportion.
        atol: Absolute error allowed, on top of the rounding of f itself.
        rtol: Relative error allowed. (Both are stricter than PyTorch's defaults: a derivative that is 0.1 % off
            fails.)
        raise_exception: Raise on disagreement rather than return False.

    Returns:
        Whether all derivatives agree.

    Raises:
        GradcheckError: a derivative disagrees; the message names the parameter and element, and gives both numbers.
        OperandError: f or `order` is unusable, or an array is of float32, in which a difference is mostly rounding.

    With arrays, every derivative is checked in each of the ways it can be computed: by `backward()`, by the graph that
    create_graph=True builds, and by forward mode.

    >>> import numpy as np
    >>> gradcheck(lambda x, y: x * y.exp(), [2.0, 0.5], order=2)
    True
    >>> gradcheck(lambda W, x: (W @ x).tanh(), [np.eye(2), np.array([1.0, 2.0])], order=2)
    True
    """
    if order not in (1, 2):
        raise OperandError(f"gradcheck: order must be 1 or 2, not {order!r}")
    given = list(inputs) if isinstance(inputs, Sequence) else [inputs]
    names = _names(f, given)
    tolerance = Tolerance(atol, rtol)
    try:
        if any(map(is_array, given)):
            from .functional.array_checking import check_arrays

            check_arrays(f, given, names, order, eps, tolerance)
            return True
        point = [as_number(x) for x in given]
        analytic = _gradient(f, point)
        numeric = numerical_grad(f, point, eps)
        noise = rounding_noise(f, point, eps)
        for name, a, n in zip(names, analytic, numeric, strict=True):
            tolerance.require(f"∂f/∂{name}", a, n, noise, point)
        if order == 2:
            _check_second(f, point, names, eps, tolerance)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


class Tolerance(NamedTuple):
    """How far a derivative and its finite difference may be apart."""

    atol: float = 1e-8
    rtol: float = 1e-4

    def allows(self, analytic: float, numeric: float, noise: float) -> bool:
        """Whether the two agree, given how far the difference may be off by rounding alone."""
        if analytic == numeric or (math.isnan(analytic) and math.isnan(numeric)):
            return True
        # An infinite derivative is not confirmed by a large difference, nor the other way round.
        return math.isfinite(analytic) and abs(analytic - numeric) <= self.limit(analytic, numeric, noise)

    def limit(self, analytic: float, numeric: float, noise: float) -> float:
        """The largest difference allowed."""
        return self.atol + noise + self.rtol * max(abs(analytic), abs(numeric))

    def require(
        self,
        what: str,
        analytic: float,
        numeric: float,
        noise: float,
        where: Sequence[float] | str,
        how: str = "backpropagation",
    ) -> None:
        """Raise GradcheckError unless the two agree."""
        if not self.allows(analytic, numeric, noise):
            place = where if isinstance(where, str) else f"({', '.join(f'{x:g}' for x in where)})"
            raise GradcheckError(
                f"gradcheck: {what} is {analytic!r} by {how} but {numeric!r} by finite differences "
                f"(difference {abs(analytic - numeric):.3g}, allowed {self.limit(analytic, numeric, noise):.3g}) "
                f"at {place}"
            )


def _names(f: Callable[..., Any], given: Sequence[Any]) -> list[str]:
    """What to call each input: the Value's own name, else the parameter's name in f, else its position."""
    try:
        known = f.parameters if isinstance(f, Gate) else inspect.signature(f).parameters.values()
        parameters = [p.name for p in known if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    except (TypeError, ValueError):
        parameters = []
    names = []
    for i, x in enumerate(given):
        own = x.name if hasattr(x, "name") else None
        names.append(own or (parameters[i] if i < len(parameters) else f"x{i}"))
    return names


def _gradient(f: Callable[..., Any], point: Sequence[float]) -> list[float]:
    leaves = [Value(x) for x in point]
    with recording():
        output = f(*leaves)
    if not isinstance(output, Value):
        raise OperandError(f"gradcheck: f must return a Value, not {type(output).__name__}")
    return [float(g) for g in gradients(output, leaves)]


def _check_second(
    f: Callable[..., Any], point: Sequence[float], names: Sequence[str], eps: float, tolerance: Tolerance
) -> None:
    leaves = [Value(x) for x in point]
    with recording():
        first = gradients(f(*leaves), leaves, create_graph=True)
    for i, name in enumerate(names):
        slope = first[i]
        analytic = gradients(slope, leaves)
        component = partial(_component, f, i)
        numeric = numerical_grad(component, point, eps)
        noise = rounding_noise(component, point, eps)
        for other, a, n in zip(names, analytic, numeric, strict=True):
            tolerance.require(f"∂²f/∂{name}∂{other}", float(a), n, noise, point)


def _component(f: Callable[..., Any], i: int, *point: Value) -> float:
    return _gradient(f, [p.data for p in point])[i]
