"""The old file survives whatever happens while the new one is written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
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
