"""Weighted sums with a bias, what a neuron begins with: as a chain of products and sums, or as one node each.

Both are loops generated from the rule table when it is imported, like the constructors behind the operators: the chain
has the rules of `mul` and `add` pasted into it, the one node the loop of `dot`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .construct import assignments, blank_nodes, pasted
from .errors import OperandError
from .fold import Fold, Loop, fold_loop
from .gate import GATES
from .graph import MANY, forms
from .modes import ACTIVE
from .operand import as_number
from .value import Value

__all__ = ["weighted_sum", "weighted_sums"]


def weighted_sum(
    weights: Sequence[Value | float], inputs: Sequence[Value | float], bias: Value | float, *, fused: bool = False
) -> Any:
    """bias + weights[0] * inputs[0] + weights[1] * inputs[1] + ..., added up in this order.

    Args:
        weights, inputs: Equally many Values or numbers.
        bias: What is added to first.
        fused: Make one node, `dot((bias, *weights), (1.0, *inputs))`, instead of a chain of two per weight. The number
            is the same to the last bit; gradients differ at most in rounding, as their terms are added up in another
            order.

    Returns:
        A Value, if one is among the operands.

    Raises:
        OperandError: there are more weights than inputs or the other way round, or one is not a real number.

    >>> w, b = [Value(2.0, name="w0"), Value(3.0, name="w1")], Value(1.0, name="b")
    >>> weighted_sum(w, [5.0, 7.0], b)
    Value(data=32.0, grad=None)
    >>> one = weighted_sum(w, [5.0, 7.0], b, fused=True)
    >>> one.data, one.op, one.local
    (32.0, 'dot', (1.0, 5.0, 7.0))
    """
    if fused:
        return weighted_sums((weights,), inputs, (bias,))[0]
    if len(weights) != len(inputs):
        raise OperandError(_unequal(len(weights), len(inputs)))
    return _chain(weights, inputs, bias)


def weighted_sums(
    rows: Sequence[Sequence[Value | float]], inputs: Sequence[Value | float], biases: Sequence[Value | float]
) -> list[Any]:
    """`weighted_sum(row, inputs, bias, fused=True)` of every row of weights with its bias.

    The inputs are looked at once, so a layer of neurons comes quicker than its neurons one by one.

    Raises:
        OperandError: as for `weighted_sum`.
    """
    if len(rows) != len(biases):
        raise OperandError(f"weighted_sums needs a bias per row; got {len(rows)} rows and {len(biases)} biases")
    size = len(inputs)
    for row in rows:
        if len(row) != size:
            raise OperandError(_unequal(len(row), size))
    return _nodes(rows, inputs, biases)


def _unequal(weights: int, inputs: int) -> str:
    return f"weighted_sum needs as many weights as inputs; got {weights} weights and {inputs} inputs"


def _chain_of_operators(weights: Sequence[Any], inputs: Sequence[Any], bias: Any) -> Any:
    """The general way, which knows every mode and every kind of operand."""
    total = bias
    for weight, x in zip(weights, inputs, strict=True):
        total = total + weight * x
    return total


def _dots(rows: Sequence[Sequence[Any]], inputs: Sequence[Any], biases: Sequence[Any]) -> list[Any]:
    """The general way."""
    ones = (1.0, *inputs)
    return [GATES["dot"]((bias, *row), ones) for row, bias in zip(rows, biases, strict=True)]


def _chain_source() -> str:
    product, product_local, _ = pasted(GATES["mul"], "vv")
    scaled, scaled_local, _ = pasted(GATES["mul"], "vc")
    total, total_local, _ = pasted(GATES["add"], "vv")
    lines = [
        "def chain(weights, inputs, bias):",
        "    if ACTIVE or type(bias) is not Value:",
        "        return general(weights, inputs, bias)",
        "    running = bias.data",
        "    deepest = bias._depth",
        "    for weight, x in zip(weights, inputs):",
        "        kind = type(x)",
        "        if type(weight) is not Value:",
        "            return general(weights, inputs, bias)",
        "        x0 = weight.data",
        "        product = next(blank)",
        "        if kind is Value:",
        "            x1 = x.data",
        *_indent(3, product),
        *_indent(3, assignments("product", "MUL_vv", "vv", ("weight", "x"), product_local)),
        "            m = weight._depth",
        "            n = x._depth",
        "            product._depth = m = m + 1 if m > n else n + 1",
        "        elif kind is float or not hasattr(kind, '_apply_gate_'):",
        "            x1 = x if kind is float else number(x, MUL)",
        *_indent(3, scaled),
        *_indent(3, assignments("product", "MUL_vc", "vc", ("weight",), scaled_local)),
        "            product._depth = m = weight._depth + 1",
        "        else:",
        "            return general(weights, inputs, bias)",
        "        x0 = running",
        "        x1 = out",
        "        total = next(blank)",
        *_indent(2, total),
        *_indent(2, assignments("total", "ADD_vv", "vv", ("bias", "product"), total_local)),
        "        total._depth = deepest = deepest + 1 if deepest > m else m + 1",
        "        bias = total",
        "        running = out",
        "    return bias",
    ]
    return "\n".join(lines)


def _indent(steps: int, lines: Sequence[str]) -> list[str]:
    return [f"{'    ' * steps}{line}" for line in lines]


def _nodes_source(loop: Loop) -> str:
    weights_local, inputs_local = loop.local
    lines = [
        "def nodes(rows, inputs, biases):",
        "    kinds = {*map(type, inputs)}",
        "    if ACTIVE or any([hasattr(kind, '_apply_gate_') for kind in kinds if kind is not Value]):",
        "        return general(rows, inputs, biases)",
        "    size = len(inputs) + 1",
        "    plain = ((size, 1.0),)",
        "    if kinds <= ONLY:",
        "        values = tuple(inputs)",
        "        c1 = (1.0, *[x.data for x in values])",
        "    else:",
        "        values = tuple([x for x in inputs if type(x) is Value])",
        "        c1 = (1.0, *[x.data if type(x) is Value else number(x, DOT) for x in inputs])",
        "        plain += tuple([(size + i, c1[i]) for i, x in enumerate(inputs, 1) if type(x) is not Value])",
        "    mixed = len(values) < len(inputs)",
        "    deepest = max([x._depth for x in values], default=0)",
        "    every = [(bias, *row) for row, bias in zip(rows, biases)]",
        "    try:",
        "        numbers = tuple([w.data for weights in every for w in weights])",
        "        leaves = not [w for weights in every for w in weights if w._depth]",
        "    except AttributeError:",
        "        return general(rows, inputs, biases)",
        "    sums = []",
        "    stop = 0",
        "    for weights in every:",
        "        start = stop",
        "        stop += size",
        "        c0 = numbers[start:stop]",
        "        try:",
        *_indent(3, loop.lines),
        "        except TypeError:",
        "            return general(rows, inputs, biases)",
        "        if type(total) is not float:",
        "            return general(rows, inputs, biases)",
        "        node = next(blank)",
        "        node.data = total",
        "        node._form = FORM",
        "        node._a = weights + values",
        "        node._b = MANY",
        f"        local = {inputs_local}[1:]",
        "        if mixed:",
        "            local = tuple([g for g, x in zip(local, inputs) if type(x) is Value])",
        f"        node._ga = {weights_local} + local",
        "        node._gb = plain",
        "        node.grad = node._next = node._info = None",
        "        node._depth = deepest + 1 if leaves else max(deepest, *[w._depth for w in weights]) + 1",
        "        sums.append(node)",
        "    return sums",
    ]
    return "\n".join(lines)


def _generated() -> tuple[Callable[..., Any], Callable[..., list[Any]]]:
    dot = GATES["dot"]
    assert isinstance(dot.value, Fold)
    loop = fold_loop(dot.value, GATES)
    # The name puts the generated code inside this package, where `record_sources` does not look for the user's line.
    scope: dict[str, Any] = {"__name__": __name__, "blank": blank_nodes(Value), "Value": Value, "ACTIVE": ACTIVE}
    scope |= {"number": as_number, "MANY": MANY, "ONLY": {Value}}
    chain = scope | {"general": _chain_of_operators, "MUL": GATES["mul"]}
    chain |= {f"{name.upper()}_{p}": forms(GATES[name], p) for name, p in (("mul", "vv"), ("mul", "vc"), ("add", "vv"))}
    nodes = loop.scope | scope | {"general": _dots, "DOT": dot, "FORM": forms(dot, "*")}
    exec(compile(_chain_source(), "<weighted sum as a chain>", "exec"), chain)
    exec(compile(_nodes_source(loop), "<weighted sums as nodes>", "exec"), nodes)
    return chain["chain"], nodes["nodes"]


_chain, _nodes = _generated()
