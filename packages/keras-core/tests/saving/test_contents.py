"""What files say of themselves."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from keras_core.saving import FileFormatError, file_content


@pytest.fixture
def model(toys):
    return toys.scrambled(toys.functional())


def test_a_model(model, tmp_path):
    path = tmp_path / "model.keras"
    model.save(path)
    with file_content(path) as content:
        assert (content.spec.name, content.spec.holds) == ("keras", "model")
        assert content.origin["keras_version"].startswith("4.") and "@" in content.origin["date_saved"]
        assert content.config["config"]["name"] == model.name
        kernel, bias = (weight.read() for weight in content.arrays() if weight.layer == model.layers[1].name)
    np.testing.assert_array_equal(kernel, model.layers[1].get_weights()[0])
    np.testing.assert_array_equal(bias, model.layers[1].get_weights()[1])


@pytest.mark.parametrize("where", ["path", "bytes", "folder", "shards"])
def test_the_same_wherever_it_lies(model, tmp_path, where):
    path = tmp_path / {"path": "m.weights.h5", "bytes": "m.keras", "folder": "m", "shards": "m.weights.json"}[where]
    if where in ("bytes", "folder"):
        model.save(path, zipped=where == "bytes")
    else:
        model.save_weights(path, max_shard_size=200 / 1024**3 if where == "shards" else None)
    with file_content(path.read_bytes() if where == "bytes" else path) as content:
        paths = [weight.path for weight in content.arrays()]
        sizes = {weight.path: (weight.shape, weight.nbytes) for weight in content.arrays()}
    assert len(paths) == len(set(paths)) == len(model.weights)
    assert sorted(sizes.values()) == sorted((array.shape, array.nbytes) for array in model.get_weights())


def test_no_object_is_made(tmp_path, toys):
    path = tmp_path / "model.keras"
    toys.functional().save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["config.json"] = b'{"class_name": "Unknown", "config": {"layers": []}}'
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with file_content(path) as found:
        assert found.config["class_name"] == "Unknown"


def test_what_is_refused(tmp_path):
    with (
        pytest.raises(FileNotFoundError, match=r"no file '.*nothing\.keras'"),
        file_content(tmp_path / "nothing.keras"),
    ):
        pass
    with pytest.raises(FileFormatError, match="truncated or damaged"), file_content(b"PK\x03\x04 and no more"):
        pass
    with pytest.raises(TypeError, match="file_content"), file_content(5):
        pass
    with pytest.raises(FileFormatError, match="nothing to read"), file_content(io.BytesIO()):
        pass
