"""Pictures of tensor graphs: what is drawn is the trace's, in every format, whatever a name holds."""

from __future__ import annotations

import io
import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from rich.console import Console

import viz
from autograd import GraphError, Tensor, Trace, TraceError, Value, group, trace
from autograd.array_info import ArrayInfo
from autograd.text import visible
from autograd.trace_data import GateInfo, GroupInfo
from viz.errors import PictureError
from viz.formats.tables import steps
from viz.notebook.output import output
from viz.scene import build_scene, text_width
from viz.terminal.prompt import obey
from viz.terminal.session import Session

from .hostile import HOSTILE
from .page.driving import APP, Visitor
from .reading import SVG, Picture
from .tikz_reading import is_balanced

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]


def network() -> Trace:
    """Two layers and a squared error: a batch of 4, sizes 3, 4, 2."""
    rng = np.random.default_rng(1)
    x = Tensor(rng.normal(size=(4, 3)).round(2), name="x")
    w1, w2 = (Tensor(rng.normal(size=s).round(2), requires_grad=True) for s in ((3, 4), (4, 2)))
    b1, b2 = (Tensor(np.zeros(n), requires_grad=True) for n in (4, 2))
    y = rng.normal(size=(4, 2)).round(1)
    with group("layer 1", "layer"):
        hidden = (x @ w1 + b1).relu()
    with group("layer 2", "layer"):
        out = hidden @ w2 + b2
    loss = ((out - y) ** 2).mean()
    return trace(loss, names={"W1": w1, "W2": w2, "b1": b1, "b2": b2, "h": hidden, "o": out, "y": y, "loss": loss})


def sharing() -> Trace:
    """A tensor used four times, by indexing and with numbers; some sums of contributions are arrays."""
    w = Tensor(np.linspace(-2, 2, 9).reshape(3, 3), requires_grad=True, name="w")
    return trace(((w @ w) * w[0] + w * 0.5).sum())


def odd() -> Trace:
    """nan, inf, float32, a large array, one of one number, and an empty one."""
    x = Tensor(np.array([[1.0, np.nan, -2.0], [np.inf, 0.5, -0.1]]), requires_grad=True, name="x")
    rng = np.random.default_rng(2)
    w = Tensor(rng.normal(size=(30, 40)).astype(np.float32), requires_grad=True, name="w")
    nothing = Tensor(np.zeros((0, 3)), requires_grad=True, name="nothing")
    return trace(x.exp().sum() + (w * w).mean().astype(np.float64) + nothing.sum())


def one_number() -> Trace:
    a, b = Tensor(2.0, requires_grad=True, name="a"), Tensor([[-3.0]], requires_grad=True, name="b")
    return trace((a * b + a).tanh())


TRACES = {"network": network, "sharing": sharing, "odd": odd, "one number": one_number}
every = pytest.mark.parametrize("make", TRACES.values(), ids=TRACES.keys())


# ---------------------------------------------------------------------------------------------- the picture's numbers


@dataclass(frozen=True)
class Cells:
    """A heat-map read back: the class of the cell in every row and column, and where there are dashes and crosses."""

    node: int
    role: str
    title: str
    x: float
    y: float
    width: float
    height: float
    starts: dict[tuple[float, float], str]
    marks: list[tuple[str, float, float]]


def heat_maps(text: str) -> list[Cells]:
    found = []
    for element in ElementTree.fromstring(text).iter(f"{SVG}g"):
        if element.attrib.get("class") != "heat":
            continue
        title = element.find(f"{SVG}title")
        ground = element.find(f"{SVG}rect")
        assert ground is not None
        starts: dict[tuple[float, float], str] = {}
        marks = []
        for path in element.iter(f"{SVG}path"):
            kind = path.attrib["class"]
            for x, y in re.findall(r"M([-\d.]+) ([-\d.]+)", path.attrib["d"]):
                if kind.startswith("mark"):
                    marks.append((kind.split()[1], float(x), float(y)))
                else:
                    starts[float(x), float(y)] = kind
        place = [float(ground.attrib[key]) for key in ("x", "y", "width", "height")]
        words = "" if title is None else title.text or ""
        node = int(element.attrib.get("data-node", -1))
        found.append(Cells(node, element.attrib.get("data-role", ""), words, *place, starts, marks))
    return found


