"""The old file survives whatever happens while the new one is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from keras_core.saving import atomic
from keras_core.saving.atomic import refuse_overwriting, replacing


def test_new_content_replaces_the_old(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    path.chmod(0o640)
    with replacing(path) as temporary:
        assert temporary.parent == path.parent
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_failure_keeps_the_old_and_leaves_nothing(tmp_path, error):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(error), replacing(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["file"]


def test_link_is_followed(tmp_path):
    (tmp_path / "folder").mkdir()
    target = tmp_path / "folder" / "real"
    target.write_text("old")
    link = tmp_path / "link"
    link.symlink_to(target)
    with replacing(link) as temporary:
        temporary.write_text("new")
    assert link.is_symlink() and target.read_text() == "new"


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"), replacing(tmp_path / "nowhere" / "file"):
        pass


def test_overwriting_can_be_refused(tmp_path):
    path = tmp_path / "file"
    refuse_overwriting(path, False)
    path.write_text("old")
    refuse_overwriting(path, True)
    with pytest.raises(FileExistsError, match="file"):
        refuse_overwriting(path, False)


SAVE_FOREVER = """
import sys
import numpy as np
from keras_core import Sequential
from keras_core.layers import Input, Layer

class Wide(Layer):
    def build(self, shape):
        self.w = self.add_weight(name="w", shape=(shape[-1], 4000), initializer="zeros")
    def call(self, x):
        return x

model = Sequential([Input((500,)), Wide()])
model.save(sys.argv[1])
print("saved", flush=True)
while True:
    model.save(sys.argv[1])
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX's")
def test_killed_while_saving_leaves_a_whole_file(tmp_path):
    from keras_core.saving.reader import Archive

    pytest.importorskip("h5py")
    path = tmp_path / "model.keras"
    command = [sys.executable, "-W", "ignore", "-c", SAVE_FOREVER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline().strip() == "saved"
            size = path.stat().st_size
            for _ in range(3):
                time.sleep(0.05)
                with Archive(path) as archive:
                    assert len(archive.read("model.weights.h5")) > 500 * 4000 * 4
        finally:
            child.send_signal(signal.SIGKILL)
    assert path.stat().st_size == size
    with Archive(path) as archive:
        assert len(archive.read("model.weights.h5")) > 500 * 4000 * 4


class TestWhatKilledProcessesLeave:
    @pytest.fixture
    def gone(self):
        """The number of a process that has ended."""
        with subprocess.Popen([sys.executable, "-c", ""]) as child:
            child.wait()
        return child.pid

    @staticmethod
    def put(folder, process, where=None, ending="tmp", name="file"):
        path = folder / f".{name}.{where or atomic._where()}-{process}-01234567.{ending}"
        path.write_text("half")
        return path

    @pytest.mark.skipif(os.name != "posix", reason="whether a process lives is asked as POSIX does")
    def test_only_what_is_of_a_dead_process_is_removed(self, tmp_path, gone):
        kept = [self.put(tmp_path, os.getpid()), self.put(tmp_path, gone, name="other")]
        kept += [self.put(tmp_path, gone, where="0" * 8)]  # of another machine
        dead, folder = self.put(tmp_path, gone), tmp_path / f".file.{atomic._where()}-{gone}-abcdef01.tmp"
        (folder / "inner").mkdir(parents=True)
        with replacing(tmp_path / "file") as temporary:
            temporary.write_text("new")
        assert not dead.exists() and not folder.exists() and all(path.exists() for path in kept)

    def test_what_is_older_than_a_day_is_removed(self, tmp_path):
        old = self.put(tmp_path, 1, where="0" * 8)
        os.utime(old, (time.time() - 90_000,) * 2)
        with replacing(tmp_path / "file") as temporary:
            temporary.write_text("new")
        assert os.listdir(tmp_path) == ["file"]

    @pytest.mark.skipif(os.name != "posix", reason="whether a process lives is asked as POSIX does")
    def test_a_folder_that_was_moved_away_comes_back(self, tmp_path, gone):
        self.put(tmp_path, gone, ending="old")
        with pytest.raises(RuntimeError), replacing(tmp_path / "file"):
            raise RuntimeError
        assert (tmp_path / "file").read_text() == "half" and os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("exchange", [True, False])
def test_folders_change_places(tmp_path, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    path = tmp_path / "folder"
    for content in ("old", "new"):
        with replacing(path) as temporary:
            temporary.mkdir()
            (temporary / content).write_text(content)
    assert os.listdir(path) == ["new"] and os.listdir(tmp_path) == ["folder"]
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.mkdir()
        raise RuntimeError
    assert os.listdir(path) == ["new"] and os.listdir(tmp_path) == ["folder"]
    with replacing(path) as temporary:  # a file in its place
        temporary.write_text("file")
    assert path.read_text() == "file" and os.listdir(tmp_path) == ["folder"]


def test_an_interrupt_between_two_moves_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    path = tmp_path / "folder"
    path.mkdir()
    (path / "old").touch()
    rename, moves = Path.rename, []

    def interrupted(self, target):
        moves.append(target)
        if len(moves) == 2:
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), replacing(path) as temporary:
        temporary.mkdir()
    assert os.listdir(path) == ["old"] and os.listdir(tmp_path) == ["folder"]


def test_a_folder_that_cannot_be_moved_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "_exchange", lambda one, other: False)
    path = tmp_path / "folder"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(OSError, match="folder"), replacing(path):
        pass  # there is nothing to move
    assert os.listdir(path) == ["old"] and os.listdir(tmp_path) == ["folder"]


def test_names_as_long_as_the_system_allows(tmp_path):
    path = tmp_path / ("x" * 250)
    with replacing(path) as temporary:
        temporary.write_text("new")
    assert os.listdir(tmp_path) == [path.name]


class TestErrorsOfTheDisk:
    def test_the_number_that_hdf5_tells(self, tmp_path):
        message = r"'.*file' is not saved, and is as it was before"
        with pytest.raises(OSError, match=message) as raised, replacing(tmp_path / "file"):
            raise OSError("Can't write data (file write failed: errno = 28, error message = 'No space left')")
        assert raised.value.errno == 28

    def test_the_class_is_that_of_the_number(self, tmp_path):
        with pytest.raises(PermissionError, match="file"), replacing(tmp_path / "file") as temporary:
            raise PermissionError(13, "no", str(temporary))

    def test_other_errors_are_as_they_are(self, tmp_path):
        for error in (OSError(2, "no", "/elsewhere"), OSError("no number"), RuntimeError("errno"), ValueError("28")):
            with pytest.raises(type(error)) as raised, replacing(tmp_path / "file"):
                raise error
            assert raised.value is error
