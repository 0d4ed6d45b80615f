"""Embedding: a table with a row of learned numbers for each of a number of things."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd import OperandError, Tensor, where

from ..errors import DataError
from ..module import Module, Parameter
from .conv2d import whole

__all__ = ["Embedding"]


class Embedding(Module):
    """Row i of a table for each index i: a linear layer of one-hot inputs, without the multiplications by 0.

    Args:
        num_embeddings: How many things there are.
        embedding_dim: How many numbers each gets.
        padding_idx: A thing that stands for nothing: its row is 0 and takes no gradient.
        rng: Where the starting numbers come from, a generator or a seed.
        dtype: Of the table.

    Attributes:
        weight: The table, shape (num_embeddings, embedding_dim), at first N(0, 1) as in PyTorch.

    Raises:
        OperandError: a size is not a positive whole number, or padding_idx is no row.
        DataError: an index is not whole or names no row.

    Source: Bengio, Ducharme, Vincent and Jauvin, 2003.

    >>> table = Embedding(5, 3, rng=0)
    >>> table([[0, 4], [4, 4]]).shape
    (2, 2, 3)
    """

    kind = "layer"

    def __init__(
        self, num_embeddings: int, embedding_dim: int, padding_idx: int | None = None, *,
        rng: np.random.Generator | int | None = None, dtype: Any = np.float64,
    ) -> None:  # fmt: skip
        self.num_embeddings = whole("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = whole("Embedding", "embedding_dim", embedding_dim)
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise OperandError(f"Embedding: padding_idx {padding_idx} is none of {num_embeddings} rows")
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        table = np.random.default_rng(rng).standard_normal((self.num_embeddings, self.embedding_dim)).astype(dtype)
        if self.padding_idx is not None:
            table[self.padding_idx] = 0
        self.weight = Parameter(table, name="E")

    def forward(self, index: Any) -> Tensor:
        """The rows of an array of indices: its shape with one axis more."""
        wanted = np.asarray(index.data if isinstance(index, Tensor) else index)
        if wanted.dtype.kind not in "iu":
            raise DataError(f"{self!r} takes whole numbers of an integer type, not {wanted.dtype}")
        wrong = (wanted < 0) | (wanted >= self.num_embeddings)
        if wrong.any():
            bad = wanted[wrong].flat[0]
            raise DataError(f"{self!r} has rows 0 to {self.num_embeddings - 1}; there is no row {bad}")
        rows: Tensor = self.weight[wanted]
        if self.padding_idx is not None:
            rows = where((wanted == self.padding_idx)[..., None], 0.0, rows)
        return rows

    def extra_repr(self) -> str:
        """The sizes."""
        padding = "" if self.padding_idx is None else f", padding {self.padding_idx}"
        return f"{self.num_embeddings} × {self.embedding_dim}{padding}"
