"""MLP.fit can be looked into, stopped, edited and resumed; what it keeps from one fit to the next."""

from __future__ import annotations

import copy
import gc
import pickle
import signal
import weakref
from typing import Any

import numpy as np
import pytest

import nn
import nn.fitting.recordings
from autograd import Value, trace
from nn.training import Callback, History

from .fitting import BACKENDS, POINTS, SIGNS, hinge, network, numbers, train_on_values

FIT: dict[str, Any] = {"loss": "hinge", "lr": 0.2, "backend": "numpy"}


def fit(model: nn.MLP, epochs: int, **options: Any) -> History:
    return model.fit(POINTS, SIGNS, epochs=epochs, **{**FIT, **options})


def eager_loss(model: nn.MLP) -> Value:
    terms = [hinge(model(x), y) for x, y in zip(POINTS.tolist(), SIGNS.tolist(), strict=True)]
    return sum(terms) * (1 / len(terms))  # type: ignore[return-value]


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_epoch_shows_the_true_numbers_and_gradients(backend: str) -> None:
    model, by_hand = network(), network()
    seen: list[float] = []

    def look(epoch: int, _: float, current: nn.MLP) -> None:
        train_on_values(by_hand, POINTS, SIGNS, hinge, epochs=1, lr=0.2)
        np.testing.assert_allclose(numbers(current), numbers(by_hand), rtol=1e-12)
        np.testing.assert_allclose(
            [p.grad for p in current.parameters()], [p.grad for p in by_hand.parameters()], rtol=1e-10, atol=1e-13
        )
        record, wanted = trace(eager_loss(current)), trace(eager_loss(by_hand))
        np.testing.assert_allclose([n.value for n in record.nodes], [n.value for n in wanted.nodes], rtol=1e-9)
        assert record.nodes[-1].value is not None
        seen.append(float(record.nodes[-1].value))
        assert epoch == len(seen) - 1

    history = fit(model, 3, on_epoch=look, backend=backend)
    np.testing.assert_allclose(seen[:-1], history["loss"][1:], rtol=1e-12)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("way", ["returns True", "sets stop", "raises", "Ctrl-C", "Ctrl-C between looks"])
def test_stopped_in_any_way_and_resumed_is_never_stopped(way: str, backend: str) -> None:
    whole, stopped = network(), network()
    plain = fit(whole, 20, backend=backend, lr=lambda epoch: 0.3 / (1 + epoch))
    reached = network()
    fit(reached, 8, backend=backend, lr=lambda epoch: 0.3 / (1 + epoch))

    def rate(epoch: int) -> float:
        if way == "Ctrl-C between looks" and epoch == 8 and not history.records[8:] and not resumed:
            raise KeyboardInterrupt
        return 0.3 / (1 + epoch)

    def hook(epoch: int, _: float, __: nn.MLP) -> bool:
        if epoch == 7:
            if way == "raises":
                raise LookupError("enough")
            if way == "Ctrl-C":
                raise KeyboardInterrupt
        return way == "returns True" and epoch == 7

    class Stop(Callback):
        def on_epoch_end(self, trainer: Any, record: dict[str, Any]) -> None:
            trainer.stop = way == "sets stop" and record["epoch"] == 7

    history, resumed = History(), False
    options: dict[str, Any] = {} if way == "Ctrl-C between looks" else {"on_epoch": hook, "callbacks": [Stop()]}
    try:
        fit(stopped, 20, backend=backend, lr=rate, history=history, **options)
    except (KeyboardInterrupt, LookupError):
        assert way in ("raises", "Ctrl-C", "Ctrl-C between looks")
    assert len(history) == 8
    assert numbers(stopped) == numbers(reached)
    assert [p.grad for p in stopped.parameters()] == [p.grad for p in reached.parameters()]
    resumed = True
    fit(stopped, 12, backend=backend, lr=rate, history=history)
    assert numbers(stopped) == numbers(whole)
    assert history.records == plain.records


def test_an_edit_in_a_hook_is_an_edit_between_fits_is_an_edit_in_the_loop() -> None:
    inside, between, by_hand = network(), network(), network()

    def edit(model: nn.MLP) -> None:
        model.layers[0].neurons[1].w[0].data = 3.0
        model.layers[-1].neurons[0].b.data -= 0.5

    fit(inside, 10, on_epoch=lambda epoch, _, model: edit(model) if epoch == 3 else None)
    fit(between, 4)
    edit(between)
    fit(between, 6)
    train_on_values(by_hand, POINTS, SIGNS, hinge, epochs=4, lr=0.2)
    edit(by_hand)
    train_on_values(by_hand, POINTS, SIGNS, hinge, epochs=6, lr=0.2)
    assert numbers(inside) == numbers(between)
    np.testing.assert_allclose(numbers(inside), numbers(by_hand), rtol=1e-12)


def test_an_edit_by_a_hook_that_then_raises_is_kept() -> None:
    model = network()

    def hook(_: int, __: float, current: nn.MLP) -> None:
        current.layers[0].neurons[0].b.data = 42.0
        raise LookupError

    with pytest.raises(LookupError):
        fit(model, 3, on_epoch=hook)
    assert model.layers[0].neurons[0].b.data == 42.0


