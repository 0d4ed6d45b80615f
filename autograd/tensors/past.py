"""The code that takes a gradient past one node: written out per operation, so that no loop looks at its entry again.

Between numpy's calls the backward pass over a network is Python, and most of that was a loop over operands. Here the
entry of an operation (its pullbacks, `before`, `keeps`, `variadic`) is read once, and becomes straight-line source.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from textwrap import indent
from typing import TYPE_CHECKING, Any

from ..operation import Operation
from .anomaly import check_backward
from .fitting import fit
from .stale import require_unread

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["Past", "past"]

Past = Callable[..., None]
"""`past(node, g, arrived, shared, buckets, watched)`: adds to `arrived`, the gradients by node, what each operand gets.

`g` is the node's own gradient, `shared` the nodes whose arrived gradient is a view or somebody else's too, `buckets`
the nodes by depth, leaves left out, to which those reached for the first time are added, and `watched` says whether
anomalies are looked for.
"""

_UNROLLED = """\
def past(node, g, arrived, shared, buckets, watched):
    {names}, = node._operands
    {pullbacks}, = node._rule.pullbacks
{arrays}
    out = node._data
    stamp = {versions}
{prepare}
{pulls}
"""

_LOOP = """\
def past(node, g, arrived, shared, buckets, watched):
    operands = node._operands
    pull0, = node._rule.pullbacks
    out = node._data
    arrays = [p._data if type(p) is Tensor else p for p in operands]
    stamp = sum([p._version for p in operands if type(p) is Tensor])
{prepare}
    for slot, p in enumerate(operands):
        if type(p) is Tensor and p._requires_grad:
            x = arrays[slot]
{pulls}
"""

_PREPARE = """\
if stamp != node._stamp or node._version:
    require_unread(node, stamp != node._stamp)
h = {before}
"""

_DELIVER = """\
c = {pull}
if c.shape != {x}.shape or c.dtype is not {x}.dtype:
    c = fit(c, {x})
if watched:
    check_backward(node, {slot}, g, c)
if {p} not in arrived:
    arrived[{p}] = c
    depth = {p}._depth
    if depth:
        buckets[depth].append({p})
    if c is h or c.base is not None:
        shared.add({p})
elif {p} in shared:
    arrived[{p}] = arrived[{p}] + c
    shared.discard({p})
else:
    held = arrived[{p}]
    held += c
    arrived[{p}] = held
"""


@cache
def past(kind: type[Tensor], rule: Operation, nodes: tuple[bool, ...], optional: bool) -> Past:
    """The way past a node of this operation.

    Args:
        kind: The class of nodes.
        rule: The operation.
        nodes: Of each operand, whether it is a node; of no importance to an operation of any number of operands.
        optional: Whether the node has options.
    """
    names = [f"p{i}" for i in range(len(nodes))]
    arrays = "*arrays" if rule.variadic else ", ".join(f"x{i}" for i in range(len(nodes)))
    named = ("**node._options, " if optional else "") + ("kept=node._kept, " if rule.keeps else "")
    prepare = _PREPARE.format(before="g" if rule.before is None else f"before(g, out, {arrays}, {named})")
    taking = [True] if rule.variadic else nodes
    pulled = [
        i for i, (pull, node) in enumerate(zip(rule.pullbacks, taking, strict=False)) if node and pull is not None
    ]
    if rule.variadic:
        pull = f"pull0(h, out, {arrays}, slot=slot, {named})"
        pulls = _DELIVER.format(pull=pull, p="p", x="x", slot="slot") if pulled else "pass"
        source = _LOOP.format(prepare=indent(prepare, " " * 4), pulls=indent(pulls, " " * 12))
    else:
        parts = [
            f"if p{i}._requires_grad:\n"
            + indent(_DELIVER.format(pull=f"pull{i}(h, out, {arrays}, {named})", p=f"p{i}", x=f"x{i}", slot=i), " " * 4)
            for i in pulled
        ]
        given = [f"x{i} = p{i}._data" if node else f"x{i} = p{i}" for i, node in enumerate(nodes)]
        source = _UNROLLED.format(
            names=", ".join(names),
            pullbacks=", ".join(f"pull{i}" for i in range(len(rule.pullbacks))),
            arrays=indent("\n".join(given), " " * 4),
            versions=" + ".join(f"{name}._version" for name, node in zip(names, nodes, strict=True) if node) or "0",
            prepare=indent(prepare, " " * 4),
            pulls=indent("".join(parts), " " * 4),
        )
    scope: dict[str, Any] = {
        "__name__": __name__, "Tensor": kind, "fit": fit, "check_backward": check_backward, "before": rule.before,
        "require_unread": require_unread,
    }  # fmt: skip
    exec(compile(source, f"<past {rule.name}>", "exec"), scope)
    function: Past = scope["past"]
    return function
