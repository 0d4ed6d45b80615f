"""The page's numbers read and are written exactly as the engine's."""

from __future__ import annotations

import math
import random
import struct
from pathlib import Path
from typing import Any

import pytest

from autograd.text import format_number, signed
from tests.oracles.javascript import NUMBERS, in_node, sent

NUMBERS_JS = (Path(__file__).parents[2] / "viz" / "page" / "numbers.js").read_text(encoding="utf-8")
IMPORT = 'import { exactNumber, formatNumber, parseNumber, signed } from "./numbers.js";' + NUMBERS


def _numbers() -> list[float]:
    source = random.Random(11)
    bits = [struct.unpack("<d", source.randbytes(8))[0] for _ in range(4000)]
    scaled = [source.uniform(-1, 1) * 10.0 ** source.randint(-12, 20) for _ in range(2000)]
    short = [round(source.uniform(-1000, 1000), source.randint(0, 5)) for _ in range(1500)]
    # Halves, quarters, ... of every length: exactly between two neighbours of fewer digits.
    halves = [source.randint(-(10**6), 10**6) / 2 ** source.randint(0, 12) for _ in range(3000)]
    whole = [source.randint(0, 10**7) * 10.0 ** source.randint(0, 12) * source.choice([5, 1]) for _ in range(1000)]
    powers = [sign * base**k for sign in (1, -1) for base in (10.0, 2.0) for k in range(-300, 300)]
    edges = [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308,
             9999.5, 99995.0, 99985.0, 0.00099995, 9.9995e-05, 0.0001, 1e16, 1e15, 9999999999999998.0, 123456.5, 1e22,
             95.0, -9.5, 1e23, 0.1, 0.3, 2 / 3, 12345.0, 12355.0, 1000.5, 1001.5]  # fmt: skip
    return bits + scaled + short + halves + whole + powers + edges


@pytest.mark.needs("node")
def test_numbers_are_written_as_the_engine_writes_them(tmp_path: Path) -> None:
    script = IMPORT + (
        "export function run(rows) { return rows.map(([text, digits]) => {"
        "  const x = read(text); return [formatNumber(x), formatNumber(x, digits), exactNumber(x), signed(x)]; }); }"
    )
    source = random.Random(5)
    rows = [(x, source.choice([1, 2, 3, 5, 6, 10, 15, 17])) for x in _numbers()]
    found = in_node(tmp_path, {"numbers.js": NUMBERS_JS}, script, [[sent(x), digits] for x, digits in rows])
    wanted = [[format_number(x), format_number(x, digits), repr(x), signed(x)] for x, digits in rows]
    assert [(row, a, b) for row, a, b in zip(rows, found, wanted, strict=True) if a != b] == []


@pytest.mark.needs("node")
def test_no_number_is_an_empty_text(tmp_path: Path) -> None:
    script = IMPORT + "export function run(x) { return [formatNumber(x), formatNumber(undefined), signed(x)]; }"
    assert in_node(tmp_path, {"numbers.js": NUMBERS_JS}, script, None) == ["", "", signed(None)]


ACCEPTED = [
    "1e-3", " .5 ", "3", "+3", "-3", "3.", "3.5E+2", "1e5", "007", "-.5e-1", "inf", "-inf", "+Infinity", "nan", "NaN",
    "-nan", "INF", "1_000.5", "1e400", "1e-400", "-0", "0.1", "\t2\n", "5e-324", "123456789012345678901234567890",
]  # fmt: skip
REFUSED = [
    "", " ", "0x10", "0b1", "0o7", "1,5", "1 2", "--1", "+-1", "e5", ".", "1e", "1e+", "infin", "in", "na", "1_", "_1",
    "1__0", "1._5", "true", "null", "None", "one", "1.2.3", "1e5.5", "Infinityy", "[1]", "1n", "1f", "-", "+", "1+1",
]  # fmt: skip


@pytest.mark.needs("node")
def test_typed_numbers_are_read_as_python_reads_them(tmp_path: Path) -> None:
    script = IMPORT + (
        "export function run(texts) { return texts.map((text) => {"
        "  const x = parseNumber(text); return x === null ? null : write(x); }); }"
    )

    def read(texts: list[str]) -> list[Any]:
        return in_node(tmp_path, {"numbers.js": NUMBERS_JS}, script, texts)  # type: ignore[no-any-return]

    shown = [format_number(x) for x in _numbers()]
    texts = [*ACCEPTED, *map(repr, _numbers())]
    assert [repr(float(x)) for x in read(texts)] == [
        repr(abs(float(t)) if "nan" in t.lower() else float(t)) for t in texts
    ]
    assert [repr(float(x)) for x in read(shown)] == [repr(float(t.replace("−", "-"))) for t in shown]
    assert read(REFUSED) == [None] * len(REFUSED)
    for text in REFUSED:
        with pytest.raises(ValueError, match="could not convert"):
            float(text)
