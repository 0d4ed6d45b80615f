"""The build writes the page's script in its small form, so that installed packages carry it."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageScript(BuildHookInterface):  # type: ignore[type-arg]
    """Runs viz/page/build.py, by its path: nothing is installed yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write viz/page/page.min.js."""
        spec = importlib.util.spec_from_file_location("page_build", Path(self.root) / "viz" / "page" / "build.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.build()
