"""minimize: find a minimum of a function by its gradient, and say why the search ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

import numpy as np

from ..blocks import Array
from ..checks import positive
from ..errors import MissingExtraError, OptimizerError
from ..second_order.flat import set_vector
from .leaves import ParameterProblem
from .line_search import backtrack
from .packing import Problem
from .result import Minimum, Reason

__all__ = ["Method", "minimize", "minimize_parameters"]

Method: TypeAlias = Literal["gradient descent", "bfgs", "l-bfgs", "cg", "newton-cg"]
SCIPY = {"bfgs": "BFGS", "l-bfgs": "L-BFGS-B", "cg": "CG", "newton-cg": "Newton-CG"}

MESSAGES: dict[Reason, str] = {
    "gradient": "every component of the gradient is within gtol",
    "loss": "the function no longer falls by more than ftol",
    "max_iter": "max_iter steps have been taken; raise it, or look whether lr suits",
    "diverged": "the function or its gradient is not finite; start elsewhere, or lower lr",
    "stuck": "no step along the last direction goes down any more: rounding, or a kink",
}


def minimize(
    f: Callable[[Any], Any], x0: Any, method: Method = "gradient descent", *, max_iter: int = 1000,
    gtol: float = 1e-6, ftol: float = 0.0, lr: float | None = None, history_size: int = 100,
    callback: Callable[[Any], Any] | None = None,
) -> Minimum:  # fmt: skip
    """Minimise a function, starting from x0.

    Args:
        f: Function of one argument returning one number: called with Values for numbers and Tensors for arrays.
        x0: Where to start: a number, an array, or lists and dictionaries of numbers, or of arrays, in each other.
        method: "gradient descent"; "bfgs", "l-bfgs" (quasi-Newton: Broyden, Fletcher, Goldfarb and Shanno, 1970; Liu
            and Nocedal, 1989), "cg" (nonlinear conjugate gradients: Polak and Ribière, 1969) or "newton-cg" (with
            Hessian-vector products, no Hessian). All but the first are scipy's, driven by our derivatives.
        max_iter: The most steps.
        gtol: Stop when no component of the gradient is larger.
        ftol: Stop when a step lowers the function by no more than this.
        lr: The step size of gradient descent; None finds one anew at each step, by backtracking (Armijo, 1966).
        history_size: How many steps "l-bfgs" remembers.
        callback: Called with the point after every step, built like x0.

    Returns:
        A `Minimum`, with the reason it stopped.

    Raises:
        OptimizerError: a setting makes no sense, or x0 is not made of finite numbers.
        MissingExtraError: the method needs scipy, which is not installed.

    >>> found = minimize(lambda x: (x - 3) ** 2 + 1, 0.0)
    >>> round(found.x, 6), round(found.value, 6), found.reason
    (3.0, 1.0, 'gradient')
    """
    problem = Problem("minimize", f, x0)
    return _minimize(problem, method, max_iter, gtol, ftol, lr, history_size, callback)


def minimize_parameters(
    loss: Callable[[], Any], parameters: Iterable[Any], method: Method = "l-bfgs", *, max_iter: int = 1000,
    gtol: float = 1e-6, ftol: float = 0.0, lr: float | None = None, history_size: int = 100,
    callback: Callable[[Any], Any] | None = None,
) -> Minimum:  # fmt: skip
    """Minimise a loss over the parameters of a network, on one batch: the whole data, as these methods need no noise.

    Args:
        loss: Computes the loss from the parameters, one number; no backward pass is needed.
        parameters: Leaf Values and Tensors. They end at the best point; every `.grad` is left alone.
        method, max_iter, gtol, ftol, lr, history_size, callback: As for `minimize`.

    Returns:
        A `Minimum`, whose x is a list of arrays.

    Raises:
        OptimizerError: a setting or a parameter makes no sense.
        MissingExtraError: the method needs scipy, which is not installed.

    >>> from autograd import Tensor
    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> found = minimize_parameters(lambda: ((w - [1.0, 2.0]) ** 2).sum(), [w], "gradient descent")
    >>> w.data.round(6).tolist(), found.reason
    ([1.0, 2.0], 'gradient')
    """
    problem = ParameterProblem("minimize_parameters", loss, list(parameters))
    try:
        found = _minimize(problem, method, max_iter, gtol, ftol, lr, history_size, callback)
    except BaseException:
        set_vector(problem.parameters, problem.start)
        raise
    set_vector(problem.parameters, np.concatenate([np.ravel(part) for part in found.x]))
    return found


def _minimize(
    problem: Problem | ParameterProblem, method: Method, max_iter: int, gtol: float, ftol: float, lr: float | None,
    history_size: int, callback: Callable[[Any], Any] | None,
) -> Minimum:  # fmt: skip
    if not isinstance(max_iter, (int, np.integer)) or max_iter < 0:
        raise OptimizerError(f"minimize: max_iter must be a whole number from 0 on, not {max_iter!r}")
    positive("minimize", "gtol", gtol, zero=True)
    positive("minimize", "ftol", ftol, zero=True)
    if lr is not None:
        positive("minimize", "lr", lr)
    if method != "gradient descent" and method not in SCIPY:
        raise OptimizerError(f"minimize: the methods are gradient descent, {', '.join(SCIPY)}, not {method!r}")
    if lr is not None and method != "gradient descent":
        raise OptimizerError(f"minimize: {method} finds its own step sizes; lr is for gradient descent")
    told = (lambda x: callback(problem.built(x))) if callback is not None else lambda _: None
    search = Search(problem, gtol, ftol, told)
    with np.errstate(all="ignore"):
        if method == "gradient descent":
            _descend(search, max_iter, lr)
        else:
            _by_scipy(search, method, max_iter, history_size)
    return search.result(max_iter)


class Search:
    """The state of a search: the points so far, and whether to go on."""

    def __init__(
        self, problem: Problem | ParameterProblem, gtol: float, ftol: float, told: Callable[[Array], Any]
    ) -> None:
        self.problem, self.gtol, self.ftol, self.told = problem, gtol, ftol, told
        self.x = problem.start
        self.value, self.gradient = problem.value_and_grad(self.x)
        self.values = [self.value]
        self.reason: Reason | None = None
        self._known = (self.x, self.value, self.gradient)
        self._judge()

    def at(self, x: Array) -> tuple[float, Array]:
        """The function and its gradient, computed once per point."""
        if not np.array_equal(x, self._known[0]):
            value, gradient = self.problem.value_and_grad(x)
            self._known = (np.array(x), value, gradient)
        return self._known[1], self._known[2]

    def advance(self, x: Array) -> bool:
        """Take a step to x; whether to go on."""
        value, gradient = self.at(x)
        fell = self.value - value
        if np.isfinite(value) and np.isfinite(gradient).all():
            self.x, self.value, self.gradient = np.array(x), value, gradient
        else:
            self.reason = "diverged"
        self.values.append(value)
        self.told(self.x)
        if self.reason is None:
            self._judge()
        if self.reason is None and fell <= self.ftol:
            self.reason = "loss"
        return self.reason is None

    def _judge(self) -> None:
        if not np.isfinite(self.value) or not np.isfinite(self.gradient).all():
            self.reason = "diverged"
        elif np.abs(self.gradient).max() <= self.gtol:
            self.reason = "gradient"

    def result(self, max_iter: int) -> Minimum:
        """What was found."""
        steps = len(self.values) - 1
        reason: Reason = self.reason or ("max_iter" if steps >= max_iter else "stuck")
        return Minimum(
            self.problem.built(self.x), self.value, float(np.abs(self.gradient).max()), reason, MESSAGES[reason], steps,
            self.problem.evaluations, self.problem.products, tuple(self.values),
        )  # fmt: skip


def _descend(search: Search, max_iter: int, lr: float | None) -> None:
    step = 1.0
    for _ in range(max_iter):
        if search.reason is not None:
            return
        x, g = search.x, search.gradient
        if lr is None:
            # A longer step than last time is tried first, so that the steps can grow again.
            step = backtrack(search.problem.value, x, -g, search.value, -float(g @ g), 2 * step)
            if not step:
                return
        search.advance(x - (step if lr is None else lr) * g)


def _by_scipy(search: Search, method: str, max_iter: int, history_size: int) -> None:
    try:
        from scipy import optimize
    except ImportError:
        raise MissingExtraError(
            f"minimize(method={method!r}) uses scipy: pip install 'backglow[sklearn]' brings it"
        ) from None
    if search.reason is not None or not max_iter:
        return

    def after_step(x: Array) -> None:
        if not search.advance(np.array(x)):
            raise StopIteration

    options: dict[str, Any] = {"maxiter": max_iter}
    if method == "l-bfgs":
        options |= {"gtol": 0.0, "ftol": 0.0, "maxcor": history_size, "maxfun": 50 * max_iter}
    elif method == "newton-cg":
        options |= {"xtol": 0.0}
    else:
        options |= {"gtol": 0.0}
    optimize.minimize(
        lambda x: search.at(x)[0], search.x, jac=lambda x: search.at(x)[1], method=SCIPY[method],
        hessp=search.problem.hvp if method == "newton-cg" else None, callback=after_step, options=options,
    )  # fmt: skip
