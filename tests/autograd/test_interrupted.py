"""A pass that is broken off in the middle leaves a graph that the next pass can use."""

from __future__ import annotations

import pytest

import autograd
from autograd import Value


class _Fuse(float):
    """A local gradient that interrupts the pass as a reader's Ctrl-C would, at the moment it is needed."""

    def __mul__(self, other: float) -> float:
        raise KeyboardInterrupt


def _graph() -> tuple[list[Value], list[Value]]:
    """Leaves, and the other nodes in order of evaluation: shared nodes, repeated operands, a gate of many inputs."""
    x, y = Value(2.0), Value(-3.0)
    product, total = x * y, x + y
    middle = product * total
    weighted = autograd.dot([middle, x, product], [y, 2.0, middle])
    return [x, y], [product, total, middle, weighted, (weighted * middle).tanh() * x]


def _places() -> list[tuple[int, str, int]]:
    """Everywhere a pass multiplies: a node, the attribute its local gradient is in, its place there."""
    _, inner = _graph()
    return [
        (i, attribute, slot)
        for i, node in enumerate(inner)
        for attribute in ("_ga", "_gb")
        for slot in range(len(node.parents) if isinstance(getattr(node, attribute), tuple) else 1)
        if getattr(node, attribute) is not None and not (len(node.parents) > 2 and attribute == "_gb")
    ]


def _interrupt(result: Value, node: Value, attribute: str, slot: int) -> None:
    """Run a pass that is broken off where this local gradient is used, and mend the node."""
    whole = getattr(node, attribute)
    many = isinstance(whole, tuple)
    fused = tuple(_Fuse(g) if i == slot else g for i, g in enumerate(whole)) if many else _Fuse(whole)
    setattr(node, attribute, fused)
    with pytest.raises(KeyboardInterrupt):
        result.backward()
    setattr(node, attribute, whole)


@pytest.mark.parametrize("held", [None, 10.0])
@pytest.mark.parametrize(("node", "attribute", "slot"), _places())
def test_the_next_pass_is_right(node: int, attribute: str, slot: int, held: float | None) -> None:
    expected_leaves, expected_inner = _graph()
    expected_inner[-1].backward()
    leaves, inner = _graph()
    for leaf in leaves:
        leaf.grad = held
    for _ in range(2):
        _interrupt(inner[-1], inner[node], attribute, slot)
        # Leaves are as they were: half a pass added to them would never be noticed later.
        assert [leaf.grad for leaf in leaves] == [held, held]
    inner[-1].backward()
    assert [v.grad for v in inner] == [v.grad for v in expected_inner]
    assert [leaf.grad for leaf in leaves] == [(held or 0.0) + leaf.grad for leaf in expected_leaves]


def test_another_result_of_the_same_leaves_is_right() -> None:
    leaves, inner = _graph()
    _interrupt(inner[-1], inner[2], "_ga", 0)
    (leaves[0] * leaves[1]).backward()
    assert [leaf.grad for leaf in leaves] == [-3.0, 2.0]


def test_there_are_places_to_stop_at() -> None:
    assert len(_places()) >= 10
