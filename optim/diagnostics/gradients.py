"""Gradients that vanish or explode on their way back through the layers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import Trace

from ..blocks import Array
from ..checks import positive
from ..errors import OptimizerError
from .arrays import as_floats, named, rms, shown, size
from .layers import LayerRecord
from .traced import traced_layers

__all__ = ["GradientFlow", "LayerGradient", "detect_exploding", "detect_vanishing", "layer_gradient_norms"]


@dataclass(frozen=True)
class LayerGradient:
    """The size of the gradient at one layer.

    Attributes:
        name: The layer's name.
        norm: √Σg² over its finite elements.
        rms: √(mean of g²), which layers of different widths can be compared by.
        count: How many elements there are.
        nonfinite: How many of them are nan or infinite.
        node: Its node's id in the trace it comes from, for pictures; None where it comes from elsewhere.
    """

    name: str
    norm: float
    rms: float
    count: int
    nonfinite: int = 0
    node: int | None = None


@dataclass(frozen=True)
class GradientFlow:
    """How gradients fare on the way back; true where something is wrong.

    Attributes:
        found: Whether they vanish, or explode: what was asked for.
        ratio: rms at the first layer ÷ rms at the last.
        at: The layer where it first goes wrong on the way from the loss back, or None.
        node: That layer's node in the trace, where there is one.
        message: What was found and what helps, in a sentence.
        layers: The sizes, from the input to the output.
    """

    found: bool
    ratio: float
    at: str | None
    node: int | None
    message: str
    layers: tuple[LayerGradient, ...] = field(repr=False, default=())

    def __bool__(self) -> bool:
        return self.found


def layer_gradient_norms(layers: Any) -> tuple[LayerGradient, ...]:
    """The size of the gradient at each layer, from the input to the output.

    Args:
        layers: Which gradients: what `record_layers` returned (those by the layers' outputs); a trace (the same, with
            node ids for pictures); a mapping from names to gradients as arrays; or a network, or its parameters, after
            a backward pass (those by the weights and biases).

    Raises:
        OptimizerError: there is no gradient.

    >>> layer_gradient_norms({"first": [0.03, 0.04], "last": [3.0, 4.0]})[0].norm
    0.05
    """
    if isinstance(layers, Trace):
        found = [_measured(name, gradient, node) for name, gradient, node in traced_layers(layers)]
    elif isinstance(layers, Mapping) and not any(hasattr(p, "grad") for p in layers.values()):
        found = [_measured(str(name), as_floats(gradient)) for name, gradient in layers.items()]
    elif _are_records(layers):
        found = [_measured(layer.name, layer.gradient) for layer in layers if layer.gradient is not None]
    else:
        pairs = ((name, p) for name, p in named(layers) if p.grad is not None)
        found = [_measured(name, as_floats(p.grad)) for name, p in pairs]
    if not found:
        raise OptimizerError("layer_gradient_norms: nothing has a gradient; run a backward pass first")
    return tuple(found)


def detect_vanishing(layers: Any, ratio: float = 1e-3) -> GradientFlow:
    """Whether gradients vanish on the way back: the first layer's are smaller than the last one's by a large factor.

    Looked at are gradients by the *outputs* of layers. Those by weights are products with the layer's inputs, and where
    activations vanish along with the gradients, the two effects hide each other. Source: Hochreiter, 1991; Bengio,
    Simard and Frasconi, 1994.

    Args:
        layers: What `record_layers` returned, a trace, or a mapping from names to gradients by hidden units, from the
            input to the output.
        ratio: Below which rms at the first layer ÷ rms at the last counts as vanishing.

    Raises:
        OptimizerError: parameters are given instead, or there is no gradient.

    >>> flow = detect_vanishing({"1": [1e-9, 2e-9], "2": [1e-5, 1e-5], "3": [0.5, -0.5]})
    >>> flow.found, flow.at
    (True, '2')
    """
    positive("detect_vanishing", "ratio", ratio)
    _refuse_parameters("detect_vanishing", layers)
    sizes = layer_gradient_norms(layers)
    first, last = sizes[0], sizes[-1]
    if not last.rms:
        text = "no gradient leaves the loss: see whether the output is saturated or the loss depends on the network"
        return GradientFlow(True, 0.0, last.name, last.node, text, sizes)
    quotient = first.rms / last.rms
    if quotient >= ratio:
        text = f"gradients keep their size: rms at the first layer is {quotient:.2g} times that at the last"
        return GradientFlow(False, quotient, None, None, text, sizes)
    fault = next(s for s in reversed(sizes) if s.rms < ratio * last.rms)
    text = (
        f"gradients vanish: by layer {shown(fault.name)} they have shrunk to {fault.rms / last.rms:.2g} of their size "
        "at the output, so lower layers hardly learn; use ReLU with He (or tanh with Xavier) initialisation, "
        "normalisation layers or skip connections"
    )
    return GradientFlow(True, quotient, fault.name, fault.node, text, sizes)


def detect_exploding(layers: Any, ratio: float = 1e3, *, error_if_nonfinite: bool = False) -> GradientFlow:
    """Whether gradients explode on the way back: those at the first layer are far larger, or not finite.

    Source: Pascanu, Mikolov and Bengio, 2013.

    Args:
        layers: As for `detect_vanishing`; or several steps' gradient norms by name or as a list of numbers, newest
            *first*, to see whether they grow while training.
        ratio: Above which rms at the first layer ÷ rms at the last counts as exploding.
        error_if_nonfinite: Raise where a number is not finite.

    Raises:
        OptimizerError: a number is not finite and that was to be an error; the message names the layer where it began.
            Also: there is no gradient.

    >>> flow = detect_exploding({"1": [4e4], "2": [300.0], "3": [1.0]})
    >>> flow.found, flow.at
    (True, '1')
    """
    positive("detect_exploding", "ratio", ratio)
    if isinstance(layers, Sequence) and layers and all(isinstance(x, (int, float)) for x in layers):
        layers = {f"step {len(layers) - 1 - i}": x for i, x in enumerate(layers)}
    _refuse_parameters("detect_exploding", layers)
    sizes = layer_gradient_norms(layers)
    quotient = sizes[0].rms / sizes[-1].rms if sizes[-1].rms else np.inf if sizes[0].rms else 1.0
    where = _first_nonfinite(layers, sizes)
    if where is not None:
        name, node, what = where
        text = (
            f"{what} of layer {shown(name)} is not finite: see nan_report whether the data are, then lower the "
            "learning rate, clip gradients by their norm, or initialise with He or Xavier"
        )
        if error_if_nonfinite:
            raise OptimizerError(f"detect_exploding: {text}")
        return GradientFlow(True, float(quotient), name, node, text, sizes)
    if quotient <= ratio:
        text = f"gradients do not explode: rms at the first layer is {quotient:.2g} times that at the last"
        return GradientFlow(False, float(quotient), None, None, text, sizes)
    fault = next((s for s in reversed(sizes) if s.rms > ratio * sizes[-1].rms), sizes[0])
    text = (
        f"gradients explode: by layer {shown(fault.name)} they have grown {fault.rms / (sizes[-1].rms or 1):.2g} times "
        "since the output; clip them by their norm, lower the learning rate, or start with smaller weights (He, Xavier)"
    )
    return GradientFlow(True, float(quotient), fault.name, fault.node, text, sizes)


def _measured(name: str, gradient: Array, node: int | None = None) -> LayerGradient:
    return LayerGradient(name, size(gradient), rms(gradient), gradient.size, int((~np.isfinite(gradient)).sum()), node)


def _are_records(layers: Any) -> bool:
    return isinstance(layers, (list, tuple)) and bool(layers) and all(isinstance(x, LayerRecord) for x in layers)


def _refuse_parameters(who: str, layers: Any) -> None:
    parts: Iterable[Any] = layers.values() if isinstance(layers, Mapping) else ()
    if not isinstance(layers, (Trace, Mapping)) and not _are_records(layers):
        parts = [None]
    if any(p is None or hasattr(p, "grad") for p in parts):
        raise OptimizerError(
            f"{who} looks at gradients by hidden units, since those by weights can hide it: give it what "
            "record_layers(model, loss) returns, a trace, or a mapping from names to gradients"
        )


def _first_nonfinite(layers: Any, sizes: tuple[LayerGradient, ...]) -> tuple[str, int | None, str] | None:
    """Where it began: the first output on the way forward, or else the first gradient on the way back."""
    if _are_records(layers):
        for layer in layers:
            if not np.isfinite(layer.output).all():
                return layer.name, None, "the output"
    bad = next((s for s in reversed(sizes) if s.nonfinite), None)
    return None if bad is None else (bad.name, bad.node, "the gradient")
