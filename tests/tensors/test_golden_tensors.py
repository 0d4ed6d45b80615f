"""Every case against PyTorch's numbers kept in tests/golden/tensors.json, so that PyTorch itself is not needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from .cases import CASES
from .harness import Case, our_gradients

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "tensors.json").read_text(encoding="utf-8"))
AGAIN = "write the file again where PyTorch is installed: python -m tests.golden.make_tensors"


def _array(kept: list[Any]) -> Any:
    shape, numbers = kept
    return np.array([float(x) for x in numbers]).reshape(shape)


def test_every_case_is_in_the_file_once() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names), "two cases have the same name"
    missing = [name for name in names if name not in GOLDEN["cases"]]
    assert not missing, f"not in tests/golden/tensors.json: {', '.join(missing)}; {AGAIN}"
    stale = [name for name in GOLDEN["cases"] if name not in set(names)]
    assert not stale, f"no longer cases: {', '.join(stale)}; {AGAIN}"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_values_and_gradients(case: Case) -> None:
    if case.name not in GOLDEN["cases"]:
        pytest.fail(f"{case.name} is not in tests/golden/tensors.json: {AGAIN}")
    value, *slopes = map(_array, GOLDEN["cases"][case.name])
    out, gradients = our_gradients(case)
    near = {"rtol": 1e-11, "atol": 1e-12} if out.dtype == np.float64 else {"rtol": 2e-5, "atol": 2e-6}
    np.testing.assert_allclose(out.data, value, **near)
    assert len(gradients) == len(slopes), AGAIN
    for ours, slope in zip(gradients, slopes, strict=True):
        np.testing.assert_allclose(ours, slope, **near)


@pytest.mark.needs("torch")
def test_the_file_is_what_torch_says() -> None:
    from tests.golden import make_tensors

    fresh = json.loads(make_tensors.text())["cases"]
    assert list(fresh) == list(GOLDEN["cases"]), AGAIN
    for name, row in fresh.items():
        for new, kept in zip(row, GOLDEN["cases"][name], strict=True):
            assert new[0] == kept[0], name
            # Another processor may add up in another order; nothing else may differ.
            np.testing.assert_allclose(_array(new), _array(kept), rtol=1e-12, atol=1e-13, err_msg=f"{name}: {AGAIN}")
