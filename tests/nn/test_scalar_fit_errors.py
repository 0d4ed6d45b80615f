"""What MLP.fit refuses, and what it says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import nn
from autograd import OperandError, ReplayError, trace
from nn import DataError
from nn.training import History

from .fitting import LABELS, POINTS, SIGNS, network, numbers

REFUSED: dict[str, tuple[type[Exception], str, dict[str, Any]]] = {
    "lengths": (DataError, r"22 samples and y has 3 targets", {"y": SIGNS[:3]}),
    "ragged": (DataError, r"row 0 has 2, row 1 has 1", {"x": [[1.0, 2.0], [1.0]], "y": [1, -1]}),
    "ragged targets": (DataError, "y must hold real numbers in rows of", {"x": POINTS[:2], "y": [[1, 2], [1]]}),
    "words": (DataError, "x must hold real numbers", {"x": [["a", "b"]], "y": [1]}),
    "complex": (DataError, "x must hold real numbers", {"x": [[1j, 2]], "y": [1]}),
    "one number": (DataError, "y must be an array or a list", {"y": 3.0}),
    "empty": (DataError, "there is no data", {"x": [], "y": []}),
    "empty rows": (DataError, "there is no data", {"x": [[], []], "y": [1, -1]}),
    "deep": (DataError, r"of shapes \(22, 2, 1\)", {"x": POINTS[:, :, None]}),
    "nan in x": (DataError, "x is not finite: row 1, column 0 holds nan", {"x": [[1, 2], [math.nan, 3]], "y": [1, -1]}),
    "inf in y": (DataError, "y is not finite: row 1 holds inf", {"x": POINTS[:2], "y": [1, math.inf]}),
    "inputs": (OperandError, "takes 2 inputs, not 3", {"x": np.ones((22, 3))}),
    "outputs": (DataError, r"1 output, so 22 targets must have the shape \(22,\)", {"y": np.ones((22, 2))}),
    "signs": (DataError, r"labels -1 and 1, and target 0 is 0.*2 \* y - 1", {"y": np.zeros(22), "loss": "hinge"}),
    "shares": (DataError, r"from 0 to 1, and target \d+ is -1", {"loss": "bce"}),
    "one class": (DataError, "an output per class", {"loss": "cross_entropy"}),
    "no such loss": (OperandError, "no loss 'hing': take 'hinge', 'mse'", {"loss": "hing"}),
    "no loss": (OperandError, "a name or a function of score and target, not int", {"loss": 3}),
    "lr nan": (OperandError, "lr must be a number from 0 on, not nan", {"lr": math.nan}),
    "lr negative": (OperandError, "lr must be a number from 0 on, not -1", {"lr": -1}),
    "lr word": (OperandError, "lr must be a number from 0 on, not 'fast'", {"lr": "fast"}),
    "lr later": (OperandError, "from 0 on in epoch 2, not -1", {"lr": lambda epoch: 1 - epoch, "epochs": 5}),
    "momentum": (OperandError, "momentum must be a number from 0 on, below 1, not 1", {"momentum": 1}),
    "alpha": (OperandError, "alpha must be a number from 0 on, not -0.1", {"alpha": -0.1}),
    "epochs": (OperandError, "epochs must be a whole number from 0 on, not 1.5", {"epochs": 1.5}),
    "batch size": (OperandError, "batch_size must be a whole number from 1 on, not 0", {"batch_size": 0}),
    "optimizer": (OperandError, r"int has no step\(\)", {"optimizer": 3}),
    "backend": (ReplayError, "backend .*not 'abacus'", {"backend": "abacus"}),
    "nonfinite": (OperandError, "nonfinite is 'raise' or 'stop'", {"nonfinite": "ignore"}),
    "validation": (DataError, "1 samples and y has 2", {"validation": ([[1, 2]], [1, 1])}),
    "frozen": (OperandError, "nothing to learn", {"frozen": True}),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_changes(name: str) -> None:
    error, message, given = REFUSED[name]
    model = network()
    if given.get("frozen"):
        model.freeze()
    before = numbers(model)
    history = History()
    options = {"x": POINTS, "y": SIGNS, "backend": "numpy", "history": history, **given}
    options.pop("frozen", None)
    with pytest.raises(error, match=message) as caught:
        model.fit(options.pop("x"), options.pop("y"), **options)
    assert "\n" not in str(caught.value)
    if name != "lr later":
        assert (numbers(model), len(history)) == (before, 0)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (LABELS + 0.5, "whole numbers from 0 to 1, and target"),
        (LABELS * 2, "whole numbers from 0 to 1, and target .* is 2"),
        (-LABELS, "is -1"),
        (np.full((22, 2), 0.75), "row 0 of the targets is no distribution"),
        (np.ones((22, 3)), r"2 outputs, so 22 targets must have the shape \(22, 2\), not \(22, 3\)"),
    ],
)
def test_classes_that_are_none_are_refused(y: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        network(3, 2).fit(POINTS, y, loss="cross_entropy", backend="numpy")


def test_an_optimizer_brings_its_own_rate() -> None:
    class Rule:
        def step(self) -> None: ...

        def zero_grad(self) -> None: ...

    for given in ({"lr": 0.1}, {"momentum": 0.9}):
        with pytest.raises(OperandError, match="leave lr and momentum"):
            network().fit(POINTS, SIGNS, optimizer=Rule(), **given)


def by_if(score: Any, target: Any) -> Any:
    return (score - target) ** 2 if target > 0 else abs(score - target)


def by_number(score: Any, target: Any) -> Any:
    return (score - target.data) ** 2


@pytest.mark.parametrize(
    ("loss", "message"),
    [(by_if, "asks a Value for a comparison.*where"), (by_number, "by_number.* comes from data")],
)
def test_a_loss_that_python_decides_is_named(loss: Any, message: str) -> None:
    model = network()
    before = numbers(model)
    with pytest.raises(ReplayError, match=message):
        model.fit(POINTS, SIGNS, loss=loss, backend="numpy")
    assert numbers(model) == before


def test_a_loss_that_is_no_value_is_refused() -> None:
    with pytest.raises(ReplayError, match="must be one Value, not list"):
        network(3, 2).fit(POINTS, POINTS, loss=lambda scores, _: scores, backend="numpy")


def test_a_loss_that_explodes_says_when_and_leaves_what_made_it() -> None:
    model, history = network(), History()
    with pytest.raises(DataError, match=r"the loss is (nan|inf) in epoch (\d+) with lr=50") as caught:
        model.fit(POINTS, SIGNS, lr=50, epochs=100, history=history, backend="numpy")
    assert f"in epoch {len(history)} " in str(caught.value)
    assert np.isfinite(history["loss"]).all()
    assert not math.isfinite(trace(model.loss(POINTS, SIGNS)).nodes[-1].value)  # type: ignore[arg-type]


def test_or_it_stops() -> None:
    model = network()
    history = model.fit(POINTS, SIGNS, lr=50, epochs=100, nonfinite="stop", backend="numpy")
    assert len(history) < 100
    assert not math.isfinite(history["loss"][-1])
    assert np.isfinite(history["loss"][:-1]).all()


def test_a_hook_that_changes_the_network_is_told_to_stop_first() -> None:
    def hook(_: int, __: float, model: nn.MLP) -> None:
        model.layers[0].neurons[0].w[0].requires_grad = False

    with pytest.raises(OperandError, match="return True"):
        network().fit(POINTS, SIGNS, on_epoch=hook, backend="numpy")
