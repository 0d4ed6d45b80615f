"""Convolution and pooling: any geometry as PyTorch, and as the sums written out; what is wrong is said."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import OperandError, ShapeError, Tensor

from .harness import Array, Case, differences, numbers, our_gradients, second_order, their_gradients


class Convolution(NamedTuple):
    """A convolution of some size."""

    x: Array
    weight: Array
    bias: Array | None
    options: dict[str, Any]


PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def convolutions(draw: Any, most: int = 7) -> Convolution:
    """Images, weights that fit, and how the window moves."""
    groups = draw(st.integers(1, 2))
    channels, out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    kernel, stride, dilation = draw(PAIRS), draw(PAIRS), draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    padding = draw(st.tuples(st.integers(0, 2), st.integers(0, 2)))
    least = [max(1, d * (k - 1) + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding, strict=True)]
    size = [draw(st.integers(n, max(n, most))) for n in least]
    return Convolution(
        numbers(draw(st.integers(1, 2)), channels, *size),
        numbers(out, channels // groups, *kernel, seed=1),
        numbers(out, seed=2) if draw(st.booleans()) else None,
        {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups},
    )


def conv_case(c: Convolution) -> Case:
    """The convolution as a case."""

    def theirs(*tensors: Any) -> Any:
        import torch

        return torch.nn.functional.conv2d(*tensors, **c.options)

    inputs = (c.x, c.weight) if c.bias is None else (c.x, c.weight, c.bias)
    return Case("conv2d", lambda *tensors: autograd.conv2d(*tensors, **c.options), theirs, inputs)


def by_hand(c: Convolution) -> Array:
    """The sums of a convolution, written out."""
    (sh, sw), (ph, pw), (dh, dw) = (c.options[k] for k in ("stride", "padding", "dilation"))
    x = np.pad(c.x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    n, _, height, width = x.shape
    out_channels, each, kh, kw = c.weight.shape
    h, w = (height - dh * (kh - 1) - 1) // sh + 1, (width - dw * (kw - 1) - 1) // sw + 1
    out = np.zeros((n, out_channels, h, w))
    for b, o, i, j in np.ndindex(out.shape):
        first = o // (out_channels // c.options["groups"]) * each
        part = x[b, first : first + each, i * sh : i * sh + dh * kh : dh, j * sw : j * sw + dw * kw : dw][:, :kh, :kw]
        out[b, o, i, j] = (part * c.weight[o]).sum() + (0 if c.bias is None else c.bias[o])
    return out


@settings(max_examples=60, deadline=None)
@given(convolutions())
def test_any_convolution_is_the_sums_written_out(c: Convolution) -> None:
    out, _ = our_gradients(conv_case(c))
    np.testing.assert_allclose(out.data, by_hand(c), rtol=1e-12, atol=1e-12)


@pytest.mark.needs("torch")
@settings(max_examples=80, deadline=None)
@given(convolutions())
def test_any_convolution_is_pytorchs(c: Convolution) -> None:
    case = conv_case(c)
    out, gradients = our_gradients(case)
    theirs, their = their_gradients(case)
    np.testing.assert_allclose(out.data, theirs.detach().numpy(), rtol=1e-12, atol=1e-12)
    for ours, other in zip(gradients, their, strict=True):
        np.testing.assert_allclose(ours, other.numpy(), rtol=1e-11, atol=1e-11)


@settings(max_examples=8, deadline=None)
@given(convolutions(most=3))
def test_any_convolution_can_be_differentiated_twice(c: Convolution) -> None:
    case = conv_case(c)
    _, second = second_order(case, case.inputs)
    for ours, slope in zip(second, differences(lambda x: second_order(case, x)[0], case.inputs), strict=True):
        np.testing.assert_allclose(ours, slope, rtol=1e-5, atol=1e-6)


@st.composite
def pools(draw: Any) -> tuple[Array, dict[str, Any]]:
    """Images, with ties and zeros among them, and a window to pool them by."""
    kernel = draw(PAIRS)
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    size = [draw(st.integers(k, 7)) for k in kernel]
    shape = (draw(st.integers(1, 2)), draw(st.integers(1, 2)), *size)
    x = numbers(*shape)
    return (np.round(x) if draw(st.booleans()) else x), {
        "kernel_size": kernel, "stride": draw(st.none() | PAIRS), "padding": padding,
    }  # fmt: skip


@pytest.mark.needs("torch")
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d", "avg_pool2d inside only"])
@settings(max_examples=60, deadline=None)
@given(pools())
def test_any_pool_is_pytorchs(name: str, drawn: tuple[Array, dict[str, Any]]) -> None:
    x, options = drawn
    name, only, _ = name.partition(" ")
    if only:
        options = {**options, "count_include_pad": False}

    def theirs(t: Any) -> Any:
        import torch

        return getattr(torch.nn.functional, name)(t, **options)

    case = Case(name, lambda t: getattr(autograd, name)(t, **options), theirs, (x,))
    out, gradients = our_gradients(case)
    their_out, their = their_gradients(case)
    np.testing.assert_allclose(out.data, their_out.detach().numpy(), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(gradients[0], their[0].numpy(), rtol=1e-13, atol=1e-13)


@settings(max_examples=40, deadline=None)
@given(convolutions())
def test_fold_is_the_transpose_of_unfold(c: Convolution) -> None:
    options = {k: v for k, v in c.options.items() if k != "groups"}
    kernel, size = c.weight.shape[2:], c.x.shape[2:]
    columns = autograd.unfold(c.x, kernel, **options)
    other = numbers(*columns.shape, seed=3)
    assert (columns * other).sum() == pytest.approx((c.x * autograd.fold(other, size, kernel, **options)).sum())


def test_a_pool_of_what_is_not_finite() -> None:
    low = Tensor(np.full((1, 4, 4), -np.inf), requires_grad=True)
    out = autograd.max_pool2d(low, 3, stride=1, padding=1)
    assert np.isneginf(out.data).all()
    out.backward(np.ones(out.shape))
    # The frame is never chosen: every window's gradient is somewhere in the image.
    assert low.grad.sum() == 16
    x = Tensor([[[1.0, np.nan], [np.inf, 2.0]]], requires_grad=True)
    out = autograd.max_pool2d(x, 2)
    out.backward(np.ones(out.shape))
    assert np.isnan(out.data).all()
    assert x.grad.tolist() == [[[0.0, 1.0], [0.0, 0.0]]]


def test_a_pool_of_nan_in_its_first_place() -> None:
    x = Tensor([[[np.nan, 3.0]]], requires_grad=True)
    out = autograd.max_pool2d(x, (1, 2))
    assert np.isnan(out.data).all()


def test_float32_stays_float32() -> None:
    x = Tensor(numbers(1, 2, 4, 4).astype(np.float32), requires_grad=True)
    w = Tensor(numbers(3, 2, 2, 2).astype(np.float32), requires_grad=True)
    b = Tensor(numbers(3).astype(np.float32), requires_grad=True)
    h = autograd.conv2d(x, w, b, padding=1)
    out = autograd.avg_pool2d(autograd.max_pool2d(h, 2, 1), 2, padding=1, count_include_pad=False)
    out.sum().backward()
    assert {t.dtype for t in (h, out, x.grad, w.grad, b.grad)} == {np.dtype(np.float32)}
    assert autograd.max_pool2d(Tensor(np.arange(4).reshape(1, 2, 2)), 2).tolist() == [[[3.0]]]


def test_arrays_are_left_as_they_are() -> None:
    x = numbers(1, 1, 4, 4)
    x.flags.writeable = False
    w = numbers(1, 1, 2, 2)
    w.flags.writeable = False
    t = Tensor(x, requires_grad=True)
    for out in (autograd.conv2d(t, w), autograd.max_pool2d(t, 2), autograd.avg_pool2d(t, 1)):
        out.sum().backward()
        assert not np.shares_memory(out.data, x)


def image(*shape: int) -> Tensor:
    """An image of ones."""
    return Tensor(np.ones(shape), requires_grad=True)


SQUARE = image(1, 1, 4, 4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: autograd.conv2d(image(1, 3, 4, 4), image(2, 2, 2, 2)), ShapeError, "3 channels along axis 1.* need 2"),
        (lambda: autograd.conv2d(image(1, 3, 4, 4), image(2, 2, 2, 2), groups=2), ShapeError, "in 2 groups need 4"),
        (lambda: autograd.conv2d(image(1, 4, 4, 4), image(3, 2, 2, 2), groups=2), ShapeError, "divided into 2 groups"),
        (lambda: autograd.conv2d(image(4, 4), image(1, 1, 2, 2)), ShapeError, r"images have the shape .*not \(4, 4\)"),
        (lambda: autograd.conv2d(SQUARE, image(2, 2)), ShapeError, "weights have the shape"),
        (lambda: autograd.conv2d(image(1, 1, 2, 4), image(1, 1, 3, 3)), ShapeError, "spans 3 does not fit .* height 2"),
        (lambda: autograd.conv2d(SQUARE, image(1, 1, 2, 2), image(2)), ShapeError, r"bias of shape \(1,\)"),
        (lambda: autograd.conv2d(SQUARE, image(1, 1, 2, 2), stride=0), OperandError, "stride is a whole number"),
        (lambda: autograd.conv2d(SQUARE, image(1, 1, 2, 2), padding=-1), OperandError, "from 0 on.*not -1"),
        (lambda: autograd.conv2d(SQUARE, image(1, 1, 2, 2), padding="full"), OperandError, "'valid' or 'same'"),
        (lambda: autograd.conv2d(SQUARE, image(1, 1, 2, 2), padding="same"), OperandError, "odd size"),
        (lambda: autograd.conv2d(SQUARE, image(1, 1, 2, 2), groups=0), OperandError, "groups is a whole"),
        (lambda: autograd.conv1d(image(4), image(1, 1, 2)), ShapeError, "sequences have the shape"),
        (lambda: autograd.max_pool2d(SQUARE, 2, padding=2), OperandError, "more than half of the kernel"),
        (lambda: autograd.max_pool2d(SQUARE, (2, 2, 2)), OperandError, "kernel_size is a whole number"),
        (lambda: autograd.avg_pool2d(image(1, 1, 1, 4), 2), ShapeError, "does not fit into an image of height 1"),
        (lambda: autograd.unfold(image(4), 2), ShapeError, "unfold: images have the shape"),
        (lambda: autograd.fold(image(1, 4, 5), (3, 3), 2), ShapeError, "images of 3 by 3 have 4 windows"),
        (lambda: autograd.fold(image(1, 3, 4), (3, 3), 2), ShapeError, "a multiple of 4"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
