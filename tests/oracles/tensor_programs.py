"""Random computations with arrays as plain data, which Tensors, PyTorch and plain numpy can each carry out."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

import autograd
from autograd import GATES, OPERATIONS, Tensor

Array = NDArray[Any]
Step = tuple[str, tuple[int, ...], dict[str, Any]]


@dataclass(frozen=True)
class TensorProgram:
    """Arrays 0, 1, ...: first the leaves, then the constants, then one per step; the last one is a single number."""

    leaves: tuple[Array, ...]
    constants: tuple[Any, ...]
    steps: tuple[Step, ...]

    def run(self, leaves: Sequence[Any], call: Callable[..., Any]) -> list[Any]:
        """Carry it out: everything computed, in order. `call` gets a name, the operands and the options."""
        known: list[Any] = [*leaves, *self.constants]
        for name, operands, options in self.steps:
            known.append(call(name, [known[i] for i in operands], options))
        return known

    def __repr__(self) -> str:
        start = len(self.leaves) + len(self.constants)
        lines = [
            f"{i} = {name}{operands} {options or ''}" for i, (name, operands, options) in enumerate(self.steps, start)
        ]
        given = [f"{i}: {x!r}" for i, x in enumerate((*self.leaves, *self.constants))]
        return "\n".join([f"TensorProgram of {len(self.leaves)} leaves", *given, *lines])


PLAIN: dict[str, Callable[..., Any]] = {
    "neg": np.negative, "abs": np.abs, "exp": np.exp, "log": np.log, "log1p": np.log1p, "sqrt": np.sqrt, "sin": np.sin,
    "tanh": np.tanh, "relu": lambda x: np.maximum(x, 0), "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.log1p(np.exp(x)), "silu": lambda x: x / (1 + np.exp(-x)),
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "max": np.maximum, "min": np.minimum,
    "matmul": np.matmul, "sum": np.sum, "mean": np.mean, "amax": np.amax, "amin": np.amin,
    "reshape": np.reshape, "transpose": np.transpose, "swapaxes": np.swapaxes, "expand_dims": np.expand_dims,
    "broadcast_to": np.broadcast_to, "getitem": lambda x, index: x[index],
    "cumsum": np.cumsum, "prod": np.prod, "softmax": lambda x, axis: np.exp(x) / np.exp(x).sum(axis, keepdims=True),
    "logsumexp": lambda x, axis, keepdims: np.log(np.exp(x).sum(axis, keepdims=keepdims)),
    "var": lambda x, axis, keepdims: np.var(x, axis, ddof=0, keepdims=keepdims),
    "einsum": lambda *xs, equation: np.einsum(equation, *xs),
    "concatenate": lambda *xs, axis: np.concatenate(xs, axis), "stack": lambda *xs, axis: np.stack(xs, axis),
}  # fmt: skip
"""Every step in numpy's words."""

ONE = ("neg", "abs", "exp", "log", "log1p", "sqrt", "sin", "tanh", "relu", "sigmoid", "softplus", "silu")
TWO = ("add", "sub", "mul", "div", "max", "min")
REDUCE = ("sum", "mean", "amax", "amin", "logsumexp", "var")
ALONG = ("cumsum", "softmax", "prod")
SAME_NUMBERS = ("reshape", "transpose", "swapaxes", "expand_dims", "broadcast_to", "getitem", "concatenate", "stack")
JOIN = ("concatenate", "stack")
KINDS = ("one", "one", "two", "two", "matmul", "reduce", "shape", "shape", "join", "along", "einsum")


def by_tensors(name: str, operands: list[Any], options: dict[str, Any]) -> Any:
    """One step with Tensors, among them arrays that stay what they are."""
    if not any(isinstance(o, Tensor) for o in operands):
        operands = [Tensor(operands[0]), *operands[1:]]
    if name in JOIN:
        return getattr(autograd, name)(operands, **options)
    if name == "var":
        return autograd.var(*operands, unbiased=False, **options)
    if name == "einsum":
        return autograd.einsum(options["equation"], *operands)
    if (name in OPERATIONS and name not in GATES) or name == "sum":
        return OPERATIONS[name](*operands, **options)
    return GATES[name](*operands)


def by_torch(name: str, operands: list[Any], options: dict[str, Any]) -> Any:
    """One step with PyTorch's tensors."""
    import torch

    from .torch_gates import FUNCTIONS

    given = [torch.as_tensor(o, dtype=torch.float64) for o in operands]
    if name in FUNCTIONS and name != "sum":
        return FUNCTIONS[name](*given)
    x = given[0]
    if name == "var":
        return torch.var(x, dim=options["axis"], correction=0, keepdim=options["keepdims"])
    if name in REDUCE:
        return getattr(torch, name)(x, dim=options["axis"], keepdim=options["keepdims"])
    if name in ALONG:
        return getattr(torch, name)(x, dim=options["axis"])
    if name == "einsum":
        return torch.einsum(options["equation"], *given)
    if name == "getitem":
        return x[tuple(torch.as_tensor(i) if isinstance(i, np.ndarray) else i for i in options["index"])]
    if name == "transpose":
        return x.permute(options["axes"])
    if name == "swapaxes":
        return x.swapaxes(options["first"], options["second"])
    if name == "expand_dims":
        return x.unsqueeze(options["axis"])
    if name in ("reshape", "broadcast_to"):
        return getattr(x, name)(options["shape"])
    if name in JOIN:
        return getattr(torch, name)(given, dim=options["axis"])
    return torch.matmul(*given)


