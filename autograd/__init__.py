"""backglow's engine: numbers and arrays that record how they were computed, and the rules that carry gradients back.

>>> from autograd import Value
>>> a, b, c = Value(2.0, name="a"), Value(-3.0, name="b"), Value(10.0, name="c")
>>> loss = (a * b + c).tanh()
>>> loss.backward()
>>> round(a.grad, 6)
-0.004023
"""

from . import functional as functional
from .calls import call_in_group, mark_call, mark_calls
from .checking import gradcheck
from .collector import paused_collector
from .compiling import can_compile, compile_loops
from .errors import (
    AnomalyError,
    AutogradError,
    ExpressionError,
    GateError,
    GradcheckError,
    GraphError,
    IndexingError,
    MissingExtraError,
    OperandError,
    ReplayError,
    ReplayWarning,
    ShapeError,
    TraceError,
)
from .expression import Expression, parse
from .functional import (
    OneSided,
    StepForecast,
    Taylor,
    classify_stationary_point,
    directional_derivative,
    grad,
    gradients,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
    one_sided_derivatives,
    predicted_vs_actual,
    taylor,
    tensor_derivative,
    value_and_grad,
    vjp,
)
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
    softsign,
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
from .hooks import RemovableHandle
from .modes import enable_grad, group, is_grad_enabled, no_grad, primitives, record_sources
from .numerical import numerical_derivative, numerical_grad
from .operation import OPERATIONS, Operation
from .operations import (
    amax,
    amin,
    argmax,
    argmin,
    argsort,
    astype,
    avg_pool2d,
    batch_norm,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    broadcast_to,
    cat,
    chunk,
    clamp,
    clip,
    clone,
    concatenate,
    conv1d,
    conv2d,
    cross_entropy,
    cumprod,
    cumsum,
    diag,
    diagonal,
    einsum,
    expand_dims,
    flatten,
    flip,
    fold,
    gather,
    group_norm,
    hinge_loss,
    inner,
    layer_norm,
    linear,
    linear_relu,
    log_softmax,
    logsumexp,
    matmul,
    max_pool2d,
    mean,
    moveaxis,
    mse_loss,
    norm,
    one_hot,
    outer,
    pad,
    prod,
    ravel,
    repeat,
    repeat_interleave,
    reshape,
    roll,
    softmax,
    sort,
    split,
    squeeze,
    stack,
    std,
    sum_of_squares,
    swapaxes,
    take,
    take_along_axis,
    tensordot,
    tile,
    topk,
    transpose,
    tril,
    triu,
    unbind,
    unfold,
    unsqueeze,
    var,
    vdot,
)
from .replaying import Replay, replay
from .stepper import Stepper, gradient_above, not_finite
from .steps import BackwardStep, ForwardStep
from .symbol import select
from .tensors import ScalarGraph, Tensor, detect_anomaly, increment_version, scalar_graph
from .tensors.factories import arange, eye, full, full_like, linspace, ones, ones_like, rand, randn, zeros, zeros_like
from .trace_data import Trace
from .tracing import trace
from .value import Value
from .weighted import weighted_sum, weighted_sums

__version__ = "0.1.0"

# abs, max, min, pow and sum are here too, but `from autograd import *` leaves Python's own in place.
__all__ = [
    "GATES", "OPERATIONS", "AnomalyError", "AutogradError", "BackwardStep", "Expression", "ExpressionError",
    "ForwardStep", "Gate", "GateError", "GradcheckError", "GraphError", "IndexingError", "MissingExtraError",
    "OneSided", "OperandError", "Operation", "RemovableHandle", "Replay", "ReplayError", "ReplayWarning",
    "ScalarGraph", "ShapeError", "StepForecast", "Stepper", "Taylor", "Tensor", "Trace", "TraceError", "Value",
    "add", "amax", "amin", "arange", "argmax", "argmin", "argsort", "astype", "atan", "avg_pool2d", "batch_norm",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "broadcast_to", "call_in_group", "can_compile",
    "cat", "chunk", "clamp", "classify_stationary_point", "clip", "clone", "compile_loops", "concatenate", "conv1d",
    "conv2d", "cos", "cross_entropy", "cumprod", "cumsum", "detect_anomaly", "diag", "diagonal",
    "directional_derivative", "div", "dot", "einsum", "elu", "enable_grad", "eq", "erf", "exp", "expand_dims",
    "expm1", "eye", "flatten", "flip", "floordiv", "fold", "full", "full_like", "gather", "ge", "grad", "gradcheck",
    "gradient_above", "gradients", "group", "group_norm", "gt", "hessian", "hinge_loss", "hvp", "identity",
    "increment_version", "inner", "inv", "is_grad_enabled", "jacobian", "jvp", "layer_norm", "le", "leaky_relu",
    "linear", "linear_relu", "linearize", "linspace", "log", "log1p", "log_softmax", "logsumexp", "lt", "mark_call",
    "mark_calls", "matmul", "max_pool2d", "maximum", "mean", "minimum", "mod", "moveaxis", "mse_loss", "mul", "ne",
    "neg", "no_grad", "norm", "not_finite", "numerical_derivative", "numerical_grad", "one_hot",
    "one_sided_derivatives", "ones", "ones_like", "outer", "pad", "parse", "paused_collector",
    "predicted_vs_actual", "primitives", "prod", "rand", "randn", "ravel", "record_sources", "register", "relu",
    "repeat", "repeat_interleave", "replay", "reshape", "roll", "scalar_graph", "select", "sigmoid", "sign", "silu",
    "sin", "softmax", "softplus", "softsign", "sort", "split", "sqrt", "squeeze", "stack", "std", "step", "sub",
    "sum_of_squares", "swapaxes", "take", "take_along_axis", "tanh", "taylor", "tensor_derivative", "tensordot",
    "tile", "topk", "trace", "transpose", "tril", "triu", "unbind", "unfold", "unregister", "unsqueeze",
    "value_and_grad", "var", "vdot", "vjp", "weighted_sum", "weighted_sums", "where", "zeros", "zeros_like",
]  # fmt: skip
