"""A callback that watches a training and warns when it goes wrong."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import Value

from ..blocks import Array
from ..errors import OptimizerError, TrainingWarning
from .arrays import as_floats, named, shown
from .curves import diagnose_learning_rate, plateau
from .gradients import detect_exploding, detect_vanishing, layer_gradient_norms
from .layers import Call, LayerRecord, array_or_none, recorded_calls
from .triage import nan_report
from .units import dead_relu_fraction, saturation_fraction
from .updates import compared

__all__ = ["Finding", "GradientWatch"]


@dataclass(frozen=True)
class Finding:
    """Something a watch noticed.

    Attributes:
        update: After how many updates.
        kind: "vanishing", "exploding", "not finite", "dead units", "saturated units", "large updates", "plateau" or
            "learning rate".
        name: The layer or parameter at fault; empty where it is the training as a whole.
        message: What was found and what helps, in a sentence.
    """

    update: int
    kind: str
    name: str
    message: str


class GradientWatch:
    """A training callback that looks at gradients, units and updates every so often, and warns of each trouble once.

    Give it to a trainer that calls `on_fit_start(trainer)`, `on_batch_end(trainer, loss)` and so on, and has the
    network as `trainer.model`: `nn.training.Trainer(..., callbacks=[GradientWatch()])`.

    Args:
        every: After how many updates it looks; each look costs about as much as an update of small networks.
        dead: From which share of dead ReLU units on it warns.
        saturated: From which share of saturated sigmoids and tanhs on it warns.
        warn: Whether to warn (`TrainingWarning`), besides keeping the finding.
        stop: Whether to end training at a number that is not finite.

    Attributes:
        findings: What was noticed, in order, each kind and place once.
        norms: The sizes of the gradients by the layers' outputs, by update: {update: {layer: rms}}.
        losses: The loss of every batch.

    Raises:
        OptimizerError: a setting makes no sense.
    """

    def __init__(
        self, every: int = 50, dead: float = 0.5, saturated: float = 0.9, *, warn: bool = True, stop: bool = False
    ) -> None:
        if not isinstance(every, (int, np.integer)) or every < 1:
            raise OptimizerError(f"GradientWatch: every is a positive whole number, not {every!r}")
        for what, share in (("dead", dead), ("saturated", saturated)):
            if not 0 < share <= 1:
                raise OptimizerError(f"GradientWatch: {what} is a share above 0 and up to 1, not {share!r}")
        self.every, self.dead, self.saturated, self.warn, self.stop = every, dead, saturated, warn, stop
        self.findings: list[Finding] = []
        self.norms: dict[int, dict[str, float]] = {}
        self.losses: list[float] = []
        self._epochs: list[float] = []
        self._stack = ExitStack()
        self._calls: list[Call] = []
        self._before: list[tuple[str, Any]] | None = None
        self._seen: set[tuple[str, str]] = set()

    # --------------------------------------------------------------------------------------- what a trainer calls

    def on_fit_start(self, trainer: Any) -> None:
        """Begin to watch."""
        self._stack.close()
        self._stack = ExitStack()
        self._calls = self._stack.enter_context(recorded_calls(trainer.model))

    def on_epoch_start(self, trainer: Any) -> None:
        """Nothing to do."""

    def on_batch_end(self, trainer: Any, loss: float) -> None:
        """Look, where it is time to, and at once where the loss is not finite."""
        self.losses.append(float(loss))
        update = len(self.losses)
        calls = list(self._calls)
        self._calls.clear()
        if not np.isfinite(loss):
            self._not_finite(trainer, update, loss, calls)
        elif update % self.every == 0 or update == 1:
            self._look(update, calls)
            self._look_at_updates(trainer, update)
        # The copies that the next look's updates are measured from.
        if (update + 1) % self.every == 0:
            self._before = _weights(trainer.model)

    def on_epoch_end(self, trainer: Any, record: dict[str, Any]) -> None:  # noqa: ARG002
        """See whether the loss still falls."""
        self._epochs.append(float(record.get("loss", np.nan)))
        stuck = plateau(self._epochs)
        if stuck:
            self._note(len(self.losses), "plateau", "", stuck.message)
        if len(self._epochs) >= 3:
            rate = diagnose_learning_rate(self._epochs)
            if rate.verdict == "too high":
                self._note(len(self.losses), "learning rate", "", rate.message)

    def on_fit_end(self, trainer: Any) -> None:  # noqa: ARG002
        """Cease to watch."""
        self._stack.close()

    # --------------------------------------------------------------------------------------------------- looking

    def _look(self, update: int, calls: list[Call]) -> None:
        layers = [record for record in map(_finished, calls) if record is not None]
        moved = [layer for layer in layers if layer.gradient is not None]
        if moved:
            self.norms[update] = {s.name: s.rms for s in layer_gradient_norms(moved)}
            for kind, flow in (("vanishing", detect_vanishing(moved)), ("exploding", detect_exploding(moved))):
                if flow:
                    self._note(update, kind, flow.at or "", flow.message)
        for layer in layers:
            activation = layer.kind.lower()
            if layer.inputs is None or not layer.inputs.ndim:
                continue
            if activation == "relu":
                dead = dead_relu_fraction(layer.inputs, f"layer {layer.name}")
                if dead.fraction >= self.dead:
                    self._note(update, "dead units", layer.name, dead.message)
            elif activation in ("sigmoid", "tanh"):
                flat = saturation_fraction(layer.inputs, activation, name=f"layer {layer.name}")
                if flat.fraction >= self.saturated:
                    self._note(update, "saturated units", layer.name, flat.message)

    def _look_at_updates(self, trainer: Any, update: int) -> None:
        if self._before is None:
            return
        pairs = zip(self._before, _weights(trainer.model), strict=True)
        moved = compared([(name, old, new) for (name, old), (_, new) in pairs], 1e-12, 0.1)
        self._before = None
        if moved.too_large:
            worst = max((s for s in moved.sizes if s.name in moved.too_large), key=lambda s: s.ratio)
            self._note(update, "large updates", worst.name, moved.message)

    def _not_finite(self, trainer: Any, update: int, loss: float, calls: list[Call]) -> None:
        first = next((call for call in calls if not np.isfinite(as_floats(call.output)).all()), None)
        x = array_or_none(calls[0].inputs) if calls else None
        report = nan_report(0.0 if x is None else x, parameters=trainer.model, loss=loss)
        where = "" if first is None else f" (first seen in the output of layer {shown(first.name)})"
        name = report.name or "loss" if first is None or report.cause == "input" else first.name
        self._note(update, "not finite", name, report.message + where)
        if self.stop:
            trainer.stop = True

    def _note(self, update: int, kind: str, name: str, message: str) -> None:
        # After the first number that is not finite all others are its consequence.
        key = (kind, "" if kind == "not finite" else name)
        if key in self._seen:
            return
        self._seen.add(key)
        self.findings.append(Finding(update, kind, name, message))
        if self.warn:
            warnings.warn(f"update {update}: {message}", TrainingWarning, stacklevel=5)


def _weights(model: Any) -> list[tuple[str, Array]]:
    """Copies of what has a size to compare a step with: matrices, and all scalars together.

    A bias or a gain alone may well move by many times its size while it is near 0.
    """
    listed = list(named(model))
    matrices = [(name, as_floats(p).copy()) for name, p in listed if np.ndim(p.data) > 1]
    scalars = [p for _, p in listed if isinstance(p, Value)]
    return [*matrices, *([("the scalars", as_floats(scalars))] if scalars else [])]


def _finished(call: Call) -> LayerRecord | None:
    """A call after the backward pass, which left its gradients on the nodes."""
    nodes = call.nodes()
    if any(n.grad is None for n in nodes):
        return None
    gradient = None if not nodes else as_floats(nodes[0].grad if len(nodes) == 1 else [n.grad for n in nodes])
    return LayerRecord(call.name, call.kind, array_or_none(call.inputs), as_floats(call.output), gradient)
