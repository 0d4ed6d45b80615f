"""Switches: what is recorded under no_grad and enable_grad, what is frozen, and that a thread keeps to its own."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

import pytest

import autograd
from autograd import GATES, GraphError, Value, enable_grad, grad, is_grad_enabled, no_grad, primitives
from autograd.modes import ACTIVE
from tests.oracles.points import NAMES, TABLE, apply


@pytest.fixture(autouse=True)
def _everything_is_switched_off_again() -> object:
    yield
    assert ACTIVE == []
    assert is_grad_enabled()


@pytest.mark.parametrize("name", NAMES)
def test_no_grad_computes_and_records_nothing(name: str) -> None:
    for point in TABLE[name].ordinary:
        recorded = apply(name, [Value(x) for x in point])
        with no_grad():
            plain = apply(name, [Value(x) for x in point])
        assert repr(plain.data) == repr(recorded.data)
        assert (plain.op, plain.parents, plain.requires_grad) == (None, (), False)
        with pytest.raises(GraphError, match="computed under no_grad"):
            plain.backward()


def test_enable_grad_inside_no_grad() -> None:
    x = Value(3.0)
    with no_grad():
        assert not is_grad_enabled()
        with enable_grad():
            assert is_grad_enabled()
            y = x * x
        z = x * x
    assert (y.op, z.op) == ("mul", None)


def test_no_grad_decorates_a_function() -> None:
    @no_grad()
    def square(x: Value) -> Value:
        return x * x

    assert square(Value(3.0)).requires_grad is False
    assert (Value(3.0) * 2.0).requires_grad is True


def test_an_error_inside_switches_back() -> None:
    with pytest.raises(ZeroDivisionError), no_grad(), primitives():
        _ = 1 / 0
    assert (Value(3.0) * 2.0).op == "mul"


def test_a_frozen_result_is_a_constant_in_what_follows() -> None:
    x = Value(3.0)
    with no_grad():
        c = x * x
    y = c * x
    y.backward()
    assert (x.grad, c.grad) == (9.0, None)


def test_detach_cuts_the_graph() -> None:
    x = Value(3.0, name="x")
    y = x * x
    cut = y.detach()
    (cut * x).backward()
    assert x.grad == 9.0
    assert (cut.data, cut.requires_grad, cut.parents) == (9.0, False, ())
    assert x.detach().name == "x"


def test_grad_differentiates_under_no_grad_of_the_caller() -> None:
    with no_grad():
        assert grad(lambda x: x**3)(2.0) == 12.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0

    def partly(x: Value) -> Value:
        with no_grad():
            fixed = x * x
        return fixed * x

    # A no_grad of the function's own does hold: only the last factor counts.
    assert grad(partly)(3.0) == 9.0


# ------------------------------------------------------------------------------------------------------- other threads


def _in_thread(work: Callable[[], None]) -> None:
    """Run in another thread, and let its failure be this test's."""
    failed: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=guarded)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    if failed:
        raise failed[0]


def test_a_mode_is_the_thread_s_own() -> None:
    def other() -> None:
        assert is_grad_enabled()
        y = Value(2.0) * 3.0
        assert y.op == "mul"
        y.backward()
        assert Value(0.0).sigmoid().op == "sigmoid"

    with no_grad(), primitives():
        _in_thread(other)
        assert (Value(2.0) * 3.0).op is None


def test_a_mode_of_another_thread_stays_there() -> None:
    inside, done = threading.Event(), threading.Event()

    def other() -> None:
        with no_grad():
            inside.set()
            assert done.wait(30)
            assert (Value(2.0) * 3.0).op is None

    def here() -> None:
        assert inside.wait(30)
        x = Value(2.0)
        y = (x * 3.0).exp()
        y.backward()
        assert x.grad == 3.0 * y.data
        done.set()

    thread = threading.Thread(target=_in_thread, args=(other,))
    thread.start()
    here()
    thread.join(30)


def test_threads_may_work_at_the_same_time() -> None:
    def work() -> None:
        for i in range(300):
            x = Value(float(i))
            with no_grad() if i % 2 else enable_grad():
                y = x * x
            assert (y.op is None) == bool(i % 2)
            if not i % 2:
                y.backward()
                assert x.grad == 2.0 * i

    threads = [threading.Thread(target=_in_thread, args=(work,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(t.is_alive() for t in threads)


# ----------------------------------------------------------------------------------------------------- opening gates


COMPOSITE = [name for name in NAMES if GATES[name].definition is not None]


@pytest.mark.parametrize("name", COMPOSITE)
def test_opening_goes_all_the_way_down(name: str) -> None:
    with primitives():
        opened = apply(name, [Value(x) for x in TABLE[name].ordinary[0]])
    stack, ops = [opened], set()
    while stack:
        node = stack.pop()
        ops.add(node.op)
        stack.extend(node.parents)
    assert not ops & set(COMPOSITE)


def test_nothing_is_opened_where_nothing_is_recorded() -> None:
    # Opened, expm1 would lose eleven digits here, for a graph that nobody keeps.
    with no_grad(), primitives():
        assert Value(1e-11).expm1().data == math.expm1(1e-11)
    with primitives():
        assert Value(1e-11).expm1().data != math.expm1(1e-11)


def test_gates_opened_by_hand_are_themselves_again_outside() -> None:
    with primitives():
        inside = Value(0.0).sigmoid()
    assert (inside.op, inside.data) == ("inv", 0.5)
    assert autograd.sigmoid(Value(0.0)).op == "sigmoid"
