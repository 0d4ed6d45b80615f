"""Where the project's files are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("autograd", "nn", "optim", "viz")


def sources(*packages: str) -> list[Path]:
    """Every Python file of these packages."""
    return [path for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def shown(path: Path) -> str:
    """A path as a test's name."""
    return path.relative_to(ROOT).as_posix()
