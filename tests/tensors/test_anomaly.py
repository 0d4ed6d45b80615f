"""detect_anomaly: the first number that is not finite, of Tensors and of Values, forward and backward."""

from __future__ import annotations

import math
import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import AnomalyError, Tensor, Value, detect_anomaly
from autograd.anomalies import figures
from autograd.modes import ACTIVE


@pytest.fixture(autouse=True)
def _numpy_is_silent() -> Iterator[None]:
    with np.errstate(all="ignore"):
        yield


def fails(compute: Callable[[], Any]) -> AnomalyError:
    """The error that a computation ends in while it is watched."""
    switches = len(ACTIVE)
    with pytest.raises(AnomalyError) as caught, detect_anomaly():
        compute()
    assert len(ACTIVE) == switches
    return caught.value


def facts(error: AnomalyError) -> dict[str, str]:
    """The lines of the message that say what is known, by what they are about."""
    return dict(
        line.strip().partition(": ")[::2] for line in str(error).split("  nearby:")[0].splitlines()[1:] if line.strip()
    )


def weights(*numbers: float, name: str = "w") -> Tensor:
    return Tensor(np.array(numbers), requires_grad=True, name=name)


# ----------------------------------------------------------------------------------------------------------- forward


def test_forward_says_everything_that_is_known() -> None:
    w = Tensor([[1.0, 2.0], [0.0, 4.0]], requires_grad=True, name="w")
    error = fails(lambda: (w * 2).log())
    first, *rest = str(error).splitlines()
    assert first == "log made 1 −inf out of finite numbers, on the forward pass"
    known = facts(error)
    assert known["result"] == "(2, 2) float64 from 0.693147 to 2.07944 except 1 −inf, the first at [1, 0]"
    assert known["operand 0"] == "mul = (2, 2) float64 from 0 to 8; at [1, 0]: 0"
    assert known["domain"] == "x > 0"
    assert "log_softmax" in known["what to do"]
    assert rest[rest.index("  nearby:") + 1 :] == [
        "    log = (2, 2) float64 from 0.693147 to 2.07944 except 1 −inf, the first at [1, 0]",
        "    └─ mul = (2, 2) float64 from 0 to 8",
        "       ├─ w = (2, 2) float64 from 0 to 4",
        "       └─ 2",
    ]


def test_the_line_is_the_users() -> None:
    w = weights(1.0, 0.0)

    def compute() -> Tensor:
        return 1 / w  # the line at fault

    error = fails(compute)
    assert error.source is not None
    file, _, line = error.source.rpartition(":")
    assert "# the line at fault" in Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert facts(error)["line"].endswith("return 1 / w  # the line at fault")


@pytest.mark.parametrize(
    ("compute", "made"),
    [
        (lambda x: x.exp(), "exp made 1 inf"),
        (lambda x: (x - 1000).sqrt(), "sqrt made 2 nan"),
        (lambda x: x / (x - 800), "div made 1 inf"),
        (lambda x: (x - 1000) ** 0.5, "pow made 2 nan"),
        (lambda x: x * 1e306 * 1e3, "mul made 1 inf"),
        (lambda x: (x * 1e305).sum() * 10, "mul made inf"),
        (lambda x: x @ np.array([1e306, 1e306]), "matmul made inf"),
        (lambda x: autograd.sum(x * [2.2e305, 1e305]), "sum made inf"),
    ],
)
def test_the_first_operation_is_the_one_at_fault(compute: Callable[[Tensor], Tensor], made: str) -> None:
    error = fails(lambda: compute(weights(800.0, 100.0)) + 1)
    assert str(error).startswith(made)
    assert "out of finite numbers" in str(error)
    assert facts(error)["what to do"]


def test_what_requires_no_gradient_is_watched_too() -> None:
    with autograd.no_grad():
        assert "log made" in str(fails(lambda: weights(0.0).log()))
    error = fails(lambda: Tensor([0.0, 1.0], name="x").log())
    assert "x = (2,) float64 [0, 1]" in str(error)


def test_an_input_that_was_not_finite_already() -> None:
    w, x = weights(1.0, 2.0), Tensor([np.nan, np.inf], name="x")
    error = fails(lambda: w * x)
    assert str(error).splitlines()[0] == (
        "mul met numbers that were not finite already, in x = (2,) float64 [nan, inf], on the forward pass and made "
        "1 nan and 1 inf of it"
    )
    assert "they were not made while detect_anomaly watched" in facts(error)["what to do"]


