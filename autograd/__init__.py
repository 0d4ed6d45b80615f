"""backglow's engine: numbers and arrays that record how they were computed, and the rules that carry gradients back.

>>> from autograd import Value
>>> a, b, c = Value(2.0, name="a"), Value(-3.0, name="b"), Value(10.0, name="c")
>>> loss = (a * b + c).tanh()
>>> loss.backward()
>>> round(a.grad, 6)
-0.004023
"""

from . import functional as functional
from .calls import call_in_group, mark_call
from .checking import gradcheck
from .derivatives import grad, gradients, value_and_grad
from .errors import (
    AnomalyError,
    AutogradError,
    ExpressionError,
    GateError,
    GradcheckError,
    GraphError,
    OperandError,
    ShapeError,
    TraceError,
)
from .expression import Expression, parse
from .gate import GATES, Gate, register, unregister
from .gates import abs as abs
from .gates import (
    add,
    atan,
    cos,
    div,
    dot,
    elu,
    eq,
    erf,
    exp,
    expm1,
    floordiv,
    ge,
    gt,
    identity,
    inv,
    le,
    leaky_relu,
    log,
    log1p,
    lt,
    mod,
    mul,
    ne,
    neg,
    relu,
    sigmoid,
    sign,
    silu,
    sin,
    softplus,
    sqrt,
    step,
    sub,
    tanh,
    where,
)
from .gates import max as max
from .gates import max as maximum
from .gates import min as min
from .gates import min as minimum
from .gates import pow as pow
from .gates import sum as sum
from .modes import enable_grad, group, is_grad_enabled, no_grad, primitives, record_sources
from .numerical import numerical_derivative, numerical_grad
from .operation import OPERATIONS, Operation
from .operations import (
    amax,
    amin,
    astype,
    broadcast_to,
    expand_dims,
    hinge_loss,
    linear,
    linear_relu,
    matmul,
    mean,
    reshape,
    sum_of_squares,
    swapaxes,
    transpose,
)
from .stepper import Stepper, gradient_above, not_finite
from .steps import BackwardStep, ForwardStep
from .symbol import select
from .tensors import ScalarGraph, Tensor, detect_anomaly, scalar_graph
from .trace_data import Trace
from .tracing import trace
from .value import Value

__version__ = "0.1.0"

# abs, max, min, pow and sum are here too, but `from autograd import *` leaves Python's own in place.
__all__ = [
    "GATES", "OPERATIONS", "AnomalyError", "AutogradError", "BackwardStep", "Expression", "ExpressionError",
    "ForwardStep", "Gate", "GateError", "GradcheckError", "GraphError", "OperandError", "Operation", "ScalarGraph",
    "ShapeError", "Stepper", "Tensor", "Trace", "TraceError", "Value", "add", "amax", "amin", "astype", "atan",
    "broadcast_to", "call_in_group", "cos", "detect_anomaly", "div", "dot", "elu", "enable_grad", "eq", "erf",
    "exp", "expand_dims", "expm1", "floordiv", "ge", "grad", "gradcheck", "gradient_above", "gradients", "group",
    "gt", "hinge_loss", "identity", "inv", "is_grad_enabled", "le", "leaky_relu", "linear", "linear_relu", "log",
    "log1p", "lt", "mark_call", "matmul", "maximum", "mean", "minimum", "mod", "mul", "ne", "neg", "no_grad",
    "not_finite", "numerical_derivative", "numerical_grad", "parse", "primitives", "record_sources", "register",
    "relu", "reshape", "scalar_graph", "select", "sigmoid", "sign", "silu", "sin", "softplus", "sqrt", "step",
    "sub", "sum_of_squares", "swapaxes", "tanh", "trace", "transpose", "unregister", "value_and_grad", "where",
]  # fmt: skip
