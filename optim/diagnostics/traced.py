"""The layers of a trace: the groups that modules left in it."""

from __future__ import annotations

import math

import numpy as np

from autograd import Trace

from ..blocks import Array
from ..errors import OptimizerError

__all__ = ["traced_layers"]


def traced_layers(trace: Trace) -> list[tuple[str, Array, int]]:
    """For each innermost group of a trace: its name, the gradient by its outputs, and the id of the first of these.

    The gradient of a large array is known by its norm only; it is given as one number that has the same rms, with a nan
    where the array had some. Neurons count as their layer.

    Raises:
        OptimizerError: the trace has no gradients, or no groups.
    """
    if not trace.has_gradients or not trace.groups:
        raise OptimizerError("the trace has no layers with gradients: trace the loss of a network of modules")
    outputs: dict[int, list[int]] = {}
    for node in trace.nodes:
        if node.group is None or node.kind != "gate":
            continue
        used_outside = [e for e in trace.uses[node.id] if trace.nodes[e.child].group != node.group]
        if not used_outside and node.id != trace.root:
            continue
        group = trace.groups[node.group]
        layer = group.parent if group.kind == "neuron" and group.parent is not None else node.group
        outputs.setdefault(layer, []).append(node.id)
    found = []
    for layer, ids in sorted(outputs.items(), key=lambda item: item[1][0]):
        parts = np.concatenate([_gradient(trace, i) for i in ids])
        found.append((trace.groups[layer].name, parts, ids[0]))
    return found


def _gradient(trace: Trace, i: int) -> Array:
    grad = trace.nodes[i].grad
    if grad is None:
        return np.zeros(0)
    if isinstance(grad, (int, float)):
        return np.array([float(grad)])
    if grad.numbers is not None:
        return np.array(grad.numbers, dtype=float)
    typical = (grad.norm or 0.0) / math.sqrt(grad.finite_count) if grad.finite_count else 0.0
    return np.array([typical] + [math.nan] * bool(grad.nans + grad.infinities))
