"""Every button and every key, used as a person would."""

from __future__ import annotations

import pytest

from autograd import Value, trace
from nn import MLP

from ..graphs import FAMILIES, network
from .driving import APP, Visit, Visitor


def triple() -> Value:
    """(a·b + c).tanh(): three gates, so six steps."""
    a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(6.5, "c")
    return (a * b + c).tanh()


def test_the_buttons_walk(visit: Visit) -> None:
    shown = visit(triple(), start="start")
    for button, place in (
        ["next", 1],
        ["next", 2],
        ["previous", 1],
        ["last", 6],
        ["next", 6],
        ["first", 0],
        ["previous", 0],
    ):
        shown.page.locator(f"button[title^={button}]").click()
        assert shown.place == place
    assert shown.text(".counter") == "0 / 6 · start"


@pytest.mark.parametrize(("keys", "place"), [
    ("ArrowRight", 4), ("j", 4), ("ArrowLeft", 2), ("k", 2), ("g", 0), ("Home", 0), ("G", 6), ("End", 6), ("2 j", 5),
    ("1 0 j", 6), ("3 k", 0), ("2 ArrowRight", 5), ("9 9 9 9 9 9 9 9 9 9 k", 0), ("j j k", 4), ("2 x j", 4),
])  # fmt: skip
def test_keys_walk(visit: Visit, keys: str, place: int) -> None:
    shown = visit(triple())
    assert shown.place == 3
    shown.press(*keys.split())
    assert shown.place == place


def test_wires_are_selected_by_key(visit: Visit) -> None:
    shown = visit(triple())
    shown.press("j", "j", "w")  # the gate at work is a·b + c
    first = shown.app("[app.wire.child, app.wire.slot, app.display.wire]")
    assert first[1] == 0
    assert shown.text(".selection h2") == "wire v1 → v2"
    assert shown.page.locator(".marks .way").count() > 0
    shown.press("w")
    assert shown.app("app.wire.slot") == 1
    assert shown.text(".selection h2") == "wire c → v2"
    shown.press("w")
    assert shown.app("[app.wire.child, app.wire.slot, app.display.wire]") == first
    shown.press("Escape")
    assert shown.app("[app.wire, app.display.wire]") == [None, None]
    assert shown.page.locator(".marks .way").count() == 0


def test_every_key_of_the_help_does_something(visit: Visit) -> None:
    shown = visit(network())
    shown.press("?")
    told = " ".join(shown.page.locator(".help th").all_inner_texts()).split()
    assert {"→", "←", "j", "k", "g", "G", "J", "K", "space", "b", "c", "/", "[", "]", "e", "O", "C", "0", "Esc"} <= set(
        told
    )
    shown.press("Escape")
    shown.wait("!app.root.querySelector('dialog')")


def test_the_other_group(visit: Visit) -> None:
    shown = visit(network())
    record = trace(network())
    shown.press("g")
    places = []
    for _ in range(6):
        shown.press("J")
        places.append(shown.place)
    groups = [None, *[step.node.group for step in record.forward]]
    changes = [i for i in range(1, len(groups)) if groups[i] != groups[i - 1]]
    assert places == changes[:6]
    shown.press("K")
    assert shown.place < places[-1]


def test_play_goes_to_the_end_and_starts_again(visit: Visit) -> None:
    shown = visit(triple(), start="start")
    shown.page.locator("select[aria-label=speed]").select_option("10")
    shown.press("Escape")
    shown.page.locator(".stage").focus()
    shown.press(" ")
    assert shown.text(".play") == "pause"
    shown.wait("!app.player.playing")
    assert shown.place == 6
    shown.page.locator("select[aria-label=speed]").select_option("0.5")
    shown.page.locator(".play").click()
    assert shown.place in (0, 1, 2)
    shown.press(" ")  # the button has the focus
    assert shown.text(".play") == "play"
    place = shown.place
    shown.page.locator("select[aria-label=speed]").select_option("10")
    shown.page.wait_for_timeout(250)
    assert shown.place == place
    shown.page.locator(".play").click()
    shown.press("j")
    assert shown.text(".play") == "play", "a reader who moves stops the playing"


