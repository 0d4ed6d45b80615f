"""The Python that the fast constructors are made of, word for word: what a rule shares is computed once."""

from __future__ import annotations

import pytest

from autograd import GATES
from autograd.source import QUICK, TOTAL, Language, program

PROGRAMS: list[tuple[str, Language, list[str], list[str], bool]] = [
    ("mul", QUICK, ["out = (x0 * x1)"], ["x1", "x0"], False),
    ("mul", TOTAL, ["out = _mul(x0, x1)"], ["x1", "x0"], False),
    ("div", QUICK, ["out = (x0 / x1)"], ["(1.0 / x1)", "(-(out / x1))"], True),
    ("identity", QUICK, ["out = x0"], ["1.0"], False),
    ("gt", QUICK, ["out = (1.0 if (x0 > x1) else 0.0)"], ["0.0", "0.0"], False),
    ("relu", QUICK, ["t1 = (x0 <= 0.0)", "out = (0.0 if t1 else x0)"], ["(0.0 if t1 else 1.0)"], False),
    ("sigmoid", QUICK, ["t1 = exp((-fabs(x0)))", "out = ((1.0 if (x0 >= 0.0) else t1) / (1.0 + t1))"],
     ["(out * (1.0 - out))"], True),
    ("max", TOTAL, ["t1 = (x0 > x1)", "out = (x0 if (x0 != x0) else (x0 if t1 else x1))", "t2 = (x0 == x1)"],
     ["(0.5 if t2 else (0.0 if (x0 < x1) else 1.0))", "(0.5 if t2 else (0.0 if t1 else 1.0))"], False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "language", "statements", "local", "partial"), PROGRAMS)
def test_programs(name: str, language: Language, statements: list[str], local: list[str], partial: bool) -> None:
    gate = GATES[name]
    names = {p.name: f"x{i}" for i, p in enumerate(gate.parameters)}
    spelled = program(gate.value_symbol, gate.local_symbols, GATES, names, language)
    assert (list(spelled.statements), list(spelled.local)) == (statements, local)
    assert spelled.partial is partial
