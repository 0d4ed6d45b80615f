"""Training: the loop, what is done on the way, and when to stop."""

from .callbacks import Callback
from .checkpointing import Checkpointing
from .early_stopping import Continued, EarlyStopping, continue_training, retrain_from_scratch
from .history import History
from .trainer import Trainer, accuracy, fit

__all__ = [
    "Callback", "Checkpointing", "Continued", "EarlyStopping", "History", "Trainer", "accuracy",
    "continue_training", "fit", "retrain_from_scratch",
]  # fmt: skip
