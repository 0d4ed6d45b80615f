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
"""`past(node, g, arrived, owned, buckets, watched)`: adds to `arrived`, the gradients by node, what each operand gets.

`g` is the node's own gradient, `owned` the nodes whose arrived gradient belongs to the pass alone, `buckets` the nodes
by depth, to which those reached for the first time are added, and `watched` says whether anomalies are looked for.
"""

_UNROLLED = """\
def past(node, g, arrived, owned, buckets, watched):
    {nodes}, = node._operands
    {pullbacks}, = node._rule.pullbacks
    out = node._data
    stamp = 0
{operands}
{prepare}
{pulls}
"""

_OPERAND = """\
if type(p{i}) is Tensor:
    x{i} = p{i}._data
    stamp += p{i}._version
    takes{i} = p{i}._requires_grad
else:
    x{i} = p{i}
    takes{i} = False
"""

_LOOP = """\
def past(node, g, arrived, owned, buckets, watched):
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
    buckets[{p}._depth].append({p})
    if c is not h and c.base is None:
        owned.add({p})
elif {p} in owned:
    held = arrived[{p}]
    held += c
    arrived[{p}] = held
else:
    arrived[{p}] = arrived[{p}] + c
    owned.add({p})
"""


@cache
def past(kind: type[Tensor], rule: Operation, count: int, optional: bool) -> Past:
    """The way past a node of this operation.

    Args:
        kind: The class of nodes.
        rule: The operation.
        count: How many operands it has; of no importance to one of any number.
        optional: Whether the node has options.
    """
    named = ("**node._options, " if optional else "") + ("kept=node._kept, " if rule.keeps else "")
    arrays = "*arrays" if rule.variadic else ", ".join(f"x{i}" for i in range(count))
    prepare = _PREPARE.format(before="g" if rule.before is None else f"before(g, out, {arrays}, {named})")
    if rule.variadic:
        pull = f"pull0(h, out, {arrays}, slot=slot, {named})"
        pulls = _DELIVER.format(pull=pull, p="p", x="x", slot="slot") if rule.pullbacks[0] is not None else "pass"
        source = _LOOP.format(prepare=indent(prepare, " " * 4), pulls=indent(pulls, " " * 12))
    else:
        parts = [
            f"if takes{i}:\n"
            + indent(_DELIVER.format(pull=f"pull{i}(h, out, {arrays}, {named})", p=f"p{i}", x=f"x{i}", slot=i), " " * 4)
            for i in range(count)
            if rule.pullbacks[i] is not None
        ]
        source = _UNROLLED.format(
            nodes=", ".join(f"p{i}" for i in range(count)),
            pullbacks=", ".join(f"pull{i}" for i in range(len(rule.pullbacks))),
            operands=indent("".join(_OPERAND.format(i=i) for i in range(count)), " " * 4),
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