@every
def test_every_cell_of_a_heat_map_shows_its_number(make: Callable[[], Trace]) -> None:
    record = make()
    maps = {(cells.node, cells.role): cells for cells in heat_maps(viz.svg(record))}
    wanted = 0
    for node in record.nodes:
        for role, quantity in (("value", node.value), ("grad", node.grad)):
            if not isinstance(quantity, ArrayInfo) or not quantity.size:
                assert (node.id, role) not in maps
                continue
            wanted += 1
            cells = maps[node.id, role]
            rows, columns = len(quantity.thumbnail), len(quantity.thumbnail[0])
            side = cells.width / columns
            assert cells.height / rows == pytest.approx(side)
            finite = [abs(x) for row in quantity.thumbnail for x in row if math.isfinite(x)]
            largest = max(finite, default=0.0)
            dashes = {(round(x, 1), round(y, 1)) for kind, x, y in cells.marks if kind in ("weak", "strong")}
            crosses = sum(kind == "x" for kind, _, _ in cells.marks)
            assert crosses == sum(math.isnan(x) for row in quantity.thumbnail for x in row)
            for i, row in enumerate(quantity.thumbnail):
                for j, x in enumerate(row):
                    corner = round(cells.x + j * side, 1), round(cells.y + i * side, 1)
                    shown = next((k for at, k in cells.starts.items() if math.dist(at, corner) < 0.2), "")
                    if x == 0 or math.isnan(x):
                        assert shown == ""
                        continue
                    share = 1.0 if math.isinf(x) else abs(x) / largest
                    assert shown[0] == ("n" if x < 0 else "p")
                    assert (int(shown[1]) - 1) / 4 <= share <= int(shown[1]) / 4 + 1e-9
                    dash = (corner[0] + side / 2 - 1.5, corner[1] + side / 2)
                    assert any(math.dist(dash, at) < 0.2 for at in dashes) == (x < 0), "a sign that needs no colour"
    assert wanted == len(maps)


@every
def test_every_caption_is_the_traces(make: Callable[[], Trace]) -> None:
    record = make()
    picture = Picture(viz.svg(record))
    told = {(lb.role, lb.node, lb.edge): lb.number for lb in picture.labels}
    arrays = {}
    for text in picture.root.iter(f"{SVG}text"):
        if "data-shape" in text.attrib:
            use = (
                (int(text.attrib["data-child"]), int(text.attrib["data-slot"])) if "data-child" in text.attrib else None
            )
            where = text.attrib["class"].split()[0], int(text.attrib["data-node"]), use
            arrays[where] = tuple(text.attrib[f"data-{key}"] for key in ("shape", "minimum", "maximum")), text.text

    def check(where: Any, quantity: Any) -> None:
        if isinstance(quantity, ArrayInfo):
            (shape, least, most), words = arrays[where]
            assert (shape, least, most) == (str(quantity.shape), repr(quantity.minimum), repr(quantity.maximum))
            if not (words or "").startswith("←"):
                assert quantity.range in (words or "")
        elif quantity is not None and where in told:
            assert told[where] == quantity or math.isnan(quantity)

    for node in record.nodes:
        if node.kind == "constant" and not node.is_array:
            continue
        check(("value", node.id, None), node.value)
        check(("grad", node.id, None), node.grad)
    for edge in record.edges:
        if len(record.uses[edge.parent]) > 1:
            check(("contribution", edge.parent, (edge.child, edge.slot)), edge.contribution)


def test_shapes_dtypes_and_pullbacks_are_written() -> None:
    text = viz.svg(network())
    for words in ("(4, 3) float64", "(3, 4) float64", "← xᵀ · upstream", "← Σ₀ upstream", "← upstream · W2ᵀ"):
        assert f">{words}</text>" in text
    assert ">() float32</text>" in viz.svg(odd())
    assert "matrix product transposes the other factor: W1 gets xᵀ · upstream" in text
    assert "float64 (3, 4): " in text, "a heat-map in words"
    assert "[−0.74  −0.16  −0.48    0.6]" in text, "all its numbers in the tooltip"
    assert "heat" not in viz.svg(trace(Value(2.0) * 3)), "pictures of numbers are as they were"


