"""The short cut to a node: applying an operation to operands of known kinds, written out as `past` is for the way back.

After a product of large matrices nothing of Python is in the processor's caches any more, and every line between
numpy's calls costs several times what it costs by itself. Modes and unusual operands go to `record`, which builds the
same node for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import indent
from typing import TYPE_CHECKING, Any

import numpy as np

from ..construct import blank_nodes
from ..errors import AutogradError
from ..modes import ACTIVE
from ..operation import Operation
from .family import share, shares_memory
from .past import past
from .shape_errors import NUMPY_ERRORS, explain

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["short_cut"]

_SOURCE = """\
def apply({operands}):
    if ACTIVE{unusual}:
        return otherwise({operands})
    try:
        out{kept} = forward({arrays})
    except AutogradError:
        raise
    except NUMPY_ERRORS as error:
        raise explain(rule, ({operands},), {{}}, error) from None
    if type(out) is not ndarray:
        out = asarray(out)
    node = next(blank)
    node._data = out
    node.grad = node._info = node._hooks = node._family = node._options = None
    node._version = 0
{link}
{view}    return node
"""

_LINK = """\
if {needs}:
    node._requires_grad = True
    node._rule = rule
    node._operands = ({operands},)
    node._kept = {kept}
    node._past = past
    node._stamp = {versions}
    depth = {depth}
{deeper}    node._depth = depth + 1
else:
{leaf}"""

_LEAF = """\
node._requires_grad = False
node._rule = node._operands = node._kept = node._past = None
node._stamp = node._depth = 0
"""

_VIEW = """\
    if shares_memory(out, {array}):
        share(node, p0)
"""


def short_cut(
    kind: Any, rule: Operation, kinds: Sequence[type], otherwise: Callable[..., Any]
) -> Callable[..., Tensor]:
    """A function of the operands that applies the operation to them, without options.

    Args:
        kind: The class of nodes.
        rule: The operation.
        kinds: The type of each operand: the class of nodes, numpy's arrays, or that of a Python number; at least one
            is a node.
        otherwise: What to do where a mode is on, or an array is not one of real numbers.
    """
    names = [f"p{i}" for i in range(len(kinds))]
    nodes = [name for name, found in zip(names, kinds, strict=True) if found is kind]
    arrays = [f"{name}._data" if name in nodes else name for name in names]
    strange = [
        f' or {name}.dtype.kind not in "fiub"' for name, found in zip(names, kinds, strict=True) if found is np.ndarray
    ]
    link = _LEAF
    if rule.differentiable:
        link = _LINK.format(
            needs="({}) and out.dtype.kind == 'f'".format(" or ".join(f"{p}._requires_grad" for p in nodes)),
            operands=", ".join(names),
            kept="kept" if rule.keeps else "None",
            versions=" + ".join(f"{p}._version" for p in nodes),
            depth=f"{nodes[0]}._depth",
            deeper="".join(f"    if {p}._depth > depth:\n        depth = {p}._depth\n" for p in nodes[1:]),
            leaf=indent(_LEAF, " " * 4),
        )
    source = _SOURCE.format(
        operands=", ".join(names),
        unusual="".join(strange),
        kept=", kept" if rule.keeps else "",
        arrays=", ".join(arrays),
        link=indent(link, " " * 4),
        view=_VIEW.format(array=arrays[0]) if rule.view else "",
    )
    # The name puts the generated code inside this package, where `record_sources` does not look for the user's line.
    scope: dict[str, Any] = {
        "__name__": __name__, "ACTIVE": ACTIVE, "otherwise": otherwise, "forward": rule.forward, "rule": rule,
        "past": past(kind, rule, tuple(found is kind for found in kinds), False) if rule.differentiable else None,
        "blank": blank_nodes(kind), "ndarray": np.ndarray, "asarray": np.asarray, "explain": explain,
        "NUMPY_ERRORS": NUMPY_ERRORS, "AutogradError": AutogradError, "share": share, "shares_memory": shares_memory,
    }  # fmt: skip
    exec(compile(source, f"<apply {rule.name}>", "exec"), scope)
    function: Callable[..., Tensor] = scope["apply"]
    return function
