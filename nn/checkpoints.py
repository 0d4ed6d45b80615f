"""Checkpoints: everything a training run needs to go on as if it had never been stopped."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograd import OperandError

from .errors import StateDictError
from .module import Module
from .plain_data import from_text, to_text
from .saving import Arrays, read, write

__all__ = ["Checkpoint", "load_checkpoint", "save_checkpoint"]


_PIECES = ("epoch", "history", "extra", "optimizer", "rng", "parts")


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint says beside what has been taken over from it.

    Attributes:
        epoch: How many epochs were done.
        history: What was given as history, as plain data.
        extra: What was given as extra.
        versions: Of what wrote the file, by name.
    """

    epoch: int
    history: Any
    extra: Any
    versions: Mapping[str, str]


def save_checkpoint(
    path: str | os.PathLike[str], module: Module, optimizer: Any = None, *, epoch: int = 0, history: Any = None,
    rng: Any = None, extra: Any = None, **parts: Any,
) -> Path:  # fmt: skip
    """Save a training run so that `load_checkpoint` makes it go on to the very same numbers.

    Kept are the module's parameters and buffers; the states of its random generators, such as dropout's; and what is
    given below. One safetensors file, written beside its place and renamed, with a checksum, and nothing pickled.

    Args:
        path: Where to.
        module: What is trained.
        optimizer: What trains it; its settings and what it remembers of each parameter.
        epoch: How many epochs are done.
        history: Plain data, or a `History`.
        rng: A generator that the run draws from, or several by name.
        extra: Any plain data: numbers, text, lists, dicts and arrays.
        parts: Whatever else has a state, by name: anything with `state_dict()` and `load_state_dict()`, such as
            `loader=loader, schedule=schedule`.

    Returns:
        The path.

    Raises:
        FileError: the file cannot be written; an old one there is as it was.
        OperandError: something is no plain data, or has no state.
        MissingExtraError: safetensors is not installed.
    """
    arrays: Arrays = {f"module/{name}": array for name, array in module.state_dict().items()}
    data = {
        "epoch": int(epoch),
        "history": getattr(history, "records", history),
        "extra": extra,
        "optimizer": None if optimizer is None else optimizer.state_dict(),
        "rng": {name: source.bit_generator.state for name, source in _generators(module, rng).items()},
        "parts": {name: _with_state(name, part).state_dict() for name, part in parts.items()},
    }
    # Each piece under its own name, so that names of arrays tell what they are, and messages where a mistake is.
    texts = {name: to_text(item, f"{name}/", arrays) for name, item in data.items()}
    return write(path, arrays, {"kind": "checkpoint", **{f"checkpoint.{name}": text for name, text in texts.items()}})


def load_checkpoint(
    path: str | os.PathLike[str], module: Module, optimizer: Any = None, *, rng: Any = None, **parts: Any
) -> Checkpoint:
    """Take over a run that `save_checkpoint` saved; all of it, or in case of an error nothing.

    Args:
        path: The file.
        module: A module of the same architecture.
        optimizer: An optimizer of the same kind, of the module's parameters in the same order. Without one the module
            is loaded for use.
        rng: The generators that were given, to be set to the states they had.
        parts: The same parts by the same names.

    Returns:
        The epoch, the history and the extra data.

    Raises:
        StateDictError: the file is truncated, changed, or no checkpoint; or it does not fit what is given.
        FileError: it cannot be read.
        MissingExtraError: safetensors is not installed.

    >>> import nn, optim, tempfile
    >>> def run():
    ...     rng = np.random.default_rng(0)
    ...     model = nn.Sequential(nn.Linear(2, 3, rng=rng), nn.Dropout(0.5, rng=rng))
    ...     return model, optim.Adam(model.parameters(), lr=0.1)
    >>> model, optimizer = run()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_checkpoint(Path(folder) / "run.safetensors", model, optimizer, epoch=3, history=[0.5, 0.25])
    ...     found = load_checkpoint(path, *run())
    >>> found.epoch, found.history
    (3, [0.5, 0.25])
    """
    arrays, about = read(path)
    if about.get("kind") != "checkpoint":
        raise StateDictError(f"{str(path)!r} holds parameters alone and is no checkpoint; nn.load reads it")
    try:
        data = {name: from_text(about[f"checkpoint.{name}"], arrays) for name in _PIECES}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise StateDictError(f"{str(path)!r} is no whole checkpoint ({type(error).__name__}: {error})") from None
    generators = _generators(module, rng)
    targets = {name: _with_state(name, part) for name, part in parts.items()}
    if optimizer is not None:
        if data["optimizer"] is None:
            raise StateDictError(f"{str(path)!r} was saved without an optimizer")
        targets["optimizer"] = optimizer
    _check(path, data, generators, parts)
    states = {**data["parts"], "optimizer": data["optimizer"]}
    weights = {name.removeprefix("module/"): a for name, a in arrays.items() if name.startswith("module/")}
    before = module.state_dict(), {name: part.state_dict() for name, part in targets.items()}
    try:
        module.load_state_dict(weights)
        for name, part in targets.items():
            part.load_state_dict(states[name])
    except Exception:
        module.load_state_dict(before[0])
        for name, part in targets.items():
            part.load_state_dict(before[1][name])
        raise
    for name, source in generators.items():
        source.bit_generator.state = data["rng"][name]
    versions = {name: about[name] for name in ("backglow", "numpy")}
    return Checkpoint(data["epoch"], data["history"], data["extra"], versions)


def _check(
    path: str | os.PathLike[str], data: dict[str, Any], generators: dict[str, np.random.Generator], parts: Any
) -> None:
    """Raise StateDictError where generators and parts are not those that were saved."""
    for what, saved, given in (
        ("random generators", data["rng"], generators),
        ("parts", data["parts"], parts),
    ):
        if set(saved) != set(given):
            raise StateDictError(
                f"{str(path)!r} was saved with the {what} {_listed(saved)}, and is loaded with {_listed(given)}; give "
                "the same"
            )
    for name, source in generators.items():
        kind, wanted = type(source.bit_generator).__name__, data["rng"][name]["bit_generator"]
        if kind != wanted:
            raise StateDictError(f"{str(path)!r}: the generator {name} was a {wanted} and is a {kind}")
        try:
            type(source.bit_generator)().state = data["rng"][name]
        except (KeyError, TypeError, ValueError) as error:
            raise StateDictError(f"{str(path)!r}: the state of the generator {name} is none ({error})") from None


def _listed(names: Any) -> str:
    return ", ".join(map(str, names)) or "none"


def _with_state(name: str, part: Any) -> Any:
    if not (hasattr(part, "state_dict") and hasattr(part, "load_state_dict")):
        raise OperandError(
            f"checkpoint: {name} is a {type(part).__name__} without state_dict() and load_state_dict(); plain "
            "data goes into extra="
        )
    return part


def _generators(module: Module, rng: Any) -> dict[str, np.random.Generator]:
    """Those among the attributes of modules, and those given."""
    found = dict(_of_modules(module))
    given = rng if isinstance(rng, Mapping) else {} if rng is None else {"": rng}
    for name, source in given.items():
        if not isinstance(source, np.random.Generator):
            raise OperandError(f"checkpoint: rng holds numpy generators, not a {type(source).__name__}")
        found[f"rng.{name}" if name else "rng"] = source
    return found


def _of_modules(module: Module) -> Iterator[tuple[str, np.random.Generator]]:
    for path, part in module.named_modules():
        for name, item in vars(part).items():
            if isinstance(item, np.random.Generator):
                yield f"module.{path}.{name}" if path else f"module.{name}", item
