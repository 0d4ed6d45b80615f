"""`backglow step` line by line: piped, scripted, wrong, interrupted, and once in a real terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograd
import viz
from autograd import BackwardStep, parse
from autograd.text import format_number
from viz.cli import main

from .command import DEMO, SCRIPT, Done, environment, is_one_line, run
from .graphs import network
from .hostile import HOSTILE

NUMBERS = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}


def step(commands: str | bytes, *arguments: str, cwd: Path | None = None, **more: str) -> Done:
    """Run `backglow step` with these commands piped in."""
    done = subprocess.run(
        [SCRIPT, "step", *(arguments or ("demo",))], input=commands.encode() if isinstance(commands, str) else commands,
        cwd=cwd, env=environment(**more), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def told(commands: str, *arguments: str, cwd: Path | None = None) -> list[str]:
    """What is printed after the two lines of greeting, where nothing goes wrong."""
    done = step(commands, *arguments, cwd=cwd)
    assert (done.code, done.err) == (0, "")
    return done.out.split("\n")[2:-1]


def test_two_steps_and_out() -> None:
    done = step("n\nn\nq\nn\n")
    assert done == Done(0, """\
1/(1+exp(-(w0*x0+w1*x1+w2)))
16 steps; n or Enter takes the next one, ? lists the commands
[forward 1/8 · step 1 of 16]
  v1 = w0·x0 = 2·(-1) = -2
  mul of w0 and x0 is -2
[forward 2/8 · step 2 of 16]
  v2 = w1·x1 = (-3)·(-2) = 6
  mul of w1 and x1 is 6
