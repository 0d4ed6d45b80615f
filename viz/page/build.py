"""The page's own modules as one script: joined in the order they need each other, made small when a package is built.

This file stands alone, so that the build can run it before anything is installed.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path

__all__ = ["BUILT", "build", "built", "joined", "plain"]

HERE = Path(__file__).parent
BUILT = HERE / "page.min.js"
"""What `build` writes: not kept with the sources, but part of an installed package."""

_ENTRY = "app.js"
_GENERATED = "gates.js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
_BLOCK = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^[ \t]*//[^\n]*\n", re.MULTILINE)
_CONST = re.compile(r"\bconst(?= [\w{\[])")
_NUMBER = re.compile(r"^const ([A-Z_]+) = ([\d.e]+);\n", re.MULTILINE)
_DECLARED = re.compile(r"^(?:export )?(?:const|let|class|function) (\w+)", re.MULTILINE)


def joined() -> str:
    """The modules as one script that defines `App` and expects `GATES` to be there.

    Raises:
        ValueError: two modules declare the same name, or need each other in a circle.
    """
    texts: dict[str, str] = {}
    needs: dict[str, list[str]] = {}
    declared: Counter[str] = Counter()
    pending = [_ENTRY]
    while pending:
        name = pending.pop()
        if name in texts or name == _GENERATED:
            continue
        text = (HERE / name).read_text(encoding="utf-8")
        needs[name] = [need for need in _IMPORT.findall(text) if need != _GENERATED]
        texts[name] = plain(text)
        declared.update(_DECLARED.findall(text))
        pending += needs[name]
    twice = [name for name, count in declared.items() if count > 1]
    if twice:
        raise ValueError(f"page modules declare the same name twice: {', '.join(twice)}")
    body = "".join(texts[name] for name in _in_order(needs))
    return f"const App = (() => {{\n{body}return App;\n}})();\n"


def plain(text: str) -> str:
    """A module without its imports, comments and indentation, and with `export` taken off what it declares."""
    for pattern in (_IMPORT, _BLOCK, _LINE):
        text = pattern.sub("", text)
    lines = [line.strip().removeprefix("export ") for line in text.splitlines()]
    return "".join(f"{line}\n" for line in lines if line)


def _in_order(needs: dict[str, list[str]]) -> list[str]:
    """Every module after those it needs."""
    order: list[str] = []
    waiting = sorted(needs)
    while waiting:
        ready = [name for name in waiting if all(need in order for need in needs[name])]
        if not ready:
            raise ValueError(f"page modules need each other in a circle: {', '.join(waiting)}")
        order += ready
        waiting = [name for name in waiting if name not in ready]
    return order


def build() -> Path:
    """Write the minified script, with the digest of what it was made from in its first line.

    Raises:
        ModuleNotFoundError: the minifier (tdewolff-minify) is not installed.
    """
    import minify

    text = joined()
    # `let` says the same in fewer letters, hundreds of times.
    small: str = minify.string("application/javascript", _CONST.sub("let", _inlined(text)))
    BUILT.write_text(f"//{_digest(text)}\n{small}\n", encoding="utf-8")
    return BUILT


def _inlined(text: str) -> str:
    """The script with the numbers that the modules name in capitals put where they are used."""
    named = dict(_NUMBER.findall(text))
    return re.sub(rf"\b({'|'.join(named)})\b", lambda found: named[found[0]], _NUMBER.sub("", text))


def built() -> str | None:
    """The minified script, or None where it was not built or the modules have changed since."""
    try:
        first, _, small = BUILT.read_text(encoding="utf-8").partition("\n")
    except OSError:
        return None
    # An installed package carries no modules, only what was made of them.
    return small if not (HERE / _ENTRY).exists() or first == f"//{_digest(joined())}" else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
