"""Numbers and names as people see them."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.latex import escape_latex, latex_name
from autograd.text import cell_width, format_number, shorten, visible

from .settings import thorough

NUMBERS: list[tuple[float | None, str]] = [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (-3.0, "−3"), (0.73105858, "0.7311"), (100000.0, "1e+05"),
    (12345.0, "1.234e+04"), (9999.6, "1e+04"), (1e-7, "1e−07"), (-1.5e-300, "−1.5e−300"), (math.inf, "inf"),
    (-math.inf, "−inf"), (math.nan, "nan"), (5e-324, "4.941e−324"), (None, ""), (0.1 + 0.2, "0.3"), (1234.0, "1234"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "text"), NUMBERS)
def test_numbers(number: float | None, text: str) -> None:
    assert format_number(number) == text


@thorough
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(1, 17))
def test_a_number_reads_back_to_its_digits(x: float, digits: int) -> None:
    back = float(format_number(x, digits).replace("−", "-"))
    assert math.isclose(back, x, rel_tol=10.0 ** (1 - digits), abs_tol=1e-323) or math.isinf(back)
    if digits == 17:
        assert back == x


VISIBLE = [
    ("abc", "abc"), ("a b", "a b"), ("a\nb", "a\\nb"), ("\t", "\\t"), ("\x00", "\\x00"), ("\x7f", "\\x7f"),
    ("\u202e", "\\u202e"),
    ("\ud800", "\\ud800"), ("\ue000", "\\ue000"), ("\u00a0", " "), ("\u2028", "\\u2028"), ("péché 🎈", "péché 🎈"),
    ("👨\u200d👩", "👨\u200d👩"), ("\U000e0041", "\\U000e0041"), ("\\n", "\\n"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), VISIBLE)
def test_what_does_not_print_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@thorough
@given(st.text(st.characters(), max_size=40))
def test_visible_text_prints_on_one_line_and_stays_as_it_is(text: str) -> None:
    shown = visible(text)
    assert visible(shown) == shown
    assert all(unicodedata.category(c) not in ("Cc", "Cs", "Co", "Zl", "Zp") for c in shown)
    assert len(shown.splitlines()) <= 1
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("abc", 3), ("変数", 4), ("🎈", 2), ("e\u0301", 1), ("é", 1), ("ｱ", 1), ("Ａ", 2), ("👨\u200d👩", 4)],
)
def test_cells(text: str, cells: int) -> None:
    assert cell_width(text) == cells


@thorough
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60), st.integers(1, 30))
def test_shortened_text_fits_and_is_a_beginning(text: str, width: int) -> None:
    short = shorten(text, width)
    if cell_width(text) <= width:
        assert short == text
    else:
        assert cell_width(short) <= width
        assert short.endswith("…")
        assert text.startswith(short[:-1])


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"), ("w1", "w_{1}"), ("w_12", "w_{12}"), ("loss", r"\text{loss}"),
        ("w_h", r"\text{w\_h}"), ("é", r"\text{é}"),
        ("50% of $x", r"\text{50\% of \$x}"), ("{0}", r"\text{\{0\}}"), ("a\\b", r"\text{a\textbackslash{}b}"),
        ("", r"\text{}"),
        ("x²", r"\text{x²}"), ("W1", "W_{1}"), ("ab1", r"\text{ab1}"),
    ],
)  # fmt: skip
def test_names_in_latex(name: str, latex: str) -> None:
    assert latex_name(name) == latex


def test_every_special_character_of_latex_is_escaped() -> None:
    for character in '\\{}$&#%_^~<>|"`':
        assert escape_latex(character) != character
        assert escape_latex(character).startswith("\\")