def plainly(name: str, operands: list[Any], options: dict[str, Any]) -> Any:
    """One step with numpy alone."""
    if name in ("transpose", "swapaxes", "reshape", "broadcast_to"):
        return PLAIN[name](*operands, *options.values())
    return PLAIN[name](*operands, **options)


MOST = 30.0
"""Numbers stay below this, so that rounding stays rounding."""
SIZE = 36
"""No array has more elements."""


def _near_a_kink(name: str, x: list[Array], options: dict[str, Any]) -> bool:
    """Whether rounding might send an element to another side."""
    if name in ("abs", "relu"):
        return bool((np.abs(x[0]) < 1e-6).any())
    if name in ("max", "min"):
        return bool((np.abs(x[0] - x[1]) < 1e-6).any())
    if name in ("amax", "amin"):
        axes = options["axis"]
        best = plainly(name, x, {"axis": axes, "keepdims": True})
        return bool(((np.abs(x[0] - best) < 1e-6).sum(axis=axes) > 1).any())
    return False


def _outside(name: str, x: list[Array]) -> bool:
    """Whether an element is outside the function's domain, or too near to its pole."""
    lowest = {"log": 0.05, "log1p": -0.9, "sqrt": 0.05}.get(name)
    if lowest is not None:
        return bool((x[0] < lowest).any())
    return name == "div" and bool((np.abs(x[1]) < 0.3).any())


