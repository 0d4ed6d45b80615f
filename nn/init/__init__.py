"""Starting values of parameters. Each function fills a Tensor, or the weights of a scalar Neuron or Layer, in place.

Random numbers come from `rng=`, a `numpy.random.Generator` or a seed. Names and defaults are `torch.nn.init`'s.

>>> from autograd import Tensor
>>> w = Tensor([[0.0, 0.0]], requires_grad=True)
>>> xavier_normal_(w, rng=0) is w
True
"""

from .plain import constant_, eye_, normal_, ones_, orthogonal_, sparse_, trunc_normal_, uniform_, zeros_
from .scaled import (
    calculate_gain,
    kaiming_normal_,
    kaiming_uniform_,
    lecun_normal_,
    lecun_uniform_,
    xavier_fan_in_normal_,
    xavier_normal_,
    xavier_uniform_,
)
from .variance import LayerStatistics, layer_statistics, variance_propagation

__all__ = [
    "LayerStatistics", "calculate_gain", "constant_", "eye_", "kaiming_normal_", "kaiming_uniform_", "layer_statistics",
    "lecun_normal_", "lecun_uniform_", "normal_", "ones_", "orthogonal_", "sparse_", "trunc_normal_", "uniform_",
    "variance_propagation", "xavier_fan_in_normal_", "xavier_normal_", "xavier_uniform_", "zeros_",
]  # fmt: skip
