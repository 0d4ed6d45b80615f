"""Typed expressions: text in, a graph of Values out, and nothing is ever run as Python.

Python's own parser reads the text; only names, numbers, arithmetic, comparisons and calls of gates are then accepted.
"""

from __future__ import annotations

import ast
import difflib
import math
import warnings
from typing import Any, TypeGuard

from .errors import ExpressionError, OperandError
from .gate import GATES, Gate
from .record import as_number
from .value import Value

__all__ = ["Expression", "parse"]

LONGEST = 100_000
"""Characters an expression may have."""

_BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.FloorDiv: "floordiv", ast.Mod: "mod",
    ast.Pow: "pow",
}  # fmt: skip
_COMPARE = {ast.Gt: "gt", ast.GtE: "ge", ast.Lt: "lt", ast.LtE: "le", ast.Eq: "eq", ast.NotEq: "ne"}
_ALIASES = {"ln": "log", "maximum": "max", "minimum": "min", "σ": "sigmoid"}
_CONSTANTS = {"pi": math.pi}


class Expression:
    """A parsed expression, ready to be computed with any numbers. Make one with `parse`.

    Attributes:
        text: What was typed.
        names: Its variables in the order they first appear.

    >>> f = parse("x * y + sin(x)")
    >>> f.names
    ('x', 'y')
    >>> f(x=2.0, y=-3.0).op
    'add'
    """

    def __init__(self, text: str, names: tuple[str, ...], program: list[tuple[str, Any, int]]) -> None:
        self.text = text
        self.names = names
        self._program = program

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __call__(self, /, **values: Any) -> Value:
        """Compute the expression as a graph of Values.

        Args:
            values: A number (which becomes a leaf of that name) or a Value for every variable.

        Raises:
            ExpressionError: a variable has no value, or a value belongs to no variable.
        """
        values = {n: c for n, c in _CONSTANTS.items() if n in self.names} | values
        missing = [n for n in self.names if n not in values]
        if missing:
            raise ExpressionError(f"{missing[0]} has no value: add {missing[0]}=NUMBER")
        unused = [n for n in values if n not in self.names]
        if unused:
            known = ", ".join(self.names) or "no variables"
            raise ExpressionError(f"{unused[0]} does not occur in the expression, which has {known}")
        leaves = {n: v if isinstance(v, Value) else _leaf(n, v) for n, v in values.items()}
        stack: list[Any] = []
        for action, what, count in self._program:
            if action == "name":
                stack.append(leaves[what])
            elif action == "number":
                stack.append(what)
            else:
                operands = [stack.pop() for _ in range(count)][::-1]
                stack.append(_apply(what, operands))
        result = stack.pop()
        return result if isinstance(result, Value) else Value(result, requires_grad=False)


def _leaf(name: str, number: Any) -> Value:
    return Value(as_number(number), name=name, requires_grad=_CONSTANTS.get(name) != number)


def _apply(name: str, operands: list[Any]) -> Any:
    if not any(isinstance(o, Value) for o in operands):
        # A gate of constants alone is still shown: one constant becomes a node for it to hang on.
        operands[0] = Value(operands[0], requires_grad=False)
    if name == "div" and not isinstance(operands[0], Value) and operands[0] == 1:
        name, operands = "inv", operands[1:]
    if name == "dot":
        half = len(operands) // 2
        return GATES[name](operands[:half], operands[half:])
    return GATES[name](*operands)


