"""How a Tensor shows the graph it ends: step by step, as a text tree, as a picture in a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..display import render
from ..errors import GraphError

if TYPE_CHECKING:
    from ..operation import Array, Operation
    from ..steps import BackwardStep

__all__ = ["Showing"]


class Showing:
    """Base of Tensor."""

    __slots__ = ()

    if TYPE_CHECKING:
        _data: Array
        _rule: Operation | None

    def steps(self, gradient: Any = None) -> Iterator[BackwardStep]:
        """The backward pass, one operation at a time, as `autograd.trace(self).backward`; no `.grad` is touched.

        Args:
            gradient: The gradient of this tensor itself, where the pass starts, if it is not a single number.

        Raises:
            GraphError: it is not a single number and `gradient` is missing, or a backward pass has freed the graph.

        >>> from autograd import Tensor
        >>> W, x = Tensor([[1.0, 2.0]], requires_grad=True, name="W"), Tensor([3.0, 4.0], name="x")
        >>> for step in (W @ x).sum().steps():
        ...     print(step.sentence)
        sum distributes: v1 gets upstream, (1,)
        a matrix product transposes the other factor: W gets upstream · xᵀ, (1, 2)
        """
        from ..tracing import trace

        return iter(trace(self, gradient=gradient).backward)  # type: ignore[arg-type]

    def tree(
        self, *, depth: int | None = None, limit: int | None = None, ascii_only: bool = False, backward: bool = True
    ) -> str:
        """The graph as a text tree, this tensor at the top; no `.grad` is touched. The picture is `viz.tree`'s.

        Args:
            depth: Levels below this tensor to show; all of them where None.
            limit: Most lines to show; all of them where None.
            ascii_only: Use nothing but ASCII.
            backward: Make a backward pass of its own and show the gradients; from a single number only.

        >>> from autograd import Tensor
        >>> W, x = Tensor([[1.0, 2.0]], requires_grad=True, name="W"), Tensor([3.0, 4.0], name="x")
        >>> print((W @ x).sum().tree())
        v2 = Σ v1 = 11   ∇ 1
        └─ v1 = W @ x = 11   ∇ 1   (← upstream)
           ├─ W = (1, 2) 1…2   ∇ (1, 2) 3…4   (← upstream · xᵀ)
           └─ x = [3, 4]
        """
        return render("tree", self, depth=depth, limit=limit, ascii_only=ascii_only, backward=backward)

    def _repr_svg_(self) -> str | None:
        return self._shown("svg")

    def _repr_html_(self) -> str | None:
        return self._shown("html")

    def _shown(self, kind: str) -> str | None:
        """For a notebook: a picture of the graph if there is one, otherwise nothing, so that the numbers are shown."""
        if self._rule is None:
            return None
        try:
            return render(kind, self, backward=self._data.size == 1)
        except GraphError:  # freed by a backward pass
            return None
