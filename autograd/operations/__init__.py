"""The table of array operations. To add one, add an entry to one of these modules; nothing else changes.

Entries are written in numpy's own words, so that arrays, Tensors and arrays of Values can all be put through them.
"""

from .copies import pad, repeat, tile
from .copies import repeat as repeat_interleave
from .diagonals import diag, diagonal, trace, tril, triu
from .indexing import gather, getitem, plain_index, put, take, take_along_axis
from .joins import concatenate, hstack, stack, vstack
from .joins import concatenate as cat
from .losses import hinge_loss, sum_of_squares
from .ordering import argmax, argmin, argsort, clip, one_hot, sort, topk
from .ordering import clip as clamp
from .parts import array_split, chunk, split, unbind
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

__all__ = [
    "alias", "amax", "amin", "argmax", "argmin", "argsort", "array_split", "astype", "broadcast_to", "cat", "chunk",
    "clamp", "clip", "clone", "concatenate", "diag", "diagonal", "expand_dims", "flatten", "flip", "gather",
    "getitem", "hinge_loss", "hstack", "linear", "linear_relu", "matmul", "mean", "moveaxis", "one_hot", "pad",
    "permute", "plain_index", "put", "ravel", "repeat", "repeat_interleave", "reshape", "roll", "sort", "split",
    "squeeze", "stack", "sum", "sum_of_squares", "sum_to", "swapaxes", "take", "take_along_axis", "tile", "topk",
    "trace", "transpose", "tril", "triu", "unbind", "unsqueeze", "vstack",
]  # fmt: skip
