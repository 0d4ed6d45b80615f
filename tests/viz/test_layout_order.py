"""Crossings: counted right, and never more after ordering than before."""

from __future__ import annotations

import random
from copy import deepcopy
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from viz.layout.diagram import Diagram
from viz.layout.ordering import count_crossings, order_columns
from viz.layout.ranks import Columns, build_columns

from ..autograd.settings import thorough

Ends = list[tuple[float, float]]

places = st.integers(0, 9).map(float)


def crossings(ends: Ends) -> int:
    """Every pair of lines compared: they cross if one starts above and ends below the other."""
    return sum((a[0] < b[0] and a[1] > b[1]) or (a[0] > b[0] and a[1] < b[1]) for a, b in combinations(ends, 2))


def all_crossings(columns: Columns) -> int:
    """Crossings between all neighbouring columns; a wire enters a box of several inputs at its port's height."""
    place = {item: i for column in columns.order for i, item in enumerate(column)}
    total = 0
    for column in columns.order[:-1]:
        ends = []
        for item in column:
            for link in columns.right[item]:
                within = (link.port + 0.5) / columns.ports[link.target] - 0.5 if link.port >= 0 else 0.0
                ends.append((float(place[item]), place[link.target] + within))
        total += crossings(ends)
    return total


@st.composite
def diagrams(draw: st.DrawFn) -> Diagram:
    count = draw(st.integers(1, 14))
    sources = [draw(st.lists(st.integers(0, box - 1), max_size=4)) if box else [] for box in range(count)]
    return Diagram(
        heights=[draw(st.sampled_from([20.0, 40.0, 90.0])) for _ in range(count)],
        ports=[[10.0 * i for i in range(len(used))] for used in sources],
        wires=[(source, box, port) for box, used in enumerate(sources) for port, source in enumerate(used)],
    )


def random_diagram(seed: int, boxes: int) -> Diagram:
    rng = random.Random(seed)
    wires = [(rng.randrange(max(0, box - 12), box), box, port) for box in range(1, boxes) for port in range(2)]
    return Diagram([20.0] * boxes, [(), *[(-5.0, 5.0)] * (boxes - 1)], wires)


@thorough
@given(st.lists(st.tuples(places, places), max_size=40))
def test_crossings_are_counted_as_by_comparing_every_pair(ends: Ends) -> None:
    assert count_crossings(ends) == crossings(ends)


@thorough
@given(st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), max_size=40))
def test_crossings_of_lines_at_any_height(ends: Ends) -> None:
    assert count_crossings(ends) == crossings(ends)


@thorough
@given(diagrams())
def test_the_order_found_is_never_worse_than_the_first(diagram: Diagram) -> None:
    first = build_columns(diagram)
    columns = deepcopy(first)
    order_columns(columns)
    assert all_crossings(columns) <= all_crossings(first)
    assert [sorted(column) for column in columns.order] == [sorted(column) for column in first.order]


def test_tangles_lose_crossings() -> None:
    before = after = 0
    for seed in range(8):
        columns = build_columns(random_diagram(seed, 60))
        before += all_crossings(columns)
        order_columns(columns)
        after += all_crossings(columns)
    assert after < 0.85 * before


@thorough
@given(st.data())
def test_a_tree_is_drawn_without_a_crossing(data: st.DataObject) -> None:
    """Each box but the last feeds one input of a later one."""
    count = data.draw(st.integers(1, 20))
    used: list[list[int]] = [[] for _ in range(count)]
    for box in range(count - 1):
        used[data.draw(st.integers(box + 1, count - 1))].append(box)
    used = [list(data.draw(st.permutations(sources))) for sources in used]
    wires = [(source, box, port) for box, sources in enumerate(used) for port, source in enumerate(sources)]
    columns = build_columns(Diagram([20.0] * count, [[8.0 * i for i in range(len(s))] for s in used], wires))
    order_columns(columns)
    assert all_crossings(columns) == 0


@thorough
@given(diagrams())
def test_columns_hold_every_box_once_and_every_wire_in_pieces(diagram: Diagram) -> None:
    columns = build_columns(diagram)
    assert sorted(item for column in columns.order for item in column) == list(range(len(columns.rank)))
    for number, column in enumerate(columns.order):
        assert all(columns.rank[item] == number for item in column)
    for link in columns.links:
        assert columns.rank[link.target] == columns.rank[link.source] + 1
        owner = columns.owner[link.source]
        if link.port < 0:
            assert owner == columns.owner[link.target]
        else:
            assert (owner, link.target, link.port) in diagram.wires
    for source, target, port in diagram.wires:
        assert columns.rank[source] < columns.rank[target]
        (last,) = (link for link in columns.left[target] if link.port == port)
        assert columns.owner[last.source] == source
    boxes = len(diagram.heights)
    bends = [(columns.owner[item], columns.rank[item]) for item in range(boxes, len(columns.rank))]
    assert len(set(bends)) == len(bends), "one bend per column and value, shared by all its users"


@thorough
@given(diagrams())
def test_a_box_stands_as_late_as_its_users_allow(diagram: Diagram) -> None:
    columns = build_columns(diagram)
    for box in range(len(diagram.heights)):
        users = [columns.rank[target] for source, target, _ in diagram.wires if source == box]
        assert columns.rank[box] == (min(users) - 1 if users else len(columns.order) - 1)
