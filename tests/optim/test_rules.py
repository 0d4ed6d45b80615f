"""Rules: read over arrays, by the compiled loop and over Values, they are the same function to the last bit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optim
from autograd import Tensor, Value
from optim import SGD, Adam, MissingExtraError, Optimizer
from optim.loops import array_loop, machine_loop, value_loop
from optim.rules import Recipe, recipe_of

from .test_optimizers import RULES as TORCH_RULES

RULES: list[tuple[str, dict[str, Any]]] = [
    *TORCH_RULES,
    ("SGD", {"momentum": 0.9, "convention": "velocity", "nesterov": True, "lr": 0.1}),
    ("Adam", {"bias_correction": False, "lr": 0.1}),
    ("Adagrad", {"eps_inside": True, "lr": 0.1}),
    ("RMSprop", {"eps_inside": True, "centered": True, "momentum": 0.5, "lr": 0.01, "eps": 1e-3}),
    ("Lion", {"lr": 0.01, "weight_decay": 0.1}),
    ("MaxProp", {"lr": 0.1, "weight_decay": 0.1}),
]
ids = [f"{name}-{'-'.join(options)}" for name, options in RULES]


def walk(name: str, options: dict[str, Any], dtype: str, fused: bool | None, steps: int = 50) -> list[np.ndarray]:
    """Where gradients drawn at random lead; also what is remembered on arrival."""
    source = np.random.default_rng(0)
    leaves = [
        Tensor(source.normal(size=shape).astype(dtype), requires_grad=True) for shape in ((3, 5), (7,), (150, 120))
    ]
    optimizer = getattr(optim, name)(leaves, **options)
    optimizer.fused = fused
    for _ in range(steps):
        for leaf in leaves:
            leaf.grad = source.normal(size=leaf.shape).astype(dtype)
        optimizer.step()
    kept = [a for _, state in sorted(optimizer.state_dict()["state"].items()) for k, a in state.items() if k != "step"]
    return [*(leaf.data for leaf in leaves), *kept]


@pytest.mark.needs("numba")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("name", "options"), RULES, ids=ids)
def test_the_compiled_loop_gives_the_same_bits(name: str, options: dict[str, Any], dtype: str) -> None:
    plain, compiled = walk(name, options, dtype, fused=False), walk(name, options, dtype, fused=True)
    assert len(plain) == len(compiled)
    for a, b in zip(plain, compiled, strict=True):
        assert a.dtype == b.dtype == dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(("name", "options"), RULES, ids=ids)
def test_the_loop_over_arrays_is_the_rule_as_it_is_written(name: str, options: dict[str, Any]) -> None:
    """The rule itself, given arrays, computes what its recipe computes."""
    source = np.random.default_rng(1)
    leaf = Tensor(source.normal(size=(4, 3)), requires_grad=True)
    optimizer: Optimizer = getattr(optim, name)([leaf], **options)
    optimizer.fused = False
    p, kept = leaf.data.copy(), dict[str, np.ndarray]()
    group = optimizer.param_groups[0]
    for t in range(1, 9):
        leaf.grad = source.normal(size=leaf.shape)
        block: Any = SimpleNamespace(steps=t, states=kept)
        switches, numbers = optimizer.switches(block, group), optimizer.numbers(block, group)
        recipe = recipe_of(type(optimizer).rule, tuple(numbers), tuple(switches.items()))
        for state in recipe.states:
            kept.setdefault(state, np.full_like(p, optimizer.start(state, group)))
        g = -leaf.grad if optimizer.maximize else leaf.grad
        after = dict(type(optimizer).rule(SimpleNamespace(p=p, g=g, **switches, **numbers, **kept)))
        p = after.pop("p")
        kept.update(after)
        optimizer.step()
        np.testing.assert_array_equal(leaf.data, p)


@st.composite
def programs(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Random straight-line programs: operations on what is there already."""
    functions = st.sampled_from(
        ["add", "subtract", "multiply", "negative", "maximum", "absolute", "square", "positive"]
    )
    length = draw(st.integers(1, 12))
    return [(draw(functions), draw(st.integers(0, 6 + i)), draw(st.integers(0, 6 + i))) for i in range(length)]


def rule_of(program: list[tuple[str, int, int]], chosen: list[int]) -> Any:
    def rule(x: Any) -> Mapping[str, Any]:
        made = [x.p, x.g, x.m, x.v, x.unchanged, x.lr * x.p, x.g + 0.75]
        for function, a, b in program:
            operands = (made[a],) if getattr(np, function).nin == 1 else (made[a], made[b])
            made.append(getattr(np, function)(*operands))
        return dict(zip(("p", "m", "v"), (made[i % len(made)] for i in chosen), strict=True))

    return rule


