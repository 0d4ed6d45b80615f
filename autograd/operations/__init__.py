"""The table of array operations. To add one, add an entry to one of these modules; nothing else changes.

Entries are written in numpy's own words, so that arrays, Tensors and arrays of Values can all be put through them.
"""

from .indexing import getitem, plain_index, put
from .losses import hinge_loss, sum_of_squares
from .products import linear, linear_relu, matmul
from .reductions import amax, amin, mean, sum
from .shapes import alias, astype, broadcast_to, expand_dims, reshape, sum_to, swapaxes, transpose

__all__ = [
    "alias", "amax", "amin", "astype", "broadcast_to", "expand_dims", "getitem", "hinge_loss", "linear",
    "linear_relu", "matmul", "mean", "plain_index", "put", "reshape", "sum", "sum_of_squares", "sum_to", "swapaxes",
    "transpose",
]  # fmt: skip
