"""Gradients that vanish, explode or are not finite, in networks made to do so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor
from optim import OptimizerError, diagnostics
from optim.diagnostics import detect_exploding, detect_vanishing, layer_gradient_norms, record_layers

UNITS, DEPTH = 100, 10
NETWORKS = [
    ("Sigmoid", 0.01, 3.9e-15, True), ("Sigmoid", 0.1, 2.3e-6, True), ("Tanh", 0.01, 1.0e-9, True),
    ("ReLU", (2 / UNITS) ** 0.5, 1.05, False), ("Tanh", (1 / UNITS) ** 0.5, 0.39, False),
]  # fmt: skip


def deep(activation: str, std: float, seed: int = 0) -> tuple[nn.Module, Any]:
    """Ten layers of a hundred units, and a loss that sends a gradient of the same size to every output."""
    rng = np.random.default_rng(seed)
    modules: list[nn.Module] = []
    for _ in range(DEPTH):
        linear = nn.Linear(UNITS, UNITS, bias=False)
        linear.weight.data[...] = rng.normal(size=(UNITS, UNITS)) * std
        modules += [linear, getattr(nn, activation)()]
    model = nn.Sequential(*modules)
    x, pull = Tensor(rng.normal(size=(200, UNITS))), rng.normal(size=(200, UNITS))
    return model, lambda: (model(x) * pull).sum()


@pytest.mark.spec("S-264")
@pytest.mark.parametrize(("activation", "std", "expected", "vanishes"), NETWORKS)
def test_vanishing_in_ten_layers(activation: str, std: float, expected: float, vanishes: bool) -> None:
    model, loss = deep(activation, std)
    layers = record_layers(model, loss)
    hidden = [layer for layer in layers if layer.kind == activation]
    assert len(hidden) == DEPTH
    flow = detect_vanishing(hidden)
    assert flow.found == vanishes
    assert flow.ratio == pytest.approx(expected, rel=0.25)
    assert bool(detect_vanishing(layers)) == vanishes, "weighted sums among the layers change nothing"
    if vanishes:
        assert flow.at in {layer.name for layer in hidden}
        assert "vanish" in flow.message
        assert flow.at in flow.message
        sizes = {s.name: s.rms for s in flow.layers}
        assert sizes[flow.at or ""] < 1e-3 * flow.layers[-1].rms <= sizes[str(int(flow.at or 0) + 2)]


@pytest.mark.spec("S-264")
def test_gradients_by_weights_can_hide_it() -> None:
    """With tanh and tiny weights activations vanish as gradients do: both ends have weight gradients of one size."""
    model, loss = deep("Tanh", 0.01)
    loss().backward()
    sizes = layer_gradient_norms(model)
    assert sizes[0].rms / sizes[-1].rms == pytest.approx(1.05, abs=0.1)
    with pytest.raises(OptimizerError, match="hidden units"):
        detect_vanishing(model)
    with pytest.raises(OptimizerError, match="hidden units"):
        detect_vanishing(dict(model.named_parameters()))


@pytest.mark.spec("S-265")
def test_ten_sigmoids_let_less_than_a_millionth_pass() -> None:
    for start in np.linspace(-5, 5, 41):
        x = autograd.Value(float(start))
        y = x
        for _ in range(10):
            y = y.sigmoid()
        y.backward()
        assert 0 < x.grad <= 4.0**-10 == pytest.approx(9.5367e-7, rel=1e-4)


@pytest.mark.spec("S-265")
def test_the_bound_is_a_product_of_norms() -> None:
    rng = np.random.default_rng(3)
    for trial in range(20):
        weights = [rng.normal(size=(4, 4)) * rng.uniform(0.5, 3) for _ in range(5)]

        def network(x: Any, weights: Any = weights) -> Any:
            for w in weights:
                x = (Tensor(w) @ x).sigmoid()
            return x

        jacobian = autograd.jacobian(network, rng.normal(size=4))
        bound = 4.0**-5 * np.prod([np.linalg.norm(w, 2) for w in weights])
        assert np.linalg.norm(jacobian, 2) <= bound, trial


@pytest.mark.spec("S-266")
def test_doubling_layers_explode() -> None:
    modules = []
    for _ in range(20):
        linear = nn.Linear(3, 3, bias=False)
        linear.weight.data[...] = 2 * np.eye(3)
        modules.append(linear)
    model = nn.Sequential(*modules)
    layers = record_layers(model, lambda: model(Tensor(np.ones((2, 3)))).sum())
    flow = detect_exploding(layers)
    assert flow.ratio == 2.0**19
    assert flow.found
    assert flow.at == "9", "ten doublings back from the output is 1024 times"
    assert not detect_exploding(layers, ratio=2.0**19)
    assert not detect_vanishing(layers)


@pytest.mark.spec("S-266")
def test_a_nan_raises_and_names_the_first_layer() -> None:
    model = nn.Sequential(*[nn.Linear(3, 3, rng=np.random.default_rng(i)) for i in range(4)])
    model[1].weight.data[0, 0] = np.nan
    layers = record_layers(model, lambda: model(Tensor(np.ones((2, 3)))).sum())
    flow = detect_exploding(layers)
    assert (flow.found, flow.at) == (True, "1")
    with pytest.raises(OptimizerError, match="output of layer 1 is not finite"):
        detect_exploding(layers, error_if_nonfinite=True)
    backwards = detect_exploding({"a": [np.inf], "b": [np.nan, 1.0], "c": [1.0]})
    assert (backwards.at, backwards.layers[1].nonfinite) == ("b", 1), "the first on the way back"


@pytest.mark.spec("S-266")
def test_norms_that_grow_while_training() -> None:
    norms = [1.5**k for k in range(30)]
    flow = detect_exploding(norms[::-1])
    assert flow.at == "step 18"
    assert 1.5**17 < 1e3 < 1.5**18
    assert not detect_exploding([1.0, 1.1, 0.9])


def test_recording_leaves_gradients_alone_and_agrees_with_a_backward_pass() -> None:
    model, loss = deep("Tanh", 0.1)
    layers = record_layers(model, loss)
    assert all(p.grad is None for p in model.parameters())
    kept: list[Any] = []
    handles = [m.register_forward_hook(lambda _m, _i, out: kept.append(out)) for m in model]
    loss().backward()
    for handle in handles:
        handle.remove()
    assert len(kept) == len(layers) == 2 * DEPTH
    for node, layer in zip(kept, layers, strict=True):
        assert layer.gradient is not None
        np.testing.assert_array_equal(node.grad, layer.gradient)
        np.testing.assert_array_equal(node.data, layer.output)
        assert layer_gradient_norms([layer])[0].norm == pytest.approx(float(np.linalg.norm(node.grad)), rel=1e-12)
    kept.clear()
    loss()
    assert not kept, "no hook is left behind"


def test_a_trace_says_which_node() -> None:
    model, loss = deep("Sigmoid", 0.1)
    trace = autograd.trace(loss())
    flow = detect_vanishing(trace)
    assert flow.found
    assert flow.node is not None
    node = trace.nodes[flow.node]
    assert trace.groups[node.group or 0].name == flow.at
    direct = {s.name: s for s in layer_gradient_norms(record_layers(model, loss))}
    assert [s.rms for s in flow.layers] == pytest.approx([s.rms for s in direct.values()], rel=1e-9)


def test_a_trace_of_scalar_layers() -> None:
    import random

    model = nn.MLP(2, [4, 4, 1], rng=random.Random(1))
    sizes = layer_gradient_norms(autograd.trace(model([1.0, -2.0])))
    assert len(sizes) == 3
    records = record_layers(model, lambda: model([1.0, -2.0]))
    assert [s.norm for s in sizes] == pytest.approx([s.norm for s in layer_gradient_norms(records)], rel=1e-12)


def test_refusals() -> None:
    with pytest.raises(OptimizerError, match="backward pass first"):
        layer_gradient_norms(nn.Linear(2, 2))
    with pytest.raises(OptimizerError, match="named modules"):
        record_layers([1, 2], lambda: 0)
    with pytest.raises(OptimizerError, match="must call the network"):
        record_layers(nn.Linear(2, 2), lambda: autograd.Value(1.0))
    with pytest.raises(OptimizerError, match="ratio must be a positive number"):
        detect_vanishing({"a": [1.0]}, ratio=-1)
    with pytest.raises(OptimizerError, match="has no layers"):
        layer_gradient_norms(autograd.trace(autograd.Value(1.0) * 2))
    with pytest.raises(OptimizerError, match="at least one parameter"):
        layer_gradient_norms([])
    hostile = detect_vanishing({"<b>\n'": [1e-9], "z": [1.0]})
    assert "\n" not in hostile.message
    assert diagnostics.detect_vanishing({"a": [0.0], "b": [0.0]}).at == "b"
