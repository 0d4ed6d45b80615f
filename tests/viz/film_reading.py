"""An animated SVG read back: what shows at a moment, as its own style sheet says."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "style", "rect", "g", "path", "text"}
ATTRIBUTES = {
    "class", "role", "width", "height", "viewBox", "d", "x", "y", "rx", "opacity", "pathLength",
}  # fmt: skip


@dataclass(frozen=True)
class Played:
    text: str

    @cached_property
    def root(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.text)

    @cached_property
    def style(self) -> str:
        (style,) = self.root.findall(f"{SVG}style")
        return style.text or ""

    @cached_property
    def animated(self) -> str:
        """What the style sheet says to readers who have not asked for reduced motion."""
        before, after = self.style.split("@media (prefers-reduced-motion:no-preference){")
        assert "animation" not in before
        assert "@keyframes" not in before
        return after

    @cached_property
    def duration(self) -> float:
        found = re.search(r"\.play\{animation:([\d.]+)s linear (infinite|1)\}", self.animated)
        assert found
        return float(found[1])

    @cached_property
    def stops(self) -> dict[str, list[tuple[float, str]]]:
        """For each class its keyframes: part of the whole and what is set then."""
        frames: dict[str, list[tuple[float, str]]] = {}
        for scope, name, body in re.findall(
            r"@keyframes (b[0-9a-f]{8})-(\w+)\{((?:[^{}]*\{[^{}]*\})*)\}", self.animated
        ):
            assert scope in self.root.attrib["class"].split()
            assert f".{scope} .{name}{{animation-name:{scope}-{name}}}" in self.animated
            found = []
            for selectors, declaration in re.findall(r"([^{}]*)\{([^{}]*)\}", body):
                for selector in selectors.split(","):
                    found.append((1.0 if selector == "to" else float(selector.removesuffix("%")) / 100, declaration))
            assert [at for at, _ in found] == sorted(at for at, _ in found)
            assert (found[0][0], found[-1][0]) == (0.0, 1.0)
            assert name not in frames
            frames[name] = found
        return frames

    def shown(self, time: float | None) -> list[ElementTree.Element]:
        """The elements that show at a moment; None is the picture that does not move."""
        found: list[ElementTree.Element] = []
        for group in self.root.findall(f"{SVG}g"):
            if (group.attrib.get("opacity") != "0") if time is None else self._opacity(group, time) > 0.5:
                found += list(group.iter())
        return found

    def texts(self, time: float | None, *kinds: str) -> list[str]:
        return [
            e.text or "" for e in self.shown(time) if e.tag == f"{SVG}text" and e.attrib["class"].split()[0] in kinds
        ]

    def _opacity(self, group: ElementTree.Element, time: float) -> float:
        classes = group.attrib.get("class", "").split()
        if "play" not in classes:
            return 1.0
        (name,) = [c for c in classes if c != "play"]
        at = time / self.duration
        stops = [(t, float(d.removeprefix("opacity:"))) for t, d in self.stops[name]]
        for (t0, a), (t1, b) in pairwise(stops):
            if t0 <= at <= t1:
                return a if t0 == t1 else a + (b - a) * (at - t0) / (t1 - t0)
        raise AssertionError(at)