def test_the_scrubber(visit: Visit) -> None:
    shown = visit(triple(), start="start")
    scrubber = shown.page.locator(".scrubber")
    box = scrubber.bounding_box()
    shown.page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert shown.place == 6
    shown.press("ArrowLeft")
    assert shown.place == 5
    shown.press("Home")
    assert shown.place == 0
    shown.press("j")
    assert shown.place == 1
    assert scrubber.get_attribute("aria-valuetext") == "step 1 of 6, forward 1 of 3"


def test_breakpoints(visit: Visit) -> None:
    shown = visit(triple(), start="start")
    record = trace(triple())
    tanh = record.root
    shown.page.mouse.click(*shown.spot(tanh))
    shown.press("b")
    assert "halt" in shown.page.locator(f'[data-node="{tanh}"]').get_attribute("class")
    assert shown.button("remove breakpoint").is_visible()
    shown.press("g", "c")
    assert shown.place == 3
    shown.press("c")
    assert shown.place == 4, "the same gate, going back"
    shown.press("c")
    assert shown.place == 6
    shown.press("g")
    shown.page.locator("select[aria-label=speed]").select_option("10")
    shown.page.locator(".play").click()
    shown.wait("!app.player.playing")
    assert shown.place == 3
    shown.button("remove breakpoint").click()
    assert "halt" not in shown.page.locator(f'[data-node="{tanh}"]').get_attribute("class")
    shown.press("g", "c")
    assert shown.place == 6
    shown.press("Escape", "3", "k", "b")
    assert "halt" in shown.page.locator(f'[data-node="{tanh}"]').get_attribute("class"), (
        "the gate at work, when none is selected"
    )


def test_select_by_key_and_edit(visit: Visit) -> None:
    shown = visit(triple())
    seen = []
    for key in "]", "]", "]", "[", "[", "]":
        shown.press(key)
        seen.append(shown.text(".selection h2"))
    record = trace(triple())
    kinds = {"leaf": "input", "gate": "gate"}
    names = [f"{kinds[node.kind]} {node.label}" for node in record.nodes]
    assert seen == [names[0], names[1], names[2], names[1], names[0], names[1]]
    shown.press("e")
    assert shown.app("document.activeElement.getAttribute('aria-label')") == f"value of {record.nodes[1].label}"
    shown.page.keyboard.type("7")
    shown.press("Enter")
    assert shown.app(f"app.model.value[{record.nodes[1].id}]") == 7
    shown.press("j")
    assert shown.place == 3, "a letter in a field is a letter"


def test_search(visit: Visit) -> None:
    shown = visit(network())
    shown.press("/")
    field = shown.page.locator("input[type=search]")
    field.fill("no such thing")
    assert shown.text(".count") == "none"
    field.fill("tanh")
    record = trace(network())
    tanhs = [n.id for n in record.nodes if n.gate == "tanh" or "tanh" in n.label]
    relus = [n.id for n in record.nodes if n.gate == "relu"]
    name, wanted = ("tanh", tanhs) if tanhs else ("relu", relus)
    field.fill(name)
    assert shown.text(".count") == f"1 of {len(wanted)}"
    assert shown.page.locator(".node.found").count() == len(wanted)
    assert shown.app("app.selected") is None
    for key, place in ("Enter", 2), ("Enter", 3), ("Shift+Enter", 2), ("Shift+Enter", 1), ("Shift+Enter", len(wanted)):
        shown.press(key)
        assert shown.text(".count") == f"{place} of {len(wanted)}"
        assert shown.app("app.selected") == wanted[place - 1]
    shown.press("Escape")
    assert field.input_value() == ""
    assert shown.page.locator(".node.found").count() == 0
    shown.press("/")
    field.fill("X1")
    assert shown.text(".count").startswith("1 of ")
    shown.press("Enter")
    assert record.nodes[shown.app("app.selected")].label.lower().startswith("x1")


def test_search_opens_what_hides_the_node(visit: Visit) -> None:
    shown = visit(network())
    shown.press("C", "/")
    shown.page.keyboard.type("l1.n2.w1")
    node = shown.app("app.search.found[0]")
    assert shown.page.locator(f'[data-node="{node}"]').count() == 1
    left, top = shown.spot(node)
    stage = shown.page.locator(".stage").bounding_box()
    assert stage["x"] < left < stage["x"] + stage["width"]
    assert stage["y"] < top < stage["y"] + stage["height"]


