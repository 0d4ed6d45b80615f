"""Switches that change what an operation records, each a context manager that affects its own thread only."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

__all__ = [
    "ACTIVE",
    "Group",
    "enable_grad",
    "group",
    "is_grad_enabled",
    "no_grad",
    "primitives",
    "record_sources",
    "recording",
    "state",
    "switched",
]


class Group:
    """A named part of a computation, such as a neuron, a layer or a module.

    Attributes:
        name, kind: What to call it, and what it is.
        parent: The group around it, or None.
        inputs: What a module was called with: what it computes from these and returns is in the group, though only
            the results are marked (see `autograd.calls`). None for a group in which every node is marked.
        given: While it is being called, its one argument, as it was given.
    """

    __slots__ = ("given", "inputs", "kind", "name", "parent")

    def __init__(
        self, name: str, kind: str, parent: Group | None, inputs: tuple[Any, ...] | None = None, given: Any = None
    ) -> None:
        self.name = name
        self.kind = kind
        self.parent = parent
        self.inputs = inputs
        self.given = given


class _State(threading.local):
    grad_enabled: bool = True
    primitives: bool = False
    sources: bool = False
    group: Group | None = None
    anomaly: Any = None
    questions: Any = None
    """Told what Python asks of a Value's number, where somebody wants to know."""


state = _State()
"""What is switched on in this thread."""

ACTIVE: list[None] = []
"""One entry per switch in use in any thread. While it is empty, an operation need not look at `state` at all."""


@contextmanager
def switched(**changes: object) -> Iterator[None]:
    """Set fields of `state` for a while."""
    before = {name: getattr(state, name) for name in changes}
    ACTIVE.append(None)
    try:
        for name, value in changes.items():
            setattr(state, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(state, name, value)
        ACTIVE.pop()


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are plain leaves that require no gradient. Also works as a decorator.

    >>> import autograd
    >>> x = autograd.Value(3.0)
    >>> with autograd.no_grad():
    ...     y = x * x
    >>> y.data, y.parents, y.requires_grad
    (9.0, (), False)
    """
    with switched(grad_enabled=False):
        yield


@contextmanager
def enable_grad() -> Iterator[None]:
    """Record again, inside `no_grad`."""
    with switched(grad_enabled=True):
        yield


def recording() -> AbstractContextManager[None]:
    """As `enable_grad`, but no switch at all where recording is on already, so that operations stay quick."""
    return nullcontext() if state.grad_enabled else enable_grad()


def is_grad_enabled() -> bool:
    """Whether operations in this thread are being recorded."""
    return state.grad_enabled


@contextmanager
def primitives() -> Iterator[None]:
    """Open every composite gate into the simpler gates of its definition, as far down as they go.

    Values and gradients stay the same, up to rounding; the graph shows the inside of each gate.

    >>> import autograd
    >>> with autograd.primitives():
    ...     y = autograd.Value(0.0).sigmoid()
    >>> y.op, y.data
    ('inv', 0.5)
    """
    with switched(primitives=True):
        yield


@contextmanager
def record_sources() -> Iterator[None]:
    """Note the file and line of your own code that creates each node; traces and error messages then show it."""
    with switched(sources=True):
        yield


@contextmanager
def group(name: str, kind: str = "group") -> Iterator[None]:
    """Put the nodes created inside into a named group, which pictures can draw as a box. Groups nest.

    Args:
        name: What to call it.
        kind: What it is, e.g. "neuron", "layer" or "module".
    """
    with switched(group=Group(name, kind, state.group)):
        yield
