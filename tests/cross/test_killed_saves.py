"""A process that saves is killed at some moment: the old or the new file is there, whole, and the next save tidies up.

`nox -s kills` kills it at 500 moments for every format. What a file holds is no matter of the backend, and a process of
its own is made by forking: so these tests run on NumPy alone.

Covers: keras_core.saving.atomic, keras_core.saving.shards, keras_core.saving.folder,
    keras_core.saving.training_parts
"""

from __future__ import annotations

import errno
import mmap
import os
import random
import signal
import time
import warnings
from functools import partial
from typing import TYPE_CHECKING

import keras_layers
import numpy as np
import pytest
from keras_core import Sequential
from keras_core.backend import active_name
from keras_core.layers import Input
from keras_core.saving import load_model
from keras_core.saving.training_file import PackedTraining, parts_of, read_training, write_in_parts
from keras_core.saving.training_parts import Moment, Piece

if TYPE_CHECKING:
    from pathlib import Path

MOMENTS = int(os.environ.get("KERAS_KILLS", "4"))
OWNER = 1000

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked"),
    pytest.mark.skipif(active_name() != "numpy", reason="files are the same on every backend"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(60 + 2 * MOMENTS),
]


def model(value: float = 0.0) -> Sequential:
    """A model with all weights of one value."""
    layers = [keras_layers.Dense(64, name="first"), keras_layers.Dense(16, name="second")]
    made = Sequential([Input((64,)), *layers], name="plain")
    fill(made, value)
    return made


def fill(made: Sequential, value: float) -> None:
    made.set_weights([np.full_like(one, value) for one in made.get_weights()])


def save_whole(made, path):
    made.save(path)


def save_folder(made, path):
    made.save(path, zipped=False)


def save_weights(made, path):
    made.save_weights(path)


def save_shards(made, path):
    made.save_weights(path, max_shard_size=17 / 1024 / 1024)


FORMATS = {
    "m.keras": save_whole,
    "folder": save_folder,
    "m.h5": save_whole,
    "w.weights.h5": save_weights,
    "w.weights.json": save_shards,
    "w.h5": save_weights,
    "w.safetensors": save_weights,
    "w.npz": save_weights,
}


def value_in(path: Path) -> float:
    """The value of all weights in a file, which must be one."""
    if path.name.startswith("w."):
        made = model(-1)
        made.load_weights(path)
    else:
        made = load_model(path)
    found = {float(value) for one in made.get_weights() for value in np.unique(one)}
    assert len(found) == 1, f"{path.name} holds a mixture of {sorted(found)}"
    return found.pop()


def forked(action) -> int:
    """Run something in a process of its own, which ends with 0 if it raised nothing."""
    process = os.fork()
    if process:
        return process
    try:
        action()
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
        os._exit(1)
    os._exit(0)


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("name", FORMATS)
def test_killed_at_any_moment(name, tmp_path):
    folder = tmp_path / "saves"
    folder.mkdir()
    path, made = folder / name, model(0)
    FORMATS[name](made, path)
    start = time.perf_counter()
    FORMATS[name](made, path)
    seconds = time.perf_counter() - start
    counter = mmap.mmap(-1, 8)  # of saves that have returned, seen by both processes

    def save_for_ever(begin: int) -> None:
        for value in range(begin, begin + 1_000_000):
            fill(made, value)
            FORMATS[name](made, path)
            counter[:8] = value.to_bytes(8, "little")

    moments = random.Random(name)
    for number in range(MOMENTS):
        done = int.from_bytes(counter[:8], "little")
        process = forked(lambda begin=done + 1: save_for_ever(begin))
        time.sleep(moments.uniform(0, 3) * seconds)
        os.kill(process, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(process, 0)[1])
        done, found = int.from_bytes(counter[:8], "little"), value_in(path)
        assert done <= found <= done + 1, f"moment {number}: {done} was saved, and {found} is there"
        counter[:8] = int(found).to_bytes(8, "little")
    FORMATS[name](made, path)
    kept = names(folder)
    assert all(one.startswith("w_") if name.endswith(".json") and one != name else one == name for one in kept), kept
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    FORMATS[name](made, fresh / name)
    assert len(kept) == len(names(fresh))