@every
def test_nothing_covers_anything(make: Callable[[], Trace]) -> None:
    """Heat-maps keep clear of boxes, of captions and of each other."""
    scene = build_scene(make())
    things = [(h.x, h.y, h.x + h.width, h.y + h.height, f"heat {h.node} {h.role}") for h in scene.heats]
    boxes = [
        (b.x - b.width / 2, b.y - b.height / 2, b.x + b.width / 2, b.y + b.height / 2, b.text) for b in scene.boxes
    ]
    for label in scene.labels:
        size = 12.0 if label.role in ("value", "grad") else 10.5
        width = text_width(label.text, size)
        left = label.x if label.edge is None else label.x - width
        boxes.append((left, label.y - 0.7 * size, left + width, label.y, label.text))
    for i, (left, top, right, bottom, what) in enumerate(things):
        assert left >= 0
        assert top >= 0
        assert right <= scene.width
        assert bottom <= scene.height
        for other in [*boxes, *things[:i]]:
            apart = other[2] <= left or right <= other[0] or other[3] <= top or bottom <= other[1]
            assert apart, (what, other[4])


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_negative_and_positive_cells_differ_for_every_reader(theme: Any) -> None:
    """Lightness tells size; the sign has a dash besides its hue."""
    from viz.theme import heat_palette_of

    heat = heat_palette_of(theme)
    for colours in (heat.negative, heat.positive):
        light = [_luminance(c) for c in (heat.zero, *colours)]
        assert light == sorted(light, reverse=theme != "dark")
        assert all(abs(a - b) > 0.01 for a, b in pairwise(light))


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# ------------------------------------------------------------------------------------------------------- every format