@settings(max_examples=200, deadline=None)
@given(programs(), st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_no_array_is_overwritten_while_it_is_needed(program: list[tuple[str, int, int]], chosen: list[int]) -> None:
    source = np.random.default_rng(3)
    p, g, m, v, unchanged = source.uniform(-1, 1, size=(5, 6))
    rule = rule_of(program, chosen)
    written = rule(SimpleNamespace(p=p, g=g, m=m, v=v, unchanged=unchanged, lr=0.5))
    expected = {name: np.array(result) for name, result in written.items()}
    recipe = recipe_of(rule, ("lr",), ())
    arrays = {"p": p, "g": g, "m": m, "v": v, "unchanged": unchanged}
    before = {name: array.copy() for name, array in arrays.items()}
    loop, spare = array_loop(recipe)
    loop((0.5,), *(arrays[name] for name in recipe.states), *(np.full(6, np.nan) for _ in range(spare)))(p, g)
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, expected.get(name, before[name]))


def test_adam_needs_one_spare_array() -> None:
    leaf = Tensor([1.0], requires_grad=True)
    leaf.grad = np.array([2.0])
    optimizer = Adam([leaf])
    group, block = optimizer.param_groups[0], SimpleNamespace(steps=1, states={})
    numbers, switches = optimizer.numbers(cast(Any, block), group), optimizer.switches(cast(Any, block), group)
    assert array_loop(recipe_of(Adam.rule, tuple(numbers), tuple(switches.items())))[1] == 1


def test_a_rule_of_ones_own_is_a_few_lines() -> None:
    class Momentum(Optimizer):
        @staticmethod
        def rule(x: Any) -> Mapping[str, Any]:
            v = x.momentum * x.velocity + x.g
            return {"p": x.p - x.lr * v, "velocity": v}

    mine, theirs = Tensor([1.0, -2.0], requires_grad=True), Tensor([1.0, -2.0], requires_grad=True)
    first, second = Momentum([mine], {"lr": 0.1, "momentum": 0.9}), SGD([theirs], lr=0.1, momentum=0.9)
    for _ in range(5):
        mine.grad = theirs.grad = mine.data * 3
        first.step()
        second.step()
    np.testing.assert_array_equal(mine.data, theirs.data)


def test_a_function_without_a_spelling_is_refused() -> None:
    with pytest.raises(TypeError, match=r"an update rule may use add, .*; not cos"):
        recipe_of(lambda x: {"p": np.cos(x.p)}, (), ())
    with pytest.raises(TypeError, match="not add reduce"):
        recipe_of(lambda x: {"p": np.add.reduce(x.p)}, (), ())


# ------------------------------------------------------------------------------------------------------------- Values


@pytest.mark.parametrize("options", [{"lr": 0.3}, {"lr": 0.3, "weight_decay": 0.2}, {"lr": 0.3, "maximize": True}])
def test_values_are_changed_one_by_one_as_arrays_are(options: dict[str, Any]) -> None:
    source = np.random.default_rng(0)
    values, array = [Value(float(x)) for x in source.normal(size=9)], Tensor(np.zeros(9), requires_grad=True)
    array.data[...] = [v.data for v in values]
    ours, other = SGD(values, **options), SGD([array], **options)
    for _ in range(4):
        slopes = source.normal(size=9)
        for v, g in zip(values, slopes.tolist(), strict=True):
            v.grad = g
        array.grad = slopes
        ours.step()
        other.step()
    assert [v.data for v in values] == array.data.tolist()
    assert {type(v.data) for v in values} == {float}


def test_values_without_a_gradient_and_with_one_that_is_a_value() -> None:
    a, b, c = Value(1.0), Value(2.0), Value(3.0)
    optimizer = SGD([a, b, c], lr=0.5)
    for _ in range(3):
        a.grad, b.grad, c.grad = 1.0, None, Value(2.0)
        optimizer.step()
    assert (a.data, b.data, c.data) == (-0.5, 2.0, 0.0)
    assert type(c.data) is float


def test_a_momentum_set_later_is_heeded() -> None:
    ours, tensors = [Value(1.0), Value(-2.0)], [Tensor([1.0, -2.0], requires_grad=True)]
    optimizers = SGD(ours, lr=0.1), SGD(tensors, lr=0.1)
    for t in range(6):
        for v in ours:
            v.grad = v.data * 2
        tensors[0].grad = tensors[0].data * 2
        for optimizer in optimizers:
            optimizer.param_groups[0]["momentum"] = 0.9 * (t >= 3)
            optimizer.step()
    assert [v.data for v in ours] == tensors[0].data.tolist()