def test_two_processes_that_write_parts_are_killed_at_any_moment(tmp_path):
    path, turns = tmp_path / "training.h5", [mmap.mmap(-1, 8) for _ in range(2)]

    def count(rank: int) -> int:
        return int.from_bytes(turns[rank][:8], "little")

    def save(rank: int, run: str, value: int) -> None:
        moment = Moment(run, 0, value, 2)
        pieces = [Piece(1, (64 * rank, 0), np.full((64, 64), value, "float32"))]
        parts = {"files": moment.files(), "variables": {"1": [[128, 64], "float32"]}}
        packed = None if rank else PackedTraining([np.float32(value), None], {"value": value, "parts": parts})
        write_in_parts(path, moment, rank, pieces, packed, None)

    def save_for_ever(rank: int, run: str, begin: int) -> None:
        for value in range(begin, begin + 1_000_000):
            save(rank, run, value)
            turns[rank][:8] = value.to_bytes(8, "little")
            while count(1 - rank) < value:  # as processes that train together
                time.sleep(0.0001)

    def value_there() -> int:
        values, record = read_training(path)
        found = {float(number) for value in values for number in np.unique(np.asarray(value))}
        assert found == {record["value"]}, f"a mixture of {sorted(found)}"
        return record["value"]

    moments, start, seconds = random.Random(0), time.perf_counter(), 0.0
    for number in range(MOMENTS):
        begin = partial(save_for_ever, run=f"run{number}", begin=count(0) + 1)
        processes = [forked(partial(begin, rank)) for rank in range(2)]
        while number == 0 and count(0) < 2:
            time.sleep(0.001)
            seconds = time.perf_counter() - start  # of two saves and the beginning
        time.sleep(moments.uniform(0, 3) * seconds)
        for process in moments.sample(processes, 2):
            os.kill(process, signal.SIGKILL)
            time.sleep(moments.choice([0, 0.002]))
        assert all(os.WIFSIGNALED(os.waitpid(process, 0)[1]) for process in processes)
        done, found = count(0), value_there()
        assert done <= found <= done + 1, f"moment {number}: {done} was saved, and {found} is there"
        for turn in turns:
            turn[:8] = found.to_bytes(8, "little")
    assert found > 2
    processes = [forked(lambda rank=rank: save(rank, "last", found + 1)) for rank in range(2)]
    assert [os.waitpid(process, 0)[1] for process in processes] == [0, 0]
    assert names(tmp_path) == sorted(["training.h5", *parts_of(path)])


@pytest.mark.parametrize("name", FORMATS)
def test_two_processes_save_to_one_path(name, tmp_path):
    path = tmp_path / name
    rounds = max(3, MOMENTS // 10)

    def save(value: float) -> None:
        made = model(value)
        for _ in range(rounds):
            FORMATS[name](made, path)

    processes = [forked(lambda value=value: save(value)) for value in (1.0, 2.0)]
    assert [os.waitpid(process, 0)[1] for process in processes] == [0, 0]
    assert value_in(path) in (1.0, 2.0)
    FORMATS[name](model(3), path)
    assert value_in(path) == 3
    assert not [one for one in names(tmp_path) if one.startswith(".")]


def raised(action) -> str:
    """What something raises in a process of its own, with its class; empty for nothing."""
    reading, writing = os.pipe()

    def told() -> None:
        try:
            action()
        except Exception as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())

    process = forked(told)
    os.close(writing)
    with open(reading, "rb") as file:
        text = file.read().decode()
    assert os.waitpid(process, 0)[1] == 0, "the process crashed"
    return text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("room", [0, 700, 9_000])
def test_a_full_disk(name, room, tmp_path):
    """No file may grow beyond a size, as if the disk had no more room."""
    path = tmp_path / name
    FORMATS[name](model(1), path)
    before = names(tmp_path)

    def save() -> None:
        import resource  # Windows has none, as it has no fork

        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            FORMATS[name](model(2), path)

    text = raised(save)
    assert text.startswith("OSError") and name in text and os.strerror(errno.EFBIG) in text, text
    assert names(tmp_path) == before
    assert value_in(path) == 1


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are POSIX's")
def test_a_folder_that_may_not_be_written(name, tmp_path):
    path = tmp_path / "inner" / name
    path.parent.mkdir()
    FORMATS[name](model(1), path)
    before = names(path.parent)
    path.parent.chmod(0o555)

    def save() -> None:
        if os.geteuid() == 0:  # whom nothing is forbidden
            os.setgid(OWNER)
            os.setuid(OWNER)
        FORMATS[name](model(2), path)

    for folder in (tmp_path, *tmp_path.parents):  # each of which pytest has made for one user alone
        if folder.stat().st_mode & 0o777 == 0o700:
            folder.chmod(0o755)
    text = raised(save)
    path.parent.chmod(0o755)
    assert text.startswith("PermissionError") and name in text, text
    assert names(path.parent) == before
    assert value_in(path) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_permissions_and_links_are_kept(name, tmp_path):
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / name, tmp_path / name
    FORMATS[name](model(1), real)
    mode = 0o750 if real.is_dir() else 0o640
    real.chmod(mode)
    link.symlink_to(real)
    FORMATS[name](model(2), link)
    assert link.is_symlink() and real.stat().st_mode & 0o777 == mode
    assert value_in(real) == 2
    assert names(tmp_path) == sorted([name, "real"])
