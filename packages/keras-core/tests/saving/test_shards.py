"""Weights in several files."""

from __future__ import annotations

import json
import re

import h5py
import numpy as np
import pytest
from keras_core import Sequential
from keras_core.layers import Input
from keras_core.saving import FileFormatError

KIB = 1 / 1024**2  # in gigabytes


@pytest.fixture
def stack(toys):
    """A model whose arrays of 1 KiB and 64 bytes do not fit one shard of 2 KiB."""

    def make():
        return Sequential([Input((16,)), *(toys.Affine(16, name=f"affine_{i}") for i in range(4))], name="stack")

    return make


def same_weights(first, second):
    for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_layout_is_that_of_keras_3(toys, stack, tmp_path):
    """By hand: 1,024 + 64 bytes an object, 2,048 a file, so that the next kernel finds no room."""
    stack().save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
    index = json.loads((tmp_path / "w.weights.json").read_text())
    shards = sorted(path.name for path in tmp_path.glob("w_*_0000?.weights.h5"))
    first, second, third, fourth = shards
    assert index["metadata"] == {"total_size": 4 * (1024 + 64)}
    assert index["weight_map"] == {
        "/layers/affine/vars": [first],
        "/layers/affine_1/vars": [second],
        "/layers/affine_2/vars": [third],
        "/layers/affine_3/vars": [fourth],
    }
    for shard in {one for found in index["weight_map"].values() for one in found}:
        assert 0 < sum(stored_bytes(tmp_path / shard)) <= 2048


def stored_bytes(path):
    found = []
    with h5py.File(path) as file:
        file.visititems(lambda _, item: found.append(getattr(item, "nbytes", 0)))
    return found


@pytest.mark.parametrize("size", [2 * KIB, 1.1 * KIB, 1.0, None])
def test_weights_come_back(toys, stack, tmp_path, size):
    model, other = toys.scrambled(stack()), stack()
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=size)
    other.load_weights(tmp_path / "w.weights.json")
    same_weights(other, model)
    named = stack()
    named.load_weights(tmp_path / "w.weights.json", by_name=True)
    same_weights(named, model)


def test_training_state(toys, stack, tmp_path, needs_train):
    model, other = stack(), stack()
    x = toys.data(model)
    for one in (model, other):
        one.compile("adam", "mse")
    model.fit(x, x, epochs=2, verbose=0)
    model.save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
    other.load_weights(tmp_path / "w.weights.json")
    assert int(other.optimizer.iterations) == 2
    kept, found = (m.fit(x, x, verbose=0, shuffle=False).history["loss"] for m in (model, other))
    np.testing.assert_allclose(found, kept, rtol=1e-6)


def test_the_path_of_one_file_becomes_that_of_the_index(stack, tmp_path):
    stack().save_weights(tmp_path / "w.weights.h5", max_shard_size=1)
    index, first, shard = names(tmp_path)
    assert (index, first) == ("w.weights.json", "w_00000.weights.h5")  # which Keras 3 opens first
    assert re.fullmatch(r"w_[0-9a-f]{8}_00000\.weights\.h5", shard)
    with pytest.raises(ValueError, match=r"ends in '.weights.json', got '.*w.npz'"):
        stack().save_weights(tmp_path / "w.npz", max_shard_size=1)


def test_an_array_that_is_larger_than_a_file(stack, tmp_path):
    with pytest.raises(ValueError, match=r"'layers/affine/vars/0' has 0.00 MiB, and max_shard_size allows"):
        stack().save_weights(tmp_path / "w.weights.json", max_shard_size=0.5 * KIB)
    for wrong in (0, -1):
        with pytest.raises(ValueError, match="above 0"):
            stack().save_weights(tmp_path / "w.weights.json", max_shard_size=wrong)
    assert not names(tmp_path)


