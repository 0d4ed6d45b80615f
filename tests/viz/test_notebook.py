"""A Value on the last line of a notebook cell shows its graph, whatever was imported; the engine alone stays small."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import viz
from autograd import Value, display

from .html_reading import Page
from .reading import Picture


def in_a_fresh_process(program: str) -> Any:
    """What the program prints as JSON."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return json.loads(done.stdout)


def modules_after(program: str) -> set[str]:
    names = in_a_fresh_process(f"{program}\nimport sys, json\nprint(json.dumps(list(sys.modules)))")
    return {name.partition(".")[0] for name in names}


HEAVY = {"numpy", "rich", "graphviz", "viz", "nn", "optim", "vl_convert", "IPython", "torch", "argparse", "asyncio"}


@pytest.mark.parametrize(
    "program",
    ["import autograd", "from autograd import Value", "from autograd import Value; (Value(2.0)*3).backward()",
     "import nn", "import optim"],
)  # fmt: skip
def test_the_engine_alone_loads_nothing_heavy(program: str) -> None:
    own = {program.split()[1]}
    assert modules_after(program) & HEAVY <= own


def test_pictures_load_graphviz_and_images_only_when_asked() -> None:
    loaded = modules_after("import viz; from autograd import Value; viz.svg(Value(1.0)); viz.html(Value(1.0))")
    assert loaded & {"graphviz", "vl_convert", "IPython", "numpy"} == set()


def test_a_value_shows_itself_when_only_the_engine_was_imported() -> None:
    shown = in_a_fresh_process("""
import json
from autograd import Value
x = Value(2.0, "x")
y = x * x
y.backward()
picture, page = y._repr_svg_(), y._repr_html_()
print(json.dumps([picture, page, x.grad, y.grad]))
""")
    x = Value(2.0, "x")
    assert shown[0] == viz.svg(x * x)
    assert shown[2:] == [4.0, 1.0]
    assert set(Page(shown[1]).tables) == {"Gradients of v1", "Forward", "Backward"}


def test_what_a_cell_shows_is_well_formed_and_leaves_gradients_alone() -> None:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    y = (a * b).tanh()
    assert len(Picture(y._repr_svg_()).nodes) == 4
    fragment = Page(y._repr_html_())
    assert fragment.headings == {}, "a part of a page, not a page"
    assert [node.text for node in Picture(viz.svg(y)).nodes] == ["a", "b", "×", "tanh"]
    assert (a.grad, b.grad, y.grad) == (None, None, None)


def test_a_leaf_and_a_constant_show_themselves_too() -> None:
    for value in (Value(2.0), Value(2.0, requires_grad=False)):
        assert len(Picture(value._repr_svg_()).nodes) == 1
        shown = value._repr_html_()
        assert len(Page(shown).tables) == value.requires_grad, "a leaf has a gradient, a constant nothing to tell"
        assert ("<details>" in shown) == value.requires_grad


@pytest.mark.needs("IPython")
def test_ipython_finds_the_pictures() -> None:
    shown = in_a_fresh_process("""
import json
from IPython.core.formatters import DisplayFormatter
from autograd import Value
data, _ = DisplayFormatter().format(Value(2.0, "x") * 3, include={"image/svg+xml", "text/html", "text/plain"})
print(json.dumps({kind: len(text) for kind, text in data.items()}))
""")
    assert shown["image/svg+xml"] > 1000
    assert shown["text/html"] > shown["image/svg+xml"]


def test_another_package_can_offer_its_own_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_RENDERERS", {})
    display.offer("svg", lambda value: f"<svg>{value.data}</svg>")
    assert Value(2.0)._repr_svg_() == "<svg>2.0</svg>"
