"""fit: a network of Values trained at compiled speed, while its Values stay what they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from autograd import OperandError, Value

from ..module import Module
from ..training import Callback, History
from .data import read_data
from .loop import Fitting, Rule, check_rate
from .losses import NamedLoss, SampleLoss, named_loss
from .recordings import learners_of, recordings_of, sample_graph

__all__ = ["fit_scalars", "scalar_loss"]


def fit_scalars(
    model: Module, x: Any, y: Any, *, loss: str | SampleLoss = "mse", lr: float | Callable[[int], float] | None = None,
    momentum: float = 0.0, alpha: float = 0.0, optimizer: Any = None, epochs: int = 100, batch_size: int | None = None,
    rng: np.random.Generator | int | None = None, validation: tuple[Any, Any] | None = None,
    on_epoch: Callable[[int, float, Any], Any] | None = None, callbacks: Iterable[Callback] = (),
    history: History | None = None, nonfinite: str = "raise", backend: str | None = None,
) -> History:  # fmt: skip
    """Train the network's Values to give the targets, by gradient descent on the mean loss of the samples.

    The loss of one sample is recorded once (`autograd.replay`) and run for all of them; gradients are those of the
    engine. Whenever you look (in a callback, after the end, after Ctrl-C or an error) the Values have the numbers
    reached, and in `.grad` the gradient that led there. Change them by hand as you like, and call fit again: it goes
    on from the Values. A second fit of the same loss uses the recording of the first.

    Args:
        x: Samples, shape (n, inputs), as an array or nested lists.
        y: Targets, shape (n,), or (n, outputs); classes as whole numbers too for "cross_entropy".
        loss: "mse", "l1", "hinge" (targets -1 and 1), "bce" (targets from 0 to 1, the score a logit), "cross_entropy"
            (an output per class), or a function of a sample's score (a list of scores, of a network with several
            outputs) and target that returns a Value. It is recorded, so where it depends on a number it says so with
            gates (`where`, `maximum`), not with `if`.
        lr: The learning rate, or a function of the epoch's number; 0.1 where None.
        momentum: How much of the last step each step keeps, from 0 to below 1, as in PyTorch. Every fit starts at rest.
        alpha: alpha · Σ p² over the parameters is added to the loss, as in micrograd's demo.
        optimizer: What changes the parameters, in place of lr and momentum: anything with `zero_grad()` and `step()`
            over `model.parameters()`. It works on the Values, and keeps its state from fit to fit.
        epochs: How many times to go through the samples.
        batch_size: Samples per update, in a new random order every epoch; all at once where None.
        rng: Where the order comes from, a generator or a seed.
        validation: Samples and targets whose mean loss (without alpha) is measured after each epoch, as "val_loss".
        on_epoch: Called after each epoch with its number, its loss and the model; return True to stop.
        callbacks: As for a `Trainer`, e.g. `EarlyStopping(monitor="loss")`.
        history: An earlier one to go on with: epochs, and a rate that depends on them, count on.
        nonfinite: What to do when the loss is nan or infinite: "raise", or "stop" and return.
        backend: "numba" (extra `fast`), "numpy", or None for numpy first, and numba once that pays: see `replay`.

    Returns:
        For every epoch its number, "loss" (the mean over its updates, before each), "lr" and "val_loss".

    Raises:
        DataError: samples and targets do not fit together, the network or the loss, or are empty, ragged or not finite;
            the loss became nan or infinite.
        OperandError: a setting is out of range, or there is no such loss.
        ReplayError: the loss cannot be recorded; the message names the line.

    >>> import random
    >>> from nn import MLP
    >>> model = MLP(2, [4, 1], rng=random.Random(3))
    >>> points, labels = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, 1, 1, -1]
    >>> history = model.fit(points, labels, loss="hinge", lr=0.2, epochs=200)
    >>> [model(point).data > 0 for point in points]
    [False, True, True, False]
    """
    known = named_loss(loss)
    rule = _rule(lr, momentum, alpha, optimizer, nonfinite)
    _whole("epochs", epochs, 0)
    if batch_size is not None:
        _whole("batch_size", batch_size, 1)
    if not learners_of(model):
        raise OperandError("fit: there is nothing to learn: the network has no parameter, or all are frozen")
    samples, targets = _data(model, known, x, y)
    held = None if validation is None else _data(model, known, *validation)
    recordings = recordings_of(model)
    recorded = recordings.take(model, known.sample, samples, targets, backend)
    try:
        fitting = Fitting(
            model, recorded, rule, samples, targets, batch_size=batch_size, rng=np.random.default_rng(rng),
            validation=held, history=History() if history is None else history, callbacks=callbacks, on_epoch=on_epoch,
        )  # fmt: skip
        fitting.run(epochs)
    finally:
        recordings.give(recorded)
    return fitting.history


def scalar_loss(model: Module, x: Any, y: Any, *, loss: str | SampleLoss = "mse", alpha: float = 0.0) -> Value:
    """The loss that `fit` makes smaller, as a Value with its whole graph: to be traced, drawn, stepped through.

    Args:
        x, y, loss, alpha: As for `fit`.

    Raises:
        DataError, OperandError: as for `fit`.

    >>> import random
    >>> from nn import MLP
    >>> model = MLP(1, [1], rng=random.Random(0))
    >>> loss = model.loss([[1.0], [2.0]], [0.5, 1.5])
    >>> loss.backward()
    >>> loss.op, [p.grad is not None for p in model.parameters()]
    ('mul', [True, True])
    """
    known = named_loss(loss)
    samples, targets = _data(model, known, x, y)
    terms = [sample_graph(model, known.sample, *pair) for pair in zip(samples, targets, strict=True)]
    mean: Value = sum(terms[1:], start=terms[0]) * (1 / len(terms))
    if alpha:
        mean = mean + alpha * sum(p * p for p in learners_of(model))
    return mean


def _data(model: Module, loss: NamedLoss, x: Any, y: Any) -> Any:
    samples, targets = read_data(x, y)
    first = model(samples[0].tolist())
    return samples, loss.targets(targets, len(first) if isinstance(first, (list, tuple)) else 1)


def _rule(lr: Any, momentum: Any, alpha: Any, optimizer: Any, nonfinite: str) -> Rule:
    if lr is not None and not callable(lr):
        check_rate(lr)
    if optimizer is not None:
        if lr is not None or momentum:
            raise OperandError("fit: an optimizer has a learning rate and a momentum of its own: leave lr and momentum")
        for method in ("step", "zero_grad"):
            if not callable(getattr(optimizer, method, None)):
                raise OperandError(f"fit: an optimizer has step() and zero_grad(); {type(optimizer).__name__} has no "
                                   f"{method}()")  # fmt: skip
    for name, number, below in (("momentum", momentum, 1.0), ("alpha", alpha, math.inf)):
        if not (isinstance(number, (int, float, np.number)) and 0 <= number < below):
            raise OperandError(
                f"fit: {name} must be a number from 0 on{'' if below > 1 else ', below 1'}, not {number!r}"
            )
    if nonfinite not in ("raise", "stop"):
        raise OperandError(f"fit: nonfinite is 'raise' or 'stop', not {nonfinite!r}")
    return Rule(0.1 if lr is None else lr, float(momentum), float(alpha), optimizer, nonfinite)


def _whole(name: str, number: Any, least: int) -> None:
    if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < least:
        raise OperandError(f"fit: {name} must be a whole number from {least} on, not {number!r}")
