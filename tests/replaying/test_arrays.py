"""The back end without compiled code, and plans at random for both back ends."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from autograd import GATES
from autograd.replaying.arrays import Arrays
from autograd.replaying.compiled import Compiled
from autograd.replaying.plan import ALONG, INDEXED, SAME, Plan
from tests.oracles import plan_interpreter as plain
from tests.oracles.points import TABLE

from .plans import KINDS, Builder, plans

ELEMENTWISE = sorted(name for name, gate in GATES.items() if not gate.variadic)
EXACT = {"add", "sub", "mul", "div", "neg", "inv", "sqrt", "identity", "max", "min", "abs", "relu", "leaky_relu"}
"""Gates in which no library rounds anything: the same bits come out everywhere."""


def run(back_end: Any, plan: Plan, dtype: str = "float64", seed: float = 1.0) -> tuple[Any, Any]:
    """Numbers and gradients after a run there and back, the second of two."""
    engine = back_end(plan, dtype)
    numbers, gradients = plan.start.astype(dtype), np.full(plan.slots, 7.0, dtype=dtype)
    computed = ~plain.constants(plan)
    computed[: plan.parameters + plan.inputs] = False
    for _ in range(2):
        numbers[computed] = np.nan  # what was there before is of no account
        engine.forward(numbers)
        engine.backward(numbers, gradients, seed)
    assert numbers.dtype == gradients.dtype == dtype
    return numbers, gradients


def expected(plan: Plan, seed: float = 1.0) -> tuple[Any, Any, Any]:
    """The same from the interpreter, and which slots' gradients count."""
    numbers = np.array(plain.forward(plan, plan.start))
    return numbers, np.array(plain.backward(plan, numbers, seed)), ~plain.constants(plan)


def same(found: Any, wanted: Any, tolerance: float, context: object) -> None:
    """Equal within a relative tolerance, inf and nan in the same places."""
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=5e-323 if tolerance else 0, err_msg=str(context))


def _through(name: str, modes: str, points: list[tuple[float, ...]], count: int) -> Plan:
    """A plan that applies a gate at all points; where all operands must be the same, at the first, `count` times."""
    arity, n = len(modes), len(points)
    columns = [[point[k] for point in points] for k in range(arity)]
    build = Builder([x for column in columns for x in column])
    # Listed from the last to the first, and the first twice: neither regular nor distinct.
    order = [*range(n - 1, -1, -1), 0]
    if INDEXED in modes:
        operands = [[k * n + i for i in order] if mode == INDEXED else k * n for k, mode in enumerate(modes)]
        size = len(order)
    else:
        operands, size = [k * n for k in range(arity)], n if ALONG in modes else count
    out = build.gate(GATES[name], modes, operands, size)
    return build.plan(out, size)


def _groups(name: str, modes: str) -> list[list[tuple[float, ...]]]:
    """Points in groups in which the operands in mode SAME do not differ."""
    points = [tuple(map(float, point)) for point in TABLE[name].points]
    fixed = [k for k, mode in enumerate(modes) if mode == SAME]
    if not fixed:
        return [points]
    groups: dict[tuple[str, ...], list[tuple[float, ...]]] = {}
    for point in points:
        groups.setdefault(tuple(repr(point[k]) for k in fixed), []).append(point)
    return list(groups.values())


def _modes(arity: int) -> list[str]:
    return ["".join(m) for m in itertools.product((ALONG, SAME, INDEXED), repeat=arity)]


GATE_MODES = [
    (name, modes)
    for name in ELEMENTWISE
    for modes in _modes(GATES[name].arity)
    if not (ALONG in modes and INDEXED in modes)
]


@pytest.mark.parametrize("width", ["array", "numbers"])
@pytest.mark.parametrize(("name", "modes"), GATE_MODES)
def test_a_gate_at_all_its_points(name: str, modes: str, width: str) -> None:
    for points in _groups(name, modes):
        plan = _through(name, modes, points, 3) if width == "array" else _alone(name, modes, points)
        numbers, gradients = run(Arrays, plan)
        values, slopes, _ = expected(plan)
        same(numbers, values, 0 if name in EXACT else 1e-12, (name, modes, points))
        same(gradients, slopes, 0 if name in EXACT and SAME not in modes else 1e-12, (name, modes, points))


