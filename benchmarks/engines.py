"""The contenders, each behind the same names: `Value`, `MLP`, and `FusedMLP` where a weighted sum can be one node."""

from __future__ import annotations

import math
import sys
from functools import partial
from types import SimpleNamespace
from typing import Any

__all__ = ["ENGINES", "load"]


def load(name: str) -> Any:
    """Import a contender.

    Raises:
        ImportError: it is not installed.
    """
    return ENGINES[name]()


def _backglow() -> Any:
    import autograd
    import nn

    return SimpleNamespace(Value=autograd.Value, MLP=nn.MLP, FusedMLP=partial(nn.MLP, fused=True))


def _micrograd() -> Any:
    from micrograd.engine import Value
    from micrograd.nn import MLP

    # Its backward pass recurses; the chain is deeper than Python's default limit.
    sys.setrecursionlimit(200_000)
    for gate, function, slope in (
        ("exp", math.exp, lambda _, out: out),
        ("log", math.log, lambda x, _: 1 / x),
        ("tanh", math.tanh, lambda _, out: 1 - out * out),
    ):
        setattr(Value, gate, _in_its_style(Value, gate, function, slope))
    return SimpleNamespace(Value=Value, MLP=MLP)


def _in_its_style(cls: Any, gate: str, function: Any, slope: Any) -> Any:
    """A gate micrograd lacks, written as it writes its own: a closure per node."""

    def apply(self: Any) -> Any:
        out = cls(function(self.data), (self,), gate)

        def _backward() -> None:
            self.grad += slope(self.data, out.data) * out.grad

        out._backward = _backward
        return out

    return apply


ENGINES = {"backglow": _backglow, "micrograd": _micrograd}