def test_callbacks_hear_of_the_start_the_batches_and_the_end() -> None:
    said: list[Any] = []

    class Told(Callback):
        def on_fit_start(self, trainer: Any) -> None:
            said.append(("start", trainer.model, trainer.updates))
            trainer.model.layers[0].neurons[0].b.data = 0.25

        def on_epoch_start(self, trainer: Any) -> None:
            said.append(len(trainer.history))

        def on_batch_end(self, trainer: Any, loss: float) -> None:
            said.append((trainer.updates, round(loss, 12)))

        def on_fit_end(self, trainer: Any) -> None:
            said.append("end" if len(trainer.history) == 2 else "early")

    model, other = network(), network()
    other.layers[0].neurons[0].b.data = 0.25
    history = fit(other, 2, batch_size=16, rng=0)
    fit(model, 2, batch_size=16, rng=0, callbacks=[Told()])
    assert numbers(model) == numbers(other)
    assert [one for one in said if not isinstance(one, tuple)] == [0, 1, "end"]
    assert said[0] == ("start", model, 0)
    losses = [one[1] for one in said if isinstance(one, tuple) and len(one) == 2]
    assert (16 * losses[0] + 6 * losses[1]) / 22 == pytest.approx(history["loss"][0])


# ------------------------------------------------------------------------------------------ from one fit to the next


def replays(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A list that grows with every recording from now on."""
    made: list[Any] = []
    real = nn.fitting.recordings.replay

    def counted(*arguments: Any, **options: Any) -> Any:
        made.append(arguments)
        return real(*arguments, **options)

    monkeypatch.setattr(nn.fitting.recordings, "replay", counted)
    return made


def test_a_second_fit_does_not_record_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made, model = replays(monkeypatch), network()
    fit(model, 3)
    model.layers[0].neurons[0].b.data = 1.0
    model.fit(POINTS[:7], SIGNS[:7], epochs=2, batch_size=3, **FIT)
    fit(model, 2, lr=0.1, momentum=0.9)
    assert len(made) == 1
    fit(model, 1, loss="mse")
    fit(model, 1)
    assert len(made) == 2


@pytest.mark.parametrize("change", ["activation", "neuron", "weight", "frozen", "hook"])
def test_a_network_that_was_changed_is_recorded_anew(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = replays(monkeypatch)
    model, fresh = network(), network()
    fit(model, 1, lr=0.0)

    def alter(one: nn.MLP) -> None:
        first = one.layers[0].neurons[0]
        if change == "activation":
            first.nonlin = False
        elif change == "neuron":
            del one.layers[0].neurons[0]
            for neuron in one.layers[1].neurons:
                del neuron.w[0]
        elif change == "weight":
            first.w[0] = Value(0.75, name="new")
        elif change == "frozen":
            first.w[0].requires_grad = False
        else:
            one.register_forward_hook(lambda _, __, score: score * 3)

    alter(model)
    alter(fresh)
    held = fresh.layers[0].neurons[0].w[0].data
    fit(model, 15)
    fit(fresh, 15)
    assert len(made) == 3
    assert numbers(model) == numbers(fresh)
    assert (model.layers[0].neurons[0].w[0].data == held) == (change == "frozen")


def test_copies_and_pickles_are_without_recordings_and_train_on() -> None:
    model = network()
    fit(model, 3)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert numbers(other) == numbers(model)
        assert len(pickle.dumps(other)) == len(pickle.dumps(model))
        fit(other, 2)
        again = copy.deepcopy(model)
        fit(again, 2)
        assert numbers(other) == numbers(again) != numbers(model)


def test_a_recording_goes_when_its_model_goes() -> None:
    model = network()
    fit(model, 2, on_epoch=lambda *_: None)
    alive = [weakref.ref(model), weakref.ref(vars(model)["_recordings"])]
    gc.collect()
    gc.disable()
    try:
        del model
        assert [reference() for reference in alive] == [None, None]
    finally:
        gc.enable()


def test_losses_given_as_new_functions_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made, model = replays(monkeypatch), network(2, 1)
    losses = [lambda s, t, k=k: (s - k * t) ** 2 for k in range(10)]
    for loss in losses:
        fit(model, 1, loss=loss)
    assert len(made) == 10
    alive = weakref.ref(losses[0])
    del losses, loss
    made.clear()
    gc.collect()
    assert alive() is None


def test_a_fit_inside_a_fit_has_a_recording_of_its_own() -> None:
    model, other = network(), network()

    def inner(epoch: int, _: float, current: nn.MLP) -> None:
        if epoch == 1:
            current.fit(POINTS[:4], SIGNS[:4], epochs=2, **FIT)

    fit(model, 4, on_epoch=inner)
    fit(other, 2)
    other.fit(POINTS[:4], SIGNS[:4], epochs=2, **FIT)
    fit(other, 2)
    assert numbers(model) == numbers(other)


@pytest.mark.parametrize("hook", [None, lambda *_: None])
def test_ctrl_c_at_any_moment_leaves_the_numbers_of_a_step(hook: Any) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for delay in (0.011, 0.03, 0.05):
            model, history = network(), History()
            fit(model, 0)  # what there is to import and to compile is there now
            with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the alarm may come at any time after it is set
                signal.setitimer(signal.ITIMER_REAL, delay)
                fit(model, 10**9, history=history, on_epoch=hook)
            replays = []
            for epochs in (len(history), len(history) + 1):
                other = network()
                fit(other, epochs)
                replays.append(numbers(other))
            assert numbers(model) in replays
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
