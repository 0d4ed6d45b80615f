"""Linear separability: counts known from the literature, and XOR's contradiction."""

from __future__ import annotations

import sys
from itertools import permutations, product

import numpy as np
import pytest

from autograd import OperandError
from nn import DataError, MissingExtraError
from nn.neurons import (
    Perceptron,
    boolean_functions,
    boolean_inputs,
    is_linearly_separable,
    separating_weights,
    xor_infeasibility,
)

ROWS = [[0, 0], [1, 0], [0, 1], [1, 1]]


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-045")
@pytest.mark.parametrize(("n", "count"), [(1, 4), (2, 14), (3, 104)])
def test_how_many_boolean_functions_one_perceptron_computes(n: int, count: int) -> None:
    table = boolean_functions(n)
    separable = [is_linearly_separable(outputs) for outputs in table.T]
    assert sum(separable) == count
    if n == 2:
        assert [k + 1 for k, yes in enumerate(separable) if not yes] == [7, 10]  # XOR and XNOR


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-045")
def test_1882_of_the_65536_functions_of_four_inputs_are_separable() -> None:
    """Renaming, negating inputs and negating the output change nothing, so one function of each family is asked."""
    rows = boolean_inputs(4)
    place = np.array([1, 2, 4, 8])
    seen = np.zeros(65536, dtype=bool)
    numbers = np.arange(65536)
    maps = [(rows[:, order] ^ flip) @ place for order in permutations(range(4)) for flip in product([0, 1], repeat=4)]
    bits = (numbers[:, None] >> np.arange(16)) & 1
    total = 0
    for number in numbers:
        if seen[number]:
            continue
        family = {int(bits[number][where] @ (1 << np.arange(16))) for where in maps}
        family |= {65535 - member for member in family}
        seen[list(family)] = True
        total += len(family) * is_linearly_separable(bits[number])
    assert seen.all()
    assert total == 1882


@pytest.mark.needs("scipy")
def test_the_weights_found_separate() -> None:
    for outputs in boolean_functions(3).T:
        found = separating_weights(boolean_inputs(3), outputs)
        if found.feasible:
            assert found.weights is not None
            assert Perceptron(found.weights[0], found.weights[1:])(boolean_inputs(3)).tolist() == outputs.tolist()
        else:
            assert found.weights is None


@pytest.mark.needs("scipy")
def test_points_that_are_no_truth_table() -> None:
    rng = np.random.default_rng(1)
    points = rng.standard_normal((60, 5))
    side = points @ rng.standard_normal(5) > 0.1
    assert is_linearly_separable(side.astype(int), points)
    around = (np.linalg.norm(points[:, :2], axis=1) < 1).astype(int)
    assert not is_linearly_separable(around, points[:, :2])
    with pytest.raises(DataError, match="as many classes"):
        is_linearly_separable([0, 1], points)


@pytest.mark.needs("scipy")
@pytest.mark.spec("S-052", "S-369")
def test_the_four_inequalities_of_xor_contradict_each_other_and_any_three_do_not() -> None:
    assert xor_infeasibility().status == 2
    assert not xor_infeasibility().feasible
    for without in range(4):
        answer = xor_infeasibility(without)
        assert answer.status == 0
        assert answer.weights is not None
        right = Perceptron(answer.weights[0], answer.weights[1:])(ROWS) == [0, 1, 1, 0]
        assert right.tolist() == [i != without for i in range(4)]
    with pytest.raises(OperandError):
        xor_infeasibility(4)


def test_without_scipy_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'backglow\[sklearn\]'"):
        is_linearly_separable([0, 1])
