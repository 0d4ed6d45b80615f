"""Cases of convolution and pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd

from .harness import Array, Case, numbers


def _functional(
    name: str, title: str, inputs: tuple[Array, ...], *arguments: Any, smooth: bool = True, **options: Any
) -> Case:
    def theirs(*tensors: Any) -> Any:
        import torch

        return getattr(torch.nn.functional, name)(*tensors, *arguments, **options)

    return Case(
        f"{name} {title}",
        lambda *tensors: getattr(autograd, name)(*tensors, *arguments, **options),
        theirs,
        inputs,
        smooth,
        "conv2d" if name == "conv1d" else name,
    )


_IMAGES = (numbers(2, 2, 3, 3), numbers(2, 2, 2, 2))
_BIAS = numbers(2)

CASES = (
    _functional("conv2d", "plain", _IMAGES),
    _functional("conv2d", "bias", (*_IMAGES, _BIAS)),
    _functional("conv2d", "stride", (numbers(1, 1, 5, 4), numbers(2, 1, 2, 2)), stride=2),
    _functional("conv2d", "stride of two", (numbers(1, 1, 5, 4), numbers(1, 1, 2, 3)), stride=(2, 1)),
    _functional("conv2d", "padding", (numbers(1, 2, 3, 2), numbers(1, 2, 3, 2), numbers(1)), padding=(1, 0)),
    _functional("conv2d", "padding and stride", (numbers(1, 1, 4, 4), numbers(1, 1, 3, 3)), stride=2, padding=1),
    _functional("conv2d", "dilation", (numbers(1, 1, 5, 4), numbers(1, 1, 2, 2)), dilation=(2, 1), padding=1),
    _functional("conv2d", "same", (numbers(1, 1, 3, 4), numbers(1, 1, 3, 1)), padding="same"),
    _functional("conv2d", "valid", (numbers(1, 1, 3, 4), numbers(1, 1, 3, 1)), padding="valid"),
    _functional("conv2d", "groups", (numbers(2, 4, 2, 2), numbers(2, 2, 2, 1), numbers(2)), groups=2),
    _functional("conv2d", "depthwise", (numbers(1, 3, 2, 2), numbers(6, 1, 1, 2)), groups=3),
    _functional("conv2d", "of one image", (numbers(2, 3, 3), numbers(1, 2, 2, 2), numbers(1))),
    _functional("conv2d", "the whole image", (numbers(2, 1, 2, 3), numbers(3, 1, 2, 3))),
    _functional("conv2d", "of no images", (numbers(0, 1, 3, 3), numbers(1, 1, 2, 2), numbers(1))),
    _functional("conv1d", "plain", (numbers(2, 2, 5), numbers(3, 2, 2), numbers(3))),
    _functional(
        "conv1d", "stride, padding, dilation", (numbers(1, 1, 6), numbers(1, 1, 2)), stride=2, padding=1, dilation=2
    ),
    _functional("conv1d", "of one sequence", (numbers(2, 4), numbers(1, 2, 3)), padding="same"),
    _functional("unfold", "plain", (numbers(2, 2, 3, 3),), 2),
    _functional("unfold", "everything", (numbers(1, 1, 5, 4),), (2, 3), dilation=(2, 1), padding=(1, 0), stride=(1, 2)),
    _functional("unfold", "of one image", (numbers(2, 3, 3),), (2, 1)),
    _functional("fold", "plain", (numbers(2, 8, 4),), (3, 3), 2),
    _functional(
        "fold", "everything", (numbers(1, 6, 10),), (5, 4), (2, 3), dilation=(2, 1), padding=(1, 0), stride=(1, 1)
    ),
    _functional("fold", "of one image", (numbers(4, 6),), (3, 4), 2),
    _functional("max_pool2d", "plain", (numbers(2, 2, 4, 4),), 2),
    _functional("max_pool2d", "overlapping", (numbers(1, 2, 4, 4),), 2, stride=1),
    _functional("max_pool2d", "uneven", (numbers(1, 1, 5, 6),), (2, 3), stride=(2, 1)),
    _functional("max_pool2d", "padding", (numbers(1, 1, 4, 5) - 5,), 3, stride=2, padding=1),
    _functional("max_pool2d", "dilation", (numbers(1, 1, 5, 5),), 2, stride=1, dilation=2),
    _functional("max_pool2d", "ties", (np.ones((1, 1, 4, 4)),), 2, smooth=False),
    _functional("max_pool2d", "ties of overlapping", (np.zeros((1, 1, 4, 4)),), 3, stride=1, padding=1, smooth=False),
    _functional("max_pool2d", "of one image", (numbers(2, 4, 2),), 2),
    _functional("avg_pool2d", "plain", (numbers(2, 2, 4, 4),), 2),
    _functional("avg_pool2d", "overlapping", (numbers(1, 2, 4, 4),), 2, stride=1),
    _functional("avg_pool2d", "uneven", (numbers(1, 1, 5, 6),), (2, 3), stride=(2, 1)),
    _functional("avg_pool2d", "padding", (numbers(1, 1, 4, 5),), 3, stride=2, padding=1),
    _functional("avg_pool2d", "inside only", (numbers(1, 1, 4, 5),), 3, stride=2, padding=1, count_include_pad=False),
    _functional("avg_pool2d", "of one image", (numbers(2, 4, 2),), 2),
)