@every
def test_formats_of_text(make: Callable[[], Trace], tmp_path: Path) -> None:
    record = make()
    for ending in (".svg", ".html", ".json", ".dot", ".mmd", ".tex", ".txt", ".anim.svg"):
        first = viz.draw(record, tmp_path / f"a{ending}").read_bytes()
        again = viz.draw(make(), tmp_path / f"b{ending}").read_bytes()
        assert first == again, f"{ending}: the same bytes twice"
        assert len(first) > 200
    ElementTree.parse(tmp_path / "a.anim.svg")
    assert is_balanced((tmp_path / "a.tex").read_text(encoding="utf-8"))
    read = Trace.from_json((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert viz.svg(read) == viz.svg(record), "a picture from a file is the same picture"


@pytest.mark.needs("vl_convert", "PIL")
def test_formats_of_pixels(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("PIL")
    assert viz.draw(sharing(), tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    assert viz.draw(sharing(), tmp_path / "a.pdf").read_bytes()[:4] == b"%PDF"
    assert viz.draw(sharing(), tmp_path / "a.gif", scale=0.5).read_bytes()[:3] == b"GIF"


@every
def test_text_and_tree_tell_all_numbers(make: Callable[[], Trace]) -> None:
    record = make()
    text, tree = viz.text(record), viz.tree(record)
    for node in record.nodes:
        quantity = node.value
        if isinstance(quantity, ArrayInfo) and 3 < quantity.size <= 64 and node.kind != "constant":
            assert all(row.replace("−", "-") in text for row in quantity.rows())
            assert str(quantity).replace("−", "-") in tree
    assert viz.tree(record, ascii_only=True).isascii()


def test_a_tree() -> None:
    w, x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="W"), Tensor([1.0, -1.0], name="x")
    assert viz.tree(((w @ x) * 2.0).sum()).splitlines() == [
        "v3 = Σ v2 = -4   ∇ 1",
        "└─ v2 = v1·2 = [-2, -2]   ∇ [1, 1]   (← upstream)",
        "   └─ v1 = W @ x = [-1, -1]   ∇ [2, 2]   (← 2·upstream)",
        "      ├─ W = (2, 2) 1…4   ∇ (2, 2) -2…2   (← upstream · xᵀ)",
        "      └─ x = [1, -1]",
    ]


def test_dot_has_everything_in_full() -> None:
    text = viz.to_dot(network())
    assert 'pullback="xᵀ · upstream"' in text
    assert re.search(r'grad="float64 \(3, 4\): -?[\d.]+ … ', text)


def test_tables_of_the_steps() -> None:
    table = steps(network())
    assert "xᵀ · upstream = (3, 4)" in table
    assert "a matrix product transposes the other factor" in table


def test_a_film_shows_heat_maps_when_their_numbers_are_known() -> None:
    text = viz.animate(sharing())
    assert len(heat_maps(text)) == len(heat_maps(viz.svg(sharing())))
    assert "← upstream · wᵀ" in text


def test_a_worksheet_is_for_numbers() -> None:
    for make in (viz.worksheet, viz.FORMATS[".answers.html"]):
        with pytest.raises(PictureError, match=r"graph of tensors: open a small one with to_values\(\)"):
            make(network())


def test_a_tensor_wherever_a_value_can_stand(tmp_path: Path) -> None:
    w = Tensor([[1.0, -2.0]], requires_grad=True)
    loss = (w * w).sum()
    for make in (viz.svg, viz.html, viz.text, viz.tree, viz.to_dot, viz.to_mermaid, viz.to_latex, viz.to_json):
        assert make(loss, names={"w": w})
        assert make(trace(w * w, gradient=np.ones((1, 2))))
    assert viz.draw(loss, tmp_path / "loss.svg").exists()
    assert w.grad is None
    with pytest.raises(GraphError, match="gradient= of shape"):
        viz.svg(w * w)
    assert "∇" not in viz.svg(w * w, backward=False, legend=False)


# ---------------------------------------------------------------------------------------------------- notebook, stepper


def test_a_notebook_shows_the_graph_or_the_numbers() -> None:
    w = Tensor([[1.0, -2.0]], requires_grad=True, name="w")
    loss = (w * w).sum()
    assert (loss._repr_svg_() or "").startswith("<svg ")
    assert "<iframe" in (loss._repr_html_() or "")
    assert (w * w)._repr_svg_() is not None, "without gradients, as there is nowhere to start"
    assert w._repr_svg_() is None, "its numbers say more"
    loss.backward()
    assert (loss._repr_svg_(), loss._repr_html_()) == (None, None), "freed: nothing left to draw"
    page = output(trace((w * w).sum()))
    assert "sandbox" in page


def test_stepping_through_at_the_prompt() -> None:
    session = Session(network(), title="network")
    shown = io.StringIO()
    console = Console(file=shown, width=100, color_system=None)
    for line in ["n", "table", "tree", "b > 0.5", "b nan", "c", "t W1", "l", "G", "/ W2"]:
        for answer in obey(session, line, 100):
            console.print(answer)
    text = shown.getvalue()
    assert "W1 gets xᵀ · upstream = (3, 4)" in text
    assert "stopped: |∇| > 0.5" in text
    with pytest.raises(TraceError, match="the inputs of a graph of tensors cannot be changed"):
        session.edit("W1=3")


# ------------------------------------------------------------------------------------------------------------- hostile


def poisoned(text: str) -> Trace:
    """A trace in which every text is the given one."""
    record = sharing()
    nodes = tuple(
        replace(n, label=text, name=text, formula=text, numbers=text, latex=text, source=text, group=0)
        for n in record.nodes
    )
    edges = tuple(
        replace(e, formula=text, latex=text, because=text, pullback=text or "x", pullback_latex=text)
        if e.passes else e
        for e in record.edges
    )  # fmt: skip
    gates = {name: GateInfo(glyph=text, metaphor=text, domain=text) for name in record.gates}
    made = Trace(record.root, nodes, edges, record.order, gates, (GroupInfo(text, text),))
    return Trace.from_json(made.to_json())


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_texts_are_inert(text: str) -> None:
    record = poisoned(text)
    picture = Picture(viz.svg(record, show_labels=True))
    tags = {element.tag.removeprefix(SVG) for element in picture.root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "g", "path", "text"}
    ElementTree.fromstring(viz.animate(record))
    for made in (viz.text(record), viz.tree(record), viz.to_dot(record), viz.to_mermaid(record), steps(record)):
        assert not re.search(r"[^\n\t -~\u00a1-\U0010ffff]", made)
    assert "<script" not in steps(record) + viz.to_mermaid(record)
    assert is_balanced(viz.to_latex(record))
    page = viz.html(record)
    assert page.count("<script") == 2
    assert json.loads(re.search(r'id="backglow-data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]


# --------------------------------------------------------------------------------------------------------- in a browser


def _visit(browser: Browser, folder: Path, record: Trace, **options: Any) -> Visitor:
    return Visitor(browser, folder, viewport={"width": 1400, "height": 900}).open(record, **options)


def test_the_page_steps_through_tensors(browser: Browser, tmp_path: Path) -> None:
    record = network()
    page = _visit(browser, tmp_path, record, start="start")
    assert page.app("app.walk.length") == len(record.forward) + len(record.backward)
    for place, step in enumerate([*record.forward, *record.backward], 1):
        page.press("ArrowRight")
        assert page.place == place
        assert page.text(".sentence") == visible(step.sentence)
    for node in record.nodes:
        label, shown = record.nodes[node.id].label, page.app(f"app.display.value({node.id})")
        if isinstance(node.value, ArrayInfo):
            assert shown == (f"{label} = {node.value.range}" if node.kind == "gate" else node.value.range)
        if isinstance(node.grad, ArrayInfo):
            assert page.app(f"app.display.grad({node.id})") == f"∇ {node.grad.range}"
    for edge in record.edges:
        if edge.pullback:
            assert page.app(f"app.display.local({edge.child}, {edge.slot})") == f"← {edge.pullback}"[:42]
    assert page.faults == []
    page.close()


def test_the_pages_heat_maps_appear_with_their_numbers(browser: Browser, tmp_path: Path) -> None:
    record = sharing()
    page = _visit(browser, tmp_path, record, start="start")
    seen = "[...app.stage.querySelectorAll('.heat')].filter((g) => g.style.display !== 'none').length"
    leaves = sum(isinstance(n.value, ArrayInfo) and n.kind != "gate" for n in record.nodes)
    assert page.app(seen) == leaves
    page.press("End")
    wanted = len(heat_maps(viz.svg(record)))
    assert page.app(seen) == wanted
    scene = build_scene(record, show_labels=True, reserve=8.0)
    drawn = page.app(
        "[...app.stage.querySelectorAll('.heat')].map((g) => g.querySelectorAll('.mark.weak, .mark.strong').length)"
    )
    assert len(drawn) == len(scene.heats)
    fills = page.app("getComputedStyle(app.stage.querySelector('.heat .p4')).fill")
    assert fills == "rgb(27, 120, 55)"
    assert page.faults == []
    page.close()


def test_the_page_is_read_only_and_tells_all_numbers(browser: Browser, tmp_path: Path) -> None:
    record = network()
    page = _visit(browser, tmp_path, record, start="end")
    assert page.app("app.model.editable") is False
    assert page.page.locator(".inputs input").evaluate_all("(all) => all.every((field) => field.disabled)")
    leaf = record.find("W1")
    page.do(f"app.select({leaf.id})")
    told = page.text(".selection")
    assert isinstance(leaf.value, ArrayInfo)
    assert leaf.value.told() in told
    for row in leaf.value.rows():
        assert row in told
    assert "compute it again in Python" in told
    edge = next(e for e in record.edges if e.parent == leaf.id)
    page.do(f"app.selectWire({{ child: {edge.child}, slot: {edge.slot} }})")
    assert "xᵀ · upstream" in page.text(".selection")
    for key in ("p", "r", "w", "q", "e", "b", "/", "Escape", "?"):
        page.press(key)
    assert page.faults == []
    page.close()


@every
def test_pages_of_all_traces_stand(browser: Browser, tmp_path: Path, make: Callable[[], Trace]) -> None:
    page = _visit(browser, tmp_path, make(), start="start")
    page.press("End", "Home", *["ArrowRight"] * 5)
    assert page.place == 5
    assert page.faults == []
    page.close()


@pytest.mark.parametrize("name", ["script", "end of title", "attribute", "line ends", "long", "lone surrogates"])
def test_hostile_pages_do_nothing(browser: Browser, tmp_path: Path, name: str) -> None:
    page = _visit(browser, tmp_path, poisoned(HOSTILE[name]), start="end")
    assert page.app("document.body.dataset.hit") is None
    page.do("app.select(0)")
    assert page.page.evaluate(f"{APP}.display.place") > 0
    assert page.faults == []
    page.close()


@pytest.mark.needs("anywidget")
def test_the_widget_steps_and_is_read_only(browser: Browser) -> None:
    pytest.importorskip("anywidget")
    record = network()
    widget = viz.widget(record)
    with pytest.raises(PictureError, match="the inputs of a graph of tensors are fixed"):
        widget.values = {"W1": 1.0}
    state = {"data": widget.data, "place": widget.place, "values": {}, "_style": widget._style, "_key": widget._key}
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.evaluate(
        """async ([esm, state]) => {
            const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
            const { default: widget } = await import(url);
            const el = document.body.appendChild(document.createElement("div"));
            const model = { get: (k) => state[k], set: (k, v) => (state[k] = v), save_changes() {}, on() {}, off() {} };
            widget.render({ model, el });
            window.app = el.shadowRoot.querySelector(".backglow-page").backglow;
            while (window.app.start) await new Promise(requestAnimationFrame);
        }""",
        [widget._esm, state],
    )
    assert page.evaluate("app.display.place") == widget.place
    page.evaluate("app.player.user(app.walk.length)")
    assert page.evaluate("app.panel.live.textContent") == record.backward[-1].sentence
    assert page.evaluate("[app.model.editable, app.stage.querySelectorAll('.heat').length > 9]") == [False, True]
    ground = page.evaluate("getComputedStyle(app.stage.querySelector('.heat .n4')).fill")
    assert ground == "rgb(118, 42, 131)"
    assert problems == []
    page.close()


# ------------------------------------------------------------------------------------------------------------ documents


def test_the_picture_in_the_readme_is_what_its_program_draws(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (program,) = (b for b in re.findall(r"^```python\n(.*?)^```$", readme, re.M | re.S) if "tensors.svg" in b)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "a matrix product transposes the other factor: W gets xᵀ · upstream, (3, 2)" in done.stdout
    assert (tmp_path / "tensors.svg").read_bytes() == (ROOT / "docs" / "images" / "tensors.svg").read_bytes()
