"""Large graphs: wires as data, the canvas, what it shows and how it is used."""

from __future__ import annotations

import random
from typing import Any

import pytest

import nn
from autograd import Trace, Value, trace
from viz.page.payload import RESERVED, payload
from viz.page.wiring import wire_rows
from viz.scene import build_scene

from ..graphs import FAMILIES
from .driving import APP, Visit, Visitor
from .telling import Teller


def web(size: int, width: int = 25) -> Trace:
    """A graph without groups of about this many nodes."""
    source = random.Random(3)
    layer = [Value(source.uniform(-1, 1), name=f"x{i}") for i in range(width)]
    for _ in range(size // width - 2):
        layer = [a * b if source.random() < 0.4 else (a + b) for a, b in zip(layer, layer[1:] + layer[:1], strict=True)]
        layer[0] = layer[0].tanh()
    return trace(sum(layer[1:], layer[0]))


def network(inputs: int, outputs: list[int]) -> Trace:
    random.seed(4)
    return trace(nn.MLP(inputs, outputs)([Value(random.uniform(-1, 1), name=f"x{i}") for i in range(inputs)]))


# ------------------------------------------------------------------------------------------------------ wires as data


@pytest.mark.parametrize("family", [*FAMILIES, "grouped", "web"])
def test_every_use_is_reached_along_the_wires_of_the_scene(family: str) -> None:
    record = {"grouped": lambda: network(2, [3, 2, 1]), "web": lambda: web(200)}.get(
        family, lambda: trace(FAMILIES[family]())
    )()
    scene = build_scene(record, show_labels=True, reserve=RESERVED)
    box = {b.node: b for b in scene.boxes}
    ends: dict[int, tuple[int, int]] = {}
    curves: dict[int, list[tuple[int, ...]]] = {}
    reached = {}
    rows = wire_rows(scene)
    for i, (start, _, child, slot, run, *bends) in enumerate(rows):
        node_box = box[~start] if start < 0 else None
        x, y = (round(10 * (node_box.x + node_box.width / 2)), round(10 * node_box.y)) if node_box else ends[i - start]
        found = [] if start < 0 else list(curves[i - start])
        x += run
        for dx, dy, on in zip(bends[::3], bends[1::3], bends[2::3], strict=True):
            found.append((x, y, x + dx, y + dy))
            x, y = x + dx + on, y + dy
        ends[i], curves[i] = (x, y), found
        if child >= 0:
            reached[child, slot] = (x, y), found
    assert reached.keys() == {(edge.child, edge.slot) for edge in record.edges}
    for use, (end, found) in reached.items():
        pieces = sorted((wire for wire in scene.wires if use in wire.edges), key=lambda wire: wire.points[0])
        last_x, last_y = pieces[-1].points[-1]
        assert end == pytest.approx((10 * last_x, 10 * last_y), abs=2)
        bent = [tuple(10 * x for point in w.points[:2] for x in point) for w in pieces if len(w.points) == 3]
        # Slants of less than half a pixel may be gone.
        for some, others in ((bent, found), (found, bent)):
            for curve in some:
                close = [other for other in others if tuple(other) == pytest.approx(curve, abs=2)]
                assert close or abs(curve[1] - curve[3]) < 5


def test_the_data_of_a_page_stays_small() -> None:
    record = network(3, [9, 9, 1])
    data = payload(record, start=0)
    assert len(record.nodes) > 350
    assert len(data["wires"]) < 2 * len(record.edges)


# ---------------------------------------------------------------------------------------------------------- the canvas

RECORD = f"""async ([place, sheets]) => {{
  const app = {APP}, written = [];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const real = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {{
    if (sheets.includes(app.view.sheets.indexOf(this.canvas))) {{
      written.push([text, Math.round(x), Math.round(y), this.textAlign]);
    }}
    return real.call(this, text, x, y);
  }};
  app.go(place);
  app.view.move();
  await frame();
  await frame();
  CanvasRenderingContext2D.prototype.fillText = real;
  const {{ left, top, right, bottom }} = app.camera.seen();
  const inside = (x, y) => x > left && x < right && y > top && y < bottom;
  const expected = {{}};
  for (const box of app.geometry.boxOf.values()) {{
    if (!inside(box.x, box.y) || !app.geometry.seen(box.group)) continue;
    const x = Math.round(box.x + box.width / 2 + 7);
    expected[`value ${{box.node}}`] = [x, Math.round(box.y - 5), "left"];
    expected[`grad ${{box.node}}`] = [x, Math.round(box.y + 14), "left"];
  }}
  for (const [key, wire] of app.geometry.entries) {{
    if (!inside(wire.x, wire.y) || !app.geometry.seen(wire.group)) continue;
    const use = key.replace(".", " ");
    expected[`local ${{use}}`] = [Math.round(wire.x - 9), Math.round(wire.y - 4), "right"];
    expected[`contribution ${{use}}`] = [Math.round(wire.x - 9), Math.round(wire.y + 11.5), "right"];
  }}
  return [written, expected];
}}"""


def painted(page: Visitor, place: int) -> tuple[set[tuple[Any, ...]], dict[str, Any]]:
    written, expected = page.page.evaluate(RECORD, [place, [0]])
    return {tuple(row) for row in written}, expected


def near(page: Visitor, node: int) -> None:
    """Look at a node from nearby."""
    page.do(f"app.reveal({node}); app.camera.zoom(1.1 / app.camera.scale)")
    page.do(f"app.reveal({node})")


@pytest.mark.parametrize("ratio", [1, 2])
def test_numbers_on_the_canvas_are_the_engines(visit: Visit, ratio: int) -> None:
    record = web(1150)
    page = visit(record, look={"device_scale_factor": ratio})
    assert page.app("app.view.sheets[0].tagName") == "CANVAS"
    assert page.app("app.view.sheets[0].width / app.stage.clientWidth") == pytest.approx(ratio, abs=0.01)
    teller = Teller(record)
    seen = 0
    for node in (record.root, record.root // 2, 30):
        near(page, node)
        for place in (0, teller.forward // 2, teller.forward, teller.forward + 40, teller.length - 300, teller.length):
            near(page, node)
            written, expected = painted(page, place)
            drawn = teller.drawn(place)
            for key, (x, y, align) in expected.items():
                text = drawn.get(key, "")
                at = {row[0] for row in written if row[1:] == (x, y, align)}
                assert at == ({text} if text else set()), (place, key)
                seen += bool(text)
    assert seen > 200


def test_a_node_on_the_canvas_is_hovered_selected_and_edited(visit: Visit) -> None:
    record = web(1150)
    page = visit(record)
    leaf = next(node.id for node in record.nodes if node.name == "x3")
    near(page, leaf)
    page.page.mouse.move(*page.spot(leaf))
    assert repr(record.nodes[leaf].value) in page.text(".tip")
    page.page.mouse.click(*page.spot(leaf))
    assert page.app("app.selected") == leaf
    page.press("e", "ControlOrMeta+A")
    page.page.keyboard.type("2.5")
    page.press("Enter")
    page.press("Escape")
    assert page.app(f"app.model.value[{leaf}]") == 2.5
    written, expected = painted(page, 0)
    x, y, align = expected[f"value {leaf}"]
    assert ("2.5", x, y, align) in written


def pixels(page: Visitor, x: float, y: float, height: int = 1) -> list[int]:
    """Red, green, blue and alpha of the lower sheet at a point of the scene and below it."""
    page.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    found: list[int] = page.app(f"""(() => {{
        const copy = new OffscreenCanvas(1, {height}).getContext("2d", {{ willReadFrequently: true }});
        const {{ x, y, scale }} = app.camera;
        copy.drawImage(app.view.sheets[0], -Math.round(x + {x} * scale), -Math.round(y + {y} * scale));
        return [...copy.getImageData(0, 0, 1, {height}).data];
    }})()""")
    return found


def corner(page: Visitor, node: int) -> tuple[float, float]:
    x, y = page.app(f"[app.geometry.place({node}).x, app.geometry.place({node}).y]")
    return x, y


def shade(page: Visitor, node: int) -> list[int]:
    """The colour of a node's box, beside its name."""
    x, y = corner(page, node)
    return pixels(page, x + 4, y + 15)


def test_the_canvas_follows_theme_and_window(visit: Visit) -> None:
    page = visit(web(1150))
    near(page, 3)
    light = shade(page, 3)
    page.page.emulate_media(color_scheme="dark")
    dark = shade(page, 3)
    assert sum(dark[:3]) < sum(light[:3]) - 200
    page.page.get_by_label("colours: auto").click()
    assert shade(page, 3) == light
    page.page.set_viewport_size({"width": 900, "height": 600})
    page.wait("app.view.sheets[0].width === app.stage.clientWidth")
    sizes = page.app("app.view.sheets.map((sheet) => [sheet.width, sheet.height])")
    stage = page.app("[app.stage.clientWidth, app.stage.clientHeight]")
    assert sizes == [stage, stage]
    near(page, 3)
    assert shade(page, 3) == light


def test_what_is_found_is_ringed_and_search_is_let_go(visit: Visit) -> None:
    record = web(1150)
    page = visit(record)
    leaf = next(node.id for node in record.nodes if node.name == "x3")
    near(page, leaf)
    x, y = corner(page, leaf)
    before = pixels(page, x - 3, y + 2, 20)
    page.page.locator(".search input").fill("x3")
    assert page.app("app.search.found[0]") == leaf
    near(page, leaf)
    ringed = pixels(page, x - 3, y + 2, 20)
    page.page.locator(".search input").fill("")
    near(page, leaf)
    assert ringed != before == pixels(page, x - 3, y + 2, 20)


# -------------------------------------------------------------------------------------------------------------- groups


def test_groups_open_on_the_canvas_and_in_svg_without_moving_anything(visit: Visit) -> None:
    record = network(3, [16, 16, 1])
    page = visit(record)
    kind = "app.view.sheets[0].tagName.toUpperCase()"
    assert page.app(kind) == "SVG"
    page.press("C")
    boxes = page.app("app.geometry.boxes.map(({ node }) => app.geometry.boxOf.get(node)?.x)")
    page.press("O")
    assert page.app(kind) == "CANVAS"
    # One group fewer brings the count below the limit; the kind of picture stays.
    layer = page.app("app.geometry.groups.findIndex(({ kind }) => kind === 'neuron')")
    page.do(f"app.setGroup({layer}, false)")
    assert page.app(kind) == "CANVAS"
    page.press("C")
    assert page.app(kind) == "SVG"
    assert page.app("app.geometry.boxes.map(({ node }) => app.geometry.boxOf.get(node)?.x)") == boxes


def test_opening_one_group_leaves_the_elements_of_the_others(visit: Visit) -> None:
    page = visit(network(3, [9, 9, 1]))
    page.press("O")
    page.do("window.before = new Map(app.view.shapes)")
    group = page.app("app.geometry.groups.findIndex(({ kind }) => kind === 'neuron')")
    page.do(f"app.setGroup({group}, false)")
    gone = page.app(
        "[...window.before.keys()].filter((n) => n >= 0 && !app.view.shapes.has(n)"
        f" && app.geometry.boxOf.get(n).group !== {group}).length"
    )
    assert gone == 0
    kept = page.app("[...app.view.shapes].filter(([n, shape]) => n >= 0 && window.before.get(n) === shape).length")
    assert kept > 300
    page.do(f"app.setGroup({group}, true)")
    assert page.app("app.view.shapes.size") == page.app("window.before.size")
    # Frames are drawn from the outermost in: each stands in the document after the one around it.
    order = page.app(
        "app.geometry.frames.map(({ group }) => [group, app.geometry.groups[group].parent])"
        ".every(([group, parent]) => parent < 0 || !!("
        "app.view.shapes.get(~parent).compareDocumentPosition(app.view.shapes.get(~group)) & 4))"
    )
    assert order is True


def test_a_closed_group_tells_what_leaves_it_and_shows_the_step_inside(visit: Visit) -> None:
    record = network(3, [9, 9, 1])
    page = visit(record)
    page.press("C", "G")
    page.do("app.geometry.groups.forEach((group) => (group.open = group.kind !== 'neuron')); app.draw()")
    told = page.page.locator(".frame.closed .leaving").all_text_contents()
    teller = Teller(record)
    drawn = teller.drawn(teller.length)
    leaving = {}
    for edge in record.edges:
        inner, outer = record.nodes[edge.parent].group, record.nodes[edge.child].group
        if inner is not None and inner != outer and record.groups[inner].kind == "neuron":
            leaving[edge.parent] = f"{drawn[f'value {edge.parent}']}  {drawn[f'grad {edge.parent}']}"
    assert len(leaving) == 18
    assert sorted(text for text in told if text) == sorted(leaving.values())
    assert page.page.locator(".marks .current.inside").count() == 1
    page.press("g")
    assert page.page.locator(".frame.closed .leaving").all_text_contents() == [""] * len(told)


def test_numbers_out_of_the_window_are_written_when_they_come_into_it(visit: Visit) -> None:
    record = network(3, [9, 9, 1])
    page = visit(record)
    page.press("O")
    teller = Teller(record)
    near(page, record.root)
    for place in (teller.forward, teller.length):
        page.do(f"app.go({place})")
        for node in (record.root, 5, 200):
            near(page, node)
            shown = page.app(
                "[...app.view.texts].flatMap(([node, entries]) => [...entries]"
                ".filter(({ on, role }) => on && role !== 'leaving').map(({ role, slot, element }) => "
                "[[role, node, ...(slot === null ? [] : [slot])].join(' '), element.textContent, element.isConnected]))"
            )
            drawn = teller.drawn(place)
            assert 10 < len(shown) < 1500
            assert all(connected for _, _, connected in shown)
            assert {key: text for key, text, _ in shown} == {key: drawn.get(key, "") for key, _, _ in shown}
            assert f"value {node}" in {key for key, _, _ in shown}
