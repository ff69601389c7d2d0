"""A `.keras` archive as a folder."""

from __future__ import annotations

import io

import pytest
from keras_core import Layer, Sequential
from keras_core.config import set_loading_limits
from keras_core.layers import Input
from keras_core.saving import FileFormatError, load_model, register_keras_serializable


@register_keras_serializable("folder_tests")
class Worded(Layer):
    """A layer with a file of words."""

    words = b""

    def get_assets(self):
        return {"words.txt": self.words}

    def set_assets(self, files):
        self.words = files["words.txt"]

    def call(self, x):
        return x


def test_assets(tmp_path):
    model = Sequential([Input((2,)), Worded(name="worded")])
    model.layers[0].words = b"one two"
    model.save(tmp_path / "model", zipped=False)
    files = [path.relative_to(tmp_path / "model").as_posix() for path in (tmp_path / "model").rglob("*.txt")]
    assert files == ["assets/layers/worded/words.txt"]
    assert load_model(tmp_path / "model").layers[0].words == b"one two"
    (tmp_path / "model" / files[0]).unlink()
    (tmp_path / "model" / files[0]).symlink_to("/etc/hostname")
    with pytest.raises(FileFormatError, match=r"'assets/layers/worded/words.txt' is a link"):
        load_model(tmp_path / "model")


@pytest.mark.parametrize("name", ["model", "model.keras"])
def test_a_model(toys, tmp_path, name):
    model, other = toys.scrambled(toys.functional()), toys.functional()
    model.save(tmp_path / name, zipped=False)
    assert sorted(p.name for p in (tmp_path / name).iterdir()) == ["config.json", "metadata.json", "model.weights.h5"]
    toys.same(load_model(tmp_path / name), model)
    other.load_weights(tmp_path / name)
    toys.same(other, model)


def test_training_state(toys, tmp_path, needs_train):
    model = toys.sequential()
    model.compile("adam", "mse")
    x = toys.data(model)
    model.fit(x, x[:, :2], verbose=0)
    model.save(tmp_path / "model", zipped=False)
    assert int(load_model(tmp_path / "model").optimizer.iterations) == 1
    model.save(tmp_path / "model", zipped=False, include_optimizer=False)
    assert load_model(tmp_path / "model").optimizer is None


def test_an_older_folder_or_file_is_replaced(toys, tmp_path):
    old, new = toys.sequential(), toys.scrambled(toys.sequential())
    old.save(tmp_path / "folder", zipped=False)
    old.save(tmp_path / "file.keras")
    for name in ("folder", "file.keras"):
        with pytest.raises(FileExistsError, match="overwrite=False"):
            new.save(tmp_path / name, zipped=False, overwrite=False)
        new.save(tmp_path / name, zipped=False)
        toys.same(load_model(tmp_path / name), new)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file.keras", "folder"]


def test_the_old_folder_survives_a_failure(toys, tmp_path, monkeypatch):
    old = toys.scrambled(toys.sequential())
    old.save(tmp_path / "folder", zipped=False)

    def fail(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr("keras_core.saving.folder.write_weights", fail)
    with pytest.raises(OSError, match="No space"):
        toys.sequential().save(tmp_path / "folder", zipped=False)
    monkeypatch.undo()
    toys.same(load_model(tmp_path / "folder"), old)
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]


def test_a_folder_of_something_else_is_kept(toys, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"cat")
    with pytest.raises(FileExistsError, match="holds no model"):
        toys.sequential().save(tmp_path / "photos", zipped=False)
    assert (tmp_path / "photos" / "cat.png").read_bytes() == b"cat"
    with pytest.raises(FileNotFoundError, match="create it before saving"):
        toys.sequential().save(tmp_path / "none" / "model", zipped=False)


def test_members_are_plain_files(toys, tmp_path):
    model = toys.sequential()
    model.save(tmp_path / "model", zipped=False)
    weights = tmp_path / "model" / "model.weights.h5"
    weights.rename(tmp_path / "elsewhere.h5")
    weights.symlink_to(tmp_path / "elsewhere.h5")
    with pytest.raises(FileFormatError, match=r"model' is refused: 'model.weights.h5' is a link"):
        load_model(tmp_path / "model")
    weights.unlink()
    weights.mkdir()
    with pytest.raises(FileFormatError, match=r"'model.weights.h5' is no file"):
        load_model(tmp_path / "model")


def test_a_member_that_is_too_large(toys, tmp_path, request):
    toys.sequential().save(tmp_path / "model", zipped=False)
    request.addfinalizer(set_loading_limits)
    set_loading_limits(config_bytes=10)
    with pytest.raises(FileFormatError, match=r"'metadata.json' in '.*model' has \d+ bytes, more than the 10"):
        load_model(tmp_path / "model")


def test_only_a_path_can_be_a_folder(toys):
    with pytest.raises(ValueError, match="give the path of one"):
        toys.sequential().save(io.BytesIO(), zipped=False)
