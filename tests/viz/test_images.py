"""PNG and PDF: real images with something on them, and good advice where they cannot be made."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest

import viz
from autograd import Value

from .graphs import neuron, plain_graph
from .reading import Picture

Pixel = tuple[int, ...]


def pixels(image: bytes) -> list[list[Pixel]]:
    """The rows of an 8-bit PNG that is not interlaced, undoing the filters (PNG specification, section 9)."""
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    data, at, header = b"", 8, b""
    while at < len(image):
        size, kind = struct.unpack(">I4s", image[at : at + 8])
        body = image[at + 8 : at + 8 + size]
        assert zlib.crc32(kind + body) == struct.unpack(">I", image[at + 8 + size : at + 12 + size])[0]
        header = body if kind == b"IHDR" else header
        data += body if kind == b"IDAT" else b""
        at += 12 + size
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (depth, interlaced) == (8, 0)
    step = {2: 3, 6: 4}[colour]
    raw = zlib.decompress(data)
    line = width * step
    rows, above = [], bytearray(line)
    for y in range(height):
        start = y * (line + 1)
        above = _unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + line]), above, step)
        rows.append([tuple(above[x : x + step]) for x in range(0, line, step)])
    return rows


def _unfiltered(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        paeth = min((left, above[i], corner), key=lambda value: abs(left + above[i] - corner - value))
        row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, paeth)[kind]) % 256
    return row


def small() -> Value:
    return Value(2.0, "x") * 3


def is_near(pixel: Pixel, colour: str) -> bool:
    return all(abs(pixel[i] - int(colour[1 + 2 * i : 3 + 2 * i], 16)) <= 4 for i in range(3))


@pytest.mark.needs("vl_convert")
@pytest.mark.parametrize(
    ("theme", "background", "value"), [("light", "#ffffff", "#0550ae"), ("dark", "#0d1117", "#79c0ff")]
)
def test_a_png_shows_the_picture_in_its_colours(theme: viz.Theme, background: str, value: str) -> None:
    rows = pixels(viz.png(small(), theme=theme))
    picture = Picture(viz.svg(small()))
    width, height = (float(picture.root.attrib[key]) for key in ("width", "height"))
    assert abs(len(rows[0]) - 2 * width) <= 2
    assert abs(len(rows) - 2 * height) <= 2
    found = [pixel for row in rows for pixel in row]
    assert is_near(rows[2][2], background)
    assert 0.5 < sum(is_near(pixel, background) for pixel in found) / len(found) < 0.99
    assert len(set(found)) > 50, "text is drawn with soft edges"
    label = picture.label("value", 0)
    assert label is not None
    beside = [row[round(2 * label.x) : round(2 * label.x) + 30] for row in rows[round(2 * label.y) - 18 :][:20]]
    assert any(is_near(pixel, value) for row in beside for pixel in row), "the value stands where the scene puts it"


@pytest.mark.needs("vl_convert")
def test_the_automatic_theme_of_an_image_is_light() -> None:
    assert viz.png(small(), theme="auto") == viz.png(small(), theme="light") == viz.png(small())


@pytest.mark.needs("vl_convert")
def test_a_pdf_is_a_page(tmp_path: Path) -> None:
    document = viz.pdf(neuron())
    assert document.startswith(b"%PDF-1.")
    assert b"%%EOF" in document[-16:]
    assert len(document) > 5_000
    assert viz.draw(neuron(), tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.needs("vl_convert")
def test_a_png_that_no_viewer_would_show_is_refused_with_advice(tmp_path: Path) -> None:
    big = plain_graph(1, 3000)
    with pytest.raises(viz.PictureError, match=r"^a PNG of [\d,]+ × [\d,]+ pixels is too large: use \.svg or \.pdf$"):
        viz.draw(big, tmp_path / "x.png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("make", "kind"), [(viz.png, "PNG"), (viz.pdf, "PDF")])
def test_without_the_package_the_message_says_how_to_get_it(
    make: Callable[[Value], bytes], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(viz.MissingExtraError, match=rf"^{kind} pictures need the extra 'image': pip install "):
        make(small())
    assert issubclass(viz.MissingExtraError, ImportError)


@pytest.mark.parametrize(("make", "kind"), [(viz.png, "PNG"), (viz.pdf, "PDF")])
def test_without_a_font_no_picture_of_empty_boxes_is_made(
    make: Callable[[Value], bytes], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_font = SimpleNamespace(svg_to_png=lambda *_, **__: b"the same", svg_to_pdf=lambda *_, **__: b"the same")
    monkeypatch.setitem(sys.modules, "vl_convert", without_font)
    with pytest.raises(viz.PictureError, match=rf"^a {kind} needs a font and none is installed: install one"):
        make(small())


@pytest.mark.parametrize(
    ("missing", "message"), [("package", "pip install 'backglow[image]'"), ("font", "needs a font")]
)
def test_the_command_tells_it_in_one_line(
    missing: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from viz.cli import main

    fake = None if missing == "package" else SimpleNamespace(svg_to_png=lambda *_, **__: b"the same")
    monkeypatch.setitem(sys.modules, "vl_convert", fake)
    assert main(["x", "x=1", "-o", str(tmp_path / "x.png")]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_reader_of_this_file_undoes_every_filter() -> None:
    """Three pixels a row, one row per filter, each filtered by hand from the same pixels."""
    rows = [bytes([10, 20, 30, 40, 50, 60, 70, 80, 90 + y]) for y in range(5)]

    def filtered(kind: int, row: bytes, above: bytes) -> bytes:
        out = bytearray([kind])
        for i, value in enumerate(row):
            a, b, c = (row[i - 3] if i >= 3 else 0), above[i], (above[i - 3] if i >= 3 else 0)
            p = a + b - c
            nearest = (
                a if abs(p - a) <= abs(p - b) and abs(p - a) <= abs(p - c) else b if abs(p - b) <= abs(p - c) else c
            )
            out.append((value - (0, a, b, (a + b) // 2, nearest)[kind]) % 256)
        return bytes(out)

    lines = [filtered(kind, row, above) for kind, (above, row) in enumerate(pairwise([bytes(9), *rows]))]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 3, 5, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(b"".join(lines)))]
    image = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    assert pixels(image) == [[tuple(row[i : i + 3]) for i in (0, 3, 6)] for row in rows]
