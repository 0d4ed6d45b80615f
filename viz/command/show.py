"""`backglow EXPR NAME=NUMBER ...`: values, backward steps and gradients on the screen, pictures in files."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from autograd import ExpressionError, Trace, __version__, parse
from autograd.array_info import number, short
from autograd.text import visible

from ..formats.report import QUIET, TITLE, report
from ..pictures import FORMATS, draw, maker
from .arguments import DEMO, DEMO_VALUES, Parser, compute, protect_expression, read_numbers
from .checking import check

__all__ = ["DISAGREEMENT", "Plain", "show"]

DISAGREEMENT = 1
"""Exit code of a --grad-check that failed."""

_DESCRIPTION = "See backpropagation happen: the forward values, each backward step and every gradient of an expression."
_EPILOG = f"""\
examples:
  backglow demo
  backglow "a*b + c" a=2 b=-3 c=10
  backglow "{DEMO}" {" ".join(DEMO_VALUES)} -o neuron.svg
  backglow "max(x, y)**2" x=1 y=3 --grad-check

An expression is arithmetic (+ - * / // % **), comparisons, `a if c else b`, and gates such as exp, log, sqrt, tanh,
sigmoid, relu, max, where, sum, dot.

To walk through it step by step: backglow step EXPR NAME=NUMBER ... (backglow step --help says more).
"""


class Plain(Console):
    """A console that writes lines as they are and leaves a closed pipe to its caller."""

    def __init__(self) -> None:
        super().__init__(soft_wrap=True, highlight=False, markup=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Raise rather than exit with the code of a failed --grad-check, as rich itself would."""
        raise BrokenPipeError


def _parser() -> tuple[Parser, set[str]]:
    """The parser and everything it knows as an option."""
    parser = Parser(
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


def show(arguments: list[str]) -> int:
    """Run the command with these arguments and return its exit code.

    Raises:
        AutogradError: the input is bad, or a file cannot be written.
    """
    parser, known = _parser()
    options = parser.parse_intermixed_args(protect_expression(known, arguments))
    console = Plain()
    if options.expression.strip() == "demo":
        if options.values:
            raise ExpressionError("demo takes no values: it shows a fixed example")
        console.print(Text(f"$ backglow {DEMO!r} {' '.join(DEMO_VALUES)}\n", QUIET))
        options.expression, options.values = DEMO, list(DEMO_VALUES)
    expression = parse(options.expression)
    numbers = read_numbers(options.values)
    for path in options.output:
        maker(path)  # an unknown ending is known before anything is computed
    recorded = compute(expression, numbers, opened=options.primitives)
    checks = check(expression, numbers, recorded) if options.grad_check else {}
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


def _complain_if_not_finite(recorded: Trace) -> None:
    """Raise ExpressionError if the result is not a number, naming the node where that began."""
    origin = recorded.not_finite
    shown = number(recorded.result.value)
    if origin is None or math.isfinite(shown):
        return
    began = f"the input {origin.label} is already {origin.value}"
    if origin.gate is not None:
        domain = recorded.gates[origin.gate].domain
        operands = [number(recorded.nodes[edge.parent].value) for edge in recorded.operands[origin.id]]
        overflow = math.isinf(number(origin.value)) and 0.0 not in operands
        began = f"it began at {origin.label} = {origin.formula} = {origin.numbers} = {short(origin.value)}"
        began += (
            "; the number is too large for a float" if overflow or not domain else f"; {origin.gate} needs {domain}"
        )
    raise ExpressionError(f"the result is {shown}: {began}".replace("−", "-"))
