"""The interactive page in Chromium: python -m benchmarks.page [--rounds N] [--json] [--only NAME ...]

How it is measured. Pages are written to files and opened in headless Chromium with the network off, in a window of
1280 by 800 pixels. Keys are real ones, sent by the browser's own input system. A probe in the page, which hears the key
before the page does, takes the event's time stamp, asks for the next animation frame and, in it, posts itself a
message: the message is read once that frame's style, layout and painting commands are done. The time between is "key to
paint". What the compositor then takes to fill the pixels is not in it.

Everything is measured twice. "own": frames begin when there is something to show (`--disable-frame-rate-limit`), so
that what is measured is the page's own time from key to paint; targets are compared with the 95th percentile of this.
"60 Hz": frames begin every 16.7 ms, as on most screens, and a key may come at any time in one: work that takes no time
at all then measures 0 to 16.7 ms, so 16.7 is the floor of a 95th percentile, whatever the page. The row "no work" shows
what each way measures for a key that means nothing to the page: with nothing else running about 1.5 ms (95th percentile
3) in the first way, and 6 to 9 ms (95th percentile 16.5 to 17.5) at 60 Hz. In the first way the reader wants no motion:
frames of an animation would follow one another without a pause. A frame that comes soon after another still waits for
its time there, which shows in panning and zooming.

"open" is from the start of navigation until the picture is there and its first frame painted. "CPU" is the processor
time of the page's main thread per key press (the first way), which other programs on the machine do not add to: script,
style, layout and painting, and some milliseconds for the measurement itself. Where it is far below the median of the
first way, the machine was busy.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

import nn
from autograd import Trace, Value, trace
from viz.page.bundle import script
from viz.page.page import page as html
from viz.page.payload import payload

PROBE = """
(() => {
  let opened;
  window.pageOpened = new Promise((resolve) => (opened = resolve));
  const afterPaint = (done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done();
    port2.postMessage(0);
  });
  addEventListener("keydown", (event) => {
    const from = event.timeStamp;
    afterPaint(() => window.pagePainted?.(performance.now() - from));
  }, true);
  const look = () => {
    const counter = document.querySelector(".counter");
    if (document.querySelector(".stage .picture") && !counter.textContent.startsWith("0 ")) {
      afterPaint(() => opened(performance.now()));
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def network(inputs: int, outputs: list[int]) -> Trace:
    """The trace of a scalar network, its neurons and layers as groups."""
    random.seed(1)
    model = nn.MLP(inputs, outputs)
    return trace(model([Value(random.uniform(-1, 1), name=f"x{i}") for i in range(inputs)]))


def web(size: int, width: int = 60) -> Trace:
    """The trace of a wide random graph without groups, of about this many nodes."""
    source = random.Random(2)
    layer = [Value(source.uniform(-1, 1), name=f"x{i}") for i in range(width)]
    for _ in range(round(size / width / 1.4) - 2):
        pairs = [(layer[(i + source.randint(-3, 3)) % width], layer[i]) for i in range(width)]
        layer = [
            (a + b).tanh() if kind < 0.4 else a * b if kind < 0.6 else a.tanh()
            for (a, b), kind in ((pair, source.random()) for pair in pairs)
        ]
    while len(layer) > 1:
        rest = layer[len(layer) // 2 * 2 :]
        layer = [(a + b).tanh() for a, b in zip(layer[::2], layer[1::2], strict=False)] + rest
    return trace(layer[0])


GRAPHS: dict[str, Callable[[], Trace]] = {
    "30": lambda: network(2, [2, 1]),
    "400": lambda: network(3, [9, 9, 1]),
    "1,000": lambda: network(3, [15, 16, 1]),
    "10,000": lambda: network(16, [43, 43, 16, 1]),
    "1,000 without groups": lambda: web(1050),
    "10,000 without groups": lambda: web(12500, 120),
}
TARGETS = {
    ("30", "page size"): 90_000, ("400", "page size"): 200_000, ("1,000", "open all, step"): 17.0,
    ("30", "step"): 17.0, ("400", "open all, step"): 17.0, ("1,000 without groups", "step"): 17.0,
    ("400", "edit"): 33.0, ("400", "open all, edit"): 33.0, ("400", "open all, near, edit"): 33.0,
    ("10,000", "open"): 1000.0, ("10,000", "open all, step"): 33.0, ("10,000", "open all, near, step"): 33.0,
    ("10,000 without groups", "step"): 33.0, ("10,000 without groups", "near, step"): 33.0,
    ("1,000", "open all, near, step"): 17.0, ("1,000 without groups", "near, step"): 17.0,
}  # fmt: skip
"""What must hold, in ms (p95 of the page's own time) or bytes."""
CLOCKS = {"own": ["--disable-frame-rate-limit", "--disable-gpu-vsync"], "60 Hz": []}
"""When a frame begins, as the browser's options."""


@contextmanager
def browser(options: list[str]) -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = shutil.which("chromium")
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", *options])
        yield running
        running.close()


class Figure(NamedTuple):
    """Times from key to paint, and the processor time of one key press; all in milliseconds."""

    times: list[float]
    cpu: float


class Reader:
    """Somebody at a page: presses keys and takes the time."""

    def __init__(self, running: Any, path: Path, still: bool = False) -> None:
        look = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce" if still else "no-preference"}
        self.context = running.new_context(offline=True, **look)
        self.page = self.context.new_page()
        self.tools = self.context.new_cdp_session(self.page)
        self.tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.add_init_script(PROBE)
        self.page.goto(path.as_uri())
        self.opened = float(self.page.evaluate("() => window.pageOpened"))

    def key(self, name: str) -> float:
        """Milliseconds from a key press to the paint it causes."""
        self.page.evaluate("() => { window.pageTook = new Promise((resolve) => (window.pagePainted = resolve)); }")
        # Keys come at any time of a frame.
        time.sleep(random.uniform(0.02, 0.04))
        self.page.keyboard.press(name)
        return float(self.page.evaluate("() => window.pageTook"))

    def cpu(self) -> float:
        """Milliseconds of processor time the page's main thread has used."""
        metrics = self.tools.send("Performance.getMetrics")["metrics"]
        return 1000 * float(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))

    def keys(self, *names: str, rounds: int) -> Figure:
        """The same for several keys in turn, again and again, and the processor time of each."""
        start = self.cpu()
        times = [self.key(name) for _ in range(rounds) for name in names]
        return Figure(times, (self.cpu() - start) / len(times))

    def edits(self, rounds: int) -> Figure:
        """Typing another number into the first input: from the Enter key on."""
        field = self.page.locator(".inputs input").first
        times = []
        used = 0.0
        for i in range(rounds):
            field.fill(str(0.5 + i / 16))
            start = self.cpu()
            times.append(self.key("Enter"))
            used += self.cpu() - start
        field.blur()
        return Figure(times, used / rounds)

    def close(self) -> None:
        """Close the page."""
        self.context.close()


def measure_graph(running: Any, name: str, rounds: int, folder: Path, still: bool) -> dict[str, Any]:
    """Every figure of one graph: lists of milliseconds, or single numbers; `still` for a reader who wants no motion."""
    graph = GRAPHS[name]()
    start = time.perf_counter()
    payload(graph, start=0)
    figures: dict[str, Any] = {"nodes": len(graph.nodes), "layout and payload (s)": time.perf_counter() - start}
    path = folder / "page.html"
    path.write_text(html(graph), encoding="utf-8")
    figures["page size"] = path.stat().st_size
    figures["open"] = []
    for _ in range(max(3, rounds // 5)):
        reader = Reader(running, path, still)
        figures["open"].append(reader.opened)
        reader.close()
    reader = Reader(running, path, still)
    figures["no work"] = reader.keys("x", rounds=2 * rounds)
    groups = len(graph.groups) > 0 and len(graph.nodes) > 200
    _walk(reader, figures, "", rounds)
    if groups:
        reader.key("]")
        figures["open or close a group"] = reader.keys("Enter", rounds=max(4, rounds // 4))
        reader.key("Escape")
        figures["open all groups"] = reader.keys("O", rounds=1)
        _walk(reader, figures, "open all, ", rounds)
    if len(graph.nodes) > 200:
        reader.key("]")
        reader.page.locator(".search input").fill(graph.nodes[graph.order[len(graph.order) // 2]].label)
        reader.page.locator(".search input").press("Enter")
        reader.page.locator(".stage").focus()
        _walk(reader, figures, "open all, near, " if groups else "near, ", rounds, jump=False)
    reader.close()
    return figures


def _walk(reader: Reader, figures: dict[str, Any], where: str, rounds: int, jump: bool = True) -> None:
    # A step may move the camera after the gate at work, as long as the reader has not fitted the picture.
    figures[f"{where}step"] = reader.keys("j", "j", "j", "k", rounds=rounds)
    if jump:
        figures[f"{where}jump"] = reader.keys("g", "G", rounds=max(3, rounds // 4))
    figures[f"{where}edit"] = reader.edits(rounds)
    figures[f"{where}pan"] = reader.keys("Shift+ArrowLeft", "Shift+ArrowRight", rounds=rounds // 2)
    figures[f"{where}zoom"] = reader.keys("+", "-", rounds=rounds // 2)
    if jump:
        reader.key("0")


def _rows(name: str, figures: dict[str, dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    for what, found in figures["own"].items():
        target = TARGETS.get((name, what))
        if isinstance(found, Figure | list):
            told = [_percentiles(figures[clock][what]) for clock in CLOCKS]
            cpu = f"{found.cpu:.1f}" if isinstance(found, Figure) else ""
            texts = (*(f"{x:.1f}" for pair in told for x in pair), cpu)
            holds = None if target is None else told[0][1] <= target
        else:
            texts = (f"{found:,.2f}" if isinstance(found, float) else f"{found:,}", "", "", "", "")
            holds = None if target is None else found <= target
        bound = "" if target is None else f"{target:,.0f}"
        yield name, what, *texts, bound, {None: "", True: "✓", False: "✗"}[holds]


def _percentiles(found: Figure | list[float]) -> tuple[float, float]:
    times = sorted(found.times if isinstance(found, Figure) else found)
    return statistics.median(times), times[max(0, round(0.95 * len(times)) - 1)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=20, help="how often each key is pressed (default 20)")
    parser.add_argument("--only", nargs="*", choices=list(GRAPHS), help="measure these graphs only")
    parser.add_argument("--json", action="store_true", help="print plain data")
    chosen = parser.parse_args()
    random.seed(0)
    results: dict[str, dict[str, Any]] = {name: {} for name in chosen.only or GRAPHS}
    for clock, options in CLOCKS.items():
        with browser(options) as running, tempfile.TemporaryDirectory() as folder:
            for name, found in results.items():
                found[clock] = measure_graph(running, name, chosen.rounds, Path(folder), clock == "own")
    size = len(script().encode())
    if chosen.json:
        print(json.dumps({"script size": size, "graphs": results}))
        return
    table = Table(title=f"The page in Chromium (ms where nothing else is said); script {size:,} bytes")
    headings = ("graph", "what", *(f"{clock} {part}" for clock in CLOCKS for part in ("p50", "p95")), "CPU", "target")
    for heading in (*headings, "holds"):
        table.add_column(heading, justify="left" if heading in ("graph", "what") else "right")
    for name, figures in results.items():
        for row in _rows(name, figures):
            table.add_row(*row)
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
