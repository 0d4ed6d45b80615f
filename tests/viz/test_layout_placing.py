"""Heights: the least-squares answer in a column, neighbours at their distance, the top of the picture at 0."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from viz.layout import Diagram, lay_out
from viz.layout.placing import BEND_HEIGHT, isotonic

from ..autograd.settings import thorough
from .test_layout_order import diagrams, random_diagram

values_and_weights = st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 10)), min_size=1, max_size=12)


def least_squares(values: list[float], weights: list[float]) -> list[float]:
    """The known closed form: at each place, the largest over starts of the smallest over ends of the weighted means."""
    v, w = np.array(values), np.array(weights)
    n = len(v)
    return [
        max(min(float(np.average(v[j : k + 1], weights=w[j : k + 1])) for k in range(i, n)) for j in range(i + 1))
        for i in range(n)
    ]


@thorough
@given(values_and_weights)
def test_isotonic_is_the_least_squares_answer(pairs: list[tuple[float, float]]) -> None:
    values, weights = [v for v, _ in pairs], [w for _, w in pairs]
    found = isotonic(values, weights)
    assert found == sorted(found)
    assert found == pytest.approx(least_squares(values, weights), abs=1e-9)


@thorough
@given(st.lists(st.floats(-100, 100), max_size=12))
def test_what_is_in_order_already_stays(values: list[float]) -> None:
    assert isotonic(sorted(values), [1.0] * len(values)) == pytest.approx(sorted(values))


@thorough
@given(diagrams())
def test_neighbours_keep_their_order_and_their_distance(diagram: Diagram) -> None:
    placement = lay_out(diagram)
    columns = placement.columns
    heights = [*diagram.heights, *[BEND_HEIGHT] * (len(columns.rank) - len(diagram.heights))]
    for column in columns.order:
        for above, below in pairwise(column):
            gap = placement.y[below] - placement.y[above] - (heights[above] + heights[below]) / 2
            assert gap >= diagram.gap - 1e-9
    assert min(y - h / 2 for y, h in zip(placement.y, heights, strict=True)) == pytest.approx(0, abs=1e-9)


def test_a_box_alone_before_its_only_input_stands_level_with_it() -> None:
    diagram = Diagram(heights=[20.0, 20.0, 60.0], ports=[(), (), (-25.0, 25.0)], wires=[(0, 2, 0), (1, 2, 1)])
    y = lay_out(diagram).y
    assert y[0] == pytest.approx(y[2] - 25)
    assert y[1] == pytest.approx(y[2] + 25)


def test_trunks_are_much_straighter_than_the_wires_that_leave_them() -> None:
    slants: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(4):
        diagram = random_diagram(seed, 40)
        placement = lay_out(diagram)
        boxes = len(diagram.heights)
        for link in placement.columns.links:
            between_bends = link.source >= boxes and link.target >= boxes
            slants[between_bends].append(abs(placement.y[link.target] - placement.y[link.source]))
    assert np.mean(slants[True]) < 0.45 * np.mean(slants[False])


def test_an_empty_diagram_has_an_empty_layout() -> None:
    placement = lay_out(Diagram([], [], []))
    assert list(placement.y) == []


@pytest.mark.parametrize("seed", range(3))
def test_the_same_diagram_gives_the_same_numbers(seed: int) -> None:
    assert lay_out(random_diagram(seed, 80)).y == lay_out(random_diagram(seed, 80)).y
