"""`backglow step EXPR NAME=NUMBER ...`: the stepper, full screen where that can be, else line by line."""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import sys
from functools import partial
from pathlib import Path

from autograd import ExpressionError, Trace, parse

from ..command.arguments import DEMO, DEMO_VALUES, Parser, compute, protect_expression, read_numbers
from ..command.show import Plain
from .prompt import run_prompt
from .session import Session

__all__ = ["step"]

_EPILOG = """\
examples:
  backglow step demo
  backglow step "a*b + c" a=2 b=-3 c=10
  printf 'n\\nn\\nq\\n' | backglow step demo

A file name that ends in .json is a trace written by `backglow ... -o trace.json` or `viz.draw`.
"""
_ADVICE = "the full-screen stepper needs the extra 'terminal': pip install 'backglow[terminal]'; going line by line"


def _parser() -> tuple[Parser, set[str]]:
    parser = Parser(
        prog="backglow step", description="Walk through the forward and the backward pass, one gate at a time.",
        epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, add_help=False,
    )  # fmt: skip
    parser.add_argument("expression", metavar="EXPR", help="what to differentiate, `demo`, or a trace in a .json file")
    parser.add_argument("values", nargs="*", metavar="NAME=NUMBER", help="a value for every variable")
    options = [
        parser.add_argument("--plain", action="store_true", help="go line by line, with commands from standard input"),
        parser.add_argument("--primitives", action="store_true", help="open gates such as sigmoid into simpler ones"),
        parser.add_argument("-h", "--help", action="help", help="show this and exit"),
    ]  # fmt: skip
    return parser, {name for option in options for name in option.option_strings}


def step(arguments: list[str]) -> int:
    """Run `backglow step` with these arguments and return its exit code.

    Raises:
        AutogradError: the expression, a number or a file given at the start is bad.
    """
    parser, known = _parser()
    options = parser.parse_intermixed_args(protect_expression(known, arguments))
    session = _session(options.expression.strip(), options.values, opened=options.primitives)
    if _full_screen(plain=options.plain):
        from .app import run_app

        return run_app(session)
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    run_prompt(session, Plain())
    return 0


def _session(expression: str, values: list[str], *, opened: bool) -> Session:
    if expression.endswith(".json"):
        return _from_file(expression, values)
    if expression == "demo":
        if values:
            raise ExpressionError("demo takes no values: it shows a fixed example")
        expression, values = DEMO, list(DEMO_VALUES)
    parsed = parse(expression)
    numbers = read_numbers(values)
    again = partial(compute, parsed, opened=opened)
    return Session(again(numbers), title=expression, numbers=numbers, compute=again)


def _from_file(path: str, values: list[str]) -> Session:
    if values:
        raise ExpressionError("a trace from a file takes no values: it holds them")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ExpressionError(f"cannot read {path!r}: {reason}") from None
    return Session(Trace.from_json(text), title=path)


def _full_screen(*, plain: bool) -> bool:
    """Whether to take the whole screen: a person sits at a terminal that can do it, and textual is there."""
    # textual reads the real standard input and draws on the real standard error
    streams = (sys.stdin, sys.stdout, sys.__stdin__, sys.__stderr__)
    if plain or os.environ.get("TERM") in (None, "", "dumb", "unknown"):
        return False
    if not all(stream is not None and stream.isatty() for stream in streams):
        return False
    if importlib.util.find_spec("textual") is None:
        print(f"backglow: {_ADVICE}", file=sys.stderr)
        return False
    return True
