"""The command `backglow`: an expression and its numbers in; values, backward steps, gradients and pictures out."""

from __future__ import annotations

import argparse
import io
import math
import os
import re
import sys
import unicodedata
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.text import Text

from autograd import AutogradError, Expression, ExpressionError, Trace, Value, __version__, parse, primitives, trace
from autograd.checking import Tolerance
from autograd.numerical import numerical_derivative, rounding_noise, steps_for
from autograd.text import format_number, shorten, visible

from .formats.report import GRADIENT, QUIET, TITLE, WARNING, report
from .pictures import FORMATS, draw, maker

__all__ = ["main"]

DEMO = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
DEMO_VALUES = ("w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3")

BAD_INPUT = 2
DISAGREEMENT = 1

_DESCRIPTION = "See backpropagation happen: the forward values, each backward step and every gradient of an expression."
_EPILOG = f"""\
examples:
  backglow demo
  backglow "a*b + c" a=2 b=-3 c=10
  backglow "{DEMO}" {" ".join(DEMO_VALUES)} -o neuron.svg
  backglow "max(x, y)**2" x=1 y=3 --grad-check

An expression is arithmetic (+ - * / // % **), comparisons, `a if c else b`, and gates such as exp, log, sqrt, tanh,
sigmoid, relu, max, where, sum, dot.
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ExpressionError(f"{message} (backglow --help shows how to use it)")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # for main; rich itself would exit with the code of a failed --grad-check


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a failed --grad-check, 2 for bad input."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # where ∂ cannot be written, rather a ? than nothing
    try:
        return _run(sys.argv[1:] if arguments is None else list(arguments))
    except AutogradError as error:
        print(f"backglow: {_one_line(str(error))}", file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        _drop_output()  # the reader (`| head`) has seen enough
        return 0
    except OSError as error:
        _drop_output()
        print(f"backglow: cannot write the answer: {error.strerror or error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130


def _drop_output() -> None:
    """Keep Python from complaining when it closes a stream that nobody can take any more from."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _one_line(message: str) -> str:
    return shorten(visible(message.replace("\n", " ")), 400)


def _parser() -> tuple[_Parser, set[str]]:
    """The parser and everything it knows as an option."""
    parser = _Parser(
        prog="backglow", description=_DESCRIPTION, epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False, add_help=False,
    )  # fmt: skip
    parser.add_argument("expression", metavar="EXPR", help="what to differentiate, or `demo`")
    parser.add_argument("values", nargs="*", metavar="NAME=NUMBER", help="a value for every variable")
    options = [
        parser.add_argument(
            "-o", "--output", metavar="FILE", action="append", default=[],
            help=f"write a picture; its ending is one of {' '.join(FORMATS)}; may be given several times",
        ),
        parser.add_argument("--grad-check", action="store_true", help="confirm every gradient by finite differences"),
        parser.add_argument("--primitives", action="store_true", help="open gates such as sigmoid into simpler ones"),
        parser.add_argument("--version", action="version", version=f"backglow {__version__}"),
        parser.add_argument("-h", "--help", action="help", help="show this and exit"),
    ]  # fmt: skip
    return parser, {name for option in options for name in option.option_strings}


def _run(arguments: list[str]) -> int:
    parser, known = _parser()
    options = parser.parse_intermixed_args(_protect_expression(known, arguments))
    console = _Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
    if options.expression.strip() == "demo":
        if options.values:
            raise ExpressionError("demo takes no values: it shows a fixed example")
        console.print(Text(f"$ backglow {DEMO!r} {' '.join(DEMO_VALUES)}\n", QUIET))
        options.expression, options.values = DEMO, list(DEMO_VALUES)
    expression = parse(options.expression)
    numbers = _numbers(options.values)
    for path in options.output:
        maker(path)  # an unknown ending is known before anything is computed
    recorded = _trace(expression, numbers, opened=options.primitives)
    checks = _check(expression, numbers, recorded) if options.grad_check else {}
    for line in report(recorded, checks={node: remark for node, (_, remark) in checks.items()}):
        console.print(line)
    for path in options.output:
        draw(recorded, Path(path))
        console.print(Text(f"\nwrote {visible(path)}", TITLE))
    if sys.stdout is not None:
        sys.stdout.flush()
    _complain_if_not_finite(recorded)
    if not all(agrees for agrees, _ in checks.values()):
        print("backglow: a gradient differs from its finite difference (see above)", file=sys.stderr)
        return DISAGREEMENT
    return 0


def _protect_expression(known: set[str], arguments: list[str]) -> list[str]:
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


def _numbers(assignments: Sequence[str]) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for assignment in assignments:
        name, equals, text = (part.strip() for part in assignment.partition("="))
        name = unicodedata.normalize("NFKC", name)  # as Python's parser does with the names in the expression
        if not equals or not name.isidentifier():
            raise ExpressionError(f"{assignment.strip()!r} is not of the form NAME=NUMBER")
        if name in numbers:
            raise ExpressionError(f"{name} is given twice")
        try:
            numbers[name] = float(text)
        except ValueError:
            raise ExpressionError(f"{name}={text}: {text!r} is not a number") from None
    return numbers


def _trace(expression: Expression, numbers: dict[str, float], *, opened: bool) -> Trace:
    if opened:
        with primitives():
            result = expression(**numbers)
    else:
        result = expression(**numbers)
    if result.name is None:
        result.name = "out" if "out" not in numbers else "result"
    return trace(result)


def _check(expression: Expression, numbers: dict[str, float], recorded: Trace) -> dict[int, tuple[bool, Text]]:
    """For each input, whether a central difference confirms its gradient, and a remark saying so."""

    checks = {}
    for leaf in recorded.leaves:
        if leaf.name is None or leaf.grad is None:
            continue
        slope, noise = _slope(expression, numbers, leaf.name)
        agrees = Tolerance().allows(leaf.grad, slope, noise)
        shown = format_number(slope).replace("−", "-")
        remark = f"✓ finite difference {shown}" if agrees else f"✗ finite difference {shown}"
        checks[leaf.id] = (agrees, Text(remark, GRADIENT if agrees else WARNING))
    return checks


def _slope(expression: Expression, numbers: dict[str, float], name: str) -> tuple[float, float]:
    """The finite difference in one variable, and how far it may be off because the expression is rounded."""
    x = numbers[name]
    if not math.isfinite(x):
        return math.nan, 0.0

    def f(moved: Value) -> Value:
        return expression(**(numbers | {name: moved}))

    for h in steps_for(x):
        slope, noise = numerical_derivative(f, x, h), rounding_noise(f, [x], h)
        if noise <= 1e-4 * abs(slope):
            break
    return slope, noise


def _complain_if_not_finite(recorded: Trace) -> None:
    """Raise ExpressionError if the result is not a number, naming the node where that began."""
    origin = recorded.not_finite
    shown = recorded.result.value
    if origin is None or math.isfinite(shown):
        return
    began = f"the input {origin.label} is already {origin.value}"
    if origin.gate is not None:
        domain = recorded.gates[origin.gate].domain
        operands = [recorded.nodes[edge.parent].value for edge in recorded.operands[origin.id]]
        overflow = math.isinf(origin.value) and 0.0 not in operands
        began = f"it began at {origin.label} = {origin.formula} = {origin.numbers} = {format_number(origin.value)}"
        began += (
            "; the number is too large for a float" if overflow or not domain else f"; {origin.gate} needs {domain}"
        )
    raise ExpressionError(f"the result is {shown}: {began}".replace("−", "-"))