@dataclass
class _Growing:
    choose: Callable[[int], int]
    arrays: list[Array]
    exact: list[bool]
    steps: list[Step] = field(default_factory=list)

    def add(self, name: str, operands: Sequence[int], **options: Any) -> bool:
        """Append a step, if numpy can do it and its numbers are tame."""
        x = [self.arrays[i] for i in operands]
        with np.errstate(all="ignore"):
            if _outside(name, x):
                return False
            try:
                out = np.asarray(plainly(name, x, options))
            except (ValueError, IndexError):
                return False
            if not 0 < out.size <= SIZE or out.ndim > 4 or not (np.abs(out) <= MOST).all():
                return False
            # Where the operands are exact (given, or only rearranged), a tie or a kink is welcome.
            if not all(self.exact[i] for i in operands) and _near_a_kink(name, x, options):
                return False
        self.arrays.append(out)
        self.exact.append(name in SAME_NUMBERS and all(self.exact[i] for i in operands))
        self.steps.append((name, tuple(operands), options))
        return True

    def operand(self) -> int:
        """Half of the time one of the last few, so that programs are deep and not only wide."""
        count = len(self.arrays)
        return count - 1 - self.choose(min(count, 4)) if self.choose(2) else self.choose(count)

    def pick(self, things: Sequence[Any]) -> Any:
        return things[self.choose(len(things))]

    def axes(self, ndim: int) -> tuple[int, ...]:
        chosen = [a for a in range(ndim) if self.choose(2)] or [self.choose(ndim)]
        return tuple(a - ndim if self.choose(2) else a for a in chosen)

    def try_one(self) -> bool:
        """One attempt at a step of some kind."""
        kind, i = self.pick(KINDS), self.operand()
        x = self.arrays[i]
        if kind == "one":
            return self.add(self.pick(ONE), [i])
        if kind == "two":
            return self.add(self.pick(TWO), [i, self.operand()])
        if kind == "matmul":
            fitting = [j for j, y in enumerate(self.arrays) if y.ndim and x.ndim and y.shape[-2:][0] == x.shape[-1]]
            return bool(fitting) and self.add("matmul", [i, self.pick(fitting)])
        if not x.ndim:
            return self.add("expand_dims", [i], axis=0)
        if kind == "reduce":
            return self.add(self.pick(REDUCE), [i], axis=self.axes(x.ndim), keepdims=bool(self.choose(2)))
        if kind == "along":
            return self.add(self.pick(ALONG), [i], axis=self.choose(x.ndim))
        if kind == "einsum":
            return self.contract(i, x)
        if kind == "join":
            alike = [j for j, y in enumerate(self.arrays) if y.ndim == x.ndim]
            several = [i, *(self.pick(alike) for _ in range(1 + self.choose(2)))]
            return self.add(self.pick(JOIN), several, axis=self.choose(x.ndim))
        return self.rearrange(i, x)

    def contract(self, i: int, x: Array) -> bool:
        """A product of two, with any of their axes of the same length side by side, summed or not."""
        j = self.operand()
        y = self.arrays[j]
        letters = "abcd"[: x.ndim]
        other = ""
        for n in y.shape:
            alike = [c for c, m in zip(letters, x.shape, strict=True) if m == n and c not in other]
            other += self.pick(alike) if alike and self.choose(3) else "pqrs"[len(other)]
        kept = "".join(c for c in dict.fromkeys(letters + other) if self.choose(2))
        return self.add("einsum", [i, j], equation=f"{letters},{other}->{kept}")

    def rearrange(self, i: int, x: Array) -> bool:
        what = self.choose(6)
        if what == 0:
            sizes = [n for n in range(1, x.size + 1) if x.size % n == 0]
            n = self.pick(sizes)
            return self.add("reshape", [i], shape=self.pick([(n, x.size // n), (-1,), (x.size // n, 1, n)]))
        if what == 1:
            order = list(range(x.ndim))
            order.sort(key=lambda _: self.choose(1000))
            return self.add("transpose", [i], axes=tuple(order))
        if what == 2:
            return self.add("swapaxes", [i], first=self.choose(x.ndim), second=-1)
        if what == 3:
            return self.add("expand_dims", [i], axis=self.choose(x.ndim + 1))
        if what == 4:
            wider = tuple(1 + self.choose(3) if n == 1 else n for n in x.shape)
            return self.add("broadcast_to", [i], shape=(1 + self.choose(2), *wider))
        return self.add("getitem", [i], index=self.index(x))

    def index(self, x: Array) -> tuple[Any, ...]:
        """Slices, with whole numbers and new axes, or one array: of places, some of them twice, or a mask."""
        if self.choose(2):
            simple = [self.pick([slice(None), slice(None, None, 2), slice(-2, None), self.choose(n)]) for n in x.shape]
            return (*simple[: 1 + self.choose(x.ndim)], *self.pick([(), (Ellipsis,), (Ellipsis, None)]))
        axis = self.choose(x.ndim)
        n = x.shape[axis]
        places = np.array([self.choose(n) for _ in range(1 + self.choose(3))])
        mask = np.array([bool(self.choose(2)) for _ in range(n)])
        return (*(slice(None),) * axis, self.pick([places, mask]))


def grow(choose: Callable[[int], int], size: int) -> TensorProgram:
    """A program of `size` steps, more or less, from choices among a number of things."""
    exact = [0.0, 1.0, -1.0, 0.5, 2.0, -3.0]

    def number() -> float:
        return exact[choose(len(exact))] if choose(4) == 0 else (choose(6001) - 3000) / 1000

    def array() -> Array:
        shape = tuple(1 + choose(3) for _ in range(choose(4)))
        return np.array([number() for _ in range(int(np.prod(shape, dtype=int)))]).reshape(shape)

    leaves = tuple(array() for _ in range(1 + choose(3)))
    constants = (array(), np.array(number()))
    growing = _Growing(choose, [*leaves, *constants], [True] * (len(leaves) + 2))
    for _ in range(size):
        if not any(growing.try_one() for _ in range(8)):
            growing.add("tanh", [growing.operand()])
    # What is left unused is tied together, so that the result depends on everything, and on no two elements alike.
    used = {i for _, operands, _ in growing.steps for i in operands}
    weights: list[Array] = []
    loose = [i for i in range(len(growing.arrays)) if i not in used and i not in (len(leaves), len(leaves) + 1)]
    shift = len(leaves) + len(constants)
    steps = [(n, tuple(_later(i, shift, len(loose)) for i in o), k) for n, o, k in growing.steps]
    ends: list[int] = []
    for i in loose:
        shape = growing.arrays[i].shape
        weights.append(np.linspace(0.5, 1.5, growing.arrays[i].size).reshape(shape))
        here = shift + len(loose) + len(steps)
        steps.append(("mul", (_later(i, shift, len(loose)), shift + len(weights) - 1), {}))
        if shape:
            steps.append(("sum", (here,), {"axis": tuple(range(len(shape))), "keepdims": False}))
        ends.append(shift + len(loose) + len(steps) - 1)
    total = ends[0]
    for end in ends[1:]:
        steps.append(("add", (total, end), {}))
        total = shift + len(loose) + len(steps) - 1
    return TensorProgram(leaves, (*constants, *weights), tuple(steps))


def _later(i: int, start: int, by: int) -> int:
    return i + by if i >= start else i


@st.composite
def tensor_programs(draw: st.DrawFn, most: int = 14) -> TensorProgram:
    """Programs for hypothesis: broadcasting, products, reductions, views, indices of every kind, ties, shared nodes."""
    size = draw(st.integers(1, most))
    # One random source instead of a draw per choice keeps generation quick; hypothesis still shrinks the size.
    source = draw(st.randoms(use_true_random=False))
    return grow(source.randrange, size)


def seeded(seed: int, most: int = 14) -> TensorProgram:
    """The program of this number."""
    source = random.Random(seed)
    return grow(source.randrange, source.randint(1, most))
