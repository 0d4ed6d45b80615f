"""The examples in the gates' own documentation, which pytest does not find because gates are not functions."""

from __future__ import annotations

import doctest

import pytest

from autograd import GATES


@pytest.mark.parametrize("name", sorted(GATES))
def test_the_example_runs(name: str) -> None:
    gate = GATES[name]
    assert gate.__doc__ == gate.doc
    test = doctest.DocTestParser().get_doctest(gate.doc, {}, name, None, None)
    assert test.examples, f"{name} has no example"
    failures: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append)
    assert not failures, "".join(failures)
