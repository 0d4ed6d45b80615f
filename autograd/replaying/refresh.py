"""A recorded graph computed once more, with the numbers its leaves have now."""

from __future__ import annotations

from ..graph import MANY, evaluation_order, operands_of
from ..value import Value

__all__ = ["refresh"]


def refresh(root: Value) -> Value:
    """Compute every number and every local gradient below a result again, in place.

    Args:
        root: The result.

    Returns:
        The same node.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> x.data = 4.0
    >>> refresh(y).data, y.local
    (16.0, (4.0, 4.0))
    """
    for node in evaluation_order(root):
        if not node._depth:
            continue
        operands = operands_of(node)
        numbers = (o.data if isinstance(o, Value) else o for o in operands)
        node.data, local = node._form.gate.number(*numbers)
        recorded = [d for o, d in zip(operands, local, strict=True) if isinstance(o, Value)]
        if node._b is MANY:
            node._ga = tuple(recorded)
        else:
            node._ga = recorded[0]
            if node._b is not None:
                node._gb = recorded[1]
    return root
