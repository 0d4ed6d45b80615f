"""Linear separability as a linear program, and the four inequalities of XOR that no weights satisfy."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import OperandError

from ..errors import MissingExtraError
from .boolean import inputs_of
from .rows import labelled_rows, turned

__all__ = ["Feasibility", "is_linearly_separable", "separating_weights", "xor_infeasibility"]


class Feasibility(NamedTuple):
    """The answer of a linear program that asks for weights."""

    feasible: bool
    """Whether there are any."""
    weights: tuple[float, ...] | None
    """(w0, w1, ..., wn) that do it, or None."""
    status: int
    """`scipy.optimize.linprog`'s: 0 solved, 2 infeasible."""
    message: str
    """What the solver says."""


def _weights_with(sides: NDArray[np.float64], at_least: NDArray[np.float64]) -> Feasibility:
    """Weights whose product with every row is at least the number beside it."""
    try:
        from scipy.optimize import linprog
    except ImportError:
        raise MissingExtraError(
            "the test of linear separability is a linear program and needs SciPy, which comes with the extra sklearn: "
            "pip install 'backglow[sklearn]'"
        ) from None
    size = sides.shape[1]
    answer: Any = linprog(np.zeros(size), A_ub=-sides, b_ub=-at_least, bounds=[(None, None)] * size, method="highs")
    if answer.status not in (0, 2):
        raise ArithmeticError(f"linprog: {answer.message}")
    found = tuple(float(w) for w in answer.x) if answer.status == 0 else None
    return Feasibility(answer.status == 0, found, int(answer.status), str(answer.message))


def separating_weights(inputs: ArrayLike, targets: ArrayLike) -> Feasibility:
    """Weights of a perceptron that is right about every row, with w0 + w·x at least 1 or at most −1, if there are any.

    The margin of 1 loses nothing: strict inequalities can be scaled up to it. The solver's tolerance of 10⁻⁷ is
    relative to it, so classes that only touch to about 10⁻⁷ of their spread may be called either way.

    Args:
        inputs: Shape (m, n).
        targets: m classes, 0 and 1.

    Raises:
        DataError: the data is unusable as in `Perceptron.fit`.
        MissingExtraError: SciPy is not installed.

    >>> separating_weights([[0.0], [1.0], [2.0]], [0, 1, 0]).feasible
    False
    """
    points = turned(*labelled_rows(inputs, targets, "separating_weights"))
    return _weights_with(points, np.ones(len(points)))


def is_linearly_separable(outputs: ArrayLike, inputs: ArrayLike | None = None) -> bool:
    """Whether one perceptron can compute a truth table, or tell the classes of any points apart.

    Args:
        outputs: A class, 0 or 1, for each row of the inputs.
        inputs: Shape (m, n); the rows of `boolean_inputs` where None.

    Raises:
        DataError: the outputs are not zeros and ones, or do not fit the inputs.
        MissingExtraError: SciPy is not installed.

    Source: Minsky and Papert, 1969.

    >>> is_linearly_separable([0, 0, 0, 1]), is_linearly_separable([0, 1, 1, 0])
    (True, False)
    """
    if inputs is None:
        inputs, outputs = inputs_of(np.asarray(outputs), "is_linearly_separable")
    return separating_weights(inputs, outputs).feasible


XOR = np.array([[-1, 0, 0], [1, 1, 0], [1, 0, 1], [-1, -1, -1]], dtype=np.float64)
"""What XOR asks of (w0, w1, w2), a row per row of its truth table: row·weights > 0, or ≥ 0 where it is to fire."""


def xor_infeasibility(without: int | None = None) -> Feasibility:
    """No perceptron computes XOR: its four inequalities contradict each other, though any three can be satisfied.

    They are w0 < 0, w0 + w1 ≥ 0, w0 + w2 ≥ 0 and w0 + w1 + w2 < 0: adding the second and the third gives
    w0 + w1 + w2 ≥ −w0 > 0. Strict ones ask for 1, which weights can be scaled up to. Source: Minsky and Papert, 1969.

    Args:
        without: Leave out the inequality at this position, 0 to 3.

    Raises:
        OperandError: there is no such inequality.
        MissingExtraError: SciPy is not installed.

    >>> xor_infeasibility().feasible, xor_infeasibility(without=3).feasible
    (False, True)
    """
    if without not in (None, 0, 1, 2, 3):
        raise OperandError(f"xor_infeasibility: without is one of the inequalities 0 to 3, or None, not {without!r}")
    kept = [i for i in range(4) if i != without]
    return _weights_with(XOR[kept], np.array([1.0, 0.0, 0.0, 1.0])[kept])
