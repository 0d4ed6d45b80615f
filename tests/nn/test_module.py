"""Module and its state: what it consists of, how it is saved, switched, frozen, hooked and shown."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, trace
from nn import Module, Parameter, StateDictError, count_parameters


class Net(Module):
    """Parameters and modules in attributes, lists, tuples and dicts; a buffer; things that are neither."""

    buffers_named = ("mean",)

    def __init__(self) -> None:
        self.scale = Parameter([1.0, 2.0])
        self.layers = [nn.Linear(2, 3), nn.Tanh()]
        self.heads = {"left": nn.Linear(3, 1), "right": (nn.Linear(3, 2), Parameter(0.5))}
        self.mean = Tensor([0.0, 0.0])
        self.settings = {"lr": 0.1, "names": ["a"]}
        self._cache = Parameter([9.0])
        self.missing = None

    def forward(self, x: Any) -> Any:
        h = x * self.scale - self.mean
        for layer in self.layers:
            h = layer(h)
        return self.heads["left"](h)


NAMES = [
    "scale", "heads.right.1", "layers.0.weight", "layers.0.bias", "heads.left.weight", "heads.left.bias",
    "heads.right.0.weight", "heads.right.0.bias",
]  # fmt: skip


def test_what_a_module_consists_of() -> None:
    net = Net()
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert all(isinstance(p, Tensor) and p.requires_grad for p in net.parameters())
    assert [name for name, _ in net.named_buffers()] == ["mean"]
    assert [name for name, _ in net.named_children()] == ["layers.0", "layers.1", "heads.left", "heads.right.0"]
    assert [name for name, _ in net.named_modules()] == ["", "layers.0", "layers.1", "heads.left", "heads.right.0"]
    assert list(net.state_dict()) == [*NAMES, "mean"]
    assert count_parameters(net) == 2 + 1 + 9 + 4 + 8
    assert next(iter(net.named_modules("net")))[0] == "net"
    assert next(iter(net.children())) is net.layers[0]


def test_a_module_in_two_places_and_in_a_circle_counts_once() -> None:
    net = Net()
    net.layers.append(net.layers[0])
    net.heads["self"] = net
    assert [name for name, _ in net.named_parameters()] == NAMES
    assert len(list(net.modules())) == 5


def test_a_thousand_nested_modules_need_no_recursion() -> None:
    model: Module = nn.Linear(1, 1)
    for _ in range(1500):
        model = nn.Sequential(model)
    assert len(model.parameters()) == 2
    name = "0." * 1500 + "weight"
    assert name in model.state_dict()
    model.load_state_dict(model.state_dict())
    model.eval().freeze()
    assert repr(model).count("Sequential") == 1500


def test_a_tensor_that_is_only_used_is_no_parameter_of_its_user() -> None:
    model = nn.Linear(2, 1)
    loss = nn.RegularizedLoss(nn.MSELoss(), lambda ps: (ps[0] ** 2).sum(), model.parameters(), 0.1)
    assert loss.parameters() == []


def test_training_and_use() -> None:
    model = nn.Sequential(nn.Dropout(0.5), nn.Sequential(nn.BatchNorm1d(2)))
    assert all(module.training for module in model.modules())
    assert model.eval() is model
    assert not any(module.training for module in model.modules())
    model[1].train()
    assert [module.training for module in model.modules()] == [False, False, True, True]


def test_zero_grad_and_freezing() -> None:
    net = Net()
    net(Tensor([[1.0, 2.0]])).sum().backward()
    assert net.scale.grad is not None
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())
    net(Tensor([[1.0, 2.0]])).sum().backward()
    net.freeze()
    assert not any(p.requires_grad or p.grad is not None for p in net.parameters())
    assert not net(Tensor([[1.0, 2.0]])).requires_grad
    assert count_parameters(net, trainable=True) == 0
    net.unfreeze()
    net.layers[0].freeze()
    net(Tensor([[1.0, 2.0]])).sum().backward()
    assert net.layers[0].weight.grad is None
    assert net.scale.grad is not None, "a frozen layer passes gradients on"


def test_a_frozen_scalar_network() -> None:
    model = nn.MLP(2, [2, 1], rng=random.Random(0)).freeze()
    x = Value(1.0)
    model([x, 2.0]).backward() if model([x, 2.0]).parents else None
    assert all(not p.grad for p in model.parameters())


def test_apply_goes_from_the_inside_out() -> None:
    seen: list[str] = []
    model = nn.Sequential(nn.Linear(1, 2), nn.Sequential(nn.Tanh()))
    assert model.apply(lambda m: seen.append(type(m).__name__)) is model
    assert seen[-1] == "Sequential"
    assert set(seen) == {"Linear", "Tanh", "Sequential"}
    assert len(seen) == 4


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match="Module computes nothing: define forward"):
        Module()(1.0)


# --------------------------------------------------------------------------------------------------------------- state


def state() -> dict[str, Any]:
    net = Net()
    return {name: np.full_like(array, 7.0) for name, array in net.state_dict().items()}


def test_state_is_taken_over_whole() -> None:
    net = Net()
    kept = net.parameters()
    net.load_state_dict(state())
    assert all((array == 7).all() for array in net.state_dict().values())
    assert all(a is b for a, b in zip(net.parameters(), kept, strict=True))
    net.load_state_dict({name: array.tolist() for name, array in state().items()})
    net.load_state_dict({name: Tensor(array) for name, array in state().items()})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: s.pop("heads.left.bias"), r"names differ from those of Net \(missing: heads.left.bias\); build"),
        (lambda s: s.update(extra=np.ones(1)), r"\(not in the module: extra\)"),
        (lambda s: s.update(mean=np.ones(3)), r"mean has shape \(3,\) in the state_dict but \(2,\) in the module"),
        (lambda s: s.update({"heads.right.0.bias": np.ones((2, 1))}), r"heads.right.0.bias has shape \(2, 1\)"),
        (lambda s: s.update({"heads.right.1": np.ones(1)}), r"heads.right.1 has shape \(1,\) .* but \(\) in"),
        (lambda s: s.update(mean=np.array(["a", "b"])), "mean holds <U1, not numbers"),
        (lambda s: s.update(mean=np.array([1j, 2])), "mean holds complex128"),
        (lambda s: [s.pop(name) for name in NAMES], "missing: .* heads.left.bias ..."),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change: Any, says: str) -> None:
    net, given = Net(), state()
    before = net.state_dict()
    change(given)
    with pytest.raises(StateDictError, match=says):
        net.load_state_dict(given)
    for name, array in net.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_not_strict_takes_what_fits_by_name_but_no_other_shape() -> None:
    net = Net()
    scale = net.scale.data.copy()
    net.load_state_dict({"mean": [3.0, 4.0], "unknown": [1.0]}, strict=False)
    assert net.mean.tolist() == [3.0, 4.0]
    np.testing.assert_array_equal(net.scale.data, scale)
    with pytest.raises(StateDictError, match="shape"):
        net.load_state_dict({"scale": [1.0, 1.0], "mean": [1.0]}, strict=False)
    np.testing.assert_array_equal(net.scale.data, scale)


def test_a_state_of_another_precision_becomes_the_modules() -> None:
    layer = nn.Linear(2, 1, dtype=np.float32)
    layer.load_state_dict({"weight": np.array([[0.1, 0.2]]), "bias": np.array([1])})
    assert layer.weight.dtype == np.float32
    assert layer.bias.tolist() == [1.0]


def test_loading_after_a_forward_pass_is_a_change_that_a_backward_pass_notices() -> None:
    layer = nn.Linear(2, 2)
    out = layer(Tensor([[1.0, 2.0]], requires_grad=True)).sum()
    layer.load_state_dict(layer.state_dict())
    with pytest.raises(RuntimeError, match="changed"):
        out.backward()


# --------------------------------------------------------------------------------------------------------------- hooks


def test_hooks_see_and_replace() -> None:
    layer = nn.Linear(2, 1)
    layer.load_state_dict({"weight": [[1.0, 1.0]], "bias": [0.0]})
    seen: list[Any] = []
    look = layer.register_forward_hook(lambda m, inputs, out: seen.append((m, inputs[0].tolist(), out.tolist())))
    x = Tensor([1.0, 2.0])
    assert layer(x).tolist() == [3.0]
    assert seen == [(layer, [1.0, 2.0], [3.0])]
    with layer.register_forward_pre_hook(lambda _m, inputs: inputs[0] * 10):
        assert layer(x).tolist() == [30.0]
    with layer.register_forward_pre_hook(lambda _m, inputs: (inputs[0] * 2,)):
        assert layer(x).tolist() == [6.0]
    with (
        layer.register_forward_hook(lambda _m, _i, out: out + 1),
        layer.register_forward_hook(lambda _m, _i, out: out * 2),
    ):
        assert layer(x).tolist() == [8.0], "in the order they were registered"
    assert layer.has_hooks
    look.remove()
    look.remove()
    assert not layer.has_hooks
    assert layer(x).tolist() == [3.0]
    assert len(seen) == 4


def test_a_hook_may_remove_itself_while_it_runs() -> None:
    layer, calls = nn.Identity(), []
    handles = [layer.register_forward_hook(lambda *_: (calls.append(1), handles[0].remove(), None)[2])]
    layer(Tensor([1.0]))
    layer(Tensor([1.0]))
    assert len(calls) == 1


def test_a_hook_that_fails_leaves_nothing_behind() -> None:
    layer = nn.Linear(1, 1)

    def fails(*_: Any) -> None:
        raise ValueError("in the hook")

    with layer.register_forward_hook(fails), pytest.raises(ValueError, match="in the hook"):
        layer(Tensor([[1.0]]))
    assert [g.name for g in trace(layer(Tensor([[1.0]])).sum()).groups] == ["Linear"]


def test_hooks_are_not_shared_with_a_class_or_another_module() -> None:
    one, two = nn.Identity(), nn.Identity()
    one.register_forward_hook(lambda _m, _i, out: out * 2)
    assert two(Tensor([1.0])).tolist() == [1.0]
    assert not two.has_hooks


# --------------------------------------------------------------------------------------------------------------- shown


def test_shown_with_architecture_and_numbers_of_parameters() -> None:
    assert repr(Net()).splitlines() == [
        "Net(  # 24 parameters",
        "  (layers.0): Linear(2 → 3, 9 parameters)",
        "  (layers.1): Tanh()",
        "  (heads.left): Linear(3 → 1, 4 parameters)",
        "  (heads.right.0): Linear(3 → 2, 8 parameters)",
        ")",
    ]
    assert repr(nn.Linear(1000, 1000)) == "Linear(1000 → 1000, 1,001,000 parameters)"
    assert repr(Module()) == "Module()"


@pytest.mark.spec("S-062")
def test_numbers_of_parameters() -> None:
    assert count_parameters(nn.FeedForward([3, 4, 2])) == 26
    assert count_parameters(nn.FeedForward([3072, 100, 50, 10])) == 312_860


@pytest.mark.spec("S-060")
@pytest.mark.parametrize("output", [None, "sigmoid", "softmax"])
def test_a_feed_forward_network_is_a_composition(output: str | None) -> None:
    sizes = [3, 5, 4, 2]
    model = nn.FeedForward(sizes, "tanh", output=output, rng=0)
    assert model.depth == 3
    assert [p.shape for p in model.parameters()] == [(5, 3), (5,), (4, 5), (4,), (2, 4), (2,)]
    w1, b1, w2, b2, w3, b3 = (p.data for p in model.parameters())
    x = np.random.default_rng(1).normal(size=(6, 3))
    a = np.tanh(np.tanh(x @ w1.T + b1) @ w2.T + b2) @ w3.T + b3
    expected = {
        None: a, "sigmoid": 1 / (1 + np.exp(-a)), "softmax": np.exp(a) / np.exp(a).sum(axis=1, keepdims=True)
    }[output]  # fmt: skip
    np.testing.assert_allclose(model(x).data, expected, rtol=1e-13)
