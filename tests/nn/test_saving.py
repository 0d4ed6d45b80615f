"""Files of parameters: what is written comes back, and a file that is not whole or not ours is told apart."""

from __future__ import annotations

import builtins
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import nn
from autograd import OperandError, Tensor, Value
from nn import FileError, MissingExtraError, StateDictError

from ..autograd.settings import thorough

pytestmark = pytest.mark.needs("safetensors")

KINDS = ["float64", "float32", "float16", "int64", "int32", "uint8", "uint64", "bool"]


def model(seed: int = 0) -> nn.Module:
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(3, 4, rng=rng), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2, rng=rng))


def same(a: dict[str, Any], b: dict[str, Any]) -> bool:
    return list(a) == list(b) and all(
        x.dtype == y.dtype and x.shape == y.shape and x.tobytes() == y.tobytes()
        for x, y in zip(a.values(), b.values(), strict=True)
    )


def test_a_module_comes_back(tmp_path: Path) -> None:
    first, second = model(0), model(1)
    first(Tensor(np.random.default_rng(2).normal(size=(8, 3))))  # running statistics
    path = nn.save(first, tmp_path / "model.safetensors")
    second.load_state_dict(nn.load(path))
    assert same(first.state_dict(), second.state_dict())
    assert nn.save(first.state_dict(), tmp_path / "again").read_bytes() == path.read_bytes()
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["again", "model.safetensors"], "nothing else is left"


def test_a_network_of_scalars_comes_back(tmp_path: Path) -> None:
    first, second = nn.MLP(2, [3, 1]), nn.MLP(2, [3, 1])
    second.load_state_dict(nn.load(nn.save(first, str(tmp_path / "mlp"))))
    assert [p.data for p in first.parameters()] == [p.data for p in second.parameters()]
    assert all(isinstance(p, Value) and type(p.data) is float for p in second.parameters())


@given(
    st.dictionaries(
        st.text(max_size=20).filter(lambda name: name != "__metadata__"),
        st.sampled_from(KINDS).flatmap(lambda k: arrays(k, array_shapes(min_dims=0, min_side=0, max_side=3))),
        max_size=4,
    )
)
@thorough
def test_any_arrays_under_any_names(tmp_path_factory: pytest.TempPathFactory, state: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("arrays") / "f"
    back = nn.load(nn.save(state, path))
    assert same(dict(sorted(state.items())), dict(sorted(back.items())))


def test_layouts_and_byte_orders(tmp_path: Path) -> None:
    whole = np.arange(24.0).reshape(4, 6)
    state = {"turned": whole.T, "parted": whole[::2, 1::2], "big": whole.astype(">f8"), "single": np.array(2.5)}
    back = nn.load(nn.save(state, tmp_path / "f"))
    for name, array in state.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].shape == array.shape
    back["big"][0, 0] = 1.0  # it is nobody else's memory


def test_pytorchs_reader_finds_the_same_numbers(tmp_path: Path) -> None:
    from safetensors import safe_open

    path = nn.save(model(), tmp_path / "f")
    with safe_open(path, framework="np") as file:
        assert set(file.keys()) == set(model().state_dict())
        assert file.metadata()["format"] == "backglow"
        assert set(file.metadata()) == {"format", "format_version", "backglow", "numpy", "sha256"}
        np.testing.assert_array_equal(file.get_tensor("0.weight"), model()[0].weight.data)  # type: ignore[index]


