"""The training steps that `benchmarks.tensor` times, each written once per contender in its own idiom.

*tiny* is a 2-16-16-1 network on 100 points with max-margin loss and weight decay, *digits* is 784-128-64-10 on a batch
of 64 with cross-entropy, both trained by gradient descent. Every contender starts from the same weights, so their
parameters after some steps must agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["CONTENDERS", "WORKLOADS", "Step", "make"]

Array = NDArray[Any]
Step = Callable[[], Any]
DECAY, RATE, ADAM_RATE = 2e-4, 0.05, 1e-3


class Workload(NamedTuple):
    """Sizes of the layers, samples in the batch, dtype, and how parameters are updated: "SGD", "Adam" or not at all.

    `compiled` lets backglow use the loops of its extra `fast`, where it is installed.
    """

    sizes: tuple[int, ...]
    batch: int
    dtype: str
    update: str = "SGD"
    compiled: bool = False


WORKLOADS = {
    "tiny float32": Workload((2, 16, 16, 1), 100, "float32"),
    "tiny float64": Workload((2, 16, 16, 1), 100, "float64"),
    "digits float32": Workload((784, 128, 64, 10), 64, "float32"),
    "digits float64": Workload((784, 128, 64, 10), 64, "float64"),
    "digits float32, compiled": Workload((784, 128, 64, 10), 64, "float32", compiled=True),
    "digits float64, compiled": Workload((784, 128, 64, 10), 64, "float64", compiled=True),
    "digits float32, Adam": Workload((784, 128, 64, 10), 64, "float32", update="Adam"),
    "digits float64, Adam": Workload((784, 128, 64, 10), 64, "float64", update="Adam"),
    "digits float32, Adam compiled": Workload((784, 128, 64, 10), 64, "float32", update="Adam", compiled=True),
    "digits float64, Adam compiled": Workload((784, 128, 64, 10), 64, "float64", update="Adam", compiled=True),
    "digits float32, no update": Workload((784, 128, 64, 10), 64, "float32", update=""),
    "digits float64, no update": Workload((784, 128, 64, 10), 64, "float64", update=""),
}


class Problem(NamedTuple):
    """The data and the starting weights: rows of W are outputs, as in PyTorch."""

    x: Array
    y: Array
    weights: list[Array]
    biases: list[Array]
    work: Workload


def problem(work: Workload) -> Problem:
    """The same for every contender."""
    source = np.random.default_rng(7)
    pairs = list(zip(work.sizes[1:], work.sizes, strict=False))
    weights = [(source.normal(size=p) / np.sqrt(p[1])).astype(work.dtype) for p in pairs]
    biases = [np.zeros(p[0], work.dtype) for p in pairs]
    x = source.normal(size=(work.batch, work.sizes[0])).astype(work.dtype)
    if work.sizes[-1] == 1:
        return Problem(x, np.sign(x[:, :1] * x[:, 1:] + 0.1).astype(work.dtype), weights, biases, work)
    return Problem(x, source.integers(0, work.sizes[-1], work.batch), weights, biases, work)


def make(contender: str, workload: str) -> tuple[Step, Callable[[], list[Array]]]:
    """One training step of a contender, and its parameters as arrays.

    Raises:
        ImportError: the contender is not installed.
    """
    return CONTENDERS[contender](problem(WORKLOADS[workload]))


def _numpy(p: Problem, *, keeps: bool = True) -> tuple[Step, Callable[[], list[Array]]]:
    """By hand, without an allocation that can be avoided.

    Args:
        p: What is trained.
        keeps: Whether the gradients are still there after the update, as they are with every engine; without them a
            spare array and a pass over it are saved.
    """
    x, y, w, b, work = p
    (w1, w2, w3), (b1, b2, b3) = w, b
    n = work.batch
    rows = np.arange(n)
    tiny = work.sizes[-1] == 1
    scale = x.dtype.type(1 / n)
    parameters = (w1, b1, w2, b2, w3, b3)
    means, squares, spare = ([np.zeros_like(q) for q in parameters] for _ in range(3))
    taken = 0

    def step() -> Any:
        a1 = x @ w1.T
        a1 += b1
        np.maximum(a1, 0, out=a1)
        a2 = a1 @ w2.T
        a2 += b2
        np.maximum(a2, 0, out=a2)
        out = a2 @ w3.T
        out += b3
        if tiny:
            margin = 1 - y * out
            np.maximum(margin, 0, out=margin)
            loss = margin.mean()
            g = (margin > 0) * (y * -scale)
        else:
            out -= out.max(axis=1, keepdims=True)
            e = np.exp(out)
            total = e.sum(axis=1, keepdims=True)
            loss = (np.log(total[:, 0]) - out[rows, y]).mean()
            g = e / total
            g[rows, y] -= 1
            g *= scale
        gw3, gb3 = g.T @ a2, g.sum(0)
        g = g @ w3
        g *= a2 > 0
        gw2, gb2 = g.T @ a1, g.sum(0)
        g = g @ w2
        g *= a1 > 0
        gw1, gb1 = g.T @ x, g.sum(0)
        gradients = (gw1, gb1, gw2, gb2, gw3, gb3)
        if work.update == "Adam":
            adam(gradients)
        elif work.update:
            sgd(gradients)
        return loss, gradients

    def sgd(gradients: tuple[Array, ...]) -> None:
        for q, gq, t in zip(parameters, gradients, spare if keeps else gradients, strict=True):
            if tiny and keeps:
                np.multiply(q, DECAY, out=t)
                t += gq
                t *= RATE
            elif tiny:
                gq += DECAY * q
                gq *= RATE
            else:
                np.multiply(gq, RATE, out=t)
            q -= t

    def adam(gradients: tuple[Array, ...]) -> None:
        nonlocal taken
        taken += 1
        first, second = 1 - 0.9**taken, 1 - 0.999**taken
        for q, gq, m, v, t in zip(parameters, gradients, means, squares, spare, strict=True):
            m *= 0.9
            np.multiply(gq, 0.1, out=t)
            m += t
            v *= 0.999
            np.multiply(gq, gq, out=t)
            t *= 0.001
            v += t
            np.sqrt(v, out=t)
            t /= second**0.5
            t += 1e-8
            np.divide(m, t, out=t)
            t *= ADAM_RATE / first
            q -= t

    return step, lambda: list(parameters)


def _backglow(p: Problem) -> tuple[Step, Callable[[], list[Array]]]:
    import autograd
    import optim
    from autograd import Tensor

    x, y = Tensor(p.x), p.y
    weights = [Tensor(w, requires_grad=True) for w in p.weights]
    biases = [Tensor(b, requires_grad=True) for b in p.biases]
    parameters = [q for pair in zip(weights, biases, strict=True) for q in pair]
    tiny, update = p.work.sizes[-1] == 1, p.work.update
    (w1, w2, w3), (b1, b2, b3) = weights, biases

    optimizer: optim.Optimizer = optim.SGD(parameters, lr=RATE, weight_decay=DECAY if tiny else 0.0)
    if update == "Adam":
        optimizer = optim.Adam(parameters, lr=ADAM_RATE)
    optimizer.fused = p.work.compiled and autograd.can_compile()

    def step() -> Any:
        h = autograd.linear_relu(x, w1, b1)
        h = autograd.linear_relu(h, w2, b2)
        out = autograd.linear(h, w3, b3)
        loss = autograd.hinge_loss(out, y) if tiny else autograd.cross_entropy(out, y)
        optimizer.zero_grad()
        loss.backward()
        if update:
            optimizer.step()
        return loss

    return step, lambda: [q.data for q in parameters]


def _torch(p: Problem, how: str) -> tuple[Step, Callable[[], list[Array]]]:
    import torch
    import torch.nn.functional as F  # noqa: N812 - what everybody calls it

    torch.set_num_threads(1)
    x, y = torch.tensor(p.x), torch.tensor(p.y)
    weights = [torch.tensor(w, requires_grad=True) for w in p.weights]
    biases = [torch.tensor(b, requires_grad=True) for b in p.biases]
    parameters = [q for pair in zip(weights, biases, strict=True) for q in pair]
    tiny, update = p.work.sizes[-1] == 1, p.work.update
    decay = DECAY if tiny else 0.0
    optimizer: Any = torch.optim.SGD(parameters, lr=RATE, weight_decay=decay) if how == "nn+optim" else None
    if update == "Adam":
        kind = {"plain": {"foreach": False}, "nn+optim": {"foreach": True}, "best effort": {"fused": True}}[how]
        optimizer = torch.optim.Adam(parameters, lr=ADAM_RATE, **kind)

    def forward() -> Any:
        h = x
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            h = h @ w.T + b if how == "plain" else F.linear(h, w, b)
            if i < len(weights) - 1:
                h = h.relu()
        return h

    def step() -> Any:
        out = forward()
        loss = (1 - y * out).relu().mean() if tiny else F.cross_entropy(out, y)
        for q in parameters:
            q.grad = None
        loss.backward()
        if not update:
            return loss
        if optimizer is not None:
            optimizer.step()
        else:
            with torch.no_grad():
                if how == "best effort":
                    if decay:
                        torch._foreach_mul_(parameters, 1 - RATE * decay)
                    torch._foreach_add_(parameters, [q.grad for q in parameters], alpha=-RATE)
                else:
                    for q in parameters:
                        q -= RATE * (q.grad + decay * q if decay else q.grad)
        return loss

    return step, lambda: [q.detach().numpy() for q in parameters]


def _blas(p: Problem) -> tuple[Step, Callable[[], list[Array]]]:
    """The matrix products of one step and nothing else: the floor."""
    x, _, (w1, w2, w3), _, work = p
    n = work.batch
    a1, a2, g3 = (np.ones((n, k), work.dtype) for k in work.sizes[1:])
    g2, g1 = np.ones_like(a2), np.ones_like(a1)

    def step() -> Any:
        return x @ w1.T, a1 @ w2.T, a2 @ w3.T, g3.T @ a2, g3 @ w3, g2.T @ a1, g2 @ w2, g1.T @ x

    return step, list


CONTENDERS: dict[str, Callable[[Problem], tuple[Step, Callable[[], list[Array]]]]] = {
    "backglow": _backglow,
    "numpy": _numpy,
    "numpy, gradients overwritten": lambda p: _numpy(p, keeps=False),
    "PyTorch plain": lambda p: _torch(p, "plain"),
    "PyTorch nn+optim": lambda p: _torch(p, "nn+optim"),
    "PyTorch best effort": lambda p: _torch(p, "best effort"),
    "BLAS calls alone": _blas,
}