""", "")  # fmt: skip


@pytest.mark.parametrize("ending", ["", "q", "quit\n", "n", "\n\n"])
def test_the_end_of_input_is_the_end(ending: str) -> None:
    done = step(ending)
    assert (done.code, done.err) == (0, "")


def test_every_step_tells_the_numbers_of_the_trace() -> None:
    output = parse(DEMO)(**NUMBERS)
    output.name = "out"
    trace = autograd.trace(output)
    lines = "\n".join(told("\n" * 16)).replace("-", "−")
    blocks = re.split(r"^\[.*\]$", lines, flags=re.MULTILINE)[1:]
    steps = [*trace.forward, *trace.backward]
    assert len(blocks) == len(steps)
    for block, made in zip(blocks, steps, strict=True):
        assert made.sentence.replace("-", "−") in block
        if isinstance(made, BackwardStep):
            assert f"upstream ∂out/∂{made.node.label} = {format_number(made.upstream)}" in block
            for line in made.lines():
                assert line in block
        else:
            assert made.formula in block


def test_the_table_knows_what_the_steps_have_told() -> None:
    x = autograd.Value(3.0, "x")
    trace = autograd.trace(x * x)
    (leaf,) = trace.leaves
    rows = [
        line.split() for line in told("table\nn\ntable\nn\ntable\n", "x*x", "x=3") if re.match(r".{4}(x|out) ", line)
    ]
    assert rows == [
        ["x", "3", "?"], ["out", "x·x", "?", "?", "?"],
        ["•", "x", "3", "?"], ["▶", "out", "x·x", "9", "?", "3,", "3"],
        ["•", "x", "3", format_number(leaf.grad)], ["▶", "out", "x·x", "9", "1", "3,", "3"],
    ]  # fmt: skip


def test_the_tree_keeps_back_what_is_not_known() -> None:
    lines = told("10n\ntree\n")
    assert " ▶ └─ v7 = 1 + v6 = 1.368   ∇ -0.5344" in lines
    assert " •    └─ v6 = exp(v5) = 0.3679   ∇ -0.5344" in lines
    assert "         └─ v5 = -v4 = -1   ∇ ?" in lines


def places(commands: str, *arguments: str) -> list[int]:
    """The steps that are told, one after the other."""
    return [int(m[1]) for line in told(commands, *arguments) if (m := re.fullmatch(r"\[.* step (\d+) of \d+\]", line))]


def test_moving() -> None:
    assert places("n\n3n\np\n2 p\nG\ng\nnext\nprev\n7j\nk\n99999999999999999999999999n\n") == [
        1, 4, 3, 1, 16, 1, 2, 1, 8, 7, 16,
    ]  # fmt: skip
    assert places("J\nJ\nK\n0n\nl\n") == [10, 16, 6, 6, 6]


def test_breakpoints_and_running() -> None:
    assert places("b v4\nc\nc\nc\n") == [4, 13, 16]
    assert places("b > 1\nc\n", "x*x*x", "x=3") == [3]
    assert told("b > 1\nb v1\nb v1\nb > 1\n") == [
        "breakpoints: |∇| > 1", "breakpoints: |∇| > 1, v1", "breakpoints: |∇| > 1", "no breakpoints",
    ]  # fmt: skip
    assert places("b nan\nc\n", "y + log(x)*0", "x=-1", "y=1") == [1]
    assert places("t v6\nt v6\nt w0\n") == [6, 11, 16]


def test_finding() -> None:
    assert told("/ x\n/\n/x\n") == ["x0 = -1   ∇ ?", "x1 = -2   ∇ ?", "v6 = exp(v5) = ?   ∇ ?"]


def test_an_edit_tells_the_new_result() -> None:
    lines = told("G\ne w0 = 5\n")
    assert "w0 = 5; out is now 0.1192" in lines
    assert lines[-1].endswith("∂out/∂x0 = 0.525")


def test_saving(tmp_path: Path) -> None:
    lines = told("e w0=5\ns a b.svg\ns x.json\n", cwd=tmp_path)
    assert lines[-2:] == ["wrote a b.svg", "wrote x.json"]
    trace = autograd.Trace.from_json((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert trace.find("w0").value == 5.0
    assert (tmp_path / "a b.svg").read_text(encoding="utf-8") == viz.svg(trace)


def test_a_trace_from_a_file_can_be_walked_through(tmp_path: Path) -> None:
    path = viz.draw(network(), tmp_path / "net.json")
    trace = autograd.trace(network())
    done = step("J\nJ\ne x0=3\n", str(path))
    assert done.code == 0
    assert "cannot be changed" in done.err
    groups = {trace.groups[n.group].name for n in trace.nodes if n.group is not None}
    assert groups
    steps = [*trace.forward, *trace.backward]
    found = [int(n) - 1 for n in re.findall(r"step (\d+) of", done.out)]
    assert len(found) == 2
    assert steps[found[0]].node.group != steps[found[1]].node.group


def test_help_names_every_command() -> None:
    (shown,) = ["\n".join(told("?\n"))]
    for word in (
        "10n",
        "p",
        "J",
        "g",
        "G",
        "c",
        "t NAME",
        "b NAME",
        "b > 1e3",
        "/ TEXT",
        "e NAME=VALUE",
        "s FILE",
        "q",
    ):
        assert word in shown
    assert told("h\n") == told("help\n") == told("?\n")


WRONG = {
    "zz": "'zz' is no command; ? lists them",
    "n n": "'n n' is no command",
    "tree now": "'tree now' is no command",
    "t": "run to which node",
    "t nope": "no node is called 'nope'; there are w0",
    "b nope": "no node is called 'nope'",
    "b": "no current gate yet",
    "b > much": "'> much' is no condition",
    "e": "there is no input ''",
    "e w0": "not of the form NAME=NUMBER",
    "e w0=two": "'two' is not a number",
    "e nope=2": "there is no input 'nope'; there are w0, x0",
    "/": "search for what",
    "/ zzz": "no node or gate has 'zzz' in its name",
    "s": "save to which file",
    "s x.bmp": "cannot tell the format",
    "s /nowhere/x.svg": "No such file or directory",
    "\x1b[31m": "is no command",
    "t \x1b]0;x\x07": "no node is called",
    "٣n": "is no command",
    "n" * 5000: "is no command",
}


@pytest.mark.parametrize(("command", "message"), WRONG.items())
def test_what_goes_wrong_is_one_line_and_the_walk_goes_on(command: str, message: str) -> None:
    done = step(f"{command}\nn\n")
    assert done.code == 0
    assert is_one_line(done.err), done.err
    assert message in done.err
    assert "\x1b" not in done.err + done.out
    assert done.out.endswith("mul of w0 and x0 is -2\n")


def test_bytes_that_are_no_text() -> None:
    done = step(b"\xff\xfe\nn\n")
    assert done.code == 0
    assert is_one_line(done.err)
    assert "step 1 of 16" in done.out


def test_no_standard_input_at_all() -> None:
    done = subprocess.run(
        ["bash", "-c", '"$@" <&-', "bash", SCRIPT, "step", "demo"], env=environment(), capture_output=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


BAD = {
    "nothing": ([], "required: EXPR"),
    "no value": (["x*y", "x=1"], "y has no value"),
    "no number": (["x", "x=one"], "'one' is not a number"),
    "no gates": (["x", "x=1"], "a single number has no steps"),
    "no expression": (["x+", "x=1"], "cannot be read"),
    "unknown option": (["demo", "--bogus"], "there is no option --bogus"),
    "demo with values": (["demo", "x=1"], "demo takes no values"),
    "no such file": (["nowhere.json"], "cannot read 'nowhere.json': No such file or directory"),
    "file with values": (["nowhere.json", "x=1"], "takes no values"),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD.keys())
def test_bad_input_at_the_start_ends_it(capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    assert main(["step", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert is_one_line(captured.err)
    assert message in captured.err


def test_a_file_that_is_no_trace(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for content in (b"{}", b"\xff", b"[", b""):
        (tmp_path / "x.json").write_bytes(content)
        assert main(["step", str(tmp_path / "x.json")]) == 2
        assert is_one_line(capsys.readouterr().err)


def test_help_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["step", "--help"])
    assert left.value.code == 0
    assert "--plain" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "backglow step EXPR" in capsys.readouterr().out


def test_primitives_open_gates_and_stay_open_after_an_edit() -> None:
    done = step("e x=1\nG\n", "sigmoid(x)", "x=2", "--primitives")
    assert "step 8 of 8" in done.out


@pytest.mark.parametrize("name", ["script", "escape sequence", "controls", "bidi", "line ends", "long and wide"])
def test_hostile_names_come_out_inert(name: str, tmp_path: Path) -> None:
    x = autograd.Value(2.0, HOSTILE[name])
    path = viz.draw((x * x).tanh(), tmp_path / "x.json")
    done = step("n\n3n\ntable\ntree\n/ x\n", str(path))
    assert done.code == 0
    assert (done.out + done.err).replace("\n", "").isprintable()


@pytest.mark.needs("bash")
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; yes n | head -3000 | {SCRIPT} step demo | head -3"], env=environment(),
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == b""


# ------------------------------------------------------------------------------------------------- a real terminal


class Terminal:
    """A program in a pseudo-terminal of its own, with someone typing."""

    def __init__(self, *arguments: str, **more: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # Whoever runs the tests in the background may ignore it, and a program inherits that.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(SCRIPT, [SCRIPT, *arguments], environment(**more))
        self.seen = ""
        self.looked = 0

    def until(self, text: str) -> None:
        """Read until the text has been shown, after what was waited for before."""
        while (at := self.seen.find(text, self.looked)) < 0:
            assert self._read(), f"ended before {text!r} was shown: {self.seen[-2000:]!r}"
        self.looked = at + len(text)

    def _read(self) -> bool:
        assert select.select([self.fd], [], [], 20.0)[0], f"nothing more is shown after {self.seen[-2000:]!r}"
        try:
            part = os.read(self.fd, 65536)
        except OSError:  # Linux reports the closed terminal as an error
            return False
        self.seen += part.decode(errors="replace")
        return bool(part)

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self.fd, text.encode())

    def leave(self, keys: str) -> int:
        """Press these keys and read to the end; the exit code."""
        self.type(keys)
        for _ in range(20):  # a signal just between readline's prompt and its waiting is not seen: then once more
            if select.select([self.fd], [], [], 1.0)[0]:
                break
            self.type(keys)
        while self._read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        try:
            os.kill(terminal.pid, signal.SIGKILL)
            os.waitpid(terminal.pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
        os.close(terminal.fd)


@pytest.mark.parametrize(("ending", "code"), [("q\r", 0), ("\x04", 0), ("\x03", 130)], ids=["q", "Ctrl-D", "Ctrl-C"])
def test_the_prompt_in_a_terminal(terminals: list[Terminal], ending: str, code: int) -> None:
    terminal = Terminal("step", "demo", "--plain")
    terminals.append(terminal)
    terminal.until("> ")
    terminal.type("n\r")
    terminal.until("mul of w0 and x0 is -2")
    terminal.until("> ")
    terminal.type("zz\r")
    terminal.until("'zz' is no command")
    terminal.until("> ")
    assert terminal.leave(ending) == code
    assert "Traceback" not in terminal.seen
    assert terminal.seen.endswith("\n")


@pytest.mark.needs("textual")
@pytest.mark.parametrize(("ending", "code"), [("q", 0), ("\x04", 0), ("\x03", 130)], ids=["q", "Ctrl-D", "Ctrl-C"])
def test_the_full_screen_in_a_terminal_is_given_back(terminals: list[Terminal], ending: str, code: int) -> None:
    terminal = Terminal("step", "demo", COLUMNS="80", LINES="24")
    terminals.append(terminal)
    terminal.until("before step 1 of 16")
    terminal.type("10j")
    terminal.until("10 of 16")
    assert terminal.leave(ending) == code
    assert "Traceback" not in terminal.seen
    assert terminal.seen.count("\x1b[?1049h") == terminal.seen.count("\x1b[?1049l") == 1, "the other screen is left"
    assert terminal.seen.rindex("\x1b[?25h") > terminal.seen.rindex("\x1b[?25l"), "the cursor is shown again"


def test_without_textual_one_line_names_the_extra(terminals: list[Terminal], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util\nfind = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *more: None if name == 'textual' else find(name, *more)\n"
    )
    terminal = Terminal("step", "demo", PYTHONPATH=str(tmp_path))
    terminals.append(terminal)
    terminal.until("> ")
    terminal.type("n\r")
    terminal.until("mul of w0 and x0 is -2")
    terminal.until("> ")
    assert terminal.leave("q\r") == 0
    assert terminal.seen.count("pip install 'backglow[terminal]'") == 1


def test_a_dumb_terminal_gets_the_prompt(terminals: list[Terminal]) -> None:
    terminal = Terminal("step", "demo", TERM="dumb")
    terminals.append(terminal)
    terminal.until("? lists the commands")
    assert terminal.leave("q\r") == 0
    assert "\x1b[?1049h" not in terminal.seen


def test_a_pipe_never_gets_the_full_screen() -> None:
    assert run("step", "demo", env=environment(FORCE_COLOR="1")).code == 0
    assert "\x1b" not in step("n\n").out
