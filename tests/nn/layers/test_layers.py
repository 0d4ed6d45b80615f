"""Layers of images, tables and autoencoders: PyTorch's numbers, shapes, mistakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import AutogradError, Tensor, gradcheck
from nn import functional as F  # noqa: N812

rng = np.random.default_rng(0)
IMAGES = rng.normal(size=(2, 4, 7, 6))

PAIRS: list[tuple[str, dict[str, Any]]] = [
    ("Conv2d", {"in_channels": 4, "out_channels": 6, "kernel_size": 3}),
    ("Conv2d", {"in_channels": 4, "out_channels": 6, "kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0)}),
    ("Conv2d", {"in_channels": 4, "out_channels": 6, "kernel_size": 2, "dilation": 2, "groups": 2, "bias": False}),
    ("Conv2d", {"in_channels": 4, "out_channels": 2, "kernel_size": 3, "padding": "same"}),
    ("MaxPool2d", {"kernel_size": 2}),
    ("MaxPool2d", {"kernel_size": (3, 2), "stride": 1, "padding": 1}),
    ("AvgPool2d", {"kernel_size": 2}),
    ("AvgPool2d", {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False}),
    ("Flatten", {}),
    ("Flatten", {"start_dim": 2}),
    ("Flatten", {"start_dim": 0, "end_dim": 1}),
    ("Identity", {}),
]


@pytest.mark.needs("torch")
@pytest.mark.parametrize(("name", "options"), PAIRS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_as_pytorch(name: str, options: dict[str, Any], dtype: str) -> None:
    import torch

    kind = getattr(torch, dtype)
    theirs = getattr(torch.nn, name)(**options).to(kind)
    ours = getattr(nn, name)(**options, **({"dtype": dtype} if name == "Conv2d" else {}))
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    x, their_x = Tensor(IMAGES.astype(dtype), requires_grad=True), torch.tensor(IMAGES, dtype=kind, requires_grad=True)
    out, their_out = ours(x), theirs(their_x)
    (out * out).sum().backward()
    (their_out * their_out).sum().backward()
    near = {"rtol": 1e-10, "atol": 1e-11} if dtype == "float64" else {"rtol": 1e-4, "atol": 1e-4}
    assert out.dtype == dtype
    np.testing.assert_allclose(out.data, their_out.detach().numpy(), **near)
    np.testing.assert_allclose(x.grad, their_x.grad.numpy(), **near)
    for key, parameter in theirs.named_parameters():
        np.testing.assert_allclose(dict(ours.named_parameters())[key].grad, parameter.grad.numpy(), **near)


@pytest.mark.needs("torch")
def test_embedding_as_pytorch() -> None:
    import torch

    theirs = torch.nn.Embedding(6, 3, padding_idx=2).double()
    ours = nn.Embedding(6, 3, padding_idx=2)
    assert not ours.weight.data[2].any()
    ours.load_state_dict({"weight": theirs.weight.detach().numpy()})
    index = np.array([[0, 2, 5], [5, 5, 2]])
    out, their_out = ours(index), theirs(torch.tensor(index))
    scale = rng.normal(size=out.shape)
    (out * scale).sum().backward()
    (their_out * torch.tensor(scale)).sum().backward()
    np.testing.assert_array_equal(out.data, their_out.detach().numpy())
    np.testing.assert_allclose(ours.weight.grad, theirs.weight.grad.numpy(), rtol=1e-12)
    assert not ours.weight.grad[2].any()


def test_an_embedding_is_a_linear_layer_of_one_hot_inputs() -> None:
    table = nn.Embedding(5, 3, rng=0)
    index = np.array([4, 0, 4])
    np.testing.assert_array_equal(table(index).data, np.eye(5)[index] @ table.weight.data)
    table(index).sum().backward()
    np.testing.assert_array_equal(table.weight.grad[:, 0], [1, 0, 0, 0, 2])


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(2, 3, 2, stride=2, rng=0),
        nn.MaxPool2d(2),
        nn.AvgPool2d(2, 1),
        nn.Sequential(nn.Flatten(), nn.Linear(50, 2)),
    ],
)
def test_gradients_by_differences(layer: nn.Module) -> None:
    x = Tensor(rng.normal(size=(2, 2, 5, 5)), requires_grad=True)
    assert gradcheck(layer, [x])
    for parameter in layer.parameters():
        layer.zero_grad()
        (layer(x) ** 2).sum().backward()
        place = tuple(n - 1 for n in parameter.shape)
        slope, h, kept = parameter.grad[place], 1e-6, parameter.data[place]
        costs = []
        for sign in (1, -1):
            parameter.data[place] = kept + sign * h
            costs.append((layer(x.detach()) ** 2).sum().item())
        parameter.data[place] = kept
        assert slope == pytest.approx((costs[0] - costs[1]) / (2 * h), rel=1e-5, abs=1e-7)


@pytest.mark.spec("S-187")
def test_a_convolution_is_one_filter_at_every_place() -> None:
    signal, taps = rng.normal(size=12), rng.normal(size=3)
    layer = nn.Conv2d(1, 1, (1, 3), bias=False)
    layer.load_state_dict({"weight": taps.reshape(1, 1, 1, 3)})

    def filtered(x: Any) -> Any:
        return layer(x.reshape(1, 1, 1, -1)).data.ravel()

    np.testing.assert_allclose(filtered(signal), np.convolve(signal, taps[::-1], "valid"), atol=1e-14)
    shifted = np.concatenate([[0.0], signal])
    np.testing.assert_allclose(filtered(shifted)[1:], filtered(signal), atol=1e-14)
    # The same as a layer of separate weights that are all one parameter: its gradient is the sum over the places.
    w = Tensor(taps, requires_grad=True)
    outputs = [(w * signal[i : i + 3]).sum() for i in range(10)]
    sum(outputs[1:], outputs[0]).backward()
    layer(signal.reshape(1, 1, 1, -1)).sum().backward()
    np.testing.assert_allclose(layer.weight.grad.ravel(), w.grad, rtol=1e-13)


def test_starting_weights_are_repeatable_and_within_pytorchs_bounds() -> None:
    for seed in range(3):
        layer = nn.Conv2d(3, 5, (2, 4), rng=seed)
        again = nn.Conv2d(3, 5, (2, 4), rng=np.random.default_rng(seed))
        np.testing.assert_array_equal(layer.weight.data, again.weight.data)
        bound = 1 / np.sqrt(3 * 2 * 4)
        assert 0.9 * bound < np.abs(layer.weight.data).max() <= bound
        assert np.abs(layer.bias.data).max() <= bound
    assert nn.Embedding(400, 100, rng=0).weight.data.std() == pytest.approx(1, abs=0.01)


@pytest.mark.needs("sklearn")
def test_a_small_convolutional_network_learns_digits() -> None:
    from sklearn.datasets import load_digits

    import optim

    images, labels = load_digits(return_X_y=True)
    images = images.reshape(-1, 1, 8, 8) / 16
    source = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1, rng=source),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10, rng=source),
    )
    optimizer = optim.Adam(model.parameters(), lr=0.01)
    order = source.permutation(len(images))
    train, test = order[:1200], order[1200:]
    for _ in range(6):
        for rows in np.array_split(source.permutation(train), 20):
            optimizer.zero_grad()
            F.cross_entropy(model(images[rows]), labels[rows]).backward()
            optimizer.step()
    found = model(images[test]).data.argmax(axis=1)
    assert (found == labels[test]).mean() > 0.93


@pytest.mark.spec("S-287")
def test_a_linear_autoencoder_is_a_principal_component_analysis() -> None:
    import optim

    x = rng.normal(size=(40, 6)) @ rng.normal(size=(6, 6))
    x -= x.mean(axis=0)
    values = np.linalg.svd(x, compute_uv=False)
    best = float((values[2:] ** 2).sum())
    model = nn.Autoencoder([6, 2], bias=False, rng=0)
    optimizer = optim.Adam(model.parameters(), lr=0.02)
    for _ in range(1500):
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), x, reduction="batchmean")
        loss.backward()
        optimizer.step()
    reached = loss.item() * len(x)
    assert best * (1 - 1e-9) <= reached <= best * 1.001
    codes = model.encode(x).data
    assert codes.shape == (40, 2)
    np.testing.assert_allclose(model.decode(codes).data, model(x).data)
    assert np.linalg.matrix_rank(model(x).data) == 2


MISTAKES: list[tuple[Callable[[], Any], str]] = [
    (lambda: nn.Conv2d(0, 1, 3), "in_channels must be a whole number from 1 on, not 0"),
    (lambda: nn.Conv2d(1, 1, 2.5), "kernel_size must be a whole number"),
    (lambda: nn.Conv2d(1, 1, (1, 2, 3)), "kernel_size is a number or one for height and one for width"),
    (lambda: nn.Conv2d(3, 4, 1, groups=2), "cannot be divided into 2 groups"),
    (lambda: nn.Conv2d(3, 4, 1)(np.zeros((2, 1, 5, 5))), r"images \(batch, 3, .*, but got shape \(2, 1, 5, 5\)"),
    (lambda: nn.Conv2d(3, 4, 1)(np.zeros(3)), r"but got shape \(3,\)"),
    (lambda: nn.Conv2d(1, 4, 6)(np.zeros((1, 1, 5, 5))), "conv2d"),
    (lambda: nn.Conv2d(1, 1, 2, padding="same")(np.zeros((1, 1, 5, 5))), "padding='same' needs"),
    (lambda: nn.MaxPool2d(0), "kernel_size must be"),
    (lambda: nn.MaxPool2d(2, padding=2)(np.zeros((1, 1, 5, 5))), "more than half of the kernel"),
    (lambda: nn.AvgPool2d(2)(np.zeros(5)), "avg_pool2d"),
    (lambda: nn.Embedding(3, 0), "embedding_dim must be"),
    (lambda: nn.Embedding(3, 2, padding_idx=3), "none of 3 rows"),
    (lambda: nn.Embedding(3, 2)([0, 3]), "rows 0 to 2; there is no row 3"),
    (lambda: nn.Embedding(3, 2)([-1]), "there is no row -1"),
    (lambda: nn.Embedding(3, 2)([0.5]), "whole numbers of an integer type, not float64"),
    (lambda: nn.Autoencoder([3]), "sizes are those of"),
    (lambda: nn.TiedLinear(nn.ReLU()), "of a Linear layer, not of a ReLU"),  # type: ignore[arg-type]
    (lambda: nn.TiedLinear(nn.Linear(3, 2))(np.zeros(3)), "takes inputs with 2 features"),
    (lambda: nn.Linear(3, 2)(np.zeros((4, 1))), r"3 features along the last axis, but got shape \(4, 1\)"),
    (lambda: nn.Flatten(2, 1)(Tensor(np.zeros((1, 2, 3)))), r"axes 2 to 1 cannot be joined in .*\(1, 2, 3\)"),
    (lambda: nn.Flatten()(Tensor(1.0)), "cannot be joined"),
    (lambda: nn.Sequential(nn.ReLU(), "relu"), "item 1 is a str"),  # type: ignore[arg-type]
    (lambda: nn.Sequential().append(3), "item 0 is a int"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(("call", "says"), MISTAKES)
def test_mistakes(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(AutogradError, match=says):
        call()


def test_shown() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3, stride=2, padding="same", bias=False), nn.MaxPool2d(2, 1), nn.Embedding(3, 2)
    )
    assert repr(model).splitlines() == [
        "Sequential(  # 24 parameters",
        "  (0): Conv2d(1 → 2, kernel 3×3, stride 2×2, padding same, no bias, 18 parameters)",
        "  (1): MaxPool2d(2×2, stride 1×1)",
        "  (2): Embedding(3 × 2, 6 parameters)",
        ")",
    ]


@pytest.mark.parametrize("seed", [0, 3])
def test_a_seed_is_a_seed(seed: int) -> None:
    for make in (lambda: nn.Linear(2, 3, rng=seed), lambda: nn.QuadraticForm(3, rng=seed)):
        for first, second in zip(make().parameters(), make().parameters(), strict=True):
            np.testing.assert_array_equal(first.data, second.data)
