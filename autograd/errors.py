"""The errors this package raises on purpose.

Every message names the operation and the operands and says what to do next. Each class is also the built-in
exception a Python reader would expect, so `except TypeError` keeps working.
"""

from __future__ import annotations


class AutogradError(Exception):
    """Base of every error raised on purpose by backglow."""


class OperandError(AutogradError, TypeError):
    """An operand is of a kind the operation cannot take."""


class ShapeError(AutogradError, ValueError):
    """Shapes do not fit together; the message names the operation, the shapes, the axis at fault and a remedy."""


class IndexingError(ShapeError, IndexError):
    """An index or an axis that is not there; the message names the tensor, its shape and the index."""


class AnomalyError(AutogradError, ArithmeticError):
    """A number that is not finite appeared while `detect_anomaly` watched; the message says where."""


class GateError(AutogradError, ValueError):
    """A gate's entry in the rule table is incomplete, inconsistent or already taken."""


class GraphError(AutogradError, RuntimeError):
    """A pass over the graph cannot be done: nothing to differentiate, or a value changed since the forward pass."""


class GradcheckError(AutogradError, RuntimeError):
    """An analytic gradient and its finite difference disagree; the message gives both numbers."""


class ExpressionError(AutogradError, ValueError):
    """A typed expression is not arithmetic over known names, numbers and gates."""


class TraceError(AutogradError, ValueError):
    """Data offered as a trace does not follow the schema."""
