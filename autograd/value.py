"""Value: a number that remembers how it was computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import gates as gates  # the table must be full before Value's operators are made from it
from .backward import graph_gradients, sweep
from .display import render
from .errors import GraphError
from .graph import FROZEN, MANY, Called, Info, Named, describe, operands_of
from .operators import Operators, install
from .record import as_number

if TYPE_CHECKING:
    from .steps import BackwardStep

__all__ = ["Value"]


class Value(Named, Operators):
    """One real number and the gate that produced it.

    Args:
        data: The number.
        name: What to call it in pictures, steps and messages.
        requires_grad: Whether a backward pass gives it a gradient.

    Attributes:
        data: The number, a float. Assigning to a leaf's `data` (`w.data -= lr * w.grad`) is how training changes it;
            graphs computed before keep the local gradients of the old number.
        grad: The gradient of the result with respect to this node, or None until a backward pass has reached it.
            Leaves add up the passes, as in PyTorch; other nodes hold the last pass only.

    Raises:
        OperandError: `data` is not one real number.

    Arithmetic operators, comparisons (of the numbers; `==` too, while `hash` stays that of the object), `abs`, `float`
    and the gates as methods (`x.exp()`, `x.tanh()`, ...) all work. Under the name of Value this idea is from
    micrograd (Karpathy, 2020), whose programs run unchanged.

    >>> a, b, c = Value(2.0, name="a"), Value(-3.0, name="b"), Value(10.0, name="c")
    >>> d = a * b + c
    >>> d.backward()
    >>> d.data, a.grad, b.grad, c.grad
    (4.0, -3.0, 2.0, 1.0)
    """

    __slots__ = ("_a", "_b", "_depth", "_form", "_ga", "_gb", "_info", "_next", "data", "grad")
    data: float
    grad: Any
    _form: Any
    _a: Any
    _b: Any
    _ga: Any
    _gb: Any
    _depth: int
    _next: Any
    _info: Info | Called | None

    def __init__(self, data: float, name: str | None = None, *, requires_grad: bool = True) -> None:
        self.data = data if type(data) is float else as_number(data)
        self.grad = None
        self._form = None if requires_grad else FROZEN
        self._a = self._b = self._ga = self._gb = self._next = None
        self._depth = 0
        self._info = None if name is None else Info(name)

    # ------------------------------------------------------------------------------------------ what it remembers

    @property
    def op(self) -> str | None:
        """Name of the gate that produced this node; None for a leaf."""
        return self._form.gate.name if self._depth else None

    @property
    def parents(self) -> tuple[Value, ...]:
        """The Values it was computed from, in order and with repeats: `x * x` has two. Empty for a leaf."""
        if self._b is MANY:
            parents: tuple[Value, ...] = self._a
            return parents
        if self._b is not None:
            return (self._a, self._b)
        return () if self._a is None else (self._a,)

    @property
    def local(self) -> tuple[float, ...]:
        """The local gradient ∂self/∂parent for each of `parents`, as recorded on the forward pass."""
        if self._b is MANY:
            return tuple(map(float, self._ga))
        if self._b is not None:
            return (float(self._ga), float(self._gb))
        return () if self._a is None else (float(self._ga),)

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """As `parents`, with the plain numbers among the operands in their places."""
        return operands_of(self)

    @property
    def requires_grad(self) -> bool:
        """Whether a backward pass gives this node a gradient. Only a leaf can refuse."""
        return self._form is not FROZEN

    @requires_grad.setter
    def requires_grad(self, required: bool) -> None:
        if self._depth:
            raise GraphError(f"{describe(self)} was computed, so it always requires grad: freeze a leaf, or detach()")
        self._form = None if required else FROZEN

    # --------------------------------------------------------------------------------------------- backpropagation

    def backward(self, gradient: float = 1.0, *, create_graph: bool = False) -> None:
        """Compute the gradient of this number with respect to every node it depends on.

        Args:
            gradient: The gradient of this node itself, where the pass starts.
            create_graph: Make every gradient a Value that can be differentiated again.

        Raises:
            GraphError: this node requires no gradient, or (with create_graph) a value changed since the forward pass.

        >>> x = Value(3.0)
        >>> y = x * x * x
        >>> y.backward()
        >>> x.grad
        27.0
        """
        if self._form is FROZEN:
            raise GraphError(
                f"backward: {describe(self)} requires no gradient; it is detached, or was computed under no_grad()"
            )
        if not create_graph:
            sweep(self, as_number(gradient))
            return
        gradients = graph_gradients(self, Value(as_number(gradient), requires_grad=False))
        nodes = {id(self): self}
        stack = [self]
        while stack:
            for parent in stack.pop().parents:
                if id(parent) not in nodes:
                    nodes[id(parent)] = parent
                    stack.append(parent)
        for key, node in nodes.items():
            if node._form is FROZEN:
                continue
            held = None if node._depth else node.grad
            node.grad = gradients[key] if held is None else held + gradients[key]

    def zero_grad(self) -> None:
        """Set the gradient to 0.0, for the next pass to add to."""
        self.grad = 0.0

    def detach(self) -> Value:
        """The same number as a new leaf that requires no gradient."""
        return Value(self.data, self.name, requires_grad=False)

    def steps(self) -> Iterator[BackwardStep]:
        """The backward pass, one gate at a time, as `autograd.trace(self).backward`; no `.grad` is touched.

        >>> a, b = Value(2.0, name="a"), Value(-3.0, name="b")
        >>> for step in (a * b).steps():
        ...     print(step.sentence)
        multiply swaps: a gets b × upstream, b gets a × upstream
        """
        from .tracing import trace

        return iter(trace(self).backward)

    # ------------------------------------------------------------------------------------------------- being shown

    def __repr__(self) -> str:
        name = "" if self.name is None else f", name={self.name!r}"
        grad = self.grad.data if isinstance(self.grad, Value) else self.grad
        return f"Value(data={self.data!r}, grad={grad!r}{name})"

    def tree(
        self, *, depth: int | None = None, limit: int | None = None, ascii_only: bool = False, backward: bool = True
    ) -> str:
        """The graph as a text tree, this number at the top; no `.grad` is touched. The picture is `viz.tree`'s.

        Args:
            depth: Levels below this number to show; all of them where None.
            limit: Most lines to show; all of them where None.
            ascii_only: Use nothing but ASCII.
            backward: Make a backward pass of its own and show the gradients.

        >>> x = Value(3.0, name="x")
        >>> print((x * x).tree())
        v1 = x·x = 9   ∇ 1
        ├─ x = 3   ∇ 6   (local ∂ 3)
        └─ ↑ x   (local ∂ 3)
        """
        return render("tree", self, depth=depth, limit=limit, ascii_only=ascii_only, backward=backward)

    def _repr_svg_(self) -> str:
        return render("svg", self)

    def _repr_html_(self) -> str:
        return render("html", self)

    def __reduce__(self) -> tuple[Any, ...]:
        if self._depth:
            raise GraphError(
                f"{describe(self)} is part of a graph and cannot be copied or pickled: "
                "copy its leaves, detach() it, or keep autograd.trace(it).to_json()"
            )
        return _restore, (self.data, self.name, self.requires_grad, self.grad)

    # micrograd's own drawing code reads these two.

    @property
    def _prev(self) -> set[Value]:
        return set(self.parents)

    @property
    def _op(self) -> str:
        return (self._form.gate.glyph or self._form.gate.name) if self._depth else ""


def _restore(data: float, name: str | None, requires_grad: bool, grad: Any) -> Value:
    leaf = Value(data, name, requires_grad=requires_grad)
    leaf.grad = grad
    return leaf


install(Value)
