"""Data on its way into a network."""

from .loader import DataLoader, check_finite
from .scalers import MinMaxScaler, StandardScaler
from .sets import circles, digits, iris, moons, spirals
from .splits import train_test_split

__all__ = [
    "DataLoader", "MinMaxScaler", "StandardScaler", "check_finite", "circles", "digits", "iris", "moons", "spirals",
    "train_test_split",
]  # fmt: skip
