"""The table of array operations. To add one, add an entry to one of these modules; nothing else changes.

Entries are written in numpy's own words, so that arrays, Tensors and arrays of Values can all be put through them.
"""

from .binary_cross_entropy import binary_cross_entropy, binary_cross_entropy_with_logits
from .contractions import einsum
from .convolution import conv1d, conv2d
from .copies import pad, repeat, tile
from .copies import repeat as repeat_interleave
from .cross_entropy import cross_entropy
from .cumulative import cumprod, cumsum, prod
from .diagonals import diag, diagonal, trace, tril, triu
from .indexing import gather, getitem, plain_index, put, take, take_along_axis
from .joins import concatenate, hstack, stack, vstack
from .joins import concatenate as cat
from .losses import hinge_loss, sum_of_squares
from .moments import norm, std, var
from .normalization import batch_norm, group_norm, layer_norm
from .ordering import argmax, argmin, argsort, clip, one_hot, sort, topk
from .ordering import clip as clamp
from .parts import array_split, chunk, split, unbind
from .pooling import avg_pool2d, max_pool2d
from .products import linear, linear_relu, matmul
from .reductions import amax, amin, mean, sum
from .shapes import (
    alias,
    astype,
    broadcast_to,
    clone,
    expand_dims,
    flatten,
    flip,
    moveaxis,
    ravel,
    reshape,
    roll,
    squeeze,
    sum_to,
    swapaxes,
    transpose,
)
from .shapes import expand_dims as unsqueeze
from .shapes import transpose as permute
from .softmax import log_softmax, logsumexp, softmax
from .squared_error import mse_loss
from .vectors import dot, inner, outer, tensordot, vdot
from .windows import fold, unfold

__all__ = [
    "alias", "amax", "amin", "argmax", "argmin", "argsort", "array_split", "astype", "avg_pool2d", "batch_norm",
    "binary_cross_entropy", "binary_cross_entropy_with_logits", "broadcast_to", "cat", "chunk", "clamp", "clip",
    "clone", "concatenate", "conv1d", "conv2d", "cross_entropy", "cumprod", "cumsum", "diag", "diagonal", "dot",
    "einsum", "expand_dims", "flatten", "flip", "fold", "gather", "getitem", "group_norm", "hinge_loss", "hstack",
    "inner", "layer_norm", "linear", "linear_relu", "log_softmax", "logsumexp", "matmul", "max_pool2d", "mean",
    "moveaxis", "mse_loss", "norm", "one_hot", "outer", "pad", "permute", "plain_index", "prod", "put", "ravel",
    "repeat", "repeat_interleave", "reshape", "roll", "softmax", "sort", "split", "squeeze", "stack", "std", "sum",
    "sum_of_squares", "sum_to", "swapaxes", "take", "take_along_axis", "tensordot", "tile", "topk", "trace",
    "transpose", "tril", "triu", "unbind", "unfold", "unsqueeze", "var", "vdot", "vstack",
]  # fmt: skip
