"""Film: both passes over a scene in time. `animated` and `gif` among the formats play it."""

from __future__ import annotations

from .cut import Film, Piece, Times, film
from .timeline import HOLD, SECONDS

__all__ = ["HOLD", "SECONDS", "Film", "Piece", "Times", "film"]
