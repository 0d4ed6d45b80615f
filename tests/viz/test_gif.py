"""GIF: one still per step with its time, the finished picture at the end, good advice where it cannot be made."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

import autograd
import viz
from autograd import Value
from viz.film import film

from .graphs import plain_graph

needs_both = pytest.mark.needs("vl_convert", "PIL")


def small() -> Value:
    x = Value(3.0, "x")
    return (x * x).tanh()


def opened(data: bytes) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(data))


@needs_both
@pytest.mark.parametrize("forward", [True, False])
def test_every_step_has_its_still_and_its_time(forward: bool) -> None:
    image = opened(viz.gif(small(), seconds=1.5, hold=3, forward=forward, scale=1))
    plan = film(autograd.trace(small()), seconds=1.5, hold=3, forward=forward)
    assert image.format == "GIF"
    assert image.n_frames == len(plan.frames) == (7 if forward else 4)
    assert abs(image.width - plan.width) <= 1
    assert abs(image.height - plan.height) <= 1
    stills = []
    for i, frame in enumerate(plan.frames):
        image.seek(i)
        assert image.info["duration"] == pytest.approx(1000 * (frame.end - frame.start), abs=10)
        stills.append(image.convert("RGB").tobytes())
    assert len(set(stills)) == len(stills), "every still shows something of its own"


@needs_both
def test_it_begins_again_unless_told_otherwise() -> None:
    assert opened(viz.gif(small(), scale=0.5)).info["loop"] == 0
    assert "loop" not in opened(viz.gif(small(), scale=0.5, loop=False)).info


@needs_both
@pytest.mark.parametrize(("theme", "background"), [("light", (255, 255, 255)), ("dark", (13, 17, 23))])
def test_its_colours_are_the_themes(theme: viz.Theme, background: tuple[int, ...]) -> None:
    image = opened(viz.gif(small(), theme=theme, scale=1))
    for i in range(image.n_frames):
        image.seek(i)
        pixel = image.convert("RGB").getpixel((2, 2))
        assert all(abs(a - b) <= 4 for a, b in zip(pixel, background, strict=True))
    assert viz.gif(small(), theme="auto", scale=1) == viz.gif(small(), scale=1)


@needs_both
def test_its_last_still_is_the_finished_picture() -> None:
    """As another path draws it: the animated SVG, whose markup without animation is the finished picture."""
    import vl_convert
    from PIL import Image, ImageChops

    drawn = opened(vl_convert.svg_to_png(viz.animate(small(), theme="light"), scale=1)).convert("RGB")
    image = opened(viz.gif(small(), scale=1))
    image.seek(image.n_frames - 1)
    difference = ImageChops.difference(image.convert("RGB"), drawn).convert("L")
    histogram = difference.histogram()
    assert sum(histogram[64:]) < 0.002 * drawn.width * drawn.height
    assert isinstance(drawn, Image.Image)


@needs_both
def test_scale_and_size(tmp_path: Path) -> None:
    one, two = (opened(viz.gif(small(), scale=scale)).size for scale in (1, 2))
    assert abs(two[0] - 2 * one[0]) <= 2
    assert abs(two[1] - 2 * one[1]) <= 2
    written = viz.draw(small(), tmp_path / "x.gif", scale=1).read_bytes()
    assert written == viz.gif(small(), scale=1)
    assert len(written) < 60_000


@needs_both
@pytest.mark.parametrize("scale", [0, -1, 11, float("nan")])
def test_a_scale_out_of_range_is_refused(scale: float) -> None:
    with pytest.raises(viz.PictureError, match="scale must be between"):
        viz.gif(small(), scale=scale)


@needs_both
def test_a_gif_too_large_is_refused_before_it_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(viz.PictureError, match=r"^a GIF of \d+ stills of [\d,]+ × [\d,]+ pixels is too large: use "):
        viz.draw(plain_graph(1, 30), tmp_path / "x.gif", scale=8)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["vl_convert", "PIL"])
@pytest.mark.needs("vl_convert")
def test_without_a_package_the_message_says_how_to_get_it(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(viz.MissingExtraError, match=r"^GIF pictures need the extra 'image': pip install ") as caught:
        viz.gif(small())
    assert "\n" not in str(caught.value)
