"""Files: replaced whole or not at all, nothing left behind, links followed, devices written to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import viz
from autograd import Value
from viz import files, pictures
from viz.cli import main

from .command import is_one_line, run

Capture = pytest.CaptureFixture[str]


def fails(capsys: Capture, path: Path | str) -> str:
    """Ask for a picture that cannot be written; the message."""
    assert main(["x*2", "x=1", "-o", str(path)]) == 2
    captured = capsys.readouterr()
    assert is_one_line(captured.err)
    assert "wrote" not in captured.out
    return captured.err


def test_a_missing_directory(capsys: Capture, tmp_path: Path) -> None:
    assert "No such file or directory" in fails(capsys, tmp_path / "missing" / "a.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_a_directory_should_be(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "Not a directory" in fails(capsys, tmp_path / "file" / "a.svg")


def test_a_directory_where_the_file_should_be(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.svg").mkdir()
    assert "Is a directory" in fails(capsys, tmp_path / "a.svg")
    assert list((tmp_path / "a.svg").iterdir()) == []


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Root may write anywhere, so as root the test goes on as the user `nobody`."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def test_a_directory_that_may_not_be_written(capsys: Capture, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    assert main(["x*2", "x=1", "-o", str(tmp_path / "a.svg")]) == 0
    capsys.readouterr()
    tmp_path.chmod(0o500)
    request.getfixturevalue("ordinary_user")
    assert "Permission denied" in fails(capsys, tmp_path / "b.svg")


def test_a_name_that_is_too_long(capsys: Capture, tmp_path: Path) -> None:
    assert "File name too long" in fails(capsys, tmp_path / f"{'a' * 300}.svg")


def test_a_long_name_that_is_allowed(tmp_path: Path) -> None:
    path = viz.draw(Value(1.0), tmp_path / f"{'a' * 250}.svg")
    assert path.exists()


def test_a_path_with_a_nul(capsys: Capture) -> None:
    assert "null" in fails(capsys, "a\0.svg")


def test_a_loop_of_links(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "a.svg").symlink_to(tmp_path / "b.svg")
    (tmp_path / "b.svg").symlink_to(tmp_path / "a.svg")
    fails(capsys, tmp_path / "a.svg")


def test_the_message_of_draw_says_which_file(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.svg"
    with pytest.raises(viz.OutputError, match=rf"^cannot write '{path}': No such file or directory$"):
        viz.draw(Value(1.0), path)
    assert issubclass(viz.OutputError, OSError)


def disk_full(*_: Any, **__: Any) -> None:
    raise OSError(28, "No space left on device")


def half_written(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data[:10])
    disk_full()


def broken(*_: Any, **__: Any) -> str:
    raise viz.PictureError("this cannot be drawn")


def break_renderer(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(pictures.FORMATS, ".svg", broken)  # type: ignore[arg-type]


def break_writing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Path, "write_bytes", half_written)


def break_renaming(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Path, "replace", disk_full)


@pytest.mark.parametrize("damage", [break_renderer, break_writing, break_renaming])
@pytest.mark.parametrize("existing", [True, False])
def test_a_failure_leaves_the_old_file_or_none(
    damage: Callable[[pytest.MonkeyPatch], None],
    existing: bool,
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "a.svg"
    if existing:
        path.write_text("old", encoding="utf-8")
    with monkeypatch.context() as patch:
        damage(patch)
        fails(capsys, path)
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [("a.svg", "old")] * existing


def test_an_interruption_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.svg"
    path.write_text("old", encoding="utf-8")

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", interrupted)
        assert main(["x", "x=1", "-o", str(path)]) == 130
    assert [(p.name, p.read_text(encoding="utf-8")) for p in tmp_path.iterdir()] == [("a.svg", "old")]


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old" * 10_000, encoding="utf-8")
    viz.draw(Value(1.0, "x"), path)
    assert path.read_text(encoding="utf-8") == viz.text(Value(1.0, "x"))
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "b.svg").write_text("old", encoding="utf-8")
    link = tmp_path / "a.svg"
    link.symlink_to(Path("real") / "b.svg")
    assert viz.draw(Value(1.0), link) == link
    assert link.is_symlink()
    assert (real / "b.svg").read_text(encoding="utf-8") == viz.svg(Value(1.0))


def test_a_link_to_nothing_makes_the_file_it_points_to(tmp_path: Path) -> None:
    link = tmp_path / "a.svg"
    link.symlink_to(tmp_path / "b.svg")
    viz.draw(Value(1.0), link)
    assert link.is_symlink()
    assert (tmp_path / "b.svg").read_text(encoding="utf-8") == viz.svg(Value(1.0))


def test_a_device_is_written_to(tmp_path: Path) -> None:
    link = tmp_path / "null.svg"
    link.symlink_to("/dev/null")
    done = run("demo", "-o", str(link))
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(f"\nwrote {link}\n")
    assert Path("/dev/null").is_char_device()
    assert list(tmp_path.iterdir()) == [link]
    assert files.write_file(link, "x") == link


def test_the_text_of_a_file_has_one_kind_of_line_end(tmp_path: Path) -> None:
    for ending in (".svg", ".txt", ".dot"):
        assert b"\r" not in viz.draw(Value(1.0, "x") * 2, tmp_path / f"a{ending}").read_bytes()


def test_awkward_file_names(tmp_path: Path) -> None:
    for name in ("a b.svg", "-o.svg", "é.svg", "a\nb.svg", ".hidden.svg", "a.b.SVG"):
        done = run("x", "x=1", f"--output={tmp_path / name}")
        assert (done.code, done.err) == (0, "")
        assert done.out.count("\n") == run("x", "x=1").out.count("\n") + 2, "the message is one line"
        assert (tmp_path / name).exists()
