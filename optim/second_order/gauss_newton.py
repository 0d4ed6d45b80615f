"""The Gauss–Newton method, for sums of squares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograd import Tensor, Value, enable_grad, gradients

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from ..optimizer import Optimizer
from .flat import get_vector, set_vector

__all__ = ["GaussNewton"]


class GaussNewton(Optimizer):
    """parameters −= lr · (JᵀJ + damping·I)⁻¹ Jᵀr: Newton's method on ½‖r‖², without the curvature of r itself.

    A linear least-squares problem is solved in one step. With damping it is the step of Levenberg (1944) and Marquardt
    (1963). Where JᵀJ is singular, the shortest of the best steps is taken.

    Args:
        parameters: The leaves to change.
        lr: Which share of the step is taken.
        damping: Added to the diagonal of JᵀJ.

    Raises:
        OptimizerError: a setting or a parameter is unusable.

    `step` is given a closure that returns the residuals r, a Tensor or a list of Values.

    >>> from autograd import Tensor
    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> a, y = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.array([1.0, 3.0, 5.0])
    >>> loss = GaussNewton([w]).step(lambda: Tensor(a) @ w - y)
    >>> w.data.round(9).tolist(), loss
    ([1.0, 2.0], 17.5)
    """

    def __init__(self, parameters: Iterable[Any], lr: float = 1.0, damping: float = 0.0) -> None:
        super().__init__(parameters, {"lr": lr, "damping": damping})

    def check(self, group: Mapping[str, Any]) -> None:
        """Raise OptimizerError if a setting of the group makes no sense."""
        positive("GaussNewton", "lr", group["lr"], zero=True)
        positive("GaussNewton", "damping", group["damping"], zero=True)

    def step(self, closure: Callable[[], Any] | None = None) -> float:
        """Change the parameters once.

        Args:
            closure: Computes and returns the residuals.

        Returns:
            ½‖r‖² before the step.
        """
        if closure is None:
            raise OptimizerError("GaussNewton needs the residuals: step(lambda: model(x) - y)")
        with enable_grad():
            residuals = closure()
        parameters, settings = self.parameters, self.param_groups[0]
        r, jacobian = _linearised(residuals, parameters)
        damping = settings["damping"]
        if damping:
            n = jacobian.shape[1]
            jacobian = np.vstack([jacobian, damping**0.5 * np.eye(n)])
            target = np.concatenate([-r, np.zeros(n)])
        else:
            target = -r
        move = np.linalg.lstsq(jacobian, target, rcond=None)[0]
        set_vector(parameters, get_vector(parameters) + settings["lr"] * move)
        return 0.5 * float(r @ r)


def _linearised(residuals: Any, parameters: list[Any]) -> tuple[Array, Array]:
    """The residuals as a vector, and their derivatives by the parameters, a row each."""
    if isinstance(residuals, Tensor):
        r = np.ravel(residuals.data).astype(float)
        rows = []
        for i in range(r.size):
            unit = np.zeros(r.size)
            unit[i] = 1.0
            rows.append(gradients(residuals, parameters, unit.reshape(residuals.shape)))
    elif isinstance(residuals, (list, tuple)) and residuals and all(isinstance(v, Value) for v in residuals):
        r = np.array([v.data for v in residuals])
        rows = [gradients(v, parameters) for v in residuals]
    else:
        raise OptimizerError("GaussNewton: the closure must return the residuals, a Tensor or a list of Values")
    return r, np.array([np.concatenate([np.ravel(part).astype(float) for part in row]) for row in rows])
