"""What cannot be replayed is refused, what may be wrong is warned of; each message names what is at fault."""

from __future__ import annotations

import inspect
import random
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd
from autograd import Replay, ReplayError, ReplayWarning, Value, replay

W = Value(0.5, name="w")
B = Value(2.0, name="b")


def _here(function: Callable[..., Any], line: int = 0) -> str:
    """Where a line of a function stands, as messages say it."""
    return re.escape(f"{__file__}:{inspect.getsourcelines(function)[1] + line}")


def _ask_sign(x: Any) -> Any:
    if x > 0:
        return W * x
    return B * x


def _ask_number(x: Any) -> Any:
    return W * x + W * float(x)


def _ask_truth(x: Any) -> Any:
    return W * x if x else B * x


def _ask_other_way(x: Any) -> Any:
    if x > 1.0005:
        return W * x
    return B * x * x


def _ask_parameter(x: Any) -> Any:
    return (W * x).relu() if W > 0 else x * 1.0


@pytest.mark.parametrize(
    ("function", "question"), [(_ask_sign, "a comparison"), (_ask_truth, "its truth"), (_ask_parameter, "a comparison")]
)
def test_a_question_is_warned_of_where_it_was_asked(function: Any, question: str) -> None:
    line = 1
    with pytest.warns(ReplayWarning, match=f"{_here(function, line)} asks a Value for {question}") as caught:
        replay(function, backend="numpy")(1.0)
    assert [(w.filename, w.category) for w in caught] == [(__file__, ReplayWarning)]
    assert function.__name__ in str(caught[0].message)


def test_an_answer_that_would_change_is_refused() -> None:
    with pytest.raises(
        ReplayError, match=f"another graph.*{_here(_ask_other_way, 1)} asks a Value for a comparison.*where"
    ):
        replay(_ask_other_way, backend="numpy")(1.0)


@pytest.mark.parametrize(
    "function",
    [
        _ask_number,
        lambda x: W * x.data,
        lambda x: (W + x) * random.random(),
        lambda x: W * float(np.float64(x.data) ** 2) + x,
        lambda x: Value(x.data) * W,
        lambda x: W * x + W.data,
    ],
)
def test_numbers_taken_from_data_or_chance(function: Any) -> None:
    line = inspect.getsourcelines(function)[1] + (function is _ask_number)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReplayWarning)
        with pytest.raises(ReplayError, match=r"takes the number .*comes from data, or from chance") as caught:
            replay(function, backend="numpy")(1.25)
    assert re.search(rf"(mul|add) in {re.escape(__file__)}:{line} takes", str(caught.value))


def test_a_structure_that_changes_with_chance() -> None:
    source = random.Random(0)

    def loss(x: Any) -> Any:
        for _ in range(source.randrange(1000)):
            x = x * W
        return x + B

    with pytest.raises(ReplayError, match=r"replay of .*loss: with slightly other numbers it computes another graph"):
        replay(loss, backend="numpy")(1.0)


@pytest.mark.parametrize("result", [None, 3.0, [W], (W, B), np.array([1.0]), "w"])
def test_a_function_that_returns_no_value(result: Any) -> None:
    with pytest.raises(ReplayError, match=f"must return one Value, such as the loss, and not {type(result).__name__}"):
        replay(lambda x: result, backend="numpy")(1.0)  # noqa: ARG005


@pytest.mark.parametrize(
    "data",
    [
        [[1.0], [1.0, 2.0]], [1.0, None], ["1.5", "2"], np.array(["1.5"]), [1.0, 2j], np.array([1j]), [object()],
        np.array([1.0, None], dtype=object), [10**400], [{}],
    ],
)  # fmt: skip
def test_inputs_that_are_no_numbers(data: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ReplayError, match=r"replay of .*: xs must be a number or an array of real.*static="):
            replay(lambda xs: W * xs[0], backend="numpy")(data)


@pytest.mark.parametrize("data", [{"x": 1.0}, {1.0, 2.0}])
def test_numbers_hidden_in_an_argument(data: Any) -> None:
    """They could change without anybody noticing."""
    with pytest.raises(ReplayError, match=f"options is a {type(data).__name__}: give the numbers in it as arguments"):
        replay(lambda x, options: W * x * len(options), backend="numpy")(1.0, data)
    assert replay(lambda x, options: W * x * len(options), static=["options"], backend="numpy")(2.0, {"a": 1}) == 1.0


def test_a_wrong_number_of_arguments() -> None:
    step = replay(lambda x, y: W * x * y, backend="numpy")
    for arguments, message in [((1.0,), "missing a required argument: 'y'"), ((1.0, 2.0, 3.0), "too many positional")]:
        with pytest.raises(ReplayError, match=message):
            step(*arguments)
    with pytest.raises(ReplayError, match="unexpected keyword argument 'z'"):
        step(1.0, 2.0, z=2.0)
    with pytest.raises(ReplayError, match="x can only be given by name"):
        replay(lambda *, x: W * x)(x=1.0)
    with pytest.raises(ReplayError, match="nothing is recorded yet"):
        step.backward()
    with pytest.raises(ReplayError, match="nothing is recorded yet"):
        step.graph()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"backend": "cuda"}, "backend is 'numba' or 'numpy' or None, not 'cuda'"),
        ({"dtype": "int8"}, "dtype is 'float64' or 'float32', not 'int8'"),
        ({"structure": "rows"}, "structure is 'lanes' or 'sums' or 'gates', not 'rows'"),
        ({"constants": "drop"}, "constants is 'warn' or 'keep', not 'drop'"),
        ({"static": ["n", "depth"]}, "it has no argument 'n' to be static, only x, depth"),
        ({"parameters": [W, W]}, "a parameter is given twice"),
        ({"parameters": [W, 3.0]}, "every parameter must be a Value, not float"),
        ({"parameters": [W * B]}, "mul = 1 was computed, so it cannot be one of the parameters"),
    ],
)
def test_unknown_options_are_refused_at_once(options: Any, message: str) -> None:
    with pytest.raises(ReplayError, match=message):
        replay(lambda x, depth: W * x * depth, **options)


