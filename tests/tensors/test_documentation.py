"""The examples in the operations' own documentation, which pytest does not find: operations are not functions."""

from __future__ import annotations

import doctest

import pytest

from autograd import OPERATIONS

INNER = {"alias", "diag"}
"""Operations that nobody calls by name, and that need no example."""


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_example_runs(name: str) -> None:
    rule = OPERATIONS[name]
    assert rule.__doc__ == rule.doc
    test = doctest.DocTestParser().get_doctest(rule.doc, {}, name, None, None)
    assert test.examples or name in INNER, f"{name} has no example"
    failures: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=failures.append)
    assert not failures, "".join(failures)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_pictures_can_say_what_happens(name: str) -> None:
    rule = OPERATIONS[name]
    if not rule.differentiable:
        return
    assert rule.metaphor
    assert len(rule.says) == len(rule.pullbacks)
    for sentence in rule.says:
        assert sentence.format(*"abcdefgh")
