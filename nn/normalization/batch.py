"""Batch normalisation, with the running statistics that stand in for the batch's own in use."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, ShapeError, Tensor, batch_norm, no_grad

from ..errors import DataError
from ..module import Module, Parameter

__all__ = ["BatchNorm1d", "BatchNorm2d"]


class _BatchNorm(Module):
    """Base of both: they differ in the number of axes they take."""

    kind = "normalization"
    buffers_named = ("running_mean", "running_var", "num_batches_tracked")
    _axes: tuple[int, ...] = ()
    _takes = ""

    def __init__(
        self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        if not isinstance(num_features, (int, np.integer)) or num_features < 1:
            raise OperandError(f"{name}: num_features must be a positive whole number, not {num_features!r}")
        if momentum is not None and not 0 <= momentum <= 1:
            raise OperandError(f"{name}: momentum is the weight of the new batch, from 0 to 1 or None, not {momentum}")
        if not eps >= 0:
            raise OperandError(f"{name}: eps is a number from 0 on, not {eps!r}")
        self.num_features, self.eps, self.momentum = int(num_features), eps, momentum
        self.track_running_stats = track_running_stats
        self.weight = Parameter(np.ones(num_features), name="γ") if affine else None
        self.bias = Parameter(np.zeros(num_features), name="β") if affine else None
        self.running_mean = Tensor(np.zeros(num_features)) if track_running_stats else None
        self.running_var = Tensor(np.ones(num_features)) if track_running_stats else None
        self.num_batches_tracked = Tensor(np.array(0)) if track_running_stats else None

    def forward(self, x: Any) -> Tensor:
        """The normalised batch.

        Raises:
            ShapeError: the input has another number of axes or features.
            DataError: in training, a batch with a single value per feature: it has no variance.
        """
        x = x if isinstance(x, Tensor) else Tensor(np.asarray(x, dtype=float))
        self._check(x)
        if self.training or self.running_mean is None:
            n = x.size // self.num_features
            if n < 2:
                raise DataError(
                    f"{self!r} got {n} {'value' if n == 1 else 'values'} per feature in training, from an input of "
                    f"shape {x.shape}, and normalises by their variance: give it a larger batch (a DataLoader can drop "
                    "a last batch of one), or call eval() first"
                )
            if self.running_mean is not None and self.training:
                self._follow(x.data)
            found: Tensor = batch_norm(x, self.weight, self.bias, eps=self.eps)
            return found
        return self._with_running(x)

    def _check(self, x: Tensor) -> None:
        if x.ndim not in self._axes or x.shape[1] != self.num_features:
            raise ShapeError(
                f"{self!r} takes inputs of shape {self._takes.format(self.num_features)}, not {x.shape}; reshape the "
                "input or build the layer for it"
            )

    def _follow(self, data: Any) -> None:
        """Move the running statistics towards the batch's: its mean, and its unbiased variance."""
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        axes = (0, *range(2, data.ndim))
        mean, variance = data.mean(axis=axes), data.var(axis=axes, ddof=1)
        count = int(self.num_batches_tracked.data) + 1
        share = 1 / count if self.momentum is None else self.momentum
        with no_grad():
            self.num_batches_tracked.copy_(np.array(count))
            for running, new in ((self.running_mean, mean), (self.running_var, variance)):
                running.copy_(((1 - share) * running.data + share * new).astype(running.dtype))

    def _with_running(self, x: Tensor) -> Tensor:
        assert self.running_mean is not None
        assert self.running_var is not None
        shape = (1, -1, *(1 for _ in x.shape[2:]))
        kind = x.dtype if x.dtype.kind == "f" else np.dtype(float)
        scale = (1 / np.sqrt(self.running_var.data + self.eps)).astype(kind).reshape(shape)
        out: Tensor = (x - self.running_mean.data.astype(kind).reshape(shape)) * scale
        if self.weight is not None and self.bias is not None:
            out = out * self.weight.reshape(shape) + self.bias.reshape(shape)
        return out

    def reset_running_stats(self) -> None:
        """Forget the batches seen: mean 0, variance 1."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        with no_grad():
            self.running_mean.copy_(np.zeros(self.num_features))
            self.running_var.copy_(np.ones(self.num_features))
            self.num_batches_tracked.copy_(np.array(0))

    def extra_repr(self) -> str:
        """The sizes."""
        return f"{self.num_features}, eps={self.eps}, momentum={self.momentum}"


class BatchNorm1d(_BatchNorm):
    """Each feature standardised over the batch, times γ, plus β; in use, by running statistics.

    In training y = γ·(x − μ)/√(σ² + eps) + β with the batch's mean μ and biased variance σ². Alongside, the running
    statistics move by `momentum` towards μ and the unbiased variance: running ← (1 − momentum)·running +
    momentum·new. In `eval()` they take the place of μ and σ², so that each row is computed by itself. It averages the
    variance, not the deviation. Its place is before the activation (Ioffe and Szegedy, 2015) or after it; a bias of
    the layer before it is without effect.

    Args:
        num_features: Size of axis 1.
        eps: Added to the variance.
        momentum: The weight of the new batch in the running statistics (the old ones keep 1 − momentum); None for
            their plain average over all batches.
        affine: Whether γ and β are learned, from 1 and 0 on; without them γ = 1 and β = 0.
        track_running_stats: Whether to keep running statistics; without, `eval()` uses the batch's own too.

    Attributes:
        weight, bias: γ and β, shape (num_features,), or None.
        running_mean, running_var: Shape (num_features,), or None; saved, not trained.
        num_batches_tracked: How many batches they have seen.

    Source: Ioffe and Szegedy, 2015. Names and defaults are those of `torch.nn.BatchNorm1d`.

    >>> layer = BatchNorm1d(1, eps=0.0)
    >>> layer(Tensor([[1.0], [3.0]])).tolist(), layer.running_mean.tolist()
    ([[-1.0], [1.0]], [0.2])
    """

    _axes = (2, 3)
    _takes = "(rows, {0}) or (rows, {0}, length)"


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images (rows, channels, height, width), one mean and variance per channel.

    Args and attributes are those of BatchNorm1d.

    >>> BatchNorm2d(3)(Tensor(np.ones((2, 3, 4, 4)))).shape
    (2, 3, 4, 4)
    """

    _axes = (4,)
    _takes = "(rows, {0}, height, width)"