def test_hover_and_click(visit: Visit) -> None:
    shown = visit(triple(), start="end")
    record = trace(triple())
    tip = shown.page.locator(".tip")
    for node in record.nodes:
        shown.page.mouse.move(*shown.spot(node.id))
        assert tip.inner_text().split("\n")[0].endswith(f" {node.label}")
        assert f"value {node.value!r}" in tip.inner_text()
        assert f"gradient {node.grad!r}" in tip.inner_text()
        shown.page.mouse.click(*shown.spot(node.id))
        assert shown.text(".selection h2").endswith(f" {node.label}")
    for edge in record.edges:
        shown.page.mouse.move(*shown.wire(edge.child, edge.slot))
        assert repr(edge.local) in tip.inner_text()
        assert repr(edge.contribution) in tip.inner_text()
        shown.page.mouse.click(*shown.wire(edge.child, edge.slot))
        assert shown.text(".selection h2").startswith("wire ")
    stage = shown.page.locator(".stage").bounding_box()
    shown.page.mouse.move(stage["x"] + 5, stage["y"] + 5)
    assert tip.is_hidden()
    shown.page.mouse.click(stage["x"] + 5, stage["y"] + 5)
    assert shown.page.locator(".selection h2").count() == 0


def test_tips_stay_in_the_window(visit: Visit) -> None:
    shown = visit(network(), width=380)
    stage = shown.page.locator(".stage").bounding_box()
    for node in shown.app("app.geometry.boxes.map((box) => box.node)"):
        x, y = shown.spot(node)
        if stage["x"] < x < stage["x"] + stage["width"] and stage["y"] < y < stage["y"] + stage["height"]:
            shown.page.mouse.move(x, y)
            tip = shown.page.locator(".tip").bounding_box()
            assert tip is None or (tip["x"] >= 0 and tip["x"] + tip["width"] <= 380.5)


def camera(shown: object) -> tuple[float, float, float]:
    x, y, scale = shown.app("[app.camera.x, app.camera.y, app.camera.scale]")  # type: ignore[attr-defined]
    return x, y, scale


def test_drag_pans(visit: Visit) -> None:
    shown = visit(triple())
    x, y, scale = camera(shown)
    stage = shown.page.locator(".stage").bounding_box()
    shown.page.mouse.move(stage["x"] + 20, stage["y"] + 20)
    shown.page.mouse.down()
    shown.page.mouse.move(stage["x"] + 120, stage["y"] + 60, steps=5)
    shown.page.mouse.up()
    assert camera(shown) == pytest.approx((x + 100, y + 40, scale), abs=1)
    assert shown.app("app.selected") is None
    shown.press("0")
    assert camera(shown) == (x, y, scale)


def test_the_keys_and_buttons_of_the_camera(visit: Visit) -> None:
    shown = visit(triple())
    x, y, scale = camera(shown)
    shown.press("+")
    assert camera(shown)[2] == pytest.approx(1.25 * scale)
    shown.press("-")
    assert camera(shown)[2] == pytest.approx(scale)
    shown.press("Shift+ArrowLeft", "Shift+ArrowDown")
    assert camera(shown) == pytest.approx((x + 60, y - 60, scale))
    assert shown.place == 3
    shown.button("fit").click()
    assert camera(shown) == (x, y, scale)
    shown.page.locator("button[title^='zoom in']").click()
    shown.page.locator("button[title^='zoom in']").click()
    shown.page.locator("button[title^='zoom out']").click()
    assert camera(shown)[2] == pytest.approx(1.25 * scale)


def test_the_wheel_zooms_only_what_has_the_focus(visit: Visit) -> None:
    shown = visit(triple())
    _, _, scale = camera(shown)
    x, y = shown.spot(trace(triple()).root)
    shown.page.mouse.move(x, y)
    shown.page.mouse.wheel(0, -100)
    assert camera(shown)[2] == scale
    shown.page.keyboard.down("Control")
    shown.page.mouse.wheel(0, -100)
    shown.page.keyboard.up("Control")
    shown.wait(f"app.camera.scale !== {scale}")
    larger = camera(shown)[2]
    assert larger > scale
    assert shown.spot(trace(triple()).root) == pytest.approx((x, y), abs=1), "the point under the pointer stays"
    shown.page.mouse.click(x, y)
    shown.page.mouse.wheel(0, 100)
    shown.wait(f"app.camera.scale < {larger}")