def test_a_file_of_another_program(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "theirs.safetensors"
    save_file(model(3).state_dict(), path)
    with pytest.raises(StateDictError, match=r"theirs.safetensors' was written by another program.*check=False"):
        nn.load(path)
    mine = model()
    mine.load_state_dict(nn.load(path, check=False))
    assert same(mine.state_dict(), model(3).state_dict())


def test_every_truncation_is_told(tmp_path: Path) -> None:
    whole = nn.save(nn.Linear(2, 1), tmp_path / "f").read_bytes()
    path = tmp_path / "cut"
    for length in (*range(0, len(whole), 7), len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(StateDictError, match="cut"):
            nn.load(path)
    path.write_bytes(whole + b"\0")
    with pytest.raises(StateDictError, match="cut"):
        nn.load(path)


def test_every_changed_byte_is_told(tmp_path: Path) -> None:
    whole = nn.save(nn.Linear(2, 1, rng=np.random.default_rng(0)), tmp_path / "f").read_bytes()
    path = tmp_path / "changed"
    missed = []
    for i in range(len(whole)):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :])
        try:
            nn.load(path)
        except StateDictError:
            continue
        missed.append(i)
    assert [whole[i : i + 1] for i in missed if whole[i : i + 1] != b" "] == [], "padding alone does not matter"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 a zip",
        b"\x80\x04\x95 a pickle",
        b"{}",
        b"\xff" * 64,
        b"\x02" + b"\0" * 7 + b"{}",
        b"[" * 20_000,
    ],
)
def test_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "foreign"
    path.write_bytes(content)
    with pytest.raises(StateDictError, match="foreign"):
        nn.load(path)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"cannot read .*nowhere.*No such file"):
        nn.load(tmp_path / "nowhere")
    with pytest.raises(OSError, match="cannot read"):
        nn.load(tmp_path)
    with pytest.raises(FileError, match=r"cannot write .*No such file"):
        nn.save(model(), tmp_path / "no" / "folder" / "f")
    with pytest.raises(FileError, match="no ordinary file"):
        nn.save(model(), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"a": np.array(["x"])}, "a holds <U1"),
        ({"a": np.array([1j])}, "a holds complex128"),
        ({"a": np.array([object()])}, "a holds object"),
        ({3: np.ones(2)}, "arrays have names, not 3"),
        ({"__metadata__": np.ones(2)}, "have names"),
    ],
)
def test_what_cannot_be_saved_leaves_no_file(tmp_path: Path, state: Any, says: str) -> None:
    with pytest.raises(OperandError, match=says):
        nn.save(state, tmp_path / "f")
    assert list(tmp_path.iterdir()) == []


class Full:
    """A file on a disk that is full after some bytes."""

    def __init__(self, stream: Any, room: int) -> None:
        self.stream, self.room = stream, room

    def __enter__(self) -> Full:
        return self

    def __exit__(self, *exception: object) -> None:
        self.stream.close()

    def write(self, data: bytes) -> int:
        self.stream.write(data[: self.room])
        self.stream.flush()
        raise OSError(28, "No space left on device")


def test_a_write_that_fails_half_way_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = nn.save(model(0), tmp_path / "f")
    before = path.read_bytes()
    opened = Path.open

    def full(self: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        stream = opened(self, mode, *rest, **more)
        return Full(stream, 100) if "x" in mode or "w" in mode else stream

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        with pytest.raises(FileError, match=r"cannot write .*No space left"):
            nn.save(model(1), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path], "the temporary file is gone"


def test_a_killed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = nn.save(model(0), tmp_path / "f")
    before = path.read_bytes()
    killed = (
        "import os, signal, sys, nn\n"
        "def fsync(number): os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.fsync = fsync\n"
        "nn.save({'a': __import__('numpy').ones(1000)}, sys.argv[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(path)], check=False, timeout=60)
    assert done.returncode == -9
    assert path.read_bytes() == before
    assert same(nn.load(path), dict(sorted(model(0).state_dict().items())))


def test_an_interrupt_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = nn.save(model(0), tmp_path / "f")
    before = path.read_bytes()

    def interrupted(_number: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            nn.save(model(1), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link_and_a_file_its_rights(tmp_path: Path) -> None:
    real = tmp_path / "real"
    nn.save(model(0), real)
    link = tmp_path / "link"
    link.symlink_to(real)
    nn.save(model(1), link)
    assert link.is_symlink()
    assert same(nn.load(real), dict(sorted(model(1).state_dict().items())))
    assert stat.S_IMODE(real.stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_without_safetensors_one_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("safetensors"):
            raise ImportError(name)
        return found(name, *rest, **more)

    for module in [m for m in sys.modules if m.startswith("safetensors")]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(builtins, "__import__", without)
    for call in (lambda: nn.save(nn.Linear(1, 1), tmp_path / "f"), lambda: nn.load(tmp_path / "f")):
        with pytest.raises(MissingExtraError, match=r"pip install 'backglow\[save\]'"):
            call()
    assert list(tmp_path.iterdir()) == []


def test_importing_nn_does_not_load_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import sys, nn; print('safetensors' in sys.modules)"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "False"


def test_a_file_of_a_later_version_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nn import saving

    with monkeypatch.context() as patched:
        patched.setattr(saving, "_FORMAT_VERSION", "2")
        nn.save(model(), tmp_path / "f")
    with pytest.raises(StateDictError, match=r"in version '2' of the format; this is backglow .* reads version 1"):
        nn.load(tmp_path / "f")
