"""Scene: everything a picture of a trace shows, with its place and its text. Renderers only draw it."""

from __future__ import annotations

from .build import build_scene
from .heat import Heat
from .shapes import FONT_SIZE, SMALL, Box, Frame, Label, Scene, Wire, text_width

__all__ = ["FONT_SIZE", "SMALL", "Box", "Frame", "Heat", "Label", "Scene", "Wire", "build_scene", "text_width"]