def test_saving_again_leaves_one_set_and_a_failure_the_old_one(toys, stack, tmp_path, monkeypatch):
    first, second, other = toys.scrambled(stack()), stack(), stack()
    first.save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
    (tmp_path / "w_of_mine.weights.h5").write_bytes(b"mine")
    before = names(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("keras_core.saving.shards.json.dumps", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            second.save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
    assert names(tmp_path) == before
    other.load_weights(tmp_path / "w.weights.json")
    same_weights(other, first)
    for model in (second, first, second):
        model.save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
        other.load_weights(tmp_path / "w.weights.json")
        same_weights(other, model)
        assert len(names(tmp_path)) == len(before) and "w_of_mine.weights.h5" in names(tmp_path)
    with pytest.raises(FileExistsError):
        first.save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB, overwrite=False)


def write_index(folder, named):
    (folder / "w.weights.json").write_text(json.dumps({"metadata": {}, "weight_map": named}))
    return folder / "w.weights.json"


class TestRefused:
    @pytest.mark.parametrize(
        "shard", ["../w.weights.h5", "/etc/w.weights.h5", "a/w.weights.h5", "c:w.weights.h5", "w.npz", "", 3, None]
    )
    def test_names_outside_the_folder(self, stack, tmp_path, shard):
        with pytest.raises(FileFormatError, match=r"w.weights.json' is refused: it has .* for '/layers/affine/vars'"):
            stack().load_weights(write_index(tmp_path, {"/layers/affine/vars": [shard]}))

    def test_a_link(self, stack, tmp_path):
        (tmp_path / "s.weights.h5").symlink_to("/etc/hostname")
        with pytest.raises(FileFormatError, match=r"names 's.weights.h5', which is no file beside it"):
            stack().load_weights(write_index(tmp_path, {"/vars": "s.weights.h5"}))

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"weight_map": []}'])
    def test_what_is_no_index(self, stack, tmp_path, text):
        (tmp_path / "w.weights.json").write_text(text)
        with pytest.raises(FileFormatError, match=r"w\.weights\.json"):
            stack().load_weights(tmp_path / "w.weights.json")

    def test_a_missing_or_damaged_shard_is_named(self, stack, tmp_path):
        stack().save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
        (shard,) = tmp_path.glob("w_*_00001.weights.h5")
        shard.write_bytes(shard.read_bytes()[:700])
        with pytest.raises(FileFormatError, match=rf"{shard.name}' is truncated or damaged"):
            stack().load_weights(tmp_path / "w.weights.json")
        shard.unlink()
        with pytest.raises(FileFormatError, match=rf"names '{shard.name}', which is no file beside it"):
            stack().load_weights(tmp_path / "w.weights.json")

    def test_an_array_in_two_files(self, stack, tmp_path):
        stack().save_weights(tmp_path / "w.weights.json", max_shard_size=1)
        (shard,) = tmp_path.glob("w_*_00000.weights.h5")
        (tmp_path / "x.weights.h5").write_bytes(shard.read_bytes())
        path = write_index(tmp_path, {"/a": [shard.name], "/b": "x.weights.h5"})
        with pytest.raises(FileFormatError, match="is in two files of the index"):
            stack().load_weights(path)

    def test_too_many_files(self, stack, tmp_path):
        path = write_index(tmp_path, {"/a": [f"{i}.weights.h5" for i in range(10_001)]})
        with pytest.raises(FileFormatError, match="10,001 files, over 10,000"):
            stack().load_weights(path)

    def test_weights_that_do_not_fit(self, toys, stack, tmp_path):
        stack().save_weights(tmp_path / "w.weights.json", max_shard_size=2 * KIB)
        wide = Sequential(
            [Input((16,)), *(toys.Affine(n, name=f"affine_{n}") for n in (16, 16, 16, 17))][:1]
            + [toys.Affine(17, name="affine_0")]
        )
        with pytest.raises(
            ValueError, match=r"in '.*w.weights.json' do not fit the model: layer 'affine_0'.*\(16, 17\)"
        ):
            wide.load_weights(tmp_path / "w.weights.json")


def test_shards_of_upstream_are_replaced(stack, tmp_path):
    """Files called as Keras 3 does are removed where the old index names them, and only there."""
    stack().save_weights(tmp_path / "w.weights.json", max_shard_size=1)
    (shard,) = tmp_path.glob("w_*_00000.weights.h5")
    index = tmp_path / "w.weights.json"
    index.write_text(index.read_text().replace(shard.name, "w_00000.weights.h5"))
    shard.replace(tmp_path / "w_00000.weights.h5")
    (tmp_path / "w_00007.weights.h5").touch()
    stack().save_weights(index, max_shard_size=1)
    found = names(tmp_path)
    assert "w_00007.weights.h5" in found and len(found) == 4
    with h5py.File(tmp_path / "w_00000.weights.h5") as file:
        assert not len(file)
