"""DOT text read back by Graphviz itself."""

from __future__ import annotations

import json
import subprocess
import xml.etree.ElementTree as ElementTree
from typing import Any

SVG = "{http://www.w3.org/2000/svg}"


def run(text: str, kind: str) -> bytes:
    """What `dot` makes of the text; a syntax error or a warning fails the test."""
    done = subprocess.run(["dot", f"-T{kind}"], input=text.encode(), capture_output=True, timeout=60, check=False)
    complaints = [line for line in done.stderr.decode().splitlines() if "font" not in line.lower()]
    assert (done.returncode, complaints) == (0, [])
    return done.stdout


def graph(text: str) -> tuple[dict[int, dict[str, str]], list[dict[str, Any]]]:
    """The attributes of the nodes by the trace's id, and of the edges, with `parent` and `child` as such ids."""
    document = json.loads(run(text, "dot_json"), object_pairs_hook=_without_repeats)
    boxes = [item for item in document["objects"] if not item["name"].startswith("cluster_")]
    nodes = {int(item["name"].removeprefix("n")): item for item in boxes}
    assert len(nodes) == len(boxes)
    ids = {item["_gvid"]: node for node, item in nodes.items()}
    edges = [{**edge, "parent": ids[edge["tail"]], "child": ids[edge["head"]]} for edge in document.get("edges", [])]
    return nodes, edges


def clusters(text: str) -> dict[str, set[int]]:
    """The label of each cluster, and the trace's ids of the nodes in it, inner clusters included."""
    document = json.loads(run(text, "dot_json"))
    names = {item["_gvid"]: item["name"] for item in document["objects"]}
    found = [item for item in document["objects"] if item["name"].startswith("cluster_")]
    return {item["label"]: {int(names[i].removeprefix("n")) for i in item.get("nodes", [])} for item in found}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), f"an attribute appears twice: {[key for key, _ in pairs]}"
    return found


def drawn_texts(text: str) -> list[str]:
    """Every line of text in the picture that `dot` draws."""
    root = ElementTree.fromstring(run(text, "svg"))
    return [(element.text or "").replace("\u00a0", " ") for element in root.iter(f"{SVG}text")]


def unescaped(attribute: str) -> str:
    """An attribute as it was meant: DOT keeps backslashes doubled."""
    return attribute.replace("\\\\", "\\")
