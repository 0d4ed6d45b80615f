"""PyTorch, four ways: scalars, and arrays as people write it first, as they write it later, and at its best."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - what everybody calls it
from problem import DECAY, Contender, Tape, Unable, read_moons, read_tape

torch.set_num_threads(1)


def make(workload: str, folder: str, how: str) -> Contender:
    """`how` is "plain", "nn+optim", "best effort" or "scalars"."""
    if how == "scalars":
        if workload == "moons":
            raise Unable
        return _scalars(read_tape(folder, workload))
    if workload != "moons":
        raise Unable
    return {"plain": _plain, "nn+optim": _modules, "best effort": _best}[how](folder)


def _data(folder: str) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    problem = read_moons(folder)
    pairs = zip(problem.weights, problem.biases, strict=True)
    parameters = [torch.tensor(part, dtype=torch.float64, requires_grad=True) for pair in pairs for part in pair]
    x, y = (torch.tensor(part, dtype=torch.float64) for part in (problem.points, problem.labels))
    return x, y[:, None], parameters


def _numbers(parameters: list[torch.Tensor]) -> list[float]:
    return torch.cat([p.detach().ravel() for p in parameters]).tolist()


def _plain(folder: str) -> Contender:
    """`x @ w.T + b`, a sum for the penalty, a loop over parameters."""
    x, y, parameters = _data(folder)
    w1, b1, w2, b2, w3, b3 = parameters

    def step(rate: float) -> torch.Tensor:
        h = (x @ w1.T + b1).relu()
        h = (h @ w2.T + b2).relu()
        score = h @ w3.T + b3
        loss = (1 - y * score).relu().mean() + DECAY * sum((p * p).sum() for p in parameters)
        for p in parameters:
            p.grad = None
        loss.backward()
        with torch.no_grad():
            for p in parameters:
                p -= rate * p.grad
        return loss.detach()

    return step, lambda: _numbers(parameters)


def _modules(folder: str) -> Contender:
    """`nn.Sequential` and `optim.SGD`."""
    x, y, start = _data(folder)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1)).double()
    parameters = list(model.parameters())
    with torch.no_grad():
        for p, value in zip(parameters, start, strict=True):
            p.copy_(value)
    optimizer = torch.optim.SGD(parameters, lr=1.0)

    def step(rate: float) -> torch.Tensor:
        optimizer.param_groups[0]["lr"] = rate
        loss = (1 - y * model(x)).relu().mean() + DECAY * sum((p * p).sum() for p in parameters)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step, lambda: _numbers(parameters)


def _best(folder: str) -> Contender:
    """`F.linear`, the penalty outside the graph in `foreach` operations, one `foreach` update."""
    x, y, parameters = _data(folder)
    w1, b1, w2, b2, w3, b3 = parameters
    flip = -y

    def step(rate: float) -> torch.Tensor:
        h = F.linear(x, w1, b1).relu_()
        h = F.linear(h, w2, b2).relu_()
        loss = torch.addcmul(x.new_ones(()), flip, F.linear(h, w3, b3)).relu_().mean()
        slopes = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            norms = torch.stack(torch._foreach_norm(parameters))
            loss = loss.detach() + DECAY * norms.dot(norms)
            torch._foreach_mul_(parameters, 1 - rate * 2 * DECAY)
            torch._foreach_add_(parameters, slopes, alpha=-rate)
        return loss

    return step, lambda: _numbers(parameters)


def _scalars(tape: Tape) -> Contender:
    """Tensors without dimensions, the graph built anew in every step."""
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in tape.leaves.tolist()]
    functions = [torch.add, torch.mul, torch.relu, torch.tanh, torch.exp, torch.log]
    gates = tape.gates.tolist()
    rows = [
        (functions[k], (a, b) if k < 2 else (a,))
        for k, a, b in zip(gates, tape.a.tolist(), tape.b.tolist(), strict=True)
    ]

    def step(_rate: float) -> torch.Tensor:
        values = list(leaves)
        for function, operands in rows:
            values.append(function(*[values[i] for i in operands]))
        for leaf in leaves:
            leaf.grad = None
        values[-1].backward()
        return values[-1].detach()

    return step, lambda: [float(leaves[i].grad) for i in tape.wanted.tolist()]
