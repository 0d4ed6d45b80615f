"""Mermaid text read back by a grammar of its own; a line that does not belong to it is an error."""

from __future__ import annotations

import re

NODE = re.compile(r'  n(\d+)(\(\["([^"]*)"\]\)|\["([^"]*)"\]):::(leaf|gate|constant)')
EDGE = re.compile(r'  n(\d+) -->(\|"([^"]*)"\|)? n(\d+)')
CLASS = re.compile(
    r"  classDef (leaf|gate|constant) fill:#[0-9a-f]{6},stroke:#[0-9a-f]{6},color:#[0-9a-f]{6}(,[a-z0-9: -]+)?"
)
SAFE = re.compile(r"(?:[^\W_]|[ .,+\-*/=_?!:°∇∂−×÷√Σσ·…⚠²³≤≥≠]|#\d+;|<br/>)*")


def lines_of(quoted: str) -> list[str]:
    """What a reader sees of a quoted text: Mermaid decodes #65; to A, and spaces without width are not seen."""
    assert SAFE.fullmatch(quoted), quoted
    return [
        re.sub(r"#(\d+);", lambda code: chr(int(code[1])), line).replace("\u200b", "") for line in quoted.split("<br/>")
    ]


def read(text: str) -> tuple[dict[int, tuple[str, list[str]]], list[tuple[int, int, list[str]]]]:
    """Kind and lines of every node, and both ends and lines of every edge; anything else in the text is an error."""
    assert text.endswith("\n")
    head, *body = text[:-1].split("\n")
    assert head == "flowchart LR"
    nodes: dict[int, tuple[str, list[str]]] = {}
    edges = []
    for line in body:
        if node := NODE.fullmatch(line):
            assert int(node[1]) not in nodes
            assert (node[3] is not None) == (node[5] == "gate"), "gates are round"
            nodes[int(node[1])] = node[5], lines_of(node[3] if node[3] is not None else node[4])
        elif edge := EDGE.fullmatch(line):
            edges.append((int(edge[1]), int(edge[4]), lines_of(edge[3]) if edge[3] else []))
        else:
            assert CLASS.fullmatch(line), line
    return nodes, edges
