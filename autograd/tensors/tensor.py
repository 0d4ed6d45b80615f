"""Tensor: an array of numbers that remembers how it was computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakSet

import numpy as np

from ..errors import GraphError, OperandError, ShapeError
from ..graph import Info, Named
from ..hooks import RemovableHandle
from ..operation import Array, Operation
from .backward import FREED, backward_order, contribution, sweep
from .construction import as_array
from .describe import describe, shape_text
from .family import count, leave, share
from .graph_backward import graph_gradients
from .methods import Methods
from .operators import Operators, install
from .past import Past
from .record import record
from .scalar_graph import LIMIT, scalar_graph
from .showing import Showing

__all__ = ["Tensor"]


class Tensor(Named, Operators, Methods, Showing):
    """An n-dimensional array of real numbers and the operation that produced it.

    Args:
        data: An array, a number, or nested lists of numbers. An array is used as it is, not copied; lists of numbers
            with a fraction become float64.
        requires_grad: Whether a backward pass gives it a gradient; only floating-point tensors can have one.
        dtype: The numpy dtype to convert to, e.g. `np.float32`.
        name: What to call it in pictures, steps and messages.

    Attributes:
        grad: The gradient of the result with respect to this tensor, an array of the same shape and dtype (a Tensor
            after `backward(create_graph=True)`), or None until a backward pass has reached it. Leaves add up the
            passes, as in PyTorch; other nodes hold the last pass only, without being asked to.

    Raises:
        OperandError: the data is not made of real numbers, or integers are to require a gradient.
        ShapeError: nested lists whose rows differ in length.

    Operators, broadcasting, indexing and dtypes are numpy's; names are PyTorch's where PyTorch has the thing. Numbers,
    arrays and numpy's functions (`np.exp(t)`, `a @ t`) combine with Tensors.

    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="x")
    >>> (x * x).sum().backward()
    >>> x.grad
    array([[2., 4.],
           [6., 8.]])
    """

    __slots__ = (
        "__weakref__", "_data", "_depth", "_family", "_hooks", "_info", "_kept", "_operands", "_options",
        "_past", "_requires_grad", "_rule", "_stamp", "_version", "grad",
    )  # fmt: skip
    _data: Array
    _depth: int
    _family: WeakSet[Tensor] | None
    _hooks: dict[object, Callable[[Any], Any]] | None
    _info: Info | None
    _kept: Any
    _operands: tuple[Any, ...] | None
    _options: dict[str, Any] | None
    _past: Past | None
    _requires_grad: bool
    _rule: Operation | None
    _stamp: int
    _version: int
    grad: Any

    def __init__(self, data: Any, requires_grad: bool = False, dtype: Any = None, name: str | None = None) -> None:
        self._data = as_array(data, dtype=dtype)
        self.grad = None
        self._rule = self._operands = self._options = self._kept = self._past = None
        self._hooks = self._family = None
        self._depth = self._stamp = self._version = 0
        self._info = None if name is None else Info(name)
        self._requires_grad = False
        if requires_grad:
            self.requires_grad = True

    # ------------------------------------------------------------------------------------------ what it remembers

    @property
    def data(self) -> Array:
        """The numbers, as an array. Assigning another array of the same shape is an in-place change."""
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        array = as_array(data, "data: ")
        if array.shape != self._data.shape:
            raise ShapeError(
                f"data: {describe(self)} keeps its shape; one of shape {shape_text(array.shape)} does not fit into it"
            )
        before, self._data = self._data, array.astype(self._data.dtype, copy=False)
        if np.may_share_memory(before, self._data):
            count(self)  # `w.data -= step` has changed the numbers of every view too
        else:
            self._version += 1
            leave(self)

    @property
    def op(self) -> str | None:
        """Name of the gate or operation that produced this node; None for a leaf."""
        return None if self._rule is None else self._rule.name

    @property
    def operands(self) -> tuple[Any, ...]:
        """What it was computed from, in order: Tensors, arrays and Python numbers. Empty for a leaf.

        Raises:
            GraphError: a backward pass has freed the graph.
        """
        if self._operands is FREED:
            raise GraphError(
                f"the graph of {describe(self)} was freed by a backward pass: look at it before, or keep it with "
                "backward(retain_graph=True)"
            )
        return self._operands or ()

    @property
    def parents(self) -> tuple[Tensor, ...]:
        """The Tensors among `operands`, with repeats: `x * x` has two."""
        return tuple(o for o in self.operands if isinstance(o, Tensor))

    @property
    def local(self) -> tuple[Array | None, ...]:
        """For an element-wise gate, ∂self/∂operand for each of `operands`, each of this tensor's shape.

        None for an operand that takes no gradient. Operations that are not element-wise have no local derivative of
        this shape; their gradient is a map (see `Operation`), and this is empty.
        """
        if self._rule is None or self._rule.local is None:
            return ()
        ones = np.ones_like(self._data)
        arrays = [o._data if isinstance(o, Tensor) else o for o in self.operands]
        return tuple(
            np.broadcast_to(np.asarray(p(ones, self._data, *arrays)), self.shape)
            if p is not None and isinstance(o, Tensor) and o._requires_grad
            else None
            for p, o in zip(self._rule.pullbacks, self.operands, strict=True)
        )

    @property
    def is_leaf(self) -> bool:
        """Whether it was given rather than computed."""
        return self._rule is None

    @property
    def requires_grad(self) -> bool:
        """Whether a backward pass gives this node a gradient."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, required: bool) -> None:
        if self._rule is not None:
            if not required:
                raise GraphError(f"{describe(self)} was computed, so it requires grad: freeze a leaf, or detach()")
            return
        if required and self._data.dtype.kind != "f":
            raise OperandError(
                f"requires_grad: {describe(self)} holds {self._data.dtype} numbers, and only floating-point tensors "
                "have gradients: convert it with astype(float) first"
            )
        self._requires_grad = bool(required)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Set `requires_grad` and return the tensor itself."""
        self.requires_grad = requires_grad
        return self

    # --------------------------------------------------------------------------------------------- backpropagation

    def backward(self, gradient: Any = None, *, retain_graph: bool = False, create_graph: bool = False) -> None:
        """Compute the gradient of this tensor with respect to every node it depends on.

        Args:
            gradient: The gradient of this node itself, of its shape, where the pass starts: 1 for a single number, to
                be given for anything larger.
            retain_graph: Keep the graph for another pass. Otherwise its memory is freed on the way.
            create_graph: Make every gradient a Tensor that can be differentiated again; keeps the graph.

        Raises:
            GraphError: it requires no gradient, is not a single number and `gradient` is missing, its graph was freed,
                or a tensor was changed in place since the forward pass.
            ShapeError: `gradient` has another shape.

        >>> w = Tensor([1.0, -2.0], requires_grad=True)
        >>> (w * w).backward(np.array([1.0, 10.0]))
        >>> w.grad
        array([  2., -40.])
        """
        if not create_graph:
            if gradient is None and self._requires_grad and self._data.size == 1:
                seed = self._data.copy()
                seed.fill(1)
            else:
                seed = self.seed(gradient)._data
            sweep(self, seed, retain_graph)
            return
        gradients = graph_gradients(self, self.seed(gradient))
        for node in backward_order(self):
            if (found := gradients.get(id(node))) is not None:
                held = node.grad if node.is_leaf else None
                node.grad = found if held is None else found + held

    def seed(self, gradient: Any = None) -> Tensor:
        """Where a backward pass from here starts: `gradient` checked, or the 1 of a single number."""
        if not self._requires_grad:
            if self._data.dtype.kind != "f":
                raise GraphError(
                    f"backward: {describe(self)} holds {self._data.dtype}: places (argmax), counts and comparisons "
                    "jump instead of changing, so no gradient passes through them; train with something smooth in "
                    "their place, such as softmax or a loss"
                )
            raise GraphError(
                f"backward: {describe(self)} requires no gradient; nothing it was computed from has "
                "requires_grad=True, or it was detached or computed under no_grad()"
            )
        if gradient is None:
            if self._data.size != 1:
                raise GraphError(
                    f"backward: {describe(self)} is not a single number: reduce it, e.g. with sum() or mean(), or say "
                    f"with which weights its elements count: backward(gradient of shape {shape_text(self.shape)})"
                )
            return Tensor(np.ones_like(self._data))
        given = gradient if isinstance(gradient, Tensor) else Tensor(gradient)
        if given.shape != self.shape:
            raise ShapeError(
                f"backward: the gradient given has shape {shape_text(given.shape)}, but {describe(self)} has shape "
                f"{shape_text(self.shape)}: they must be the same"
            )
        return given if given.dtype == self.dtype else given.astype(self.dtype)

    def contribution(self, slot: int, upstream: Array) -> Array | None:
        """What this node adds to the gradient of the operand in that position, given its own gradient."""
        return contribution(self, slot, upstream)

    def register_hook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call a function with this tensor's gradient in every backward pass, before it travels on.

        Args:
            hook: Gets the gradient of the pass (an array, or a Tensor with create_graph), not to be changed in place;
                what it returns, unless None, takes its place.

        Returns:
            A handle whose `remove()` takes the hook away.

        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> handle = x.register_hook(lambda g: 2 * g)
        >>> (x * 3).sum().backward()
        >>> x.grad
        array([6., 6.])
        """
        if not self._requires_grad:
            raise GraphError(f"register_hook: {describe(self)} requires no gradient, so a hook would never be called")
        if self._hooks is None:
            self._hooks = {}
        return RemovableHandle(self._hooks, hook)

    def zero_grad(self) -> None:
        """Forget the gradient, so that the next pass starts anew."""
        self.grad = None

    def detach(self) -> Tensor:
        """The same numbers, sharing memory, as a new leaf that requires no gradient."""
        leaf = Tensor(self._data, name=self.name)
        share(leaf, self)
        return leaf

    def view_as_node(self) -> Tensor:
        """A node of its own for this use of the tensor, so that a derivative can be by this use alone."""
        from ..operations import alias

        return record(Tensor, alias, (self,), None)

    def to_values(self, *, names: Mapping[str, Any] | None = None, primitives: bool = False, limit: int = LIMIT) -> Any:
        """The same expression as a graph of Values: one for a single number, otherwise an array of them.

        For small tensors, whose inside is worth seeing. The arguments and errors are those of `scalar_graph`, which
        also says which Values the leaves became.

        >>> w = Tensor([2.0, 3.0], requires_grad=True, name="w")
        >>> loss = (w * w).sum().to_values()
        >>> loss.data, loss.parents[0].op, loss.parents[0].parents[0].name
        (13.0, 'mul', 'w[0]')
        """
        return scalar_graph(self, names=names, primitives=primitives, limit=limit).values

    # ------------------------------------------------------------------------------------------------- being shown

    def __repr__(self) -> str:
        body = np.array2string(self._data, separator=", ", prefix="Tensor(")
        dtype = "" if self._data.dtype in (np.float64, np.int64, np.bool_) else f", dtype={self._data.dtype}"
        name = "" if self.name is None else f", name={self.name!r}"
        origin = f", op={self.op!r}" if self.op else ", requires_grad=True" if self._requires_grad else ""
        return f"Tensor({body}{dtype}{origin}{name})"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._rule is not None:
            raise GraphError(
                f"{describe(self)} is part of a graph and cannot be copied or pickled: copy its leaves, or detach() it"
            )
        return _restore, (self._data, self._requires_grad, self.name, self.grad)

    def __copy__(self) -> Tensor:
        restore, parts = self.__reduce__()
        leaf: Tensor = restore(*parts)
        share(leaf, self)
        leaf.grad = self.grad.copy() if isinstance(self.grad, np.ndarray) else self.grad
        return leaf


def _restore(data: Array, requires_grad: bool, name: str | None, grad: Any) -> Tensor:
    leaf = Tensor(data, requires_grad, name=name)
    leaf.grad = grad
    return leaf


install(Tensor)
