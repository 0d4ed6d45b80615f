"""One step for a whole batch, its gradients added up sample by sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .errors import OptimizerError
from .optimizer import Optimizer

__all__ = ["batch_gradient_step"]


def batch_gradient_step(optimizer: Optimizer, loss: Callable[[Any], Any], samples: Iterable[Any]) -> float:
    """Add up the gradients of all samples' losses, divide them by how many there are, and step once.

    The step is that of the mean loss, with the memory of a single sample's graph. (A sum instead of the mean would take
    steps as many times longer as there are samples.)

    Args:
        optimizer: What changes the parameters; their gradients are cleared first.
        loss: From a sample to its loss, a Value or a Tensor of one element.
        samples: The samples, of any kind.

    Returns:
        The mean loss before the step.

    Raises:
        OptimizerError: there are no samples.

    Source: Cauchy, 1847; Robbins and Monro, 1951, take a step per sample instead.

    >>> from autograd import Value
    >>> from optim import SGD
    >>> w = Value(0.0)
    >>> batch_gradient_step(SGD([w], lr=0.5), lambda sample: (w - sample) ** 2, [1.0, 3.0])
    5.0
    >>> w.data
    2.0
    """
    optimizer.zero_grad()
    total, count = 0.0, 0
    for sample in samples:
        one = loss(sample)
        one.backward()
        total, count = total + float(one.data), count + 1
    if not count:
        raise OptimizerError("batch_gradient_step was given no samples, so there is no mean gradient")
    for parameter in optimizer.parameters:
        if parameter.grad is not None:
            parameter.grad = parameter.grad / count
    optimizer.step()
    return total / count