def parse(text: str) -> Expression:
    """Read an expression.

    Args:
        text: Arithmetic over names and numbers (`+ - * / // % **`, comparisons, `a if c else b`) and calls of gates
            (`exp(x)`, `max(a, b, c)`, `where(a > b, a, b)`, `sum(a, b, c)`, `dot(w0, w1, x0, x1)`).

    Raises:
        ExpressionError: the text is anything else; the message is one line and says what.

    >>> parse("__import__('os')")
    Traceback (most recent call last):
        ...
    autograd.errors.ExpressionError: __import__ is not a gate; there are abs, add, ...
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text):,} characters; the most is {LONGEST:,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd but legal Python, which is refused below anyway
            tree = ast.parse(text.strip(), mode="eval").body
    except (RecursionError, MemoryError):
        raise ExpressionError("the expression is nested too deeply; sum(a, b, ...) takes many terms at once") from None
    except SyntaxError as error:
        raise ExpressionError(_syntax_message(text.strip(), error)) from None
    except ValueError as error:
        raise ExpressionError(f"the expression cannot be read: {error}") from None
    return _compile(text.strip(), tree)


def _syntax_message(text: str, error: SyntaxError) -> str:
    if not text:
        return "the expression is empty"
    reason = (error.msg or "invalid syntax").split("\n")[0]
    place = ""
    if error.offset and error.lineno == 1:
        place = f" at character {error.offset}, near {text[error.offset - 1 :][:12]!r}"
    elif error.offset == 0:
        place = " at the end"
    return f"the expression cannot be read: {reason}{place}"


def _compile(text: str, tree: ast.expr) -> Expression:
    """Flatten the syntax tree into postfix order, without recursion."""
    names: dict[str, None] = {}
    program: list[tuple[str, Any, int]] = []
    todo: list[ast.expr | tuple[str, Any, int]] = [tree]
    while todo:
        item = todo.pop()
        if isinstance(item, tuple):
            program.append(item)
        elif isinstance(item, ast.Constant):
            program.append(("number", _number(item), 0))
        elif isinstance(item, ast.Name):
            names.setdefault(item.id)
            program.append(("name", item.id, 0))
        elif isinstance(item, ast.UnaryOp) and isinstance(item.op, ast.UAdd):
            todo.append(item.operand)
        elif _is_negative_number(item):
            program.append(("number", -_number(item.operand), 0))
        else:
            gate, operands = _application(item, text)
            todo.append(("gate", gate, len(operands)))
            todo.extend(reversed(operands))
    return Expression(text, tuple(names), program)


def _is_negative_number(node: ast.expr) -> TypeGuard[ast.UnaryOp]:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def _number(node: ast.expr) -> float:
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ExpressionError(f"{str(value)[:40]!r} is not a real number")
    try:
        return float(value)
    except OverflowError:
        raise ExpressionError("a whole number in the expression is too large for a float") from None


def _application(node: ast.expr, text: str) -> tuple[str, list[ast.expr]]:
    """The gate a piece of syntax stands for, and its operands."""
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return _BINARY[type(node.op)], [node.left, node.right]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return "neg", [node.operand]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        return _COMPARE[type(node.ops[0])], [node.left, node.comparators[0]]
    if isinstance(node, ast.IfExp):
        return "where", [node.test, node.body, node.orelse]
    if isinstance(node, ast.Call):
        return _call(node)
    what = ast.get_source_segment(text, node) or type(node).__name__
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
        raise ExpressionError(f"{what[:40]!r} is not allowed: a power is written with **, as in x**2")
    raise ExpressionError(f"{what[:40]!r} is not allowed: use names, numbers, + - * / // % **, comparisons and gates")


def _call(node: ast.Call) -> tuple[str, list[ast.expr]]:
    if not isinstance(node.func, ast.Name):
        raise ExpressionError("only gates can be called, by name: exp(x), max(a, b), ...")
    name = _ALIASES.get(node.func.id, node.func.id)
    gate = GATES.get(name)
    if gate is None:
        close = difflib.get_close_matches(name, GATES, n=3)
        known = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(sorted(GATES))}"
        raise ExpressionError(f"{name[:40]} is not a gate; {known}")
    keywords = {str(k.arg): k.value for k in node.keywords}
    if gate.variadic:
        if keywords or not node.args:
            raise ExpressionError(f"{name} takes one or more operands, without names")
        return name, _arranged(gate, node.args)
    if name in ("max", "min") and len(node.args) > 2 and not keywords:
        first, *middle, last = node.args
        for argument in middle:
            first = ast.Call(node.func, [first, argument], [])
        return name, [first, last]
    try:
        inputs = gate.bind(tuple(node.args), keywords)
    except OperandError as error:
        raise ExpressionError(str(error)) from None
    return name, [i if isinstance(i, ast.expr) else ast.Constant(i) for i in inputs]


def _arranged(gate: Gate, arguments: list[ast.expr]) -> list[ast.expr]:
    """The inputs of a gate of any number, typed as lists or one after the other."""
    lists: list[Any] = [a.elts for a in arguments if isinstance(a, ast.List)]
    if len(lists) < len(arguments):
        half = len(arguments) // 2
        lists = [arguments[:half], arguments[half:]] if gate.name == "dot" else arguments
    if gate.name == "dot" and len(lists) != 2:
        raise ExpressionError("dot takes two lists, as in dot([w0, w1], [x0, x1])")
    assert gate.arrange is not None
    try:
        return list(gate.arrange(*lists))
    except OperandError as error:
        raise ExpressionError(str(error)) from None
