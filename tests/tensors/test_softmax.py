"""Softmax and cross-entropy at their edges, with numbers worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import IndexingError, OperandError, ShapeError, Tensor

from .harness import numbers


def test_a_softmax_worked_by_hand() -> None:
    p = autograd.softmax(Tensor([1.4, -1.1, 0.68]))
    assert p.tolist() == pytest.approx([0.637415, 0.052322, 0.310263], abs=1e-6)
    assert p.sum().item() == pytest.approx(1.0, abs=1e-15)


def test_marks_far_apart() -> None:
    scores = Tensor([100.0, 5.0, 4.0], requires_grad=True)
    p = autograd.softmax(scores)
    assert p.data[1] == pytest.approx(5.52108e-42, rel=1e-5)
    assert p.data[2] == pytest.approx(2.03109e-42, rel=1e-5)
    assert 1 - p.data[0] == 0.0
    assert p.data[1:].sum() == pytest.approx(7.552e-42, rel=1e-3)
    # p₁(1 − p₁) for the winner, −p₁p₂ across.
    (p[0]).backward()
    assert scores.grad[0] == pytest.approx(0.0, abs=1e-15)
    assert scores.grad[1] == pytest.approx(-5.52108e-42, rel=1e-5)


def test_no_score_is_too_large() -> None:
    scores = Tensor([1000.0, 5.0, 4.0], requires_grad=True)
    assert autograd.softmax(scores).tolist() == [1.0, 0.0, 0.0]
    assert autograd.log_softmax(scores).tolist() == [0.0, -995.0, -996.0]
    assert autograd.logsumexp(scores).item() == 1000.0
    loss = autograd.cross_entropy(scores, 2)
    loss.backward()
    assert loss.item() == 996.0
    assert scores.grad.tolist() == [1.0, 0.0, -1.0]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5), st.data())
def test_probabilities_and_losses_of_any_scores(scores: list[float], data: st.DataObject) -> None:
    label = data.draw(st.integers(0, len(scores) - 1))
    logits = Tensor(scores, requires_grad=True)
    p = autograd.softmax(logits).data
    assert ((p >= 0) & (p <= 1)).all()
    assert math.isclose(p.sum(), 1.0, rel_tol=1e-12)
    loss = autograd.cross_entropy(logits, label)
    loss.backward()
    assert loss.item() >= 0
    wanted = p.copy()
    wanted[label] -= 1
    np.testing.assert_allclose(logits.grad, wanted, rtol=1e-12, atol=1e-15)
    assert loss.item() == pytest.approx(-autograd.log_softmax(logits).data[label])


def test_minus_infinity_takes_no_part_and_nothing_warns() -> None:
    x = Tensor([[-math.inf, 0.0, 0.0], [-math.inf, -math.inf, -math.inf]], requires_grad=True)
    assert autograd.softmax(x)[0].tolist() == [0.0, 0.5, 0.5]
    assert np.isnan(autograd.softmax(x)[1].data).all()
    assert autograd.logsumexp(x, 1).tolist() == [math.log(2), -math.inf]
    assert autograd.logsumexp(Tensor(np.ones((0, 2))), 0).tolist() == [-math.inf, -math.inf]
    assert autograd.logsumexp(Tensor([math.inf, 0.0])).item() == math.inf


def test_axes_and_kinds() -> None:
    x = Tensor([[1, 2, 3], [4, 5, 6]])
    assert autograd.softmax(x, axis=0).dtype == np.float64
    for dtype in (np.float32, np.float64):
        t = Tensor(np.ones((2, 3), dtype), requires_grad=True)
        for out in (t.softmax(dim=1), t.log_softmax(0), autograd.cross_entropy(t, [0, 1])):
            t.zero_grad()
            out.sum().backward()
            assert out.dtype == t.grad.dtype == dtype
    for wrong in (None, (0, 1), 1.0):
        with pytest.raises(OperandError, match="works along one axis"):
            autograd.softmax(x, wrong)
    with pytest.raises(IndexingError, match="softmax: axis 2 does not exist"):
        autograd.softmax(x, 2)


def test_labels_of_every_whole_kind() -> None:
    x = numbers(3, 2)
    expected = autograd.cross_entropy(Tensor(x), [1, 0, 1]).item()
    for labels in ((1, 0, 1), np.array([1, 0, 1], np.int8), np.array([1, 0, 1], np.uint64), Tensor([1, 0, 1]),
                   np.array([True, False, True])):  # fmt: skip
        assert autograd.cross_entropy(Tensor(x), labels).item() == expected
    one_hot = np.array([[0, 1], [1, 0], [0, 1]])
    assert autograd.cross_entropy(Tensor(x), one_hot).item() == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("shape", "target", "error", "message"),
    [
        (
            (3, 5),
            [0, 7, 1],
            OperandError,
            r"row 1 has the label 7, but logits of shape \(3, 5\) have 5 classes, 0 to 4",
        ),
        ((3, 5), [0, 1, -1], OperandError, "row 2 has the label -1"),
        ((2, 3, 2), [[0, 1], [3, 0]], OperandError, r"row \(1, 0\) has the label 3"),
        ((3,), 3, OperandError, "the one row has the label 3"),
        ((3, 5), [0.0, 1.0, 2.0], OperandError, r"row 0 has 0\.0\): convert it with astype\(int\)"),
        ((3, 5), [0, 1], ShapeError, r"need class labels of shape \(3,\).*not a target of shape \(2,\)"),
        ((3, 5), [[0], [1], [2]], ShapeError, r"not a target of shape \(3, 1\)"),
        ((), 0, ShapeError, "need an axis of classes"),
        ((2, 0), [0, 0], ShapeError, "have no classes"),
    ],
)
def test_wrong_labels_are_named_by_their_row(shape: Any, target: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        autograd.cross_entropy(Tensor(np.zeros(shape), requires_grad=True), target)


def test_an_unknown_reduction() -> None:
    with pytest.raises(OperandError, match="'mean', 'sum' or 'none', not 'max'"):
        autograd.cross_entropy(Tensor([1.0]), 0, reduction="max")


def test_no_rows_are_nan_without_a_warning() -> None:
    for labels in ([], np.zeros(0, int)):
        logits = Tensor(np.ones((0, 3)), requires_grad=True)
        loss = autograd.cross_entropy(logits, labels)
        loss.backward()
        assert math.isnan(loss.item())
        assert logits.grad.shape == (0, 3)


def test_the_loss_does_not_change_what_it_is_given() -> None:
    x, labels = numbers(3, 4), np.array([0, 1, 2])
    kept, logits = x.copy(), Tensor(x, requires_grad=True)
    loss = autograd.cross_entropy(logits, labels, "none")
    loss.backward(np.ones(3), retain_graph=True)
    first = logits.grad.copy()
    logits.zero_grad()
    loss.backward(np.ones(3))
    np.testing.assert_array_equal(first, logits.grad)
    np.testing.assert_array_equal(x, kept)
    assert labels.tolist() == [0, 1, 2]


def test_labels_may_be_overwritten_by_the_next_batch() -> None:
    labels = np.array([0, 1, 2])
    logits = Tensor(numbers(3, 4), requires_grad=True)
    loss = autograd.cross_entropy(logits, labels)
    labels[:] = 3
    loss.backward()
    assert (logits.grad[[0, 1, 2], [0, 1, 2]] < 0).all()
