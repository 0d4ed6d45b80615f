"""The command as a user runs it: in a process of its own, with an environment of its own, or in a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SCRIPT = str(Path(sys.executable).with_name("backglow"))
DEMO = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
DEMO_VALUES = ("w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3")


class Done(NamedTuple):
    code: int
    out: str
    err: str


def environment(**more: str) -> dict[str, str]:
    """Nothing that could change colours or encodings but what is given."""
    return {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", **more}


def run(*arguments: str | bytes, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Done:
    """Run the command with its output piped."""
    done = subprocess.run(
        [SCRIPT, *arguments], cwd=cwd, env=env or environment(), capture_output=True, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def in_terminal(arguments: Sequence[str], **more: str) -> str:
    """What the command writes to a terminal, escape codes included."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([SCRIPT, *arguments], stdout=theirs, stderr=theirs, env=environment(**more)) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux reports the closed terminal as an error
                break
            if not part:
                break
            parts.append(part)
        process.wait(timeout=60)
    os.close(ours)
    return b"".join(parts).decode().replace("\r\n", "\n")


def is_one_line(message: str) -> bool:
    """Whether a message is one line of a readable length that says who speaks."""
    return (
        message.startswith("backglow: ")
        and message.count("\n") == 1
        and message.endswith("\n")
        and len(message) < 450
        and "Traceback" not in message
    )
