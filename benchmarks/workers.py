"""Contenders in processes of their own, so that one's garbage and caches do not slow another."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console

from .peers.loop import answer_requests, seconds_per_step

__all__ = [
    "ONE_THREAD", "Contender", "answer_requests", "run", "seconds_per_step", "show_missing", "start", "take_turns",
]  # fmt: skip

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
"""What keeps numerical libraries to one thread; two on two shared cores are noise."""


class Contender:
    """A worker process and how to ask it.

    Args:
        module: The module that is the worker; it answers each line of JSON with another.
        name: Which contender it is to be.
        environment: What to add to the environment.
        command: How else to start the worker.
    """

    def __init__(
        self, module: str, name: str, environment: dict[str, str] | None = None, *, command: list[str] | None = None
    ) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", module, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.missing: str | None = self._read().get("missing")

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send one request and wait for the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._read()

    def close(self) -> None:
        """End the worker."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker for {self.name} ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        return answer


def start(names: Iterable[str], make: Callable[[str], Iterable[Contender]]) -> tuple[list[Contender], dict[str, str]]:
    """Start contenders; those that are not installed are told apart, with the reason.

    Args:
        names: Which.
        make: Starts one by its name, in the ways there are, until one is able.
    """
    found: list[Contender] = []
    missing: dict[str, str] = {}
    for name in names:
        for contender in make(name):
            if contender.missing is None:
                found.append(contender)
                missing.pop(name, None)
                break
            missing[name] = contender.missing
            contender.close()
    return found, missing


def take_turns(contenders: list[Contender], rounds: int, **request: Any) -> dict[str, list[dict[str, Any]]]:
    """Ask every contender the same in each round, in rotating order; the answers by name."""
    answers: dict[str, list[dict[str, Any]]] = {c.name: [] for c in contenders}
    for i in range(rounds):
        first = i % len(contenders)
        for c in contenders[first:] + contenders[:first]:
            answers[c.name].append(c.ask(**request))
    return answers


def show_missing(console: Console, missing: dict[str, str]) -> None:
    """Say which contenders were left out."""
    for name, reason in missing.items():
        console.print(f"{name} is not installed, so it was left out ({reason})")


def run(
    about: str | None, measure: Callable[[int, float], dict[str, Any]], show: Callable[[dict[str, Any]], None],
    *, rounds: int, seconds: float,
) -> None:  # fmt: skip
    """The command line of a benchmark: measure and print, as a table or as JSON."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often each contender runs (default {rounds})")
    parser.add_argument(
        "--seconds", type=float, default=seconds, help=f"CPU time per contender and round (default {seconds:g})"
    )
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    options = parser.parse_args()
    results = measure(options.rounds, options.seconds)
    if options.json:
        print(json.dumps(results, indent=1))
    else:
        show(results)
