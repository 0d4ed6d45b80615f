"""The command `backglow`: an expression and its numbers in; values, backward steps, gradients and pictures out.

This file is its front door: which part of the command is meant, and how every error ends.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from autograd import AutogradError

from .command.messages import one_line
from .command.show import show

__all__ = ["main"]

BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0, 1 for a failed --grad-check, 2 for bad input."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # where ∂ cannot be written, rather a ? than nothing
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        return _step(given[1:]) if given[:1] == ["step"] else show(given)
    except AutogradError as error:
        print(f"backglow: {one_line(str(error))}", file=sys.stderr)
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


def _step(arguments: list[str]) -> int:
    from .terminal.command import step

    return step(arguments)


def _drop_output() -> None:
    """Keep Python from complaining when it closes a stream that nobody can take any more from."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
