"""viz.draw and what all functions share: the ending decides, names are found, themes and wrong arguments are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest

import viz
from autograd import OperandError, Value, trace

from .reading import Picture

TEXTS: dict[str, Callable[..., str]] = {
    ".svg": viz.svg, ".html": viz.html, ".json": viz.to_json, ".dot": viz.to_dot, ".mmd": viz.to_mermaid,
    ".tex": viz.to_latex, ".txt": viz.text, ".anim.svg": viz.animate, ".worksheet.html": viz.worksheet,
    ".answers.html": partial(viz.worksheet, answers=True),
}  # fmt: skip
THEMED = [viz.svg, viz.html]
THEMES = get_args(viz.Theme)


def sample() -> Value:
    return (Value(2.0, "a") * Value(-3.0, "b")).tanh()


@pytest.mark.parametrize("ending", TEXTS)
def test_the_ending_decides_what_is_written(ending: str, tmp_path: Path) -> None:
    expected = TEXTS[ending](sample())
    for path in (tmp_path / f"x{ending}", tmp_path / f"y{ending.upper()}"):
        assert viz.draw(sample(), path) == path
        assert path.read_text(encoding="utf-8") == expected
    assert viz.draw(trace(sample()), str(tmp_path / f"z{ending}")).read_text(encoding="utf-8") == expected


def test_the_table_of_formats_is_complete() -> None:
    assert set(viz.FORMATS) == {*TEXTS, ".png", ".pdf", ".gif"}


@pytest.mark.parametrize("path", ["x.bmp", "x", "", ".svg", ".anim.svg", "x.svg.bak", "svg"])
def test_an_unknown_ending_is_refused_with_the_known_ones(path: str, tmp_path: Path) -> None:
    with pytest.raises(
        viz.PictureError, match=r"use one of \.svg \.html \.png \.pdf \.json \.dot \.mmd \.tex \.txt \.anim\.svg "
    ):
        viz.draw(sample(), tmp_path / "directory" / path if path else "")


@pytest.mark.parametrize("ending", TEXTS)
def test_names_from_locals_are_used(ending: str, tmp_path: Path) -> None:
    wheat, rate = Value(2.0), Value(3.0)
    cost = wheat * rate
    written = viz.draw(cost, tmp_path / f"x{ending}", names=locals()).read_text(encoding="utf-8")
    assert all(name in written for name in ("wheat", "rate", "cost"))
    assert wheat.name is None
    unnamed = viz.draw(cost, tmp_path / f"y{ending}").read_text(encoding="utf-8")
    assert "wheat" not in unnamed


def test_options_reach_the_format(tmp_path: Path) -> None:
    x = sample()
    assert viz.draw(x, tmp_path / "a.svg", theme="dark", legend=False).read_text(encoding="utf-8") == viz.svg(
        x, theme="dark", legend=False
    )
    assert viz.draw(x, tmp_path / "a.txt", limit=1).read_text(encoding="utf-8") == viz.text(x, limit=1)
    with pytest.raises(TypeError, match="theme"):
        viz.draw(x, tmp_path / "b.txt", theme="dark")
    assert not (tmp_path / "b.txt").exists()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_changes_colours_and_nothing_else(theme: Any) -> None:
    picture = viz.svg(sample(), theme=theme)
    assert ("prefers-color-scheme" in picture) == (theme == "auto")
    assert Picture(picture).labels == Picture(viz.svg(sample())).labels
    page = viz.html(sample(), theme=theme)
    chosen = re.search('<main [^>]*class="backglow-page"(.*?)>', page)
    assert chosen is not None
    assert chosen[1] == (f' data-theme="{theme}"' if theme in ("light", "dark") else "")
    assert ("@media screen and (prefers-color-scheme:dark)" in page) == (theme != "print")
    data = [re.sub('"theme":"[a-z]*"', "", p.split('id="backglow-data">', 1)[1]) for p in (page, viz.html(sample()))]
    assert data[0] == data[1]


def test_the_default_theme_follows_the_reader() -> None:
    assert viz.svg(sample()) == viz.svg(sample(), theme="auto")
    assert viz.html(sample()) == viz.html(sample(), theme="auto")


@pytest.mark.parametrize("make", THEMED)
@pytest.mark.parametrize("theme", ["blue", "", "AUTO", None])
def test_an_unknown_theme_is_refused(make: Callable[..., str], theme: Any) -> None:
    with pytest.raises(viz.PictureError, match="theme must be one of auto, light, dark, print, not "):
        make(sample(), theme=theme)


@pytest.mark.parametrize("make", [*TEXTS.values(), viz.to_graphviz])
@pytest.mark.parametrize("thing", [3.0, None, "x", [sample()]])
def test_what_is_no_graph_is_refused(make: Callable[..., Any], thing: Any) -> None:
    with pytest.raises(OperandError, match="trace needs the Value or Tensor a computation ended in, not a "):
        make(thing)


def test_a_trace_is_passed_through() -> None:
    recorded = trace(sample(), backward=False)
    assert viz.as_trace(recorded) is recorded
    assert not viz.as_trace(sample(), backward=False).has_gradients
    assert viz.as_trace(sample()).has_gradients


@pytest.mark.parametrize("make", [*TEXTS.values(), viz.to_graphviz])
def test_drawing_leaves_gradients_alone(make: Callable[..., Any]) -> None:
    a = Value(2.0, "a")
    square = a * a
    make(square)
    assert (a.grad, square.grad) == (None, None)
    square.backward()
    make(square)
    assert (a.grad, square.grad) == (4.0, 1.0)


@pytest.mark.parametrize("make", [make for ending, make in TEXTS.items() if ending.count(".") == 1 or "anim" in ending])
def test_a_single_number_can_be_drawn(make: Callable[..., str]) -> None:
    assert "2" in make(Value(2.0))
    assert "2" in make(Value(2.0, requires_grad=False))


@pytest.mark.parametrize("ending", [".worksheet.html", ".answers.html"])
def test_a_single_number_is_no_exercise(ending: str) -> None:
    with pytest.raises(viz.PictureError, match="nothing to ask"):
        TEXTS[ending](Value(2.0))


@pytest.mark.parametrize(
    "name", ["x.anim.svg", "a.b.ANIM.svg", "x.worksheet.html", "x.answers.html", "x.html", "anim.svg"]
)
def test_the_longest_ending_that_fits_counts(name: str, tmp_path: Path) -> None:
    written = viz.draw(sample(), tmp_path / name).read_text(encoding="utf-8")
    expected = max((ending for ending in TEXTS if name.lower().endswith(ending)), key=len)
    assert written == TEXTS[expected](sample())
