"""The code keeps its own rules: floors, small files, names that exist and are explained."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from .places import PACKAGES, ROOT, shown, sources

ALLOWED = {"autograd": {"autograd"}, "nn": {"nn", "autograd"}, "optim": {"optim", "autograd"}}
"""What each of our packages may import of ours. viz, the top floor, may use the engine's modules but no other floor."""

OUTSIDE = {
    "autograd": {"numba", "numpy"},
    "optim": {"numpy", "scipy"},
    "nn": {"numpy", "scipy", "sklearn", "tqdm"},
    "viz": {"IPython", "PIL", "anywidget", "graphviz", "minify", "rich", "textual", "traitlets", "vl_convert"},
}
"""What a package may import beyond Python's own library."""

PUBLIC = [(package, name) for package in PACKAGES for name in importlib.import_module(package).__all__]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each module imported, in full, with the names taken from it."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, ()
        elif isinstance(node, ast.ImportFrom):
            around = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*around, *([node.module] if node.module else [])]), tuple(a.name for a in node.names)


@pytest.mark.parametrize("path", sources(), ids=shown)
def test_a_floor_uses_only_the_floors_below(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    allowed = ALLOWED.get(package, {"viz", "autograd"}) | OUTSIDE.get(package, set()) | sys.stdlib_module_names
    for module, _ in imports(path):
        assert module.partition(".")[0] in allowed, module


@pytest.mark.parametrize("path", sources("nn", "optim"), ids=shown)
def test_networks_and_optimizers_use_the_engine_by_its_front_door(path: Path) -> None:
    engine = importlib.import_module("autograd")
    for module, names in imports(path):
        if module.partition(".")[0] == "autograd":
            assert module == "autograd"
            assert set(names) <= set(engine.__all__)


@pytest.mark.parametrize("path", sources("viz", "nn", "optim"), ids=shown)
def test_nothing_private_of_the_engine_is_used(path: Path) -> None:
    for module, names in imports(path):
        if module.partition(".")[0] == "autograd":
            assert not [part for part in (*module.split("."), *names) if part.startswith("_") and part != "__version__"]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
            owner = node.value.id if isinstance(node.value, ast.Name) else None
            assert owner in ("self", "cls"), f"line {node.lineno}: .{node.attr}"


@pytest.mark.parametrize("path", sources(), ids=shown)
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


@pytest.mark.parametrize(("package", "name"), PUBLIC)
def test_a_public_name_exists_and_is_explained(package: str, name: str) -> None:
    thing = getattr(importlib.import_module(package), name)
    is_alias = type(thing).__module__ == "typing"
    text = inspect.getdoc(thing) if callable(thing) and not is_alias else written_below(package, name)
    assert text
    assert text.strip()


def written_below(package: str, name: str) -> str | None:
    """The string below the assignment of a name, wherever in the package that is."""
    for path in sources(package):
        body = tree(path).body
        for node, following in pairwise(body):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if [t.id for t in targets if isinstance(t, ast.Name)] == [name] and isinstance(following, ast.Expr):
                return str(ast.literal_eval(following.value))
    return None


@pytest.mark.parametrize("package", PACKAGES)
def test_names_are_listed_once_and_in_order(package: str) -> None:
    names = importlib.import_module(package).__all__
    assert len(set(names)) == len(names)
    assert sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n)) == list(names)


@pytest.mark.parametrize("path", sources(), ids=shown)
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path))
