"""Our own layered layout: columns by rank, few crossings, straight wires. No system program, no dependency.

The layout knows nothing of gradients: it gets a `Diagram` of boxes and wires with their sizes, and returns where they
go. It is a pure function of its input, in plain arithmetic, so a picture is the same on every machine.

After Sugiyama, Tagawa and Toda, 1981, with one shared trunk wire per value in place of one per edge.
"""

from __future__ import annotations

from .diagram import Diagram, Placement
from .ordering import order_columns
from .placing import place
from .ranks import Columns, build_columns

__all__ = ["Columns", "Diagram", "Placement", "lay_out"]


def lay_out(diagram: Diagram) -> Placement:
    """Where every box goes and how every wire runs.

    >>> diagram = Diagram(heights=[20.0, 20.0, 20.0], ports=[(), (), (-6.0, 6.0)], wires=[(0, 2, 0), (1, 2, 1)])
    >>> placement = lay_out(diagram)
    >>> placement.rank, placement.y[0] < placement.y[2] < placement.y[1]
    ([0, 0, 1], True)
    """
    columns = build_columns(diagram)
    order_columns(columns)
    return Placement(columns, place(diagram, columns))