def _alone(name: str, modes: str, points: list[tuple[float, ...]]) -> Plan:
    """The same at points one by one, which are run on Python's floats."""
    points = (points * 4)[: max(4, len(points))]
    build = Builder([x for point in points for x in point])
    out = 0
    for i in range(len(points)):
        slots: list[Any] = [i * len(modes) + k for k in range(len(modes))]
        operands = [[slot] if mode == INDEXED else slot for slot, mode in zip(slots, modes, strict=True)]
        out = build.gate(GATES[name], modes, operands, 1)
    return build.plan(out + 1 - len(points), len(points))


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_a_gate_in_float32(name: str) -> None:
    points = [tuple(map(float, point)) for point in TABLE[name].ordinary]
    for modes in (ALONG * len(points[0]), INDEXED * len(points[0])):
        plan = _through(name, modes, points, 1)
        numbers, gradients = run(Arrays, plan, "float32")
        values, slopes, _ = expected(plan)
        np.testing.assert_allclose(numbers, values, rtol=2e-6, atol=1e-7)
        np.testing.assert_allclose(gradients, slopes, rtol=2e-5, atol=1e-6)


@given(plan=plans())
def test_any_plan(plan: Plan) -> None:
    _compare(Arrays, plan)


@pytest.fixture(scope="module")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKGLOW_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.mark.needs("numba")
@pytest.mark.usefixtures("_own_cache")
@settings(deadline=None)
@given(plan=plans(KINDS))
def test_any_plan_compiled(plan: Plan) -> None:
    _compare(Compiled, plan)


