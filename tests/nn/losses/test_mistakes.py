"""Losses given something they cannot use say what, and where."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import AutogradError, OperandError, ShapeError, Tensor, Value
from nn import DataError
from nn import functional as F  # noqa: N812

PAIRS = ["mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy",
         "binary_cross_entropy_with_logits", "soft_margin_loss", "hinge_loss"]  # fmt: skip
ROWS = ["cross_entropy", "nll_loss", "multi_margin_loss"]


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(("a", "b"), [((4, 1), (4,)), ((4,), (4, 1)), ((4,), (3,)), ((2, 2), ()), ((1, 4), (4, 4))])
def test_shapes_that_differ_are_never_broadcast(name: str, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    for target in (np.ones(b), Tensor(np.ones(b))):
        with pytest.raises((ShapeError, DataError)) as caught:
            getattr(F, name)(Tensor(np.full(a, 0.5)), target)
        if not (name == "hinge_loss" and a == (4, 1) and b == (4,)):  # there a second axis means classes
            assert str(a) in str(caught.value)
            assert str(b) in str(caught.value)


@pytest.mark.parametrize("name", PAIRS)
def test_shapes_of_values_that_differ(name: str) -> None:
    with pytest.raises(ShapeError, match=name):
        getattr(F, name)([Value(0.5), Value(0.5)], [1.0])


@pytest.mark.parametrize("name", PAIRS + ROWS)
@pytest.mark.parametrize("empty", [np.empty(0), np.empty((0, 3))])
def test_an_empty_batch(name: str, empty: Any) -> None:
    target = np.empty(0, int) if name in ROWS else empty
    with pytest.raises(DataError, match=f"{name}: the batch is empty"):
        getattr(F, name)(empty, target)


@pytest.mark.parametrize("name", PAIRS + ROWS)
def test_an_unknown_reduction(name: str) -> None:
    with pytest.raises(OperandError, match=r"reduction is one of none, sum, mean.*not 'average'"):
        getattr(F, name)([0.5], [1.0], reduction="average")


@pytest.mark.parametrize(
    "kind", ["MSELoss", "L1Loss", "BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "NLLLoss", "HingeLoss"]
)
def test_a_module_knows_its_reductions_at_once(kind: str) -> None:
    with pytest.raises(OperandError, match=kind):
        getattr(nn, kind)(reduction="total")


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([0, 3], "row 1 has the label 3, but there are 3 classes, 0 to 2"),
        ([-1, 0], "row 0 has the label -1"),
        ([0.0, 1.0], r"integer type: convert them with astype\(int\)"),
        ([0.5, 1.0], "class labels are whole numbers, not float64"),
        (["a", "b"], "class labels are whole numbers"),
    ],
)
def test_labels_that_are_none(name: str, labels: Any, says: str) -> None:
    with pytest.raises(DataError, match=says):
        getattr(F, name)(np.full((2, 3), -1.0), labels)


@pytest.mark.parametrize("name", ROWS)
def test_labels_of_another_number_of_rows(name: str) -> None:
    with pytest.raises(ShapeError, match=r"\(2, 3\) need .*labels of shape \(2,\).*\(3,\)"):
        getattr(F, name)(np.ones((2, 3)), [0, 1, 2])


@pytest.mark.parametrize(
    ("p", "t", "says"),
    [
        ([0.2, 1.2], [0, 1], "probabilities are from 0 to 1, but there is 1.2 at 1; .*with_logits"),
        ([0.2, -0.1], [0, 1], "there is -0.1 at 1"),
        ([0.2, np.nan], [0, 1], "there is nan at 1"),
        ([0.2, 0.3], [-1, 1], "targets are from 0 to 1, but there is -1 at 0; .*soft_margin_loss"),
    ],
)
def test_what_is_no_probability(p: Any, t: Any, says: str) -> None:
    with pytest.raises(DataError, match=says):
        nn.BCELoss()(p, t)
    with pytest.raises(DataError, match=says):
        nn.BCELoss()([Value(x) for x in p], t)


@pytest.mark.parametrize("loss", [nn.SoftMarginLoss(), nn.HingeLoss()])
def test_targets_that_are_no_signs(loss: Callable[..., Any]) -> None:
    with pytest.raises(DataError, match=r"-1 or 1: 2 \* t - 1 makes these of 0 and 1"):
        loss([0.1, 0.2], [0, 1])


def test_target_probabilities() -> None:
    with pytest.raises(DataError, match="target probabilities are from 0 to 1, but there is 2 at 0, 1"):
        F.cross_entropy([[0.0, 1.0]], [[0, 2]])


def test_nothing_to_average() -> None:
    with pytest.raises(DataError, match="every row is ignored"):
        F.cross_entropy([[0.0, 1.0]], [-100])
    assert F.cross_entropy([[0.0, 1.0]], [-100], reduction="sum").item() == 0
    with pytest.raises(DataError, match="every row is ignored or has weight 0"):
        F.nll_loss([[0.0, 1.0]], [1], weight=[1.0, 0.0])


def test_scores_of_ignored_rows_may_be_anything() -> None:
    z = Tensor([[np.nan, np.inf], [0.0, 0.0]], requires_grad=True)
    loss = F.cross_entropy(z, [-100, 0])
    loss.backward()
    assert loss.item() == pytest.approx(np.log(2))
    np.testing.assert_allclose(z.grad, [[0, 0], [-0.5, 0.5]])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: F.cross_entropy([[0.0, 1.0]], [0], weight=[1.0]), r"2 classes need weights of shape \(2,\)"),
        (lambda: F.cross_entropy([[0.0, 1.0]], [0], weight=[1.0, -1.0]), "class weights are numbers from 0"),
        (lambda: nn.CrossEntropyLoss(label_smoothing=1.5), "label_smoothing is from 0 to 1, not 1.5"),
        (lambda: nn.CrossEntropyLoss(label_smoothing_mode="notes"), '"all" or "others"'),
        (lambda: F.smooth_labels([0], 1, 0.1), "two classes or more"),
        (lambda: F.smooth_labels([2], 2, 0.1), "the label 2"),
        (lambda: F.cross_entropy(1.0, 0), "an axis of classes"),
        (lambda: nn.HuberLoss(delta=0), "delta is a number above 0"),
        (lambda: nn.SmoothL1Loss(beta=-1.0), "beta is a number above 0"),
        (lambda: nn.MultiMarginLoss(p=3), "p is 1 or 2"),
        (lambda: F.multi_margin_loss([[1.0]], [0]), "a margin needs two"),
        (lambda: F.multi_margin_loss(np.ones((1, 2, 3)), [0]), r"\(rows, classes\)"),
        (lambda: F.mse_loss([1.0], ["a"]), "targets are numbers"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=[1.0, 2.0])([[0.0]], [[1.0]]), "pos_weight of shape"),
        (lambda: F.binary_cross_entropy([0.5], [1.0], Tensor([1.0], requires_grad=True)), "takes no gradient"),
        (lambda: nn.CrossEntropyLoss(Tensor([1.0], requires_grad=True)), "CrossEntropyLoss: weight takes no gradient"),
        (lambda: nn.BCEWithLogitsLoss(pos_weight=Value(1.0)), "pos_weight takes no gradient"),
        (lambda: F.nll_loss([[0.0, 1.0]], [0], Tensor([1.0, 1.0], requires_grad=True)), "weight takes no gradient"),
        (lambda: F.mse_loss([Value(1.0)], Tensor([1.0], requires_grad=True)), "beside Values takes no gradient"),
        (lambda: F.cross_entropy([[Value(1.0), Value(2.0)], [Value(1.0)]], [0, 0]), "differ in length"),
        (lambda: F.mse_loss([[1.0, 2.0], [3.0]], [1.0, 2.0]), "ragged"),
        (lambda: F.binary_cross_entropy(np.array([1.0000001], np.float32), [1]), "there is 1.000000119 at 0"),
    ],
)
def test_options_that_make_no_sense(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(AutogradError, match=says):
        call()


def test_a_loss_has_no_parameters_and_shows_itself() -> None:
    loss = nn.CrossEntropyLoss(weight=[1.0, 2.0], reduction="sum")
    assert loss.parameters() == []
    assert loss.state_dict() == {}
    assert repr(loss) == "CrossEntropyLoss(sum)"
