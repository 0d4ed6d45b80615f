"""Routine: everything that may differ between two steps is noticed, as an optimizer that remembers nothing would."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from autograd import GraphError, Tensor, Value
from optim import SGD, Adam, Optimizer, OptimizerError
from optim.routine import Routine

SHAPES = ((3, 5), (), (7,), (150, 120))
STEPS = 8


def leaves(dtype: str = "float64") -> list[Any]:
    source = np.random.default_rng(0)
    return [Tensor(np.array(source.normal(size=s), dtype), requires_grad=True) for s in SHAPES]


def values() -> list[Any]:
    return [Value(float(x)) for x in np.random.default_rng(0).normal(size=5)]


def slope(p: Any, t: int, k: int) -> Any:
    found = np.random.default_rng(100 * t + k).normal(size=np.shape(p.data))
    return float(found) if isinstance(p, Value) else found.astype(p.dtype)


def forgetful(optimizer: Optimizer) -> None:
    """Let the next step be taken in full, by an optimizer that has just been loaded."""
    if any(isinstance(group["lr"], np.ndarray) for group in optimizer.param_groups):  # which is not loaded
        optimizer._routine = None
        for _, _, blocks in optimizer._blocks:
            for block in blocks:
                block.prepared = None
    else:
        optimizer.load_state_dict(optimizer.state_dict())
    assert optimizer._routine is None


def setting(name: str, value: Any) -> Callable[[Optimizer, list[Any]], None]:
    return lambda o, _: o.param_groups[0].update({name: value})


def attribute(name: str, value: Any) -> Callable[[Optimizer, list[Any]], None]:
    return lambda o, _: setattr(o, name, value)


def reassigned(_: Optimizer, parameters: list[Any]) -> None:
    for p in parameters:
        p.data = p.data * 2


def frozen(_: Optimizer, parameters: list[Any]) -> None:
    if isinstance(parameters[-1], Tensor):
        parameters[-1].data.flags.writeable = False


def other_dtype(_: Optimizer, parameters: list[Any]) -> None:
    for p in parameters:
        if isinstance(p, Tensor):
            p.grad = p.grad.astype("float32" if p.dtype == np.float64 else "float64")


def lost(_: Optimizer, parameters: list[Any]) -> None:
    parameters[1].grad = None
    parameters[-1].grad = None


def boxed(_: Optimizer, parameters: list[Any]) -> None:
    for p in parameters:
        p.grad = Tensor(p.grad) if isinstance(p, Tensor) else Value(p.grad)


def appended(o: Optimizer, parameters: list[Any]) -> None:
    p = Value(1.5) if isinstance(parameters[0], Value) else Tensor(np.ones(3, parameters[0].dtype), requires_grad=True)
    parameters.append(p)
    o.param_groups[0]["params"].append(p)
    p.grad = slope(p, 77, 0)


def exchanged(o: Optimizer, parameters: list[Any]) -> None:
    """Another parameter with the same numbers, in the place of the first, in the same list."""
    first = parameters[0]
    p = Value(first.data) if isinstance(first, Value) else Tensor(first.data.copy(), requires_grad=True)
    p.grad = first.grad
    parameters.append(first)
    parameters[0] = o.param_groups[0]["params"][0] = p


def listed_anew(o: Optimizer, _: list[Any]) -> None:
    o.param_groups[0]["params"] = o.param_groups[0]["params"][1:]


def another_group(o: Optimizer, parameters: list[Any]) -> None:
    p = Value(1.5) if isinstance(parameters[0], Value) else Tensor(np.ones((2, 2)), requires_grad=True)
    parameters.append(p)
    o.add_param_group({"params": [p], "lr": 0.25})
    p.grad = slope(p, 78, 0)


def renewed(o: Optimizer, _: list[Any]) -> None:
    o.param_groups[0] = dict(o.param_groups[0], lr=0.7)


CHANGES: dict[str, Callable[[Optimizer, list[Any]], None]] = {
    "nothing": lambda *_: None,
    "lr": setting("lr", 0.3),
    "the rate of all": attribute("lr", 0.4),
    "an integer": setting("lr", 1),
    "a number of numpy's": setting("lr", np.float32(0.1)),
    "an array": setting("lr", np.array(0.3)),
    "weight_decay": setting("weight_decay", 0.1),
    "maximize": attribute("maximize", True),
    "nonfinite": attribute("nonfinite", "skip"),
    "fused": attribute("fused", False),
    "reassigned": reassigned, "frozen": frozen, "other dtype": other_dtype, "lost": lost, "boxed": boxed,
    "appended": appended, "exchanged": exchanged, "listed anew": listed_anew, "another group": another_group,
    "renewed": renewed,
}  # fmt: skip
RULES: dict[str, tuple[type[Optimizer], dict[str, Any]]] = {
    "SGD": (SGD, {"lr": 0.1}), "momentum": (SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}),
    "Adam": (Adam, {"lr": 0.1}),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["float64", "float32", "values"])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_between_steps_is_noticed(change: str, rule: str, kind: str) -> None:
    """Held against a twin whose every step is taken in full, from state that was saved and loaded."""
    make, options = RULES[rule]
    ends = []
    for forgets in (False, True):
        parameters = values() if kind == "values" else leaves(kind)
        optimizer = make(list(parameters), **options)
        optimizer.fused = False
        for t in range(STEPS):
            for k, p in enumerate(parameters):
                p.grad = slope(p, t, k)
            if t in (4, 6):
                CHANGES[change](optimizer, parameters)
            if forgets:
                forgetful(optimizer)
            optimizer.step()
        ends.append([np.array(p.data) for p in parameters])
    for a, b in zip(*ends, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


def steps_in_full(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each step of a routine was taken, as it goes."""
    taken: list[bool] = []
    repeat = Routine.repeat

    def watched(self: Routine, optimizer: Optimizer) -> bool:
        taken.append(repeat(self, optimizer))
        return taken[-1]

    monkeypatch.setattr(Routine, "repeat", watched)
    return taken


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["float32", "values"])
def test_steps_become_routine_and_schedules_leave_them_so(
    rule: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = steps_in_full(monkeypatch)
    make, options = RULES[rule]
    parameters = values() if kind == "values" else leaves(kind)
    optimizer = make(parameters, **options)
    optimizer.fused = False
    for t in range(6):
        optimizer.param_groups[0]["lr"] = 0.1 / (1 + t)
        for k, p in enumerate(parameters):
            p.grad = slope(p, t, k)
        optimizer.step()
    assert taken == [True] * 5


def test_noise_and_other_preparing_set_in_between_is_heeded() -> None:
    class Clipped(SGD):
        def prepare(self, block: Any, group: Mapping[str, Any]) -> None:  # noqa: ARG002
            np.clip(block.writable_gradient(), -0.5, 0.5, out=block.g)

    for parameters in (leaves(), values()):
        optimizer = Clipped(parameters, lr=1.0)
        for t in range(4):
            before = [np.array(p.data) for p in parameters]
            for k, p in enumerate(parameters):
                p.grad = slope(p, t, k)
            held = [np.array(p.grad) for p in parameters]
            optimizer.step()
            for p, x, g in zip(parameters, before, held, strict=True):
                np.testing.assert_array_equal(p.data, x - np.clip(g, -0.5, 0.5))
                np.testing.assert_array_equal(p.grad, g)
    p = Tensor(np.zeros(500), requires_grad=True)
    optimizer = SGD([p], lr=1.0, rng=0)
    for noise in (0.0, 0.0, 0.5, 0.0):
        before, p.grad = p.data.copy(), np.zeros(500)
        optimizer.param_groups[0]["grad_noise"] = noise
        optimizer.step()
        assert float((p.data - before).std()) == pytest.approx(noise, rel=0.1)
        assert not p.grad.any()


def test_methods_exchanged_while_it_runs() -> None:
    p = Tensor(np.zeros(3), requires_grad=True)
    optimizer: Any = SGD([p], lr=1.0)

    def step() -> None:
        p.grad = np.ones(3)
        optimizer.step()

    step()
    step()

    def doubled(block: Any, _: Any) -> None:
        block.writable_gradient()[...] *= 2

    optimizer.prepare = doubled
    step()
    assert p.data.tolist() == [-4.0] * 3

    def up(block: Any, _: Any) -> None:
        block.p += 10

    optimizer.update = up
    step()
    assert p.data.tolist() == [6.0] * 3


@pytest.mark.needs("numba")
def test_fused_switched_to_and_fro_gives_the_same_bits() -> None:
    ends = []
    for switched in (False, True):
        parameters = leaves("float32")
        optimizer = Adam(parameters, lr=0.1)
        optimizer.fused = False
        for t in range(9):
            if switched:
                optimizer.fused = (False, True, None)[t // 2 % 3]
            for k, p in enumerate(parameters):
                p.grad = slope(p, t, k)
            optimizer.step()
        ends.append([p.data.copy() for p in parameters])
    for a, b in zip(*ends, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_look_ahead_needs_its_closure_as_soon_as_it_is_set() -> None:
    p = Tensor(np.ones(2), requires_grad=True)
    optimizer = SGD([p], lr=0.1, momentum=0.5)
    for _ in range(3):
        p.grad = np.ones(2)
        optimizer.step()
    before = p.data.copy()
    optimizer.param_groups[0].update(nesterov=True, form="lookahead")
    with pytest.raises(OptimizerError, match="give step a closure"):
        optimizer.step()
    np.testing.assert_array_equal(p.data, before)


def test_every_step_counts_as_a_change_for_all_that_share_the_memory() -> None:
    p, q = Tensor(np.ones(3), requires_grad=True), Tensor(np.ones((200, 100)), requires_grad=True)
    optimizer = SGD([p, q], lr=0.1)
    p.grad, q.grad = np.ones(3), np.ones((200, 100))
    optimizer.step()
    for _ in range(4):
        view = p.detach()
        w = Tensor(np.ones(3), requires_grad=True)
        losses = [(p * p).sum(), (q * q).sum(), (view * w).sum()]
        p.grad, q.grad = np.ones(3), np.ones((200, 100))
        optimizer.step()
        for loss in losses:
            with pytest.raises(GraphError, match="changed in place"):
                loss.backward()


def test_a_wrong_shape_in_one_group_changes_no_other() -> None:
    p, q, v = Tensor(np.ones(3), requires_grad=True), Tensor(np.ones((200, 100)), requires_grad=True), Value(1.0)
    optimizer = SGD([{"params": [v]}, {"params": [p]}, {"params": [q]}], lr=1.0)
    for t in range(4):
        v.grad, p.grad, q.grad = 1.0, np.ones(3), np.ones((200, 100) if t < 3 else (100, 200))
        if t < 3:
            optimizer.step()
    with pytest.raises(OptimizerError, match=r"has shape \(100, 200\)"):
        optimizer.step()
    assert (v.data, p.data.tolist(), q.data[0, 0]) == (-2.0, [-2.0] * 3, -2.0)
    q.grad = np.ones((200, 100))
    optimizer.step()
    assert (v.data, p.data.tolist(), q.data[0, 0]) == (-3.0, [-3.0] * 3, -3.0)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["float32", "values"])
def test_copies_go_on_by_themselves(kind: str, rule: str, copied: Callable[[Any], Any]) -> None:
    make, options = RULES[rule]
    parameters = values() if kind == "values" else leaves(kind)
    optimizer = make(parameters, **options)
    optimizer.fused = False

    def walk(parameters: list[Any], optimizer: Optimizer, times: range) -> list[Any]:
        for t in times:
            for k, p in enumerate(parameters):
                p.grad = slope(p, t, k)
            optimizer.step()
        return [np.array(p.data) for p in parameters]

    walk(parameters, optimizer, range(3))
    twins, other = copied((parameters, optimizer))
    here = [np.array(p.data) for p in parameters]
    there = walk(twins, other, range(3, 6))
    for p, x in zip(parameters, here, strict=True):
        np.testing.assert_array_equal(p.data, x)
    for a, b in zip(walk(parameters, optimizer, range(3, 6)), there, strict=True):
        np.testing.assert_array_equal(a, b)


def test_what_leaves_a_group_is_forgotten() -> None:
    stays, leaves_it = Tensor([0.0], requires_grad=True), Tensor([0.0], requires_grad=True)
    optimizer = SGD([stays, leaves_it], lr=1.0, momentum=0.5)

    def step() -> None:
        for p in (stays, leaves_it):
            p.grad = np.ones(1)
        optimizer.step()

    step()
    optimizer.param_groups[0]["params"] = [stays]
    step()
    optimizer.param_groups[0]["params"] = [stays, leaves_it]
    step()
    assert stays.tolist() == [-(1 + 1.5 + 1.75)]
    assert leaves_it.tolist() == [-2.0]
