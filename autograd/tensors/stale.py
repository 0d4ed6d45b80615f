"""Whether a node can still go back: what its pullbacks look at must be as it was on the forward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import GraphError
from .describe import describe

if TYPE_CHECKING:
    from .tensor import Tensor

__all__ = ["require_unread"]


def require_unread(node: Tensor, operands_changed: bool) -> None:
    """Raise if a pullback of the node looks at something that has changed since the forward pass."""
    rule = node._rule
    assert rule is not None
    assert node._operands is not None
    needed = "".join(
        rule.reads_of(slot) or ("xo" if not rule.reads else "")
        for slot, p in enumerate(node._operands)
        if getattr(p, "_requires_grad", False)
    )
    if ("x" in needed and operands_changed) or ("o" in needed and node._version):
        who = "its result" if not operands_changed else _changed(node)
        raise GraphError(
            f"backward: {rule.name} needs {who} as it was on the forward pass, but it has been changed in place since; "
            "compute the result again after the change, or change a copy"
        )


def _changed(node: Tensor) -> str:
    assert node._operands is not None
    changed = {id(p): describe(p) for p in node._operands if getattr(p, "_version", 0)}
    return " or ".join(changed.values()) or "an operand"
