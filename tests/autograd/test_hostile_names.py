"""Whatever a name contains, it is shown and never read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import GATES, Trace, Value, trace
from autograd.formula import derivative, expression
from autograd.latex import escape_latex, latex_name
from autograd.text import LABEL_WIDTH, cell_width, visible

from .settings import thorough

HOSTILE = [
    "", " ", "\t", "\n", "a\nb", "a\r\nb", "\x00", "\x1b[31mred\x1b[0m", "\u202egnp", "\u200b", "\ufeff", "\u2028",
    "{0}", "{1}", "{0:product}", "{", "}}", "%s", "%(x)s", "$x$", "\\", "\\frac{1}{0}", "$(rm)", "`id`", "'\"",
    "<b>&amp;", "\ue000", "\ue001", "\ue002", "\uf000", "\uf001", "\U000f0000", "\ud800", "\udfff\ud800", "−x", "-x",
    "(", "x + y", "select", "out", "inf", "nan", "None", "0", "1e5", "péché", "変数", "🎈", "👨‍👩‍👧", "e\u0301",
    "n" * 10_000, "🎈" * 5_000,
]  # fmt: skip


def _ids(name: str) -> str:
    return ascii(name[:12])


@pytest.mark.parametrize("name", HOSTILE, ids=_ids)
def test_a_trace_keeps_the_name_and_shows_a_label(name: str) -> None:
    x, y = Value(2.0, name=name), Value(3.0, name="y")
    record = trace((x * y + x**2).tanh())
    node = next(n for n in record.nodes if n.value == 2.0 and n.kind == "leaf")
    assert node.name == name
    assert node.label == node.label.strip("\n") != ""
    assert visible(node.label) == node.label
    assert cell_width(node.label) <= LABEL_WIDTH
    product, power = (next(n for n in record.nodes if n.gate == gate) for gate in ("mul", "pow"))
    bracketed = f"({node.label})" if node.label.startswith("−") else node.label
    assert product.formula == f"{bracketed}·y"
    assert power.formula == f"{bracketed}²"
    assert [e.formula for e in record.operands[product.id]] == ["y", node.label]
    assert record.operands[power.id][0].formula == f"2·{bracketed}"
    assert Trace.from_json(record.to_json()) == record
    json.loads(record.to_json()).items()
    assert record.find(name) == node if name not in ("y",) else True


@pytest.mark.parametrize("name", HOSTILE, ids=_ids)
def test_messages_and_sentences_survive_it(name: str) -> None:
    x = Value(2.0, name=name)
    record = trace(x * x)
    assert record.summary()
    assert "\n" not in record.backward[0].sentence
    assert "\n" not in record.forward[0].formula
    assert repr(x).startswith("Value(data=2.0")


_TEXT = st.text(
    min_size=1, max_size=6, alphabet=st.sampled_from("{}01:$\\%_^~&#<>|\"`'()\ue000\ue001\uf000\uf001ab−·+ x")
)


@thorough
@given(_TEXT, _TEXT, _TEXT, _TEXT, st.sampled_from([n for n, g in GATES.items() if g.arity == 2]))
def test_filling_in_is_plain_insertion(a: str, b: str, c: str, d: str, name: str) -> None:
    """With any two names a formula is that of two plain ones with the names put in."""
    gate = GATES[name]

    def inserted(text: str, first: str, second: str) -> str:
        return text.replace("\x01", "\x03").replace("\x02", second).replace("\x03", first)

    # The plain names begin with a minus sign exactly where the hostile ones do, since that decides the brackets.
    plain = [("−" if t.startswith("−") else "") + mark for t, mark in ((a, "\x01"), (b, "\x02"))]
    marks = ["\x01", "\x02"]
    rests = [t.removeprefix("−") for t in (a, b)]
    assert all(mark not in a + b + c + d for mark in marks)
    found, model = (expression(gate, names, [c, d]) for names in ([a, b], plain))
    assert found.unicode == inserted(model.unicode, *rests)
    latex = expression(gate, plain, marks).latex
    assert found.latex == inserted(latex, c, d)
    for slot in (0, 1):
        found = derivative(gate, slot, [a, b], [3.0, 2.0], [c, d])
        model = derivative(gate, slot, plain, [3.0, 2.0], marks)
        assert found.unicode == inserted(model.unicode, *rests)
        assert found.because == inserted(model.because, *rests)
        assert found.latex == inserted(model.latex, c, d)


@thorough
@given(st.text(max_size=30))
def test_latex_of_any_name_has_its_braces_closed(name: str) -> None:
    spelled = latex_name(name)
    depth = 0
    skip = False
    for character in spelled:
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        else:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0
    assert depth == 0
    assert not skip
    assert "$" not in escape_latex(name).replace("\\$", "")


def test_groups_may_be_called_anything() -> None:
    from autograd import group

    for name in HOSTILE:
        with group(name, kind=name):
            y = Value(1.0) * 2.0
        record = trace(y)
        assert record.groups[0].name == record.groups[0].kind == name
        assert Trace.from_json(record.to_json()) == record