def test_two_fingers_zoom(visit: Visit) -> None:
    shown = visit(triple(), look={"has_touch": True})
    _, _, scale = camera(shown)
    session = shown.context.new_cdp_session(shown.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (500, 300), (600, 300))
    for reach in range(10, 110, 10):
        touch("touchMove", (500 - reach / 2, 300), (600 + reach / 2, 300))
    touch("touchEnd")
    assert camera(shown)[2] == pytest.approx(2 * scale, rel=0.15)
    x, y, scale = camera(shown)
    touch("touchStart", (500, 300))
    for reach in range(10, 60, 10):
        touch("touchMove", (500 + reach, 300))
    touch("touchEnd")
    assert camera(shown) == pytest.approx((x + 50, y, scale), abs=2)
    node = trace(triple()).root
    shown.press("0")
    x, y = shown.spot(node)
    shown.page.touchscreen.tap(x, y)
    assert shown.app("app.selected") == node


def test_the_address_names_the_step(visit: Visit) -> None:
    shown = visit(triple(), "#step=5")
    assert shown.place == 5
    shown.press("k")
    shown.page.wait_for_url("**/page.html#step=4")
    shown.page.reload()
    shown.settle()
    assert shown.place == 4
    shown.page.evaluate("location.hash = 'step=1'")
    shown.wait("app.display.place === 1")
    assert shown.place == 1
    for hash, place in ("step=99", 6), ("nonsense", 6), ("step=-1", 6), ("a&step=2", 2):  # noqa: A001
        heard(shown, hash)
        assert shown.place == place


def heard(shown: Visitor, hash: str, before: str = "") -> None:  # noqa: A002
    """Change the address as a reader does, and wait until the page has been told."""
    shown.page.evaluate(f"""async (hash) => {{
        const app = {APP};
        const told = new Promise((done) => addEventListener("hashchange", done, {{ once: true }}));
        {before};
        location.hash = hash;
        await told;
    }}""", hash)  # fmt: skip


LATE = "for (const end = performance.now() + 150; performance.now() < end; );"


@pytest.mark.parametrize("before", ["", "app.go(4)", f"app.go(4); {LATE}", f"app.go(4); app.go(5); {LATE}"])
def test_an_address_a_reader_types_wins(visit: Visit, before: str) -> None:
    """Whatever the page was about to write there: its own time for that may run out before it hears of the change."""
    shown = visit(triple(), "#step=5")
    heard(shown, "step=1", before)
    assert shown.place == 1
    shown.wait("location.hash === '#step=1'")
    shown.press("j")
    shown.wait("location.hash === '#step=2'")
    heard(shown, "nonsense", before)
    place = shown.place
    shown.page.wait_for_timeout(150)
    assert shown.app("location.hash") == "#nonsense", "until the next step"
    shown.press("k")
    shown.wait(f"location.hash === '#step={place - 1}'")


def test_the_page_does_not_write_over_an_address_it_has_not_heard_of(visit: Visit) -> None:
    shown = visit(triple(), "#step=5")
    shown.do("location.hash = 'step=1'; app.address()")
    shown.wait("app.display.place === 1")
    shown.wait("location.hash === '#step=1'")


@pytest.mark.parametrize(("hash", "place"), [("", 3), ("#step=0", 0), ("#step=99", 6), ("#step=x", 3), ("#5", 3)])
def test_where_a_page_opens(visit: Visit, hash: str, place: int) -> None:  # noqa: A002
    assert visit(triple(), hash).place == place


@pytest.mark.parametrize(("start", "place"), [("start", 0), ("backward", 3), ("end", 6)])
def test_a_page_starts_where_it_was_told(visit: Visit, start: str, place: int) -> None:
    assert visit(triple(), start=start).place == place


