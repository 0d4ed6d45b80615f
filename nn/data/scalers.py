"""Features brought to one scale, by statistics of the training data."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from autograd import OperandError, Tensor

from ..errors import DataError

__all__ = ["MinMaxScaler", "StandardScaler"]

Array = NDArray[Any]


class _Scaler:
    """Base: x' = (x - shift) / spread, per feature."""

    _shift: Array | None = None
    _spread: Array
    n_features_in_: int

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        raise NotImplementedError

    def fit(self, x: Any) -> Self:
        """Take the statistics of the training data, shape (rows, features).

        Raises:
            DataError: no rows, not two axes, or a number that is not finite.
        """
        rows = self._rows(x)
        if not len(rows):
            raise DataError(f"{type(self).__name__}.fit: no rows to take statistics of")
        self.n_features_in_ = rows.shape[1]
        self._shift, self._spread = self._statistics(rows)
        return self

    def transform(self, x: Any) -> Array:
        """The features on their new scale.

        Raises:
            OperandError: `fit` was not called.
            DataError: another number of features than at `fit`, or a number that is not finite.
        """
        rows = self._rows(x, fitted=True)
        return np.asarray((rows - self._shift) / self._spread)

    def fit_transform(self, x: Any) -> Array:
        """`fit`, then `transform` of the same data."""
        return self.fit(x).transform(x)

    def inverse_transform(self, x: Any) -> Array:
        """The features back on their old scale.

        Raises:
            OperandError: `fit` was not called.
            DataError: another number of features than at `fit`, or a number that is not finite.
        """
        return np.asarray(self._rows(x, fitted=True) * self._spread + self._shift)

    def _rows(self, x: Any, fitted: bool = False) -> Array:
        name = type(self).__name__
        if fitted and self._shift is None:
            raise OperandError(f"{name}: call fit with the training data first")
        try:
            rows = np.asarray(x.data if isinstance(x, Tensor) else x, dtype=float)
        except (TypeError, ValueError):
            raise DataError(f"{name}: the data are not rows of numbers") from None
        if rows.ndim != 2:
            raise DataError(f"{name} takes (rows, features), not an array of shape {rows.shape}")
        if fitted and rows.shape[1] != self.n_features_in_:
            raise DataError(f"{name} was fitted to {self.n_features_in_} features, and these rows have {rows.shape[1]}")
        if not np.isfinite(rows).all():
            row, column = np.argwhere(~np.isfinite(rows))[0]
            raise DataError(f"{name}: row {row}, feature {column} is {rows[row, column]}: clean the data first")
        return rows


class StandardScaler(_Scaler):
    """Each feature with mean 0 and standard deviation 1: (x - mean) / std, the training data's (z-scores).

    Gradient descent takes far fewer steps when all features are of one size. A constant feature is only shifted.

    Attributes:
        mean_, var_, scale_: Mean, (biased) variance and what is divided by, shape (features,), after `fit`.

    The names are scikit-learn's.

    >>> StandardScaler().fit_transform([[1.0], [3.0]]).tolist()
    [[-1.0], [1.0]]
    """

    mean_: Array
    var_: Array
    scale_: Array

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        self.mean_, self.var_ = x.mean(axis=0), x.var(axis=0)
        # A constant column shows a variance of rounding errors.
        noise = len(x) * np.finfo(float).eps * self.var_ + (len(x) * self.mean_ * np.finfo(float).eps) ** 2
        self.scale_ = np.where(self.var_ <= noise, 1.0, np.sqrt(self.var_))
        return self.mean_, self.scale_


class MinMaxScaler(_Scaler):
    """Each feature from 0 to 1 over the training data: (x - min) / (max - min). A constant one becomes 0.

    Attributes:
        data_min_, data_max_, data_range_: Shape (features,), after `fit`.

    The names are scikit-learn's.

    >>> MinMaxScaler().fit_transform([[2.0], [4.0], [3.0]]).ravel().tolist()
    [0.0, 1.0, 0.5]
    """

    data_min_: Array
    data_max_: Array
    data_range_: Array

    def _statistics(self, x: Array) -> tuple[Array, Array]:
        self.data_min_, self.data_max_ = x.min(axis=0), x.max(axis=0)
        self.data_range_ = self.data_max_ - self.data_min_
        tiny = 10 * np.finfo(float).eps
        return self.data_min_, np.where(self.data_range_ < tiny, 1.0, self.data_range_)
