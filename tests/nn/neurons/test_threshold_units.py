"""McCulloch–Pitts units, gates and networks against Python's own logic, over every truth table."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from autograd import OperandError, ShapeError
from nn import DataError
from nn.neurons import (
    BooleanNetwork,
    McCullochPitts,
    McCullochPittsNetwork,
    Perceptron,
    ThresholdNetwork,
    boolean_functions,
    boolean_inputs,
    mp_and,
    mp_nor,
    mp_not,
    mp_or,
    mp_tautology,
    xor_mlp,
)

ROWS = [[0, 0], [1, 0], [0, 1], [1, 1]]


@pytest.mark.spec("S-041")
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_unit_counts_what_is_on_unless_something_forbids(n: int) -> None:
    for theta in (0, 1, 2, n, n + 1):
        for mask in product([False, True], repeat=n):
            unit = McCullochPitts(theta, [i for i in range(n) if mask[i]])
            for x in product([0, 1], repeat=n):
                forbidden = any(x[i] == 1 for i in range(n) if mask[i])
                excited = sum(x[i] for i in range(n) if not mask[i])
                assert unit(x) == (0 if forbidden else int(excited >= theta))


@pytest.mark.spec("S-041")
def test_an_inhibitory_line_at_0_does_not_silence_the_unit() -> None:
    unit = McCullochPitts(1, inhibitory=[1])
    assert unit([1, 0]) == 1
    assert unit([1, 1]) == 0


@pytest.mark.spec("S-042", "S-369")
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_gates_are_pythons_all_any_and_not_any(n: int) -> None:
    rows = list(product([0, 1], repeat=n))
    assert mp_and(n)(rows).tolist() == [int(all(row)) for row in rows]
    assert mp_or(n)(rows).tolist() == [int(any(row)) for row in rows]
    assert mp_nor(n)(rows).tolist() == [int(not any(row)) for row in rows]
    assert mp_tautology(n)(rows).tolist() == [1] * len(rows)


@pytest.mark.spec("S-042")
def test_not_and_and_not() -> None:
    assert [mp_not()([x]) for x in (0, 1)] == [1, 0]
    assert McCullochPitts(1, [1])(ROWS).tolist() == [int(x1 and not x2) for x1, x2 in ROWS]


def test_a_row_gives_an_int_and_rows_an_array() -> None:
    assert type(mp_and(2)([1, 1])) is int
    assert mp_and(2)(np.ones((5, 3, 2))).shape == (5, 3)
    assert mp_and(2)(np.zeros((0, 2))).shape == (0,)


def test_what_a_unit_refuses() -> None:
    with pytest.raises(DataError, match="zeros and ones; among the inputs is"):
        mp_and(2)([0.5, 1])
    with pytest.raises(DataError):
        mp_and(2)([float("nan"), 1])
    with pytest.raises(ShapeError, match="does not take 3 inputs"):
        mp_and(2)([1, 1, 1])
    with pytest.raises(ShapeError):
        McCullochPitts(1, [4])([1, 0])
    with pytest.raises(ShapeError, match="single number"):
        mp_not()(1)
    for position in (-1, 2, 0.5, "a"):
        with pytest.raises(OperandError):
            McCullochPitts(1, [position], inputs=2)  # type: ignore[list-item]
    for theta in (float("nan"), "two"):
        with pytest.raises(OperandError, match="theta"):
            McCullochPitts(theta)  # type: ignore[arg-type]


@pytest.mark.spec("S-046", "S-369")
def test_boolean_functions_stand_in_the_order_of_the_table() -> None:
    table = boolean_functions(2)
    assert boolean_inputs(2).tolist() == ROWS
    assert {k: "".join(map(str, table[:, k - 1])) for k in (1, 2, 7, 8, 10, 16)} == {
        1: "0000",
        2: "0001",
        7: "0110",
        8: "0111",
        10: "1001",
        16: "1111",
    }
    x1, x2 = np.array(ROWS).T
    assert (table[:, 1] == (x1 & x2)).all()
    assert (table[:, 6] == (x1 ^ x2)).all()
    assert (table[:, 7] == (x1 | x2)).all()
    assert (table[:, 9] == 1 - (x1 ^ x2)).all()
    assert [int("".join(map(str, column)), 2) for column in table.T] == list(range(16))


@pytest.mark.spec("S-046")
@pytest.mark.parametrize(("n", "count"), [(1, 4), (2, 16), (3, 256), (4, 65536)])
def test_there_are_2_to_the_2_to_the_n_functions_and_no_two_are_the_same(n: int, count: int) -> None:
    table = boolean_functions(n)
    assert table.shape == (2**n, count)
    assert len({column.tobytes() for column in table.T.astype(np.int8)}) == count


def test_more_functions_than_can_be_listed() -> None:
    for n in (0, 5, 2.0):
        with pytest.raises(DataError, match="1 to 4"):
            boolean_functions(n)  # type: ignore[arg-type]
    with pytest.raises(DataError):
        boolean_inputs(21)


@pytest.mark.spec("S-043")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_network_of_units_computes_every_boolean_function(n: int) -> None:
    for outputs in boolean_functions(n).T:
        network = McCullochPittsNetwork.from_truth_table(outputs)
        assert network(boolean_inputs(n)).tolist() == outputs.tolist()
        assert len(network.hidden) == outputs.sum()


@pytest.mark.spec("S-053")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_2_to_the_n_perceptrons_compute_every_boolean_function(n: int) -> None:
    inputs = boolean_inputs(n)
    for outputs in boolean_functions(n).T:
        network = BooleanNetwork.from_truth_table(outputs)
        assert network(inputs).tolist() == outputs.tolist()
        assert len(network.hidden) == 2**n
        assert network.hidden_outputs(inputs).sum(axis=1).tolist() == [1] * 2**n
        assert {unit.w0 for unit in network.hidden} == {-n}


@pytest.mark.spec("S-053", "S-369")
def test_the_hidden_perceptrons_of_two_inputs_and_their_table() -> None:
    network = BooleanNetwork.from_truth_table([0, 1, 1, 0])
    assert [unit.w.tolist() for unit in network.hidden] == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    fired = dict(zip(map(tuple, ROWS), network.hidden_outputs(ROWS).tolist(), strict=True))
    assert fired == {
        (0, 0): [1, 0, 0, 0],
        (0, 1): [0, 1, 0, 0],  # with these weights (0, 1) fires the second and (1, 0) the third
        (1, 0): [0, 0, 1, 0],
        (1, 1): [0, 0, 0, 1],
    }
    w1, w2, w3, w4 = network.output.w
    threshold = -network.output.w0
    assert w1 < threshold
    assert w2 >= threshold
    assert w3 >= threshold
    assert w4 < threshold


@pytest.mark.spec("S-054", "S-369")
def test_xor_in_two_layers_row_by_row() -> None:
    network = xor_mlp()
    table = {x: (tuple(network.hidden_outputs(x).tolist()), network(x)) for x in ((0, 0), (0, 1), (1, 0), (1, 1))}
    assert table == {(0, 0): ((0, 0), 0), (0, 1): ((0, 1), 1), (1, 0): ((1, 0), 1), (1, 1): ((0, 0), 0)}


def test_truth_tables_that_are_none() -> None:
    for outputs in ([0, 1, 1], [0, 2], [[0, 1], [1, 0]], [], [0.5, 1.0]):
        for network in (McCullochPittsNetwork, BooleanNetwork):
            with pytest.raises(DataError, match="truth table"):
                network.from_truth_table(outputs)  # type: ignore[arg-type]


def halfplanes(angles: np.ndarray, offsets: np.ndarray) -> list[Perceptron]:
    return [Perceptron(c, (np.cos(a), np.sin(a))) for a, c in zip(angles, offsets, strict=True)]


@pytest.mark.spec("S-072")
def test_three_hidden_units_and_an_and_are_a_triangle() -> None:
    corners = np.array([[0.0, 0.0], [4.0, 0.0], [1.0, 3.0]])
    units = []
    for i in range(3):
        start, end, third = corners[i], corners[(i + 1) % 3], corners[(i + 2) % 3]
        normal = np.array([start[1] - end[1], end[0] - start[0]])
        normal = normal if normal @ (third - start) > 0 else -normal
        units.append(Perceptron(-float(normal @ start), normal))
    network = ThresholdNetwork(units, mp_and(3))
    grid = np.stack(np.meshgrid(np.linspace(-1, 5, 61), np.linspace(-1, 4, 51)), axis=-1).reshape(-1, 2)
    # barycentric coordinates decide independently
    inverse = np.linalg.inv(np.column_stack([corners[1] - corners[0], corners[2] - corners[0]]))
    u, v = inverse @ (grid - corners[0]).T
    assert np.abs(np.stack([u, v, 1 - u - v])).min() < 1e-9, "the grid meets the boundary"
    clear = np.abs(np.stack([u, v, 1 - u - v])).min(axis=0) > 1e-9
    inside = (u >= 0) & (v >= 0) & (u + v <= 1)
    assert (network(grid)[clear] == inside[clear]).all()
    assert 100 < inside.sum() < len(grid) / 2

    # Two units cut the plane into at most four parts; none of 2000 pairs, with the best label for every part, will do.
    rng = np.random.default_rng(0)
    best = 0.0
    for _ in range(2000):
        pair = halfplanes(rng.uniform(0, 2 * np.pi, 2), rng.uniform(-5, 5, 2))
        part = pair[0](grid) + 2 * pair[1](grid)
        right = sum(max((inside[part == k]).sum(), (~inside[part == k]).sum()) for k in range(4))
        best = max(best, right / len(grid))
    assert inside.sum() / len(grid) < best < 1
