"""Worked numbers that several parts have to agree on."""

from __future__ import annotations

import numpy as np
import pytest

from autograd import Tensor, Value
from nn import init
from nn.neurons import Perceptron
from optim import SGD, batch_gradient_step


@pytest.mark.spec("S-366")
def test_four_inputs_three_outputs_and_the_variances_they_ask_for() -> None:
    def drawn(initialise: object, **options: object) -> np.ndarray:
        target = Tensor(np.zeros((3, 4)))
        initialise(target, rng=np.random.default_rng(0), **options)  # type: ignore[operator]
        return np.asarray(target.data)

    standard = drawn(init.normal_)
    variances = [
        float(np.mean((drawn(function) / standard) ** 2)) for function in (init.xavier_normal_, init.kaiming_normal_)
    ]
    assert variances == pytest.approx([2 / (4 + 3), 2 / 4], rel=1e-12)
    assert variances == pytest.approx([1 / 3.5, 0.5], rel=1e-12)  # fan_avg = 3.5
    assert variances[0] == pytest.approx(0.285714, abs=1e-6)


@pytest.mark.spec("S-367")
def test_three_velocities_of_momentum_written_out() -> None:
    lr, momentum = 0.1, 0.9
    w = Value(0.0)
    optimizer = SGD([w], lr=lr, momentum=momentum)
    velocities = []
    for g in (1.0, 2.0, 3.0):
        before = w.data
        optimizer.zero_grad()
        (w * g).backward()
        optimizer.step()
        velocities.append(w.data - before)
    expected = [-lr * 1, -lr * (momentum * 1 + 2), -lr * (momentum**2 * 1 + momentum * 2 + 3)]
    assert velocities == pytest.approx(expected, rel=1e-12)
    assert velocities[2] == pytest.approx(-0.561, abs=1e-12)


@pytest.mark.needs("sklearn")
@pytest.mark.spec("S-370")
def test_800_rows_in_four_folds_train_on_600_and_test_on_200() -> None:
    from sklearn.model_selection import KFold

    rng = np.random.default_rng(0)
    rows = rng.standard_normal((800, 3))
    net = rows @ [1.0, -1.0, 0.5]
    rows, targets = rows + 0.3 * np.sign(net)[:, None] * [1.0, -1.0, 0.5], (net > 0).astype(int)
    tested = np.zeros(800, dtype=int)
    for train, test in KFold(4, shuffle=True, random_state=0).split(rows):
        assert (len(train), len(test)) == (600, 200)
        unit = Perceptron().fit(rows[train], targets[train])
        assert (unit(rows[test]) == targets[test]).mean() > 0.97
        tested[test] += 1
    assert (tested == 1).all()


@pytest.mark.spec("S-371")
def test_1000_rows_are_1000_updates_of_stochastic_descent_and_one_of_batch_descent() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(1000)
    rows = list(zip(x.tolist(), (3 * x).tolist(), strict=True))

    class Counting(SGD):
        updates = 0

        def step(self, *arguments: object) -> object:
            self.updates += 1
            return super().step(*arguments)  # type: ignore[arg-type]

    def epoch(batches: list[list[tuple[float, float]]]) -> tuple[int, float]:
        w = Value(0.0)
        optimizer = Counting([w], lr=0.01)
        for batch in batches:
            batch_gradient_step(optimizer, lambda row: (w * row[0] - row[1]) ** 2, batch)
        return optimizer.updates, w.data

    stochastic, batch = epoch([[row] for row in rows]), epoch([rows])
    assert stochastic[0] == 1000
    assert batch[0] == 1
    by_hand = 0.0
    for xi, yi in rows:
        by_hand -= 0.01 * 2 * (by_hand * xi - yi) * xi
    assert stochastic[1] == pytest.approx(by_hand, rel=1e-10)
    assert batch[1] == pytest.approx(0.01 * 2 * 3 * float(np.mean(x**2)), rel=1e-10)
