"""PDF and PNG show the scene that the SVG shows: the same texts, on a page of the same size."""

from __future__ import annotations

import struct
import subprocess
from collections import Counter
from pathlib import Path

import pytest

import viz
from autograd import Value

from .graphs import neuron
from .reading import Picture


def fan_out() -> Value:
    a, b = Value(2.0, "a"), Value(-0.75, "b")
    return (a * b + a).tanh()


@pytest.mark.needs("vl_convert", "pdftotext")
@pytest.mark.parametrize("which", ["neuron", "fan_out"])
def test_a_pdf_holds_every_text_of_the_picture(which: str, tmp_path: Path) -> None:
    output = neuron() if which == "neuron" else fan_out()
    path = viz.draw(output, tmp_path / "x.pdf")
    told = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True).stdout.decode()
    picture = Picture(viz.svg(output))
    words = [word for label in picture.labels for word in label.text.split()]
    words += [word for node in picture.nodes for word in node.text.split()]
    assert Counter(words) <= Counter(told.split())


@pytest.mark.needs("vl_convert")
@pytest.mark.parametrize("scale", [1.0, 2.0, 3.5])
def test_a_png_has_the_size_asked_for(scale: float) -> None:
    width, height = struct.unpack(">II", viz.png(fan_out(), scale=scale)[16:24])
    root = Picture(viz.svg(fan_out())).root
    assert abs(width - scale * float(root.attrib["width"])) <= 2
    assert abs(height - scale * float(root.attrib["height"])) <= 2


@pytest.mark.needs("vl_convert")
@pytest.mark.parametrize("scale", [0.0, -2.0, float("inf"), float("nan"), 1e9])
def test_a_scale_out_of_range_is_refused(scale: float) -> None:
    with pytest.raises(viz.PictureError, match="scale must be between"):
        viz.png(fan_out(), scale=scale)
