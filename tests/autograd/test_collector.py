"""Pausing the collector: it comes back as it was, whatever happens inside and in other threads."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from autograd import Value, paused_collector


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_it_is_off_inside_and_on_afterwards() -> None:
    thresholds = gc.get_threshold()
    with paused_collector():
        assert not gc.isenabled()
        with paused_collector():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_threshold() == thresholds


def test_an_error_ends_the_pause() -> None:
    with pytest.raises(ZeroDivisionError), paused_collector(), paused_collector():
        _ = 1 / 0
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with paused_collector(), paused_collector():
        pass
    assert not gc.isenabled()
    gc.enable()
    with paused_collector():
        pass
    assert gc.isenabled()


def test_it_decorates_a_function() -> None:
    @paused_collector()
    def inside() -> bool:
        return gc.isenabled()

    assert [inside(), gc.isenabled(), inside()] == [False, True, False]


def test_pauses_of_two_threads_may_overlap_in_any_order() -> None:
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with paused_collector():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with paused_collector():
        thread.start()
        assert entered.wait(10)
    assert not gc.isenabled()  # the other thread's pause, which began later, goes on
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_graphs_are_freed_without_the_collector() -> None:
    class Watched(Value):
        __slots__ = ("__weakref__",)

    with paused_collector():
        leaf = Watched(2.0)
        seen = weakref.ref(leaf)
        y = leaf * leaf
        for _ in range(10_000):
            y = y + 1.0
        y.backward()
        del leaf, y
        assert seen() is None