def test_the_theme_button(visit: Visit) -> None:
    shown = visit(triple(), look={"color_scheme": "dark"})

    def background() -> str:
        return str(shown.page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor"))

    seen = [background()]
    button = shown.page.locator("button[title^=colours]")
    names = [button.get_attribute("title")]
    for _ in range(3):
        button.click()
        seen.append(background())
        names.append(button.get_attribute("title"))
    light, dark = "rgb(255, 255, 255)", "rgb(13, 17, 23)"
    assert seen == [dark, light, dark, dark]
    assert names == ["colours: auto", "colours: light", "colours: dark", "colours: auto"]


def test_help_keeps_the_focus_and_gives_it_back(visit: Visit) -> None:
    shown = visit(triple())
    shown.page.locator(".stage").focus()
    shown.press("?")
    assert shown.page.locator("dialog[open]").count() == 1
    for _ in range(4):
        shown.press("Tab")
        assert shown.app("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    shown.press("j")
    assert shown.place == 3, "keys are the dialog's"
    shown.press("Escape")
    shown.wait("!app.root.querySelector('dialog')")
    assert shown.app("document.activeElement === app.stage")
    shown.page.locator("button[title^='keys']").click()
    shown.button("close").click()
    shown.wait("!app.root.querySelector('dialog')")


# ------------------------------------------------------------------------------------------------------------- groups


def boxes(shown: object) -> dict[str, list[float]]:
    return shown.page.evaluate(  # type: ignore[attr-defined, no-any-return]
        """() => Object.fromEntries([...document.querySelectorAll(".node[data-node] rect")].map((rect) => {
          const { x, y, width, height } = rect.getBoundingClientRect();
          return [rect.parentElement.dataset.node, [x, y, width, height]];
        }))"""
    )


def test_groups_open_and_close_and_the_rest_keeps_its_place(visit: Visit) -> None:
    shown = visit(network())
    before = boxes(shown)
    assert len(before) == len(trace(network()).nodes)
    for group in range(shown.app("app.geometry.groups.length")):
        if not shown.app(f"!!app.geometry.groups[{group}].frame"):
            continue
        shown.do(f"app.setGroup({group}, false)")
        closed = boxes(shown)
        inside = shown.app(f"app.geometry.groups[{group}].inside")
        assert len(closed) == len(before) - inside
        assert closed == {node: before[node] for node in closed}
        shown.do(f"app.setGroup({group}, true)")
        assert boxes(shown) == before
    shown.press("C")
    assert 0 < len(boxes(shown)) < len(before)
    shown.press("O")
    assert boxes(shown) == before
    shown.button("close all").click()
    shown.button("open all").click()
    assert boxes(shown) == before


def test_frames_by_pointer_and_by_key(visit: Visit) -> None:
    shown = visit(network())
    node = shown.app("app.model.label.findIndex((label) => label === 'l1.n2.b')")
    shown.press("0")
    shown.do(f"app.select({node})")
    shown.press("Enter")
    assert shown.page.locator(f'[data-node="{node}"]').count() == 0
    assert shown.app("app.geometry.groups.filter((group) => !group.open).map((group) => group.name)") == ["l1.n2"]
    x, y = shown.spot(node)
    shown.page.mouse.move(x, y)
    assert "l1.n2" in shown.text(".tip")
    assert "click to open" in shown.text(".tip")
    shown.page.mouse.click(x, y)
    assert shown.page.locator(f'[data-node="{node}"]').count() == 1
    frame = shown.app("app.geometry.groups.find((group) => group.name === 'l1.n2').frame")
    scale, left, top = shown.app("[app.camera.scale, app.camera.x, app.camera.y]")
    stage = shown.page.locator(".stage").bounding_box()
    shown.page.mouse.click(stage["x"] + left + (frame["x"] + 30) * scale, stage["y"] + top + (frame["y"] + 8) * scale)
    assert shown.page.locator(f'[data-node="{node}"]').count() == 0
    shown.press("Enter")
    assert shown.page.locator(f'[data-node="{node}"]').count() == 1


def test_small_networks_start_open_and_large_ones_closed(visit: Visit) -> None:
    assert len(boxes(visit(network()))) > 80
    large = visit(MLP(3, [9, 9, 1])([Value(float(i), f"x{i}") for i in range(3)]))
    assert len(boxes(large)) <= 200
    assert large.page.locator(".frame.closed").count() > 0
    place = large.place
    large.press("j")
    assert large.place == place + 1
    assert large.page.locator(".marks .current").count() == 1


# ------------------------------------------------------------------------------------------------------------- inputs


def test_what_is_no_number_is_told_and_changes_nothing(visit: Visit) -> None:
    shown = visit(triple())
    before = shown.app("app.model.value.join()")
    fields = shown.page.locator(".inputs input")
    for text in "abc", "", "1,5", "--1", "0x10", "<b>":
        fields.nth(0).fill(text)
        fields.nth(0).press("Enter")
        hint = ": use a point, not a comma" if "," in text else ""
        assert shown.text(".problem") == f"“{text}” is not a number{hint}"
        assert fields.nth(0).get_attribute("aria-invalid") == "true"
        assert shown.app("app.model.value.join()") == before
    fields.nth(1).fill("4")
    fields.nth(1).press("Enter")
    assert shown.text(".problem") == "“<b>” is not a number", "the first is still wrong"
    shown.button("reset values").click()
    assert shown.text(".problem") == ""
    assert fields.nth(0).input_value() == "2.0"
    assert shown.app("app.model.value.join()") == before
    fields.nth(0).fill("−1e−3")
    fields.nth(0).press("Enter")
    assert shown.app(f"app.model.value[{trace(triple()).leaves[0].id}]") == -0.001


def test_sliders_drag_every_number_along(visit: Visit) -> None:
    shown = visit(triple(), start="end")
    leaf = trace(triple()).leaves[0]
    shown.page.mouse.click(*shown.spot(leaf.id))
    slider = shown.page.locator(".slide input")
    assert float(slider.input_value()) == leaf.value
    box = slider.bounding_box()
    shown.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    shown.page.mouse.down()
    shown.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2, steps=6)
    value = shown.app(f"app.model.value[{leaf.id}]")
    assert value > leaf.value
    assert float(shown.page.locator(".selection dd").nth(0).inner_text()) == value, "while it is dragged"
    assert float(shown.page.locator(".inputs input").nth(0).input_value()) == value
    shown.page.mouse.up()
    shown.press("ArrowRight")
    assert shown.app(f"app.model.value[{leaf.id}]") > value
    assert shown.place == 6
    assert shown.button("reset values").is_enabled()
    shown.button("reset values").click()
    assert shown.app(f"app.model.value[{leaf.id}]") == leaf.value
    assert float(slider.input_value()) == leaf.value


# -------------------------------------------------------------------------------------------------------- odd graphs


@pytest.mark.parametrize("source", [
    Value(1.0, "x"), Value(1.0, "x", requires_grad=False), Value(1.0, requires_grad=False) * 2.0,
    Value(float("nan"), "x") * Value(float("inf"), "y"), FAMILIES["ladder"](), FAMILIES["wide sum"](),
], ids=["leaf", "constant", "constants only", "nan and inf", "ladder", "wide"])  # fmt: skip
@pytest.mark.parametrize("backward", [True, False])
def test_odd_graphs_open_and_walk(visit: Visit, source: Value, backward: bool) -> None:
    shown = visit(trace(source, backward=backward), start="start")
    length = shown.app("app.walk.length")
    for _ in range(min(length, 8) + 1):
        shown.press("j")
    assert shown.place == min(length, 8 + 1) if length > 8 else shown.place == length
    shown.press("End", "]", "b", "c", "e", "Escape", "0")
    shown.page.locator(".stage").focus()
    shown.press("O", "C", " ", " ", "g")
    assert shown.place == 0
    assert (shown.page.locator(".lessonbar > *").count() > 0) == (backward and length > 0)
    if shown.page.locator(".inputs input").count():
        shown.page.locator(".inputs input").first.fill("3")
        shown.page.locator(".inputs input").first.press("Enter")


def test_a_click_right_after_typing_is_not_lost(visit: Visit) -> None:
    shown = visit(triple(), start="end")
    record = trace(triple())
    field = shown.page.locator(".inputs input").nth(0)
    field.fill("5")
    shown.button("why?").click()
    assert shown.page.locator(".why").is_visible()
    leaf = record.leaves[0].id
    assert shown.app(f"app.model.value[{leaf}]") == 5
    assert float(shown.page.locator(".slide input").input_value()) == 5
    field.fill("bad")
    shown.button("done").click()
    assert shown.page.locator(".why").is_hidden()
    assert shown.text(".problem") == "“bad” is not a number"
