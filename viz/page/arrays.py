"""What a page is told of tensors: arrays in a few words, what each step sends back, and the cells of heat-maps."""

from __future__ import annotations

import math
from typing import Any

from autograd import Trace
from autograd.array_info import ArrayInfo, Quantity
from autograd.text import visible
from autograd.trace_data import Edge

from ..scene import Scene
from ..scene.heat import level

__all__ = ["as_number", "local_of", "told_tensors"]

NAN_LEVEL = 9
"""Stands for nan among the steps of colour."""


def told_tensors(trace: Trace, scene: Scene) -> dict[str, Any]:
    """What the page cannot compute itself and shows as it was recorded.

    `grad` has an entry for every node; `sent` and `sums` have one for every use, by node and slot: what it contributes,
    and what the gradient has come to with it. `forward` and `backward` tell the steps: a sentence and a line, or a
    sentence and for every input that takes a gradient its rule, product and sum. `heats` are the heat-maps:
    [node, 1 for the gradient's, x, y, side of a cell, rows of steps of colour].
    """
    sums: list[list[Any]] = [[None] * len(edges) for edges in trace.operands]
    backward = []
    for step in trace.backward:
        for move in step.moves:
            sums[move.edge.child][move.edge.slot] = as_number(move.after)
        moves = [[visible(text) for text in (step.rule(m), step.product(m), m.total)] for m in step.moves]
        backward.append([visible(step.sentence), *moves])
    return {
        "grad": [_optional(node.grad) for node in trace.nodes],
        "sent": [[_optional(edge.contribution) for edge in edges] for edges in trace.operands],
        "sums": sums,
        "forward": [[visible(step.sentence), visible(step.formula)] for step in trace.forward],
        "backward": backward,
        "shapes": {n.id: f"{n.shape} {n.dtype}" for n in trace.nodes if n.shape is not None},
        "heats": [
            [
                heat.node, int(heat.role == "grad"), *(round(10 * x) for x in (heat.x, heat.y, heat.cell)),
                [[NAN_LEVEL if (shade := level(x, heat.scale)) is None else shade for x in row]
                 for row in heat.array.thumbnail],
            ]
            for heat in scene.heats
        ],
    }  # fmt: skip


def _optional(x: Quantity | None) -> Any:
    return None if x is None else as_number(x)


def local_of(edge: Edge) -> Any:
    """A local derivative; where there are arrays, what travels back in its place."""
    if edge.pullback:
        return {"t": visible(edge.pullback), "s": 0}
    return None if edge.local is None else as_number(edge.local)


def as_number(x: Quantity) -> Any:
    """A number as JSON can hold it: whole ones short, minus zero as it is, infinite ones and nan as text.

    Of an array its short text, its range, its largest finite element, and all that is known of it, with its numbers if
    they are few.
    """
    if isinstance(x, ArrayInfo):
        return {"t": str(x), "r": x.range, "s": x.scale, "x": "\n".join([x.told(), *x.rows()])}
    if not math.isfinite(x):
        return str(x)
    return int(x) if x.is_integer() and abs(x) < 1e15 and math.copysign(1.0, x) + x != -1.0 else x
