"""Training networks of single Values through a recording of one sample."""

from .fit import fit_scalars, scalar_loss
from .losses import SAMPLE_LOSSES

__all__ = ["SAMPLE_LOSSES", "fit_scalars", "scalar_loss"]