def test_from_graph_refuses() -> None:
    x, w = Value(1.0, name="x"), Value(2.0, name="w")
    y = w * x
    for options, message in [
        ({"inputs": [y]}, "mul = 2 was computed, so it cannot be one of the inputs"),
        ({"inputs": [x, [w, x]]}, "given twice"),
        ({"inputs": [x], "parameters": [x]}, "given twice"),
        ({"inputs": [[x, [w]]]}, "every input must be a Value, not list|ragged"),
        ({"inputs": [[[x], [w, x]]]}, "ragged list of leaves"),
        ({"inputs": x}, "inputs is a list of leaves or of arrays of them, not Value"),
        ({"inputs": [3.0]}, "every input must be a Value, not float"),
        ({"backend": "tpu"}, "backend is"),
    ]:
        with pytest.raises(ReplayError, match=message):
            Replay.from_graph(y, **options)
    with pytest.raises(ReplayError, match="the loss must be a Value, not float"):
        Replay.from_graph(3.0)
    with pytest.raises(ReplayError, match="takes a function of Values, not Value"):
        replay(y)


# ---------------------------------------------------------------------------------------------------- data as constants


def test_data_baked_in_is_warned_of() -> None:
    xs = [0.1 * i for i in range(40)]

    def loss(scale: Any) -> Any:
        return sum(((W * x).tanh() - B) ** 2 for x in xs) * scale

    with pytest.warns(
        ReplayWarning, match=r"fixed numbers that differ from copy to copy go into .*look like data"
    ) as caught:
        replay(loss, backend="numpy")(1.0)
    assert [w.filename for w in caught] == [__file__]
    assert "constants='keep'" in str(caught[0].message)
    with pytest.warns(ReplayWarning, match="look like data") as caught:
        Replay.from_graph(loss(1.0), backend="numpy")
    assert [w.filename for w in caught] == [__file__]
    with pytest.warns(ReplayWarning, match="look like data") as caught:
        replay(lambda x: loss(x) * 1.0, backend="numpy").batched([1.0, 2.0])()
    assert {w.filename for w in caught} == {__file__}
    replay(loss, backend="numpy", constants="keep")(1.0)  # warnings are errors here


def test_declared_data_and_fixed_factors_are_not_warned_of() -> None:
    def loss(xs: Any) -> Any:
        return sum((0.5 * W * x - 3.0) ** 2 for x in xs) * (1 / len(xs)) + 1e-4 * (W * W + B * B)

    replay(loss, backend="numpy")([0.1 * i for i in range(40)])


# ------------------------------------------------------------------------------------------------- nothing is disturbed


def test_numbers_are_as_before() -> None:
    """After the recording with other numbers; also where the function gives up in the middle of it."""
    w, calls = Value(0.1 + 0.2), []

    def loss(x: Any) -> Any:
        calls.append(w.data)
        if len(calls) == 2:
            raise KeyError("half-way")
        return w * x

    w.grad = 7.0
    with pytest.raises(KeyError, match="half-way"):
        replay(loss, backend="numpy")(1.0)
    assert w.data == 0.1 + 0.2
    assert calls[1] != calls[0]
    assert w.grad == 7.0
    step = replay(loss, backend="numpy")
    step(2.0)
    assert (w.data, w.grad) == (0.1 + 0.2, 7.0)
    assert autograd.is_grad_enabled()


def test_questions_are_not_listened_to_afterwards() -> None:
    with pytest.raises(ZeroDivisionError):
        replay(lambda x: W * x * (1 / 0), backend="numpy")(1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Value(2.0) > 1.0
        assert float(Value(2.0)) == 2.0


def test_it_records_where_grad_is_off() -> None:
    step = replay(lambda x: W * x, backend="numpy")
    with autograd.no_grad():
        assert step(4.0) == 2.0
    step.backward()
    assert W.grad == 4.0
    W.grad = None


def test_hostile_names_are_made_visible() -> None:
    def loss(x: Any) -> Any:
        return x.data

    loss.__qualname__ = "<script>\n\x1b[31m" + "x" * 10_000
    with pytest.raises(ReplayError, match="must return one Value") as caught:
        replay(loss)(1.0)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


# --------------------------------------------------------------------------------------------------- numba not there

_PROGRAM = """
import sys
{hide}
from autograd import Value, replay, ReplayError
w = Value(2.0)
step = replay(lambda x: w * x)
assert step(3.0) == 6.0
assert step.backend == "numpy", step.backend
try:
    replay(lambda x: w * x, backend="numba")(3.0)
except ReplayError as error:
    print(error)
"""
_HIDE = """
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "numba":
            raise ModuleNotFoundError("No module named 'numba'", name="numba")
sys.meta_path.insert(0, Hidden())
"""
_BLOCK = "sys.modules['numba'] = None"


@pytest.mark.parametrize(
    ("hide", "environment"), [("", {"NUMBA_DISABLE_JIT": "1"}), (_BLOCK, {})], ids=["switched off", "missing"]
)
def test_without_numba(hide: str, environment: dict[str, str]) -> None:
    import os

    run = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(hide=hide)], capture_output=True, text=True, check=False,
        env=os.environ | environment,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert run.stdout.count("\n") == 1
    assert "backend 'numba' needs numba, the extra fast (pip install 'backglow[fast]')" in run.stdout
