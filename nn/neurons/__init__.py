"""Single neurons: units with a threshold, what they can and cannot compute, how they learn, and the sigmoid neuron."""

from .boolean import boolean_functions, boolean_inputs
from .mcculloch_pitts import McCullochPitts, mp_and, mp_nor, mp_not, mp_or, mp_tautology
from .neuron import Neuron
from .perceptron import Perceptron
from .perceptron_learning import Correction, perceptron_bound
from .separability import Feasibility, is_linearly_separable, separating_weights, xor_infeasibility
from .sigmoid_neuron import SigmoidGradient, SigmoidNeuron
from .threshold_network import BooleanNetwork, McCullochPittsNetwork, ThresholdNetwork, xor_mlp
from .tower import TowerApproximation, tower_approximation

__all__ = [
    "BooleanNetwork", "Correction", "Feasibility", "McCullochPitts", "McCullochPittsNetwork", "Neuron", "Perceptron",
    "SigmoidGradient", "SigmoidNeuron", "ThresholdNetwork", "TowerApproximation", "boolean_functions",
    "boolean_inputs", "is_linearly_separable", "mp_and", "mp_nor", "mp_not", "mp_or", "mp_tautology",
    "perceptron_bound", "separating_weights", "tower_approximation", "xor_infeasibility", "xor_mlp",
]  # fmt: skip
