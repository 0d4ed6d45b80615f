"""Graphviz: the trace as a `graphviz.Digraph` or DOT text, for those who have its programs or like its layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograd import Trace
from autograd.array_info import exact
from autograd.text import visible
from autograd.trace_data import Edge, Node

from ..captions import box_text, edge_captions, node_captions
from ..theme import LIGHT

if TYPE_CHECKING:
    import graphviz

__all__ = ["LONGEST", "dot", "graphviz_graph"]

LONGEST = 4000
"""Characters of a name that are kept: Graphviz gives up on strings of more than 16,384 bytes."""


def graphviz_graph(trace: Trace) -> graphviz.Digraph:
    """The trace as a `graphviz.Digraph`; `.render()` and `.pipe()` on it need Graphviz's own programs.

    Beside what is drawn, nodes carry `fullname` (`name` is what Graphviz calls the node itself), `value` and `grad`,
    and edges `local`, `upstream` and `contribution`, as attributes in full precision. Groups are clusters.
    """
    import graphviz  # here, because few pictures need it and the command starts in a tenth of a second

    graph = graphviz.Digraph("backglow", graph_attr={"rankdir": "LR", "ordering": "in"})
    graph.attr("node", fontname="monospace", fontsize="11", color=LIGHT.border, fontcolor=LIGHT.text)
    graph.attr("edge", fontname="monospace", fontsize="9", color=LIGHT.wire, fontcolor=LIGHT.muted)
    clusters = [
        graphviz.Digraph(f"cluster_{i}", graph_attr={"label": _quoted(group.name), "color": LIGHT.wire})
        for i, group in enumerate(trace.groups)
    ]
    for node in trace.nodes:
        label = _quoted(*_node_lines(trace, node))
        around = graph if node.group is None else clusters[node.group]
        around.node(f"n{node.id}", label, _attributes=_node_style(node) | _node_data(node))
    for group, cluster in zip(reversed(trace.groups), reversed(clusters), strict=True):  # inner ones before outer ones
        (graph if group.parent is None else clusters[group.parent]).subgraph(cluster)
    for edge in trace.edges:
        graph.edge(f"n{edge.parent}", f"n{edge.child}", _attributes=_edge_label(trace, edge) | _edge_data(edge))
    return graph


def dot(trace: Trace) -> str:
    """The trace as DOT text; see `graphviz_graph`."""
    return str(graphviz_graph(trace).source)


def _node_lines(trace: Trace, node: Node) -> list[str]:
    return [box_text(trace, node), *(caption.text for caption in node_captions(node))]


def _node_style(node: Node) -> dict[str, str]:
    if node.kind == "gate":
        return {"shape": "ellipse", "style": "filled", "fillcolor": LIGHT.gate}
    if node.kind == "leaf":
        return {"shape": "box", "style": "rounded,filled", "fillcolor": LIGHT.leaf}
    return {"shape": "box", "style": "rounded,dashed"}


def _node_data(node: Node) -> dict[str, str]:
    data = {"value": exact(node.value), "tooltip": _quoted(node.formula or node.label)}
    if node.name is not None:
        data["fullname"] = _plain(_escaped(node.name))
    if node.grad is not None:
        data["grad"] = exact(node.grad)
    return data


def _edge_label(trace: Trace, edge: Edge) -> dict[str, str]:
    captions = edge_captions(trace, edge)
    return {"label": _quoted(*(caption.text for caption in captions))} if captions else {"style": "dashed"}


def _edge_data(edge: Edge) -> dict[str, str]:
    data = {"slot": str(edge.slot)}
    for name, number in (("local", edge.local), ("upstream", edge.upstream), ("contribution", edge.contribution)):
        if number is not None:
            data[name] = exact(number)
    if edge.pullback:
        data["pullback"] = _plain(_escaped(edge.pullback))
    return data


def _quoted(*lines: str) -> str:
    """Lines as one DOT string to be drawn: no HTML, no entities, no escapes but our own line breaks."""
    return _plain("\\n".join(_escaped(line).replace("&", "&amp;") for line in lines))


def _plain(escaped: str) -> str:
    from graphviz import nohtml

    plain: str = nohtml(escaped)
    return plain


def _escaped(text: str) -> str:
    return visible(text)[:LONGEST].replace("\\", "\\\\")
