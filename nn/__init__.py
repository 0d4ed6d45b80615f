"""Networks on top of the engine."""

from . import data as data
from . import functional as functional
from . import information as information
from . import init as init
from . import manual as manual
from . import neurons as neurons
from . import training as training
from .activations import (
    ELU,
    GELU,
    SELU,
    ActivationProperties,
    Arctan,
    BinaryStep,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Maxout,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Swish,
    Tanh,
    activation_properties,
    activation_table,
)
from .checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from .collapse import collapse_linear
from .dropout import Dropout
from .ensemble import EnsembleMean, MCPrediction, dropout_arithmetic_mean, dropout_geometric_mean, mc_dropout_predict
from .errors import DataError, FileError, MissingExtraError, StateDictError
from .feed_forward import FeedForward
from .information import KLDivLoss
from .layers import (
    Activation,
    Autoencoder,
    AvgPool2d,
    Conv2d,
    Embedding,
    Flatten,
    Identity,
    Linear,
    MaxPool2d,
    Sequential,
    TiedLinear,
)
from .losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    SmoothL1Loss,
    SoftMarginLoss,
)
from .module import Module, Parameter, count_parameters
from .noise import GaussianNoise, WeightNoise
from .normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm
from .pairing import OutputPairing, depth, output_pairing
from .quadratic import QuadraticForm
from .regularizers import RegularizedLoss
from .saving import load, save
from .scalar import MLP, Layer, Neuron
from .semi import SemiSupervisedLoss

__all__ = [
    "ELU", "GELU", "MLP", "SELU", "Activation", "ActivationProperties", "Arctan", "Autoencoder", "AvgPool2d", "BCELoss",
    "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d", "BinaryStep", "Checkpoint", "Conv2d", "CrossEntropyLoss",
    "DataError", "Dropout", "Embedding", "EnsembleMean", "FeedForward", "FileError", "Flatten", "GaussianNoise",
    "GroupNorm", "Hardtanh", "HingeLoss", "HuberLoss", "Identity", "KLDivLoss", "L1Loss", "Layer", "LayerNorm",
    "LeakyReLU", "Linear", "LogSigmoid", "LogSoftmax", "MCPrediction", "MSELoss", "MaxPool2d", "Maxout", "Mish",
    "MissingExtraError", "Module", "MultiMarginLoss", "NLLLoss", "Neuron", "OutputPairing", "PReLU", "Parameter",
    "QuadraticForm", "ReLU", "RegularizedLoss", "SemiSupervisedLoss", "Sequential", "SiLU", "Sigmoid", "SmoothL1Loss",
    "SoftMarginLoss", "Softmax", "Softplus", "Softsign", "StateDictError", "Swish", "Tanh", "TiedLinear", "WeightNoise",
    "activation_properties", "activation_table", "collapse_linear", "count_parameters", "depth",
    "dropout_arithmetic_mean", "dropout_geometric_mean", "load", "load_checkpoint", "mc_dropout_predict",
    "output_pairing", "save", "save_checkpoint",
]  # fmt: skip
