"""Forward and backward passes written out in plain numpy, as on a blackboard: twins to check the engine by."""

from .backward import Backward, backward, delta_backprop
from .batchnorm import BatchNormGradient, batchnorm_backward
from .forward import Forward, forward
from .stages import Stage, stages
from .worked import NeuronGradient, TwoLayerGradient, sigmoid_neuron_gradient, two_layer_gradient

__all__ = [
    "Backward", "BatchNormGradient", "Forward", "NeuronGradient", "Stage", "TwoLayerGradient", "backward",
    "batchnorm_backward", "delta_backprop", "forward", "sigmoid_neuron_gradient", "stages", "two_layer_gradient",
]  # fmt: skip
