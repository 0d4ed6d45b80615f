"""Names and values made to break a page come out as text, and nothing of them runs."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import Value, trace
from autograd.text import shorten, visible
from viz.page.payload import as_json, payload

from ...autograd.settings import thorough
from ..hostile import HOSTILE
from .driving import Visit, Visitor

WATCH = "addEventListener('securitypolicyviolation', (e) => console.error('forbidden: ' + e.violatedDirective))"
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "noscript", "script", "div", "header", "h1", "h2",
    "button", "input", "select", "option", "output", "span", "aside", "section", "p", "table", "thead", "tbody", "tr",
    "th", "td", "dl", "dt", "dd", "ul", "ol", "li", "label", "dialog", "svg", "g", "rect", "path", "text",
}  # fmt: skip


def label_of(name: str) -> str:
    return shorten(visible(name)) or "␣"


def everything() -> Value:
    """Every hostile name on an input, and on a gate."""
    total = Value(0.0, "sum")
    for i, name in enumerate(HOSTILE.values()):
        gate = Value(float(i), name) * 2
        gate.name = name
        total = total + gate
    return total


def elements(shown: Visitor) -> set[str]:
    return set(shown.page.evaluate("[...new Set([...document.querySelectorAll('*')].map((e) => e.localName))]"))


def test_hostile_names_are_text_wherever_they_stand(visit: Visit) -> None:
    source = everything()
    record = trace(source)
    shown = visit(source)
    shown.page.evaluate(WATCH)
    shown.page.evaluate("void (window.alert = () => console.error('alert'))")
    shown.press("O")
    labels = set(map(label_of, HOSTILE.values()))
    assert labels <= set(shown.page.locator(".picture .leaf .name").all_text_contents())
    for node in record.nodes:
        shown.do(f"app.select({node.id})")
        if node.name:
            tip = shown.app(f"app.pointer.tell({{ node: {node.id} }})")
            assert visible(node.name) in tip
            shown.do(f"app.tip.textContent = {json.dumps(tip)}; app.tip.hidden = false")
            facts = shown.app("app.panel.selection.textContent")
            assert node.label in facts
            assert visible(node.name) in facts
    for place in range(0, shown.app("app.walk.length") + 1, 5):
        shown.do(f"app.go({place})")
    shown.do("app.lessons.why.show(1); app.lessons.museum.inject('zero'); app.lessons.quiz.switch.click()")
    for name in "<script>", "onerror", '"', "&amp;":
        shown.page.locator("input[type=search]").fill(name)
    assert elements(shown) <= ELEMENTS
    assert shown.page.locator("script").count() == 2
    assert shown.page.evaluate("document.body.dataset.hit") is None


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_one_hostile_name(name: str) -> None:
    result = Value(2.0, name) * 3
    result.name = name
    page = viz.html(result)
    assert not re.search("[\ud800-\udfff\u2028\u2029]", page)
    assert page.count("<script") == page.count("</script>") == 2
    head = page.split("<script", 1)[0]
    for tag in re.findall(r"<[^>]*>", re.sub(r"<style>.*?</style>", "", head, flags=re.DOTALL)):
        assert re.fullmatch(r'</?!?\w+(?: [\w-]+(?:="[^"<>]*")?)*>', tag), tag
    data = re.search(r'id="backglow-data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    assert "<" not in data[1]
    read = json.loads(data[1])["nodes"]
    assert read["label"][0] == label_of(name)
    assert read["name"].get("0", label_of(name)) == (visible(name) or "␣")


@settings(thorough, max_examples=80)
@given(st.text(st.characters(), max_size=30))
def test_data_of_any_name_is_inert_and_round_trips(name: str) -> None:
    data = payload(trace(Value(2.0, name) * 3), start=0)
    text = as_json(data)
    assert not set("<>&\u2028\u2029") & set(text)
    text.encode()
    assert json.loads(text)["nodes"]["label"] == data["nodes"]["label"]


def test_the_policy_lets_only_the_pages_own_script_run(visit: Visit) -> None:
    page = viz.html(Value(2.0, "x") * 3)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    program = re.search(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    assert program is not None
    digest = base64.b64encode(hashlib.sha256(program[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'"
    planted = page.replace(
        "<body>",
        '<body><script>document.body.dataset.hit = 1</script><img src=x onerror="document.body.dataset.hit = 1">',
    )
    shown = visit(planted)
    assert shown.page.evaluate("document.body.dataset.hit") is None
    assert len([fault for fault in shown.faults if "Content Security Policy" in fault]) >= 2, "the watch notices"
    shown.faults.clear()


@pytest.mark.parametrize(
    "x", [math.inf, -math.inf, math.nan, -0.0, 5e-324, 1.7976931348623157e308, 1e22, 123456789.125]
)
def test_values_survive_the_way_into_the_page(visit: Visit, x: float) -> None:
    shown = visit(Value(x, "x") * 1.0, start="end")
    assert shown.page.locator(".inputs input").input_value() == repr(x)
    field = shown.page.locator(".inputs input")
    field.fill(repr(-x))
    field.press("Enter")
    shown.page.locator(".stage").focus()
    shown.press("k")
    assert field.input_value() == repr(-x).replace("-nan", "nan")
