"""Keeping gradients within bounds before a step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd import Tensor, Value

from .blocks import as_array
from .checks import positive
from .errors import OptimizerError

__all__ = ["clip_grad_adaptive_", "clip_grad_norm_", "clip_grad_value_", "grad_norm"]


def _with_gradients(parameters: Any) -> list[Any]:
    given: Iterable[Any] = [parameters] if isinstance(parameters, (Value, Tensor)) else parameters
    return [p for p in given if p.grad is not None]


def grad_norm(parameters: Any, norm_type: float = 2.0) -> float:
    """The norm of all gradients taken together as one vector.

    Args:
        parameters: Values and Tensors, or one of them; those without a gradient do not count.
        norm_type: Which norm: 2, 1, `math.inf`, or any p above 0.

    >>> a, b = Value(1.0), Value(2.0)
    >>> (3 * a + 4 * b).backward()
    >>> grad_norm([a, b])
    5.0
    """
    positive_or_inf(norm_type)
    parts = [np.abs(np.asarray(as_array(p.grad), dtype=float)) for p in _with_gradients(parameters)]
    if not parts:
        return 0.0
    if norm_type == np.inf:
        return max(float(part.max(initial=0.0)) for part in parts)
    norms = np.array([float((part**norm_type).sum()) for part in parts])
    return float(norms.sum() ** (1 / norm_type))


def positive_or_inf(norm_type: float) -> None:
    """Raise OptimizerError unless this is a p of a p-norm."""
    if norm_type != np.inf:
        positive("grad_norm", "norm_type", norm_type)


def clip_grad_norm_(
    parameters: Any, max_norm: float, norm_type: float = 2.0, *, error_if_nonfinite: bool = False, eps: float = 1e-6
) -> float:
    """Shorten all gradients together so that their norm is at most `max_norm`; the direction stays. Pascanu, 2013.

    Args:
        parameters: Values and Tensors, or one of them. Their gradients are replaced, not changed in place.
        max_norm: The longest they may be.
        norm_type: Which norm; see `grad_norm`.
        error_if_nonfinite: Raise if the norm is not finite rather than clip by it.
        eps: Added to the norm before dividing, as PyTorch does; 0 makes the result exactly `max_norm` long.

    Returns:
        The norm before.

    Raises:
        OptimizerError: `max_norm` is not positive, or the norm is not finite and that was to be an error.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = np.array([0.9, 100.0])
    >>> round(clip_grad_norm_(w, 1.0, eps=0), 6)
    100.00405
    >>> w.grad.round(8)
    array([0.00899964, 0.9999595 ])
    """
    positive("clip_grad_norm_", "max_norm", max_norm)
    active = _with_gradients(parameters)
    norm = grad_norm(active, norm_type)
    if error_if_nonfinite and not np.isfinite(norm):
        raise OptimizerError(f"clip_grad_norm_: the norm of the gradients is {norm}; find out where it began")
    factor = max_norm / (norm + eps) if norm + eps else np.inf
    if factor < 1 or factor != factor:
        for p in active:
            p.grad = p.grad * factor
    return norm


def clip_grad_value_(parameters: Any, clip_value: float) -> None:
    """Cut every component of the gradients to [-clip_value, clip_value]; this may turn the direction.

    Args:
        parameters: Values and Tensors, or one of them. Their gradients are replaced, not changed in place.
        clip_value: The largest a component may be.

    >>> w = Tensor([0.0, 0.0], requires_grad=True)
    >>> w.grad = np.array([0.9, 100.0])
    >>> clip_grad_value_(w, 1.0)
    >>> w.grad
    array([0.9, 1. ])
    """
    positive("clip_grad_value_", "clip_value", clip_value)
    for p in _with_gradients(parameters):
        numbers = np.clip(as_array(p.grad), -clip_value, clip_value)
        p.grad = numbers if isinstance(p, Tensor) else float(numbers)


def clip_grad_adaptive_(parameters: Any, clipping: float = 0.01, eps: float = 1e-3) -> None:
    """Shorten the gradient of each output unit to at most `clipping` times the norm of its weights.

    Source: Brock, De, Smith and Simonyan, 2021. A unit is a row of a matrix (all axes but the first belong to it); the
    elements of a vector and scalars are units of their own.

    Args:
        parameters: Values and Tensors, or one of them. Their gradients are replaced, not changed in place.
        clipping: The longest gradient, as a share of the weights' norm.
        eps: The least norm weights are taken to have, so that zeros can be trained.

    >>> w = Tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True)
    >>> w.grad = np.array([[6.0, 8.0], [0.0, 1.0]])
    >>> clip_grad_adaptive_(w, 0.1)
    >>> w.grad.tolist()
    [[0.30000000000000004, 0.4], [0.0, 0.0001]]
    """
    positive("clip_grad_adaptive_", "clipping", clipping)
    positive("clip_grad_adaptive_", "eps", eps)
    for p in _with_gradients(parameters):
        weights, gradient = np.asarray(p.data, dtype=float), np.asarray(as_array(p.grad), dtype=float)
        axes = tuple(range(1, weights.ndim))
        sizes = [np.sqrt((a * a).sum(axis=axes, keepdims=True)) for a in (weights, gradient)]
        longest = clipping * np.maximum(sizes[0], eps)
        factor = np.where(sizes[1] > longest, longest / np.maximum(sizes[1], 1e-300), 1.0)
        p.grad = (gradient * factor).astype(p.dtype) if isinstance(p, Tensor) else float(gradient * factor)
