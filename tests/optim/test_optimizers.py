"""Update rules: PyTorch's trajectories on scalars, small and large tensors alike; groups, state, closures, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd
import optim
from autograd import Tensor, Value
from optim import SGD, Adam, AdamW, Optimizer, OptimizerError

RULES: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.05}),
    ("SGD", {"lr": 0.02, "momentum": 0.9}),
    ("SGD", {"lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "dampening": 0.3}),
    ("SGD", {"lr": 0.01, "weight_decay": 0.3}),
    ("SGD", {"lr": 1e-3, "maximize": True}),
    ("Adam", {"lr": 0.1}),
    ("Adam", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.2}),
    ("Adam", {"lr": 0.05, "amsgrad": True}),
    ("Adam", {"lr": 0.01, "maximize": True}),
    ("AdamW", {"lr": 0.05}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.3, "amsgrad": True}),
    ("Adagrad", {"lr": 0.3}),
    ("Adagrad", {"lr": 0.3, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5, "eps": 1e-3}),
    ("Adagrad", {"lr": 0.01, "maximize": True}),
    ("RMSprop", {"lr": 0.05}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.8, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.5}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.5, "centered": True}),
    ("Adadelta", {}),
    ("Adadelta", {"lr": 0.7, "rho": 0.7, "eps": 1e-4, "weight_decay": 0.1}),
    ("Adamax", {"lr": 0.1}),
    ("Adamax", {"lr": 0.05, "betas": (0.5, 0.9), "eps": 1e-3, "weight_decay": 0.1}),
    ("NAdam", {"lr": 0.1}),
    ("NAdam", {"lr": 0.05, "betas": (0.8, 0.9), "momentum_decay": 0.1, "weight_decay": 0.1}),
    ("NAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"lr": 0.1}),
    ("RAdam", {"lr": 0.05, "betas": (0.9, 0.9), "weight_decay": 0.1}),
    ("RAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("SGD", {"lr": 1e-3, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1, "maximize": True}),
    ("SGD", {"lr": 0.02, "momentum": 0.8, "dampening": 0.3, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.01, "amsgrad": True, "weight_decay": 0.1, "maximize": True, "betas": (0.0, 0.99)}),
    ("Adam", {"lr": 0.02, "eps": 0.1, "betas": (0.9, 0.6)}),
    ("AdamW", {"lr": 0.01, "maximize": True, "betas": (0.7, 0.95), "eps": 1e-4}),
    ("Adagrad", {"lr": 0.1, "lr_decay": 0.5, "maximize": True}),
    ("RMSprop", {"lr": 0.02, "centered": True, "weight_decay": 0.1}),
    ("RMSprop", {"lr": 0.01, "momentum": 0.9, "alpha": 0.9, "maximize": True}),
    ("Adadelta", {"lr": 0.5, "maximize": True, "weight_decay": 0.1}),
    ("Adamax", {"lr": 0.01, "betas": (0.0, 0.5), "maximize": True}),
    ("NAdam", {"lr": 0.01, "maximize": True, "momentum_decay": 1.0}),
    ("RAdam", {"lr": 0.01, "betas": (0.5, 0.99), "eps": 1e-3, "maximize": True}),
]
ids = [f"{name}-{'-'.join(options)}" for name, options in RULES]
START = [np.array([3.0, -2.0]), np.array([[0.5, -1.5, 1.0]]), np.array(0.7)]


@pytest.fixture(autouse=True)
def double_precision() -> Iterator[None]:
    """PyTorch keeps some of its own factors in its default dtype."""
    try:
        import torch
    except ImportError:
        yield
        return
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def bowl(parts: Any, power: Callable[[Any], Any]) -> Any:
    """A smooth function of several tensors with curvatures of several sizes."""
    a, b, c = parts
    return (a * a).sum() * 0.5 + 3 * ((b - 1) * (b - 1)).sum() + (c * c).sum() + power(0.1 * c * a).sum()


def their_run(name: str, options: dict[str, Any], start: list[np.ndarray], steps: int) -> list[np.ndarray]:
    import torch

    leaves = [torch.tensor(x, requires_grad=True) for x in start]
    optimizer = getattr(torch.optim, name)(leaves, **options)
    for _ in range(steps):
        optimizer.zero_grad()
        bowl(leaves, torch.sin).backward()
        optimizer.step()
    return [leaf.detach().numpy() for leaf in leaves]


def our_run(name: str, options: dict[str, Any], start: list[np.ndarray], steps: int) -> list[np.ndarray]:
    leaves = [Tensor(x.copy(), requires_grad=True) for x in start]
    optimizer = getattr(optim, name)(leaves, **options)
    for _ in range(steps):
        optimizer.zero_grad()
        bowl(leaves, autograd.sin).backward()
        optimizer.step()
    return [leaf.data for leaf in leaves]


@pytest.mark.spec("S-204", "S-205")
@pytest.mark.needs("torch")
@pytest.mark.parametrize(("name", "options"), RULES, ids=ids)
@pytest.mark.parametrize("small", [4096, 2, 0], ids=["one block", "two blocks", "each its own"])
def test_fifty_steps_of_tensors(
    name: str, options: dict[str, Any], small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optim.blocks.SMALL", small)
    for ours, theirs in zip(our_run(name, options, START, 50), their_run(name, options, START, 50), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.needs("torch")
@pytest.mark.parametrize(("name", "options"), RULES, ids=ids)
def test_fifty_steps_of_scalars(name: str, options: dict[str, Any]) -> None:
    import torch

    start = [2.0, -1.5, 0.7]
    ours, theirs = [Value(v) for v in start], [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in start]
    optimizer, reference = getattr(optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)

    def valley(x: list[Any]) -> Any:
        return (x[0] - 1) ** 2 + 3 * (x[1] + 0.5) ** 2 + 0.5 * x[0] * x[1] + (x[2] * x[0]).tanh()

    for _ in range(50):
        optimizer.zero_grad()
        reference.zero_grad()
        valley(ours).backward()
        valley(theirs).backward()
        optimizer.step()
        reference.step()
    for p, q in zip(ours, theirs, strict=True):
        assert p.data == pytest.approx(q.item(), rel=1e-12, abs=1e-12)
        assert type(p.data) is float


@pytest.mark.needs("torch")
@pytest.mark.parametrize(("name", "options"), RULES, ids=ids)
def test_parameters_that_come_and_go_keep_their_own_count(name: str, options: dict[str, Any]) -> None:
    """A parameter without a gradient in some steps is left alone there, moments and number of steps too."""
    import torch

    used = [(0, 1, 2), (0, 2), (1,), (0, 1, 2), (2,), (0, 1), (0, 1, 2), (0, 1, 2)]
    ours = [Tensor(x.copy(), requires_grad=True) for x in START]
    theirs = [torch.tensor(x, requires_grad=True) for x in START]
    optimizer, reference = getattr(optim, name)(ours, **options), getattr(torch.optim, name)(theirs, **options)
    for chosen in used:
        optimizer.zero_grad()
        reference.zero_grad()
        for i in chosen:
            (ours[i] * ours[i]).sum().backward()
            (theirs[i] * theirs[i]).sum().backward()
        optimizer.step()
        reference.step()
    for p, q in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), rtol=1e-12, atol=1e-12)


def test_scalars_and_tensors_together() -> None:
    a, b = Value(2.0), Tensor([2.0], requires_grad=True)
    optimizer = Adam([a, b], lr=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        (a * a).backward()
        (b * b).sum().backward()
        optimizer.step()
    assert a.data == pytest.approx(float(b), rel=1e-15)


def test_float32_stays_float32() -> None:
    x, y = Tensor(np.float32([1, 2]), requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)
    optimizer = Adam([x, y], lr=0.1)
    (x * x).sum().backward()
    (y * y).sum().backward()
    optimizer.step()
    assert (x.dtype, y.dtype) == (np.float32, np.float64)
    np.testing.assert_allclose(x.data, y.data, rtol=1e-6)


def test_a_tensor_given_new_numbers_is_followed() -> None:
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([3.0], requires_grad=True)
    optimizer = SGD([x, y], lr=0.5)
    for tensor in (x, y):
        (tensor * tensor).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(x.data, [0.0, 0.0])
    x.data = np.array([10.0, 20.0])
    with autograd.no_grad():
        y += 1
    optimizer.zero_grad()
    (x * 2 + y).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(x.data, [9.0, 19.0])
    np.testing.assert_array_equal(y.data, [0.0])


def test_a_step_makes_an_older_graph_stale() -> None:
    x = Tensor([1.0, 2.0], requires_grad=True)
    older = (x * x).sum()
    (x * 3).sum().backward()
    SGD([x], lr=0.1).step()
    with pytest.raises(autograd.GraphError, match="changed in place"):
        older.backward()


def test_the_given_gradient_is_not_changed() -> None:
    big = Tensor(np.ones(5000), requires_grad=True)
    optimizer = SGD([big], lr=0.1, weight_decay=0.5, momentum=0.9, maximize=True)
    big.grad = np.full(5000, 2.0)
    optimizer.step()
    assert (big.grad == 2.0).all()


def test_groups_have_settings_of_their_own() -> None:
    a, b = Value(1.0), Value(1.0)
    optimizer = SGD([{"params": [a], "lr": 0.5}, {"params": b}], lr=0.1)
    (a * 2 + b * 2).backward()
    optimizer.step()
    assert (a.data, b.data) == (0.0, 0.8)
    c = Value(1.0)
    optimizer.add_param_group({"params": [c], "momentum": 0.9})
    assert [g["lr"] for g in optimizer.param_groups] == [0.5, 0.1, 0.1]
    optimizer.lr = 0.25
    assert [g["lr"] for g in optimizer.param_groups] == [0.25] * 3


def test_a_closure_is_called_and_its_loss_returned() -> None:
    x = Tensor([3.0], requires_grad=True)
    optimizer = SGD([x], lr=0.1)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = (x * x).sum()
        loss.backward()
        return loss

    with autograd.no_grad():
        assert float(optimizer.step(closure)) == 9.0
    assert float(x) == pytest.approx(2.4)


@pytest.mark.parametrize(("name", "options"), RULES, ids=ids)
def test_resuming_from_a_state_gives_the_same_numbers(name: str, options: dict[str, Any]) -> None:
    whole = our_run(name, options, START, 10)
    leaves = [Tensor(x.copy(), requires_grad=True) for x in START]
    first = getattr(optim, name)(leaves, **options)
    state: dict[str, Any] = {}
    for i in range(10):
        if i == 6:
            state = first.state_dict()
            leaves = [Tensor(leaf.data.copy(), requires_grad=True) for leaf in leaves]
            first = getattr(optim, name)(leaves, **{**options, "lr": 9.9})
            first.load_state_dict(state)
        first.zero_grad()
        bowl(leaves, autograd.sin).backward()
        first.step()
    for resumed, expected in zip(leaves, whole, strict=True):
        np.testing.assert_array_equal(resumed.data, expected)


def test_a_state_of_something_else_is_refused() -> None:
    x, y = Tensor([1.0, 2.0], requires_grad=True), Tensor([1.0], requires_grad=True)
    (x * x).sum().backward()
    adam = Adam([x])
    adam.step()
    with pytest.raises(OptimizerError, match=r"^SGD cannot take over the state of 'Adam'"):
        SGD([x], lr=0.1).load_state_dict(adam.state_dict())
    with pytest.raises(OptimizerError, match=r"the state has groups of \[1\] parameters, this optimizer of \[2\]"):
        Adam([x, y]).load_state_dict(adam.state_dict())
    with pytest.raises(OptimizerError, match=r"m of parameter 0 has shape \(2,\)"):
        Adam([y]).load_state_dict(adam.state_dict())


def test_gradients_that_are_not_finite() -> None:
    x, y = Tensor([1.0, 2.0], requires_grad=True, name="w"), Tensor([1.0], requires_grad=True)
    x.grad, y.grad = np.array([1.0, np.nan]), np.array([1.0])
    with pytest.raises(OptimizerError, match="the gradient of the parameter w is not finite"):
        SGD([y, x], lr=0.1, nonfinite="raise").step()
    with pytest.warns(RuntimeWarning, match="this step was skipped"):
        Adam([y, x], lr=0.1, nonfinite="skip").step()
    assert (x.data.tolist(), y.data.tolist()) == ([1.0, 2.0], [1.0])
    SGD([y, x], lr=0.1).step()
    assert np.isnan(x.data[1])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda x: SGD([x], lr=-1), "lr must be a non-negative number"),
        (lambda x: SGD([x], lr="big"), "lr must be a non-negative number"),
        (lambda x: SGD([x], dampening=2), "dampening must be from 0 to 1"),
        (lambda x: SGD([x], nesterov=True), "nesterov needs a momentum"),
        (lambda x: SGD([x], weight_decay=-0.1), "weight_decay must be"),
        (lambda x: SGD([x], convention="mine"), "convention must be"),
        (lambda x: SGD([x], nonfinite="maybe"), "nonfinite must be"),
        (lambda x: Adam([x], betas=(0.9, 1.0)), r"betas\[1\] must be at least 0 and below 1"),
        (lambda x: Adam([x], betas=0.9), "betas must be a pair"),
        (lambda x: Adam([x], eps=-1e-8), "eps must be"),
        (lambda x: AdamW([x], weight_decay=float("nan")), "weight_decay must be"),
        (lambda x: SGD([{"params": [x], "speed": 1}]), "SGD has no setting 'speed'"),
        (lambda _: SGD([{"lr": 1}]), "needs a 'params' entry"),
        (lambda _: SGD([Tensor([1, 2])]), "changes floating-point Tensors"),
        (lambda x: SGD([x * 2]), "changes leaf Values and Tensors"),
        (lambda x: SGD([x, x]), "the same parameter twice"),
        (lambda x: SGD([{"params": [x]}, {"params": [x]}]), "the same parameter twice"),
        (lambda _: SGD([]), "no parameters"),
    ],
)
def test_settings_that_make_no_sense(make: Callable[[Tensor], Optimizer], message: str) -> None:
    with pytest.raises(OptimizerError, match=message):
        make(Tensor([1.0], requires_grad=True))


def golden(make: Callable[[Tensor], Optimizer], steps: int = 20) -> np.ndarray:
    """Where ½(x₁² + 10x₂²) is left after some steps from (3, -2)."""
    x = Tensor([3.0, -2.0], requires_grad=True)
    optimizer = make(x)
    for _ in range(steps):
        optimizer.zero_grad()
        (0.5 * (x * x * np.array([1.0, 10.0])).sum()).backward()
        optimizer.step()
    return x.data


GOLDEN: list[tuple[str, Callable[[Tensor], Optimizer], tuple[float, float]]] = [
    ("velocity", lambda x: SGD([x], lr=0.05, momentum=0.9, convention="velocity"), (-0.363391577709, 0.608159027790)),
    ("accumulate", lambda x: SGD([x], lr=0.05, momentum=0.9), (-0.363391577709, 0.608159027790)),
    ("nesterov", lambda x: SGD([x], lr=0.05, momentum=0.9, nesterov=True), (-0.207213067799, 0.000697720530)),
    ("adagrad", lambda x: optim.Adagrad([x], lr=0.5), (0.430730272865, -0.056461734584)),
    ("rmsprop", lambda x: optim.RMSprop([x], lr=0.05), (0.402126099546, -0.048236362774)),
    ("rmsprop momentum", lambda x: optim.RMSprop([x], lr=0.05, momentum=0.9), (1.134617442815, 0.023441591619)),
    ("adadelta", lambda x: optim.Adadelta([x]), (2.930699473887, -1.930985880659)),
    ("adam", lambda x: Adam([x], lr=0.1), (1.119360482481, -0.222452427075)),
    ("maxprop", lambda x: optim.MaxProp([x], lr=0.1), (1.512829783340, -0.709785426910)),
    ("adamax", lambda x: optim.Adamax([x], lr=0.1), (1.349547279541, -0.509611394837)),
    ("nadam", lambda x: optim.NAdam([x], lr=0.1), (1.478091036975, -0.593697065623)),
    ("nadam constant", lambda x: optim.NAdam([x], lr=0.1, momentum_decay=1e8), (1.080398021356, -0.214872974186)),
]


@pytest.mark.spec("S-213", "S-214", "S-217", "S-219", "S-220", "S-221", "S-222", "S-223", "S-227", "S-228", "S-229")
@pytest.mark.parametrize(("make", "expected"), [case[1:] for case in GOLDEN], ids=[case[0] for case in GOLDEN])
def test_a_known_trajectory(make: Callable[[Tensor], Optimizer], expected: tuple[float, float]) -> None:
    np.testing.assert_allclose(golden(make), expected, rtol=0, atol=5e-11)


@pytest.mark.spec("S-225")
def test_adam_without_correction_starts_with_a_step_that_is_too_long() -> None:
    x = Tensor([3.0], requires_grad=True)
    x.grad = np.array([5.0])
    Adam([x], lr=0.1, bias_correction=False).step()
    assert float(x) == pytest.approx(3 - 0.1 * 0.1 / 0.001**0.5, rel=1e-6)


def test_eps_inside_the_root() -> None:
    for rule in (optim.Adagrad, optim.RMSprop):
        x = Tensor([0.0], requires_grad=True)
        x.grad = np.array([0.3])
        rule([x], lr=1.0, eps=0.5, eps_inside=True).step()
        squares = 0.09 if rule is optim.Adagrad else 0.01 * 0.09
        assert float(x) == pytest.approx(-0.3 / np.sqrt(squares + 0.5), rel=1e-12)


def test_lion_moves_every_coordinate_by_the_same_length() -> None:
    x = Tensor([1.0, -2.0, 3.0], requires_grad=True)
    optimizer = optim.Lion([x], lr=0.1, weight_decay=0.5)
    m, twin = np.zeros(3), x.data.copy()
    for g in ([1.0, -100.0, 0.0], [-3.0, 0.1, 2.0], [0.0, 0.0, 0.0]):
        x.grad = np.array(g)
        optimizer.step()
        twin = twin - 0.1 * (np.sign(0.9 * m + 0.1 * np.array(g)) + 0.5 * twin)
        m = 0.99 * m + 0.01 * np.array(g)
        np.testing.assert_allclose(x.data, twin, rtol=1e-14)