def test_what_is_finite_raises_nothing() -> None:
    with detect_anomaly():
        w = weights(1.0, 2.0)
        # An infinity that ends in a finite number is nobody's mistake.
        y = (w.sigmoid() * Tensor([-np.inf, 0.0]).exp()).sum()
        y.backward()
    assert w.grad is not None


def test_a_large_array_is_told_by_its_range() -> None:
    x = Tensor(np.linspace(-1.0, 1.0, 10_000), requires_grad=True, name="x")
    known = facts(fails(lambda: x.log()))
    assert known["result"].endswith("5000 nan, the first at [0]")
    assert known["operand 0"] == "x = (10000,) float64 from −1 to 1; at [0]: −1"


def test_hostile_names_are_harmless() -> None:
    w = Tensor([0.0], requires_grad=True, name="<script>\n\x1b[31m" + "x" * 10_000)
    text = str(fails(w.log))
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 250


# ---------------------------------------------------------------------------------------------------------- backward


def test_backward_names_the_gate_the_upstream_and_the_local_derivative() -> None:
    w = weights(4.0, 0.0)
    error = fails(lambda: (w.sqrt() * [1.0, 3.0]).sum().backward())
    assert str(error).startswith("the gradient of sqrt in w became not finite on the backward pass: 1 inf")
    known = facts(error)
    assert known["gradient"] == "(2,) float64 [0.25, inf]"
    assert known["upstream"] == "(2,) float64 [1, 3]; at [1]: 3"
    assert known["local derivative"] == "(2,) float64 [0.25, inf]"
    assert known["operand 0"] == "w = (2,) float64 [4, 0]; at [1]: 0"
    assert known["domain"] == "x ≥ 0, with an infinite slope at 0"
    assert known["what to do"].startswith("the slope of a root at 0 is infinite")
    assert "w.sqrt()" in known["line"]
    assert w.grad is None


def test_zero_times_infinity_is_explained() -> None:
    x = weights(4.0, 0.0, name="x")
    error = fails(lambda: autograd.where(x > 0, x.sqrt(), 0.0).sum().backward())
    assert str(error).startswith("the gradient of sqrt in x became not finite on the backward pass: 1 nan")
    assert "inside where()" in facts(error)["what to do"]


@pytest.mark.parametrize("way", ["backward", "create_graph", "grad", "trace"])
def test_every_way_back_is_watched(way: str) -> None:
    w = weights(4.0, 0.0)

    def compute() -> None:
        y = (w * 1).sqrt().sum()
        if way == "grad":
            autograd.gradients(y, [w])
        elif way == "trace":
            autograd.trace(y)
        else:
            y.backward(create_graph=way == "create_graph")

    error = fails(compute)
    assert str(error).startswith("the gradient of sqrt in mul became not finite")
    assert w.grad is None


def test_which_operand() -> None:
    a, b = weights(1e200, name="a"), weights(1e-200, name="b")
    error = fails(lambda: (a / b).sum().backward(np.array(1e-300)))
    assert "div made 1 inf" in str(error)
    a = weights(1e-10, name="a")
    error = fails(lambda: (a / b).sum().backward())
    assert str(error).startswith("the gradient of div in b")


def test_an_upstream_that_was_not_finite_already() -> None:
    w = weights(1.0, 2.0)
    error = fails(lambda: (w * 2).backward(np.array([np.nan, 1.0])))
    assert "met an upstream gradient that was not finite already" in str(error)
    y = w * 2
    y.register_hook(lambda g: g * np.inf)
    error = fails(lambda: y.sum().backward())
    assert "hooks" in facts(error)["what to do"]


def test_a_forward_pass_that_was_not_watched_is_told_apart() -> None:
    y = weights(0.0).sqrt().sum()
    assert facts(fails(y.backward))["line"].startswith("not recorded: run the forward pass inside detect_anomaly()")


# ------------------------------------------------------------------------------------------------------------ Values


def test_values_forward() -> None:
    x = Value(0.0, name="x")
    error = fails(lambda: autograd.log(x * 3))
    assert str(error).startswith("log made −inf out of finite numbers, on the forward pass")
    assert facts(error)["operand 0"] == "mul = 0"
    assert "autograd.log(x * 3)" in facts(error)["line"]
    assert str(error).endswith("\n    log = −inf\n    └─ mul = 0\n       ├─ x = 0\n       └─ 3")
    error = fails(lambda: Value(math.nan, name="bad") + 1)
    assert str(error).startswith("add met a number that was not finite already, bad = nan")
    with autograd.no_grad():
        assert "inv made inf" in str(fails(lambda: 1 / x))


