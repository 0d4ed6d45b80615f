"""gradcheck where arrays are involved: every way a derivative can be computed, element by element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..checking import Tolerance
from ..errors import OperandError
from ..modes import recording
from ..numerical import steps_for
from ..operation import Array
from ..tensors import Tensor
from ..value import Value
from .differences import Place, as_point, at, column, numbers_of, places
from .paths import Paths, is_node, reachable
from .structures import flatten

__all__ = ["check_arrays"]


def check_arrays(
    f: Callable[..., Any], given: Sequence[Any], names: Sequence[str], order: int, eps: float, tolerance: Tolerance
) -> None:
    """Raise GradcheckError where a derivative of f disagrees with its finite difference; see `gradcheck`."""
    point = [as_point(f"gradcheck, input {name}", x) for name, x in zip(names, given, strict=True)]
    check = _Check(point, names, eps, tolerance)
    leaves, outputs = _recorded(f, point)
    labels = list(_output_labels(outputs))
    for how, rows in (
        ("backpropagation", _swept(outputs, leaves)),
        ("backpropagation with create_graph=True", _pulled(outputs, leaves)),
        ("forward mode", _pushed(outputs, leaves)),
    ):
        check.compare(how, rows, [f"∂{label}" for label in labels], lambda moved: numbers_of(f, moved))
    if order == 2:
        _check_second(f, check, labels)


def _check_second(f: Callable[..., Any], check: _Check, labels: Sequence[str]) -> None:
    """The derivatives of the gradient of all outputs together, each with a weight of its own."""
    weights = np.ones(1) if len(labels) == 1 else _weights(len(labels))
    leaves, slopes = _slopes(f, check.point, weights, graph=True)
    whole = labels[0] if len(labels) == 1 else "(Σ w·f)"
    rows = _numbers_of_pulls(slopes, leaves, graph=False)

    def evaluate(moved: Sequence[Any]) -> Array:
        return np.concatenate([np.ravel(g) for g in _slopes(f, moved, weights, graph=False)[1]])

    check.compare("backpropagation", rows, [f"∂²{whole}/∂{name}" for name in check.labels], evaluate, "")


class _Check:
    """Compares rows of derivatives by the inputs' numbers with differences."""

    def __init__(self, point: list[Any], names: Sequence[str], eps: float, tolerance: Tolerance) -> None:
        self.point = point
        self.places = list(places(point))
        self.labels = [names[k] + _index(place) for k, place in self.places]
        self.eps = eps
        self.tolerance = tolerance
        self._columns: dict[tuple[Any, int, float], tuple[Array, Array]] = {}

    def compare(
        self, how: str, rows: Array, tops: Sequence[str], evaluate: Callable[[Sequence[Any]], Array], slash: str = "/"
    ) -> None:
        """Raise unless rows[i, j], the derivative of number i by input number j, is the difference there."""
        sizes = np.abs(evaluate(self.point))
        for j, (place, label) in enumerate(zip(self.places, self.labels, strict=True)):
            for i, top in enumerate(tops):
                analytic = float(rows[i, j])
                numeric, noise = self._best(slash, evaluate, j, place, sizes, i, analytic)
                where = f"{label} = {at(self.point, place):g}"
                self.tolerance.require(f"{top}{slash}∂{label}", analytic, numeric, noise, where, how)

    def _best(
        self,
        kind: str,
        evaluate: Callable[[Sequence[Any]], Array],
        j: int,
        place: Place,
        sizes: Array,
        i: int,
        analytic: float,
    ) -> tuple[float, float]:
        """A difference that confirms the derivative if there is one, and how far it may be off by rounding.

        The usual step first, then one in proportion to a number that is large, then one for a number that is small. A
        difference that is mostly rounding confirms nothing where another is not.
        """
        x = at(self.point, place)
        cautious, usual = steps_for(x, self.eps)
        sharp, tried = [], []
        for h in dict.fromkeys([usual, max(usual, self.eps * abs(x)), cautious]):
            numeric, noise = found = self._difference(kind, evaluate, j, place, h, sizes, i)
            if noise <= self.tolerance.limit(analytic, numeric, 0.0):
                if self.tolerance.allows(analytic, numeric, noise):
                    return found
                sharp.append(found)
            tried.append(found)
        if sharp:
            return sharp[0]
        return next((f for f in tried if self.tolerance.allows(analytic, *f)), tried[0])

    def _difference(
        self,
        kind: str,
        evaluate: Callable[[Sequence[Any]], Array],
        j: int,
        place: Place,
        h: float,
        sizes: Array,
        i: int,
    ) -> tuple[float, float]:
        if (kind, j, h) not in self._columns:
            slopes = column(evaluate, self.point, place, h)
            with np.errstate(all="ignore"):
                noise = np.where(np.isfinite(sizes), 4 * np.spacing(sizes) / h, 0.0)
            self._columns[kind, j, h] = slopes, noise
        slopes, noise = self._columns[kind, j, h]
        return float(slopes[i]), float(noise[i])


