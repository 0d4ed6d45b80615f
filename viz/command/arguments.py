"""What people type at the command: an expression, a number for each of its names, and options."""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Sequence
from itertools import islice
from typing import NoReturn

from autograd import Expression, ExpressionError, Trace, primitives, trace

__all__ = [
    "DEMO", "DEMO_VALUES", "Parser", "compute", "protect_expression", "read_number", "read_numbers",
    "split_assignment",
]  # fmt: skip

DEMO = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
"""The neuron of the Stanford course CS231n."""
DEMO_VALUES = ("w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3")


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of leaving the program."""

    def error(self, message: str) -> NoReturn:
        """Raise ExpressionError."""
        raise ExpressionError(f"{message} (backglow --help shows how to use it)")


def protect_expression(known: set[str], arguments: list[str]) -> list[str]:
    """Keep an expression such as `-x*2` from being read as an option: a space in front changes nothing else.

    Raises:
        ExpressionError: an option is unknown.
    """
    protected: list[str] = []
    rest = iter(arguments)
    seen = False
    for argument in rest:
        if argument == "--":
            return [*protected, argument, *map(_protected, rest)]
        if argument.partition("=")[0] in known:
            protected += [argument, *islice(rest, argument in ("-o", "--output"))]
            continue
        if argument.startswith("-") and (seen or _LONG_OPTION.fullmatch(argument)):
            raise ExpressionError(f"there is no option {argument} (backglow --help lists them)")
        protected.append(_protected(argument))
        seen = True
    return protected


def _protected(argument: str) -> str:
    return f" {argument}" if argument.startswith("-") else argument


_LONG_OPTION = re.compile(r"--[A-Za-z][\w-]*(=.*)?")


def read_numbers(assignments: Sequence[str]) -> dict[str, float]:
    """The numbers of `NAME=NUMBER`, `NAME=NUMBER`, ...

    Raises:
        ExpressionError: one of them is not of that form, or a name is given twice.
    """
    numbers: dict[str, float] = {}
    for assignment in assignments:
        name, equals, text = split_assignment(assignment)
        if not equals or not name.isidentifier():
            raise ExpressionError(f"{assignment.strip()!r} is not of the form NAME=NUMBER, without spaces")
        if name in numbers:
            raise ExpressionError(f"{name} is given twice")
        numbers[name] = read_number(name, text)
    return numbers


def split_assignment(assignment: str) -> tuple[str, str, str]:
    """The name, the = if there is one, and what stands after it."""
    name, equals, text = (part.strip() for part in assignment.partition("="))
    return unicodedata.normalize("NFKC", name), equals, text  # as Python's parser does with names in the expression


def read_number(name: str, text: str) -> float:
    """The number typed for a name.

    Raises:
        ExpressionError: it is none.
    """
    try:
        return float(text)
    except ValueError:
        hint = ": use a point, not a comma" if "," in text else ""
        raise ExpressionError(f"{name}={text}: {text!r} is not a number{hint}") from None


def compute(expression: Expression, numbers: dict[str, float], *, opened: bool) -> Trace:
    """The trace of an expression at these numbers; its result is called `out` where it has no name.

    Args:
        opened: Open composite gates into simpler ones.
    """
    if opened:
        with primitives():
            result = expression(**numbers)
    else:
        result = expression(**numbers)
    if result.name is None:
        result.name = "out" if "out" not in numbers else "result"
    return trace(result)