def _compare(back_end: Any, plan: Plan) -> None:
    numbers, gradients = run(back_end, plan, seed=0.75)
    values, slopes, count = expected(plan, 0.75)
    np.testing.assert_allclose(numbers, values, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(gradients[count], slopes[count], rtol=1e-10, atol=1e-11)


@given(plan=plans())
def test_any_plan_in_float32(plan: Plan) -> None:
    numbers, _ = run(Arrays, plan, "float32")
    values, _, _ = expected(plan)
    np.testing.assert_allclose(numbers, values, rtol=1e-3, atol=1e-3)


def _two_layers() -> Plan:
    """Five samples of two numbers through three neurons and one, the squares of whose results are summed."""
    build = Builder(np.sin(np.arange(13.0)), np.cos(np.arange(10.0)))
    one = build.constants([1.0])
    first = build.layer(5, 1, 2, [[(9 + r, one), (2 * r, 13), (2 * r + 1, 18)] for r in range(3)])
    hidden = build.gate(GATES["tanh"], ALONG, [first], 15)
    score = build.layer(5, 0, 3, [[(6 + k, hidden + 5 * k) for k in range(3)] + [(12, one)]])
    square = build.gate(GATES["mul"], ALONG + ALONG, [score, score], 5)
    return build.plan(build.sums([[(one, square + e) for e in range(5)]]))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_two_layers(dtype: str) -> None:
    plan = _two_layers()
    numbers, gradients = run(Arrays, plan, dtype, seed=2.0)
    weights, x = np.sin(np.arange(13.0)), np.cos(np.arange(10.0)).reshape(2, 5)
    hidden = np.tanh(weights[:6].reshape(3, 2) @ x + weights[9:12, None])
    score = weights[6:9] @ hidden + weights[12]
    slope = 4 * score
    back = np.outer(weights[6:9], slope) * (1 - hidden**2)
    near = {"rtol": 1e-12 if dtype == "float64" else 1e-5, "atol": 0 if dtype == "float64" else 1e-5}
    np.testing.assert_allclose(numbers[plan.root], score @ score, **near)
    wanted = np.concatenate(((back @ x.T).ravel(), hidden @ slope, back.sum(axis=1), [slope.sum()]))
    np.testing.assert_allclose(gradients[:13], wanted, **near)
    np.testing.assert_allclose(gradients[13:23], (weights[:6].reshape(3, 2).T @ back).ravel(), **near)


@pytest.mark.parametrize("far", [1, 50])
@pytest.mark.parametrize("repeats", [1, 40])
def test_repeated_slots_get_the_sum_of_all(far: int, repeats: int) -> None:
    """Slots read more than once, near one another (counted into bins) and far apart (sorted)."""
    slots = [far * k for k in (3, 0, 3, 1, 2, 3, 0)] * repeats
    build = Builder(np.arange(1.0, 4 * far + 1), np.linspace(-1.0, 1.0, len(slots)))
    out = build.gate(GATES["mul"], INDEXED + ALONG, [slots, 4 * far], len(slots))
    _, gradients = run(Arrays, build.plan(out, len(slots)))
    wanted = np.zeros(4 * far)
    for slot, factor in zip(slots, np.linspace(-1.0, 1.0, len(slots)), strict=True):
        wanted[slot] += factor
    np.testing.assert_allclose(gradients[: 4 * far], wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("back", [1, 1000])
def test_rows_with_values_of_their_own(back: int) -> None:
    """A convolution: the same weights in all rows, whose values overlap from row to row."""
    length = 10 * back
    build = Builder([0.5, -1.5, 2.0], np.sin(np.arange(length + 6.0)))
    rows = [[(k, 3 + r + k) for k in range(3)] for r in range(5)]
    out = build.layer(length, 0, 3, rows)
    plan = build.plan(out, 5 * length)
    numbers, gradients = run(Arrays, plan)
    x = np.sin(np.arange(length + 6.0))
    for r in range(5):
        wanted = 0.5 * x[r : r + length] - 1.5 * x[r + 1 : r + 1 + length] + 2 * x[r + 2 : r + 2 + length]
        np.testing.assert_allclose(numbers[out + r * length : out + (r + 1) * length], wanted, rtol=1e-12, atol=1e-12)
    wanted = [sum(x[r + k : r + k + length].sum() for r in range(5)) for k in range(3)]
    np.testing.assert_allclose(gradients[:3], wanted, rtol=1e-10, atol=1e-10)
    upstream = np.zeros(length + 6)
    for r, (k, weight) in itertools.product(range(5), enumerate((0.5, -1.5, 2.0))):
        upstream[r + k : r + k + length] += weight
    np.testing.assert_allclose(gradients[3 : length + 9], upstream, rtol=1e-12)


def test_infinities_pass_through_matrix_products() -> None:
    build = Builder([0.0, math.inf, 1.0, -1.0], [0.0, 1.0, math.nan, math.inf] * 4)
    out = build.layer(8, 0, 2, [[(0, 4), (1, 12)], [(2, 4), (3, 12)]])
    plan = build.plan(out, 16)
    numbers, gradients = run(Arrays, plan)
    values, slopes, _ = expected(plan)
    same(numbers, values, 1e-15, "values")
    same(gradients, slopes, 1e-15, "gradients")


def test_other_arrays_are_taken_up() -> None:
    plan = _two_layers()
    engine = Arrays(plan, "float64")
    for factor in (1.0, 0.5, 2.0):
        numbers, gradients = plan.start.copy(), np.zeros(plan.slots)
        numbers[:13] *= factor
        engine.forward(numbers)
        engine.backward(numbers, gradients, 1.0)
        start = plan.start.copy()
        start[:13] *= factor
        values = np.array(plain.forward(plan, start))
        np.testing.assert_allclose(numbers, values, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(gradients[:23], plain.backward(plan, values, 1.0)[:23], rtol=1e-11, atol=1e-14)


def test_no_warnings_come_out_of_a_pass(recwarn: pytest.WarningsRecorder) -> None:
    build = Builder([0.0, -1.0, 1e308] * 4)
    out = build.gate(GATES["log"], ALONG, [0], 12)
    out = build.gate(GATES["exp"], ALONG, [0], 12)
    out = build.gate(GATES["div"], ALONG + SAME, [out, 0], 12)
    run(Arrays, build.plan(out, 12))
    assert not recwarn.list


def test_numbers_of_another_type_are_refused() -> None:
    plan = _two_layers()
    with pytest.raises(TypeError, match="float32"):
        Arrays(plan, "float64").forward(plan.start.astype(np.float32))