def _index(place: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, place))}]" if place else ""


def _output_labels(outputs: Sequence[Any]) -> Iterator[str]:
    """What to call each number of the result: f, f[1], or f[0][1] where there are several arrays."""
    for k, out in enumerate(outputs):
        name = f"f[{k}]" if len(outputs) > 1 else "f"
        yield from (name + _index(place) for place in np.ndindex(np.shape(getattr(out, "_data", 0.0))))


def _recorded(f: Callable[..., Any], point: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Leaves for the inputs that can be moved, and the nodes that f makes of them."""
    inputs = [_leaf(x) for x in point]
    with recording():
        outputs, _ = flatten(f(*inputs))
    for out in outputs:
        if not is_node(out):
            raise OperandError(f"gradcheck: f must return Tensors or Values, not {type(out).__name__}")
    return [x for x in inputs if not isinstance(x, Tensor) or x.requires_grad], outputs


def _leaf(x: Any) -> Any:
    return Tensor(x, requires_grad=x.dtype.kind == "f") if isinstance(x, np.ndarray) else Value(x)


def _units(out: Any) -> Iterator[Any]:
    if not isinstance(out, Tensor):
        yield 1.0
        return
    for place in np.ndindex(out.shape):
        unit = np.zeros_like(out._data)
        unit[place] = 1
        yield unit


def _row(derivatives: Sequence[Any]) -> Array:
    return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(getattr(g, "_data", g), float)) for g in derivatives)])


def _swept(outputs: Sequence[Any], leaves: Sequence[Any]) -> Array:
    """The Jacobian by `backward()`, a pass for each number of the result; every `.grad` is put back afterwards."""
    rows = []
    held = [(node, node.grad) for node in reachable(outputs, ())]
    try:
        for out in outputs:
            for unit in _units(out):
                for leaf in leaves:
                    leaf.grad = None
                if isinstance(out, Tensor) and out.requires_grad:
                    out.backward(unit, retain_graph=True)
                elif isinstance(out, Value) and out.requires_grad:
                    out.backward()
                rows.append(_row([np.zeros(np.shape(_data(n))) if n.grad is None else n.grad for n in leaves]))
    finally:
        for node, gradient in held:
            node.grad = gradient
    return _matrix(rows, leaves)


def _data(node: Any) -> Any:
    return node._data if isinstance(node, Tensor) else node.data


def _matrix(rows: Sequence[Array], leaves: Sequence[Any]) -> Array:
    width = sum(int(np.size(_data(leaf))) for leaf in leaves)
    return np.array(rows).reshape(len(rows), width)


def _pulled(outputs: Sequence[Any], leaves: Sequence[Any]) -> Array:
    """The Jacobian by the pullbacks applied to nodes."""
    return _numbers_of_pulls(outputs, leaves, graph=True)


def _numbers_of_pulls(outputs: Sequence[Any], leaves: Sequence[Any], graph: bool) -> Array:
    paths = Paths(outputs, leaves)
    rows = []
    with recording():
        for k, out in enumerate(outputs):
            for unit in _units(out):
                node = unit if not graph else Tensor(unit) if isinstance(out, Tensor) else Value(unit)
                rows.append(_row([_data(g) if is_node(g) else g for g in paths.pull(
                    [node if i == k else None for i in range(len(outputs))], graph=graph)]))  # fmt: skip
    return _matrix(rows, leaves)


def _pushed(outputs: Sequence[Any], leaves: Sequence[Any]) -> Array:
    """The Jacobian by forward mode, a push for each number of the inputs."""
    paths = Paths(outputs, leaves)
    columns = []
    for k, leaf in enumerate(leaves):
        for unit in _units(leaf):
            columns.append(_row(paths.push([unit if i == k else None for i in range(len(leaves))])))
    height = sum(int(np.size(_data(out))) for out in outputs)
    return np.array(columns).reshape(len(columns), height).T


def _weights(size: int) -> Array:
    """Numbers from 0.5 to 1.5 without any pattern, the same every time."""
    weights: Array = 0.5 + np.arange(1, size + 1) * 0.6180339887498949 % 1
    return weights


def _slopes(f: Callable[..., Any], point: Sequence[Any], weights: Array, graph: bool) -> tuple[list[Any], list[Any]]:
    """The leaves, and the gradient of the weighted sum of all outputs by each: nodes, or numbers and arrays."""
    leaves, outputs = _recorded(f, point)
    seeds: list[Any] = []
    start = 0
    for out in outputs:
        size = int(np.size(_data(out)))
        part = weights[start : start + size].reshape(np.shape(_data(out)))
        start += size
        if isinstance(out, Tensor):
            seeds.append(Tensor(part.astype(out.dtype)) if graph else part.astype(out.dtype))
        else:
            seeds.append(Value(float(part), requires_grad=False) if graph else float(part))
    with recording():
        return leaves, Paths(outputs, leaves).pull(seeds, graph=graph)
