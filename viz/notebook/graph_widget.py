"""The widget: the page's own module run by anywidget, with place and edits kept in step with Python."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from anywidget import AnyWidget
from traitlets import Dict, Int, Unicode, validate

from autograd import BackwardStep, ForwardStep, Trace
from autograd.array_info import number
from autograd.gate import GATES
from autograd.javascript import emittable
from autograd.text import visible

from ..errors import PictureError
from ..formats.svg import svg
from ..page import Start
from ..page.bundle import colours, module, style
from ..page.page import place_of
from ..page.payload import as_json, payload
from ..recompute import computed_again
from ..theme import DARK, LIGHT
from .output import height_of, output

__all__ = ["GraphWidget"]

VIEW = "application/vnd.jupyter.widget-view+json"


class GraphWidget(AnyWidget):
    """One trace in the page; made by `viz.widget`.

    Attributes:
        place: How many steps have been taken, from 0 to `last`. Stepping in the page changes it, and assigning to it
            moves the page.
        values: The inputs that were given other values, by name; of several inputs of one name the second is called
            `name#2`, and so on. Editing in the page changes it; assigning to it replaces all edits, so that
            `w.values = {}` takes them back.

    Both can be observed: `w.observe(lambda change: print(change.new), "place")`.

    Raises:
        PictureError: a place, an input or a number that there is not.
    """

    _esm = Unicode().tag(sync=True)
    _style = Unicode().tag(sync=True)
    _key = Unicode().tag(sync=True)
    data = Unicode().tag(sync=True)
    place = Int().tag(sync=True)
    values = Dict().tag(
        sync=True, to_json=lambda values, self: self._sent(values), from_json=lambda sent, self: self._received(sent)
    )

    def __init__(self, trace: Trace, *, start: Start = "backward") -> None:
        self._recorded = trace
        self._computed: tuple[dict[str, float], Trace] = ({}, trace)
        self._ids = _input_names(trace)
        self._names = {node: name for name, node in self._ids.items()}
        place = place_of(trace, start)
        data = payload(trace, start=place)
        # The module is made now and not once for the class: gates may have been registered since.
        super().__init__(_esm=module(trace), _style=_style(data), _key=uuid4().hex, data=as_json(data), place=place)

    @property
    def trace(self) -> Trace:
        """The trace with the edits made: recorded numbers where there are none, and otherwise computed again."""
        if self._computed[0] != self.values:
            inputs = {self._ids[name]: number for name, number in self.values.items()}
            again = computed_again(self._recorded, inputs) if inputs else self._recorded
            self._computed = (dict(self.values), again)
        return self._computed[1]

    @property
    def last(self) -> int:
        """The place at which all steps have been taken."""
        return place_of(self._recorded, "end")

    @property
    def step(self) -> ForwardStep | BackwardStep | None:
        """The step taken last, with the edited numbers; None at the start."""
        forward = len(self.trace.forward)
        if self.place == 0:
            return None
        if self.place <= forward:
            return self.trace.forward[self.place - 1]
        return self.trace.backward[self.place - forward - 1]

    # -------------------------------------------------------------------------------------------------------- traits

    @validate("place")
    def _check_place(self, proposal: Any) -> int:
        place: int = proposal["value"]
        if not 0 <= place <= self.last:
            raise PictureError(f"place must be from 0 to {self.last}, not {place}")
        return place

    @validate("values")
    def _check_values(self, proposal: Any) -> dict[str, float]:
        values = {}
        for name, given in proposal["value"].items():
            if name not in self._ids:
                known = visible(", ".join(list(self._ids)[:12]))[:200]
                raise PictureError(f"values: there is no input {visible(str(name))!r}; there are {known}")
            try:
                values[name] = float(given)
            except (TypeError, ValueError):
                raise PictureError(f"values: {visible(str(name))} must be a number, not {given!r}") from None
        if values and self._recorded.of_tensors:
            raise PictureError("values: the inputs of a graph of tensors are fixed; compute it again in Python")
        if values and not all(gate in GATES and emittable(GATES[gate]) for gate in self._recorded.gates):
            raise PictureError("values: a page cannot compute one of the gates, so the inputs are fixed")
        recorded = {name: number(self._recorded.nodes[self._ids[name]].value) for name in values}
        return {name: x for name, x in values.items() if _bits(x) != _bits(recorded[name])}

    def _sent(self, values: Mapping[str, float]) -> dict[str, float | str]:
        """Edits as JSON can hold them, by node."""
        return {str(node): _wire(x) for node, x in sorted((self._ids[name], x) for name, x in values.items())}

    def _received(self, sent: Mapping[str, float | str]) -> dict[str, float]:
        return {self._names[int(node)]: float(x) for node, x in sent.items()}

    # ------------------------------------------------------------------------------------------------------- outputs

    def _still(self) -> dict[str, str]:
        """The output that needs no kernel."""
        trace = self.trace
        page = output(trace, start=self.place, key=self._key)
        return {"text/html": page, "image/svg+xml": svg(trace), "text/plain": repr(self)}

    def _view(self) -> dict[str, Any]:
        """What makes a notebook connect to the kernel; empty when the widget has been closed."""
        if self.comm is None:
            return {}
        return {VIEW: {"version_major": 2, "version_minor": 0, "model_id": self.model_id}}

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Everything in one output."""
        return {**self._still(), **self._view()}, {}

    def _ipython_display_(self, **_: Any) -> None:
        """Two outputs: JupyterLab shows no other part of an output whose widget has no kernel any more."""
        from IPython import display

        publish: Any = display.publish_display_data
        publish(self._still())
        if view := self._view():
            publish(view)

    def __repr__(self) -> str:
        return f"GraphWidget({visible(self._recorded.result.label)}, place={self.place} of {self.last})"


def _input_names(trace: Trace) -> dict[str, int]:
    """A name for every input, each once."""
    seen: Counter[str] = Counter()
    taken = {leaf.name or leaf.label for leaf in trace.leaves}
    ids: dict[str, int] = {}
    for leaf in trace.leaves:
        name = leaf.name or leaf.label
        seen[name] += 1
        key = name
        while key in ids or (key != name and key in taken):
            key = f"{name}#{max(seen[name], 2)}"
            seen[name] += 1
        ids[key] = leaf.id
    return ids


def _wire(x: float) -> float | str:
    """A number as JSON and JavaScript can both hold it."""
    if math.isnan(x):
        return "NaN"
    if math.isinf(x):
        return "Infinity" if x > 0 else "-Infinity"
    return "-0" if _bits(x) == _bits(-0.0) else int(x) if x.is_integer() and abs(x) < 2**53 else x


def _bits(x: float) -> tuple[float, float] | str:
    return "nan" if math.isnan(x) else (x, math.copysign(1.0, x))


def _style(data: dict[str, Any]) -> str:
    """The page's style inside another page: as high as its picture needs, in the notebook's colours."""
    page = ".embedded"
    # What the page does in a narrow window, the widget does in a narrow output.
    text = style(tensors="tensors" in data).replace("@media (max-width: 760px)", "@container (max-width: 760px)")
    rules = [
        f"{page}{{container-type:inline-size}}",
        f"{page} .backglow-app{{height:{height_of(data)}px;min-height:0}}",
        f"@container (max-width:760px){{{page} .backglow-app{{height:auto}}{page} .holder{{height:20rem}}}}",
    ]
    for host, palette in (("light", LIGHT), ("dark", DARK)):
        own = f"color-scheme:{host};{colours(palette)}"
        rules.append(f'@media screen{{{page}[data-host="{host}"]:not([data-theme]){{{own}}}}}')
    return text + "".join(rules)