def test_noise_reaches_values_too() -> None:
    x = [Value(0.0) for _ in range(1000)]
    optimizer = SGD(x, lr=1.0, grad_noise=0.5, rng=0)
    for _ in range(2):
        for v in x:
            v.grad = 0.0
        optimizer.step()
    assert np.std([v.data for v in x]) == pytest.approx(0.5 * 2**0.5, rel=0.1)


def test_which_rules_go_through_values() -> None:
    descent = recipe_of(SGD.rule, ("lr",), (("penalised", False), ("moving", False)))
    assert value_loop(descent) is not None
    assert value_loop(recipe_of(lambda x: {"p": x.p - np.sqrt(x.g)}, (), ())) is None
    assert value_loop(recipe_of(lambda x: {"p": x.p - x.m, "m": x.g}, (), ())) is None


# ----------------------------------------------------------------------------------------------------------- compiling


@pytest.mark.needs("numba")
def test_a_compiled_loop_takes_over_when_it_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[bool] = []
    machine = Optimizer._machine

    def watched(self: Optimizer, recipe: Recipe, block: Any) -> Any:
        found = machine(self, recipe, block)
        used.append(found is not None)
        return found

    monkeypatch.setattr(Optimizer, "_machine", watched)
    monkeypatch.setattr("optim.patience.STARTING_NUMBA", 1_000_000)
    monkeypatch.setattr("optim.patience.COMPILING", 1_000_000)
    taken = walk("Adam", {"lr": 0.1}, "float64", fused=None, steps=12)
    assert used[0] is False
    assert used[-1] is True
    for a, b in zip(taken, walk("Adam", {"lr": 0.1}, "float64", fused=False, steps=12), strict=True):
        np.testing.assert_array_equal(a, b)


def test_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = walk("Adam", {"lr": 0.1}, "float64", fused=False, steps=3)
    monkeypatch.setattr("optim.loops.can_compile", lambda: False)
    monkeypatch.setattr("optim.ruled.can_compile", lambda: False)
    monkeypatch.setattr("optim.patience.STARTING_NUMBA", 0)
    monkeypatch.setattr("optim.patience.COMPILING", 0)
    machine_loop.cache_clear()
    for a, b in zip(walk("Adam", {"lr": 0.1}, "float64", fused=None, steps=3), expected, strict=True):
        np.testing.assert_array_equal(a, b)
    machine_loop.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pip install 'backglow\[fast\]'"):
        Adam([Value(1.0)]).fused = True


@pytest.mark.needs("numba")
def test_arrays_that_do_not_suit_the_compiled_loop() -> None:
    """Strides, other dtypes, arrays that cannot be written to: the way round through numpy."""
    source = np.random.default_rng(0)
    start = source.normal(size=(200, 100))
    frozen = source.normal(size=start.shape)
    frozen.flags.writeable = False
    for slopes in (
        source.normal(size=(100, 200)).T,
        source.normal(size=start.shape).astype("f4"),
        frozen,
    ):
        ends = []
        for fused in (False, True):
            leaf = Tensor(start.copy(), requires_grad=True)
            optimizer = Adam([leaf])
            optimizer.fused = fused
            for _ in range(3):
                leaf.grad = slopes
                optimizer.step()
            ends.append(leaf.data)
        np.testing.assert_array_equal(ends[0], ends[1])
        assert not np.array_equal(ends[0], start)
    leaf = Tensor(np.asfortranarray(start), requires_grad=True)
    leaf.data = np.asfortranarray(start)
    leaf.grad = np.ones_like(start)
    descent = SGD([leaf], lr=1.0)
    descent.fused = True
    descent.step()
    np.testing.assert_array_equal(leaf.data, start - 1)


@pytest.mark.needs("numba")
def test_a_cache_that_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    program = (
        "import sys, numpy as np, optim; from autograd import Tensor; assert 'numba' not in sys.modules\n"
        "x = Tensor(np.ones(3), requires_grad=True); x.grad = np.ones(3); o = optim.SGD([x], lr=0.25); o.fused = True\n"
        "o.step(); assert 'numba' in sys.modules; print(x.data.tolist())"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=120,
        env={"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2]), "BACKGLOW_CACHE_DIR": str(blocked)},
    )  # fmt: skip
    assert (run.stdout, run.stderr, run.returncode) == ("[0.75, 0.75, 0.75]\n", "", 0)
