"""Other ways to a minimum: coordinate by coordinate, with less noise, by chance; and to a learning rate."""

from .annealing import Annealing, SimulatedAnnealing
from .coordinates import AlternatingMinimization, CoordinateDescent, Sweeps
from .learning_rates import LearningRates, lr_range_search
from .svrg import SVRG

__all__ = [
    "SVRG", "AlternatingMinimization", "Annealing", "CoordinateDescent", "LearningRates", "SimulatedAnnealing",
    "Sweeps", "lr_range_search",
]  # fmt: skip
