"""Diagnosis: what goes wrong while a network trains, as data a picture can point at and a sentence with the remedy."""

from .curves import LearningRateDiagnosis, Plateau, diagnose_learning_rate, plateau
from .fit import FitDiagnosis, diagnose_fit
from .gradients import GradientFlow, LayerGradient, detect_exploding, detect_vanishing, layer_gradient_norms
from .layers import LayerRecord, record_layers
from .triage import NanReport, nan_report
from .units import (
    IdenticalUnits,
    UnitReport,
    dead_relu_fraction,
    identical_units,
    saturation_fraction,
    sign_agreement,
)
from .updates import Updates, UpdateSize, update_ratios
from .watching import Finding, GradientWatch

__all__ = [
    "Finding", "FitDiagnosis", "GradientFlow", "GradientWatch", "IdenticalUnits", "LayerGradient", "LayerRecord",
    "LearningRateDiagnosis", "NanReport", "Plateau", "UnitReport", "UpdateSize", "Updates", "dead_relu_fraction",
    "detect_exploding", "detect_vanishing", "diagnose_fit", "diagnose_learning_rate", "identical_units",
    "layer_gradient_norms", "nan_report", "plateau", "record_layers", "saturation_fraction", "sign_agreement",
    "update_ratios",
]  # fmt: skip