@pytest.mark.parametrize("way", ["backward", "create_graph", "gradients"])
def test_values_backward(way: str) -> None:
    x = Value(0.0, name="x")

    def compute() -> None:
        y = (x * 3).sqrt() * 2
        if way == "gradients":
            autograd.gradients(y, [x])
        else:
            y.backward(create_graph=way == "create_graph")

    error = fails(compute)
    assert str(error).startswith("the gradient of sqrt in mul = 0 became inf on the backward pass")
    assert facts(error)["upstream"] == "2"
    assert facts(error)["local ∂sqrt/∂operand 0"] == "inf"
    assert x.grad is None


def test_many_operands_of_a_value() -> None:
    a, b = Value(1e300, name="a"), Value(1e300, name="b")
    c = Value(1.7e308, name="c")
    error = fails(lambda: autograd.sum([a, c, b, c, 1.0]))
    assert str(error).startswith("sum made inf out of finite numbers")
    assert facts(error)["operand 4"] == "1"


# --------------------------------------------------------------------------------------------------- the graph nearby


def test_the_error_carries_the_node_and_its_neighbourhood() -> None:
    w = weights(4.0, 0.0)
    error = fails(lambda: ((w * 1 + 0) * 2).sqrt().sum().backward())
    assert isinstance(error.node, Tensor)
    assert error.node.op == "sqrt"
    record = error.trace
    assert [node.gate for node in record.nodes if node.gate] == ["mul", "sqrt"]
    assert [node.name for node in record.nodes if node.kind == "leaf"] == ["add"]
    assert error.picture().startswith("<svg ")


@pytest.mark.parametrize(
    "compute",
    [
        lambda: (Value(0.0, name="x") * 2).log(),
        lambda: (Value(0.0, name="x") * 2).sqrt().backward(),
        lambda: weights(0.0).log(),
        lambda: Tensor([0.0]).log(),
        lambda: (weights(0.0, 1.0) @ weights(1e308, 1e308)) * 100,
        lambda: autograd.sum([Value(1e308), Value(1e308), 1.0]),
    ],
)
def test_every_error_has_a_picture(compute: Callable[[], Any]) -> None:
    error = fails(compute)
    assert error.picture().startswith("<svg ")
    assert error.trace.nodes[-1].kind == "gate"


def test_the_neighbourhood_outlives_the_graph() -> None:
    w = weights(4.0, 0.0)
    y = (w * 2).sqrt().sum()
    error = fails(y.backward)
    with autograd.no_grad():
        w += 1.0
    with pytest.raises(autograd.GraphError):
        y.backward()
    assert len(error.trace.nodes) == 4


# -------------------------------------------------------------------------------------------------------- the switch


def test_as_a_decorator() -> None:
    @detect_anomaly()
    def train(x: Tensor) -> Tensor:
        return x.log()

    assert float(train(Tensor(1.0))) == 0
    with pytest.raises(AnomalyError):
        train(Tensor(0.0))
    assert not math.isfinite(float(Tensor(0.0).log()))


def test_off_it_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("watched while off")

    for module in (figures, autograd.tensors.anomaly, autograd.anomalies.values):
        for name in ("first_bad", "check_result", "check_pass", "check_gradient"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, never)
    monkeypatch.setattr("autograd.tensors.record.check_forward", never)
    monkeypatch.setattr("autograd.tensors.backward.check_backward", never)
    monkeypatch.setattr("autograd.record.check_result", never)
    monkeypatch.setattr("autograd.backward.check_pass", never)
    monkeypatch.setattr(np, "isfinite", never)
    w = weights(0.0, 1.0)
    with autograd.enable_grad():  # some other switch is in use
        (w.sqrt() / w).sum().backward()
        (Value(0.0).log() * 2).backward()
    (w.sqrt() / w).sum().backward(create_graph=True)
    Value(0.0).log().backward()


def test_another_thread_is_not_watched() -> None:
    found: list[float] = []

    def elsewhere() -> None:
        with np.errstate(all="ignore"):
            found.append(float(Tensor(0.0, requires_grad=True).log()))

    with detect_anomaly():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert found == [-math.inf]


def test_the_error_travels_between_processes_as_its_message() -> None:
    error = fails(weights(0.0).log)
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is AnomalyError
    assert str(other) == str(error)


def test_an_error_made_by_hand_has_no_graph() -> None:
    with pytest.raises(autograd.GraphError, match="made by hand"):
        _ = AnomalyError("x").trace
