"""A Value on the last line of a notebook cell shows its graph, whatever was imported; the engine alone stays small."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

import viz
from autograd import Value, display

from .graphs import chain
from .html_reading import TAGS
from .reading import Picture


def still(output: str) -> list[str]:
    """What stands on the boxes of the still picture behind the page's frame."""
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', output)
    svg = fromstring(base64.b64decode(data))
    return [text.text or "" for text in svg.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "name"]


def in_a_fresh_process(program: str) -> Any:
    """What the program prints as JSON."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return json.loads(done.stdout)


def modules_after(program: str) -> set[str]:
    names = in_a_fresh_process(f"{program}\nimport sys, json\nprint(json.dumps(list(sys.modules)))")
    return {name.partition(".")[0] for name in names}


HEAVY = {"rich", "graphviz", "viz", "nn", "optim", "vl_convert", "IPython", "torch", "argparse", "asyncio"}


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
    assert loaded & {"graphviz", "vl_convert", "IPython"} == set()


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
    assert still(shown[1]) == [node.text for node in Picture(viz.svg(x * x, show_labels=True)).nodes]


def test_what_a_cell_shows_is_well_formed_and_leaves_gradients_alone() -> None:
    a, b = Value(2.0, "a"), Value(-3.0, "b")
    y = (a * b).tanh()
    assert len(Picture(y._repr_svg_()).nodes) == 4
    assert still(y._repr_html_()) == ["a", "b", "×", "tanh"]
    assert [node.text for node in Picture(viz.svg(y)).nodes] == ["a", "b", "×", "tanh"]
    assert (a.grad, b.grad, y.grad) == (None, None, None)


def test_a_leaf_and_a_constant_show_themselves_too() -> None:
    for value in (Value(2.0), Value(2.0, requires_grad=False)):
        assert len(Picture(value._repr_svg_()).nodes) == 1
        assert len(still(value._repr_html_())) == 1


def test_an_output_stays_small_and_a_huge_one_has_no_still_picture() -> None:
    assert len(chain(29)._repr_html_()) < 110_000
    huge = chain(500)._repr_html_()
    assert "<img" not in huge
    assert "Trust this notebook to see it" in huge


def test_an_output_has_no_markup_but_its_own() -> None:
    hostile = """<script>alert(1)</script>'"&amp;</iframe>"""
    shown = (Value(1.0, hostile) * 2)._repr_html_()
    assert set(re.findall(r"<(\w+)", shown)) <= {*TAGS, "img", "iframe"} - {"script", "svg"}
    assert set(re.findall(r" (on\w+)=", shown)) == set()


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
