"""Contenders in processes of their own, so that one's garbage and caches do not slow another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

__all__ = ["ONE_THREAD", "Contender", "take_turns"]

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
"""What keeps numerical libraries to one thread; two on two shared cores are noise."""


class Contender:
    """A worker process and how to ask it.

    Args:
        module: The module that is the worker; it answers each line of JSON with another.
        name: Which contender it is to be.
        environment: What to add to the environment.
    """

    def __init__(self, module: str, name: str, environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, name],
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
        self.process.stdin.close()
        self.process.wait()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the worker for {self.name} ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        return answer


def take_turns(contenders: list[Contender], rounds: int, **request: Any) -> dict[str, list[dict[str, Any]]]:
    """Ask every contender the same in each round, in rotating order; the answers by name."""
    answers: dict[str, list[dict[str, Any]]] = {c.name: [] for c in contenders}
    for i in range(rounds):
        first = i % len(contenders)
        for c in contenders[first:] + contenders[:first]:
            answers[c.name].append(c.ask(**request))
    return answers
