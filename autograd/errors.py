"""The errors this package raises on purpose.

Every message names the operation and the operands and says what to do next. Each class is also the built-in
exception a Python reader would expect, so `except TypeError` keeps working.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .display import render

if TYPE_CHECKING:
    from .tensors import Tensor
    from .trace_data import Trace
    from .value import Value


class AutogradError(Exception):
    """Base of every error raised on purpose by backglow."""


class OperandError(AutogradError, TypeError):
    """An operand is of a kind the operation cannot take."""


class ShapeError(AutogradError, ValueError):
    """Shapes do not fit together; the message names the operation, the shapes, the axis at fault and a remedy."""


class IndexingError(ShapeError, IndexError):
    """An index or an axis that is not there; the message names the tensor, its shape and the index."""


class AnomalyError(AutogradError, ArithmeticError):
    """A number that is not finite appeared while `detect_anomaly` watched; the message says where, and what to do.

    Attributes:
        node: The Value or Tensor at which it appeared: the operation's result, on either pass.
        source: The line of code that made the node, as "file:line", or None where that was not recorded.
    """

    def __init__(
        self,
        message: str,
        *,
        node: Value | Tensor | None = None,
        source: str | None = None,
        trace: Callable[[], Trace] | None = None,
    ) -> None:
        super().__init__(message)
        self.node = node
        self.source = source
        self._trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        # A graph does not travel between processes; the message, which has the most of it, does.
        return type(self), (str(self),)

    @property
    def trace(self) -> Trace:
        """The graph around the node, two levels down, as a trace: for pictures and for looking at the numbers."""
        if self._trace is None:
            raise GraphError("this error was made by hand, so there is no graph around it")
        return self._trace()

    def picture(self) -> str:
        """The graph around the node as an SVG picture. (`viz.draw(error.trace, "anomaly.png")` makes files.)"""
        return render("svg", self.trace)


class GateError(AutogradError, ValueError):
    """A gate's entry in the rule table is incomplete, inconsistent or already taken."""


class GraphError(AutogradError, RuntimeError):
    """A pass over the graph cannot be done: nothing to differentiate, or a value changed since the forward pass."""


class GradcheckError(AutogradError, RuntimeError):
    """An analytic gradient and its finite difference disagree; the message gives both numbers."""


class ExpressionError(AutogradError, ValueError):
    """A typed expression is not arithmetic over known names, numbers and gates."""


class MissingExtraError(AutogradError, ImportError):
    """Something needs a package that is not installed; the message gives the command that installs it."""


class ReplayError(AutogradError, RuntimeError):
    """A function or a graph cannot be replayed; the message says what depends on data, and what to do."""


class ReplayWarning(UserWarning):
    """A replay holds something fast that looks as if it came from data."""


class TraceError(AutogradError, ValueError):
    """Data offered as a trace does not follow the schema."""
