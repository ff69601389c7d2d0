"""`.weights.h5` files: layout, order, mismatches, names, random state."""

from __future__ import annotations

import io
import os
import tracemalloc

import h5py
import keras_core
import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Model, Sequential, Variable, ops
from keras_core.layers import Input
from keras_core.random import SeedGenerator
from keras_core.saving import load_weights, save_weights
from keras_core.saving.weights import array_writer, stateful_objects


def paths(path):
    found = []
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
    return found


def test_round_trip(toys, tmp_path):
    for make in (toys.sequential, toys.functional):
        model, other = toys.scrambled(make()), make()
        path = tmp_path / "x.weights.h5"
        model.save_weights(path)
        other.load_weights(path)
        toys.same(other, model)


def test_loading_reads_one_array_at_a_time(tmp_path):
    """The state of the optimizer, too, of which each weight has two."""
    side = 600
    model = Sequential([Input((side,)), *(Affine(side) for _ in range(3))])
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    variables = [*model.weights, *model.optimizer.variables[2:]]
    for number, variable in enumerate(variables):
        variable.assign(np.full(variable.shape, number))
        ops.sum(variable)  # which makes the backend's storage
    path = tmp_path / "m.weights.h5"
    model.save_weights(path)
    for variable in variables:
        variable.assign(np.zeros(variable.shape))
    tracemalloc.start()
    try:
        model.load_weights(path)
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert all((variable.numpy() == number).all() for number, variable in enumerate(variables))
    assert most - held < 1.6 * side * side * 4


def test_models_beside_each_other_in_a_model(toys, tmp_path):
    """Lists that each of them makes for the walk are not taken for each other, wherever they lie in memory."""

    def make():
        inner = [Sequential([Input((3,)), Affine(3), Affine(3)]) for _ in range(20)]
        return Sequential([Input((3,)), *inner])

    model, other = toys.scrambled(make()), make()
    assert [path for path, _ in stateful_objects(model)].count("layers/sequential_19/layers/affine_1") == 1
    assert len(stateful_objects(model)) == 1 + 20 * 3
    path = tmp_path / "x.weights.h5"
    model.save_weights(path)
    other.load_weights(path)
    toys.same(other, model)


def test_what_keras_2_writes_of_metrics_is_left_alone(toys, tmp_path):
    model, other = toys.scrambled(toys.sequential()), toys.sequential()
    path = tmp_path / "x.weights.h5"
    model.save_weights(path)
    with h5py.File(path, "a") as file:
        file["metrics/mean/vars/0"] = np.float32(4.0)
    other.load_weights(path)  # a warning would be an error
    toys.same(other, model)


def test_places_of_a_sequential_model(toys, tmp_path):
    path = tmp_path / "x.weights.h5"
    toys.sequential().save_weights(path)
    assert paths(path) == [
        "layers/affine/vars/0",
        "layers/affine/vars/1",
        "layers/affine_1/vars/0",
        "layers/affine_1/vars/1",
        "layers/noisy/seed_generator/vars/0",
        "layers/noisy/vars/0",
    ]
    with h5py.File(path) as file:
        assert file["layers/affine/vars"].attrs["name"] == "first"
        assert file["vars"].attrs["name"] == "stack"


def test_places_follow_the_names_of_attributes(toys):
    """Private ones last, each object once, lists and dicts by class name: what upstream Keras 3.15.1 wrote."""

    class Whole(Model):
        def __init__(self):
            super().__init__()
            self.d = toys.Affine(2)
            self.ls = [toys.Affine(2), toys.Affine(3), {"q": toys.Affine(2)}]
            self.dd = {"a": toys.Affine(2), "b": [toys.Affine(1)]}
            self.alias = self.d
            self._private = toys.Affine(2)
            self.raw = Variable(np.ones(2))
            self.listed = [Variable(np.ones(3))]
            self.generators = [SeedGenerator(1)]

        def call(self, x):
            return x

    model = Whole()
    names = {id(found): path for path, found in stateful_objects(model)}
    assert names[id(model)] == ""
    assert names[id(model.d)] == "alias"
    assert names[id(model.dd["a"])] == "dd/affine"
    assert names[id(model.dd["b"][0])] == "dd/container/affine"
    assert names[id(model.ls[0])] == "layers/affine_1"
    assert names[id(model._private)] == "layers/affine_6"
    assert names[id(model.generators[0])] == "generators/seed_generator"
    assert len(model._own_variables()) == 2


def test_from_the_archive_of_a_whole_model(toys, tmp_path):
    model, other = toys.scrambled(toys.sequential()), toys.sequential()
    model.save(tmp_path / "x.keras")
    other.load_weights(tmp_path / "x.keras")
    toys.same(other, model)


def test_random_state_comes_back(toys, tmp_path):
    model, other = toys.sequential(), toys.sequential()
    model.layers[1].seed_generator.state.assign(np.array([9, 41], "uint32"))
    model.save_weights(tmp_path / "x.weights.h5")
    other.load_weights(tmp_path / "x.weights.h5")
    assert other.layers[1].seed_generator.state.numpy().tolist() == [9, 41]


def test_files_without_random_state_load(toys, tmp_path):
    path = tmp_path / "x.weights.h5"
    model = toys.scrambled(toys.sequential())
    model.save_weights(path)
    with h5py.File(path, "a") as file:
        del file["layers/noisy/seed_generator"]
    other = toys.sequential()
    other.load_weights(path)
    toys.same(other, model)


def test_bfloat16(tmp_path):
    class Half(keras_core.Layer):
        def build(self, shape):
            self.w = self.add_weight(name="w", shape=(3,), dtype="bfloat16", initializer="ones")

        def call(self, x):
            return x

    model, other = (Sequential([Input((2,)), Half()]) for _ in range(2))
    model.layers[0].w.assign(np.array([1.5, -2.0, 0.25], "float32"))
    model.save_weights(tmp_path / "x.weights.h5")
    other.load_weights(tmp_path / "x.weights.h5")
    assert other.layers[0].w.dtype == "bfloat16"
    np.testing.assert_array_equal(other.layers[0].w.numpy().astype("float32"), [1.5, -2.0, 0.25])


class TestMismatch:
    @pytest.fixture
    def path(self, toys, tmp_path):
        toys.scrambled(toys.sequential()).save_weights(tmp_path / "x.weights.h5")
        return tmp_path / "x.weights.h5"

    def other(self, toys):
        return Sequential([Input((4,)), toys.Affine(5, name="first"), toys.Noisy(), toys.Affine(2)])

    def test_all_are_listed_and_nothing_changes(self, toys, path):
        model = self.other(toys)
        before = model.get_weights()
        with pytest.raises(ValueError) as error:
            model.load_weights(path)
        text = str(error.value)
        assert "layer 'first': kernel has shape (4, 5), the file (4, 3)" in text
        assert text.count("layer '") == 3
        for a, b in zip(before, model.get_weights()):
            np.testing.assert_array_equal(a, b)

    def test_skipping(self, toys, path):
        model = Sequential([Input((4,)), toys.Affine(3), toys.Noisy(), toys.Affine(7)])
        with pytest.warns(UserWarning, match="left out"):
            model.load_weights(path, skip_mismatch=True)
        with h5py.File(path) as file:
            np.testing.assert_array_equal(model.layers[0].get_weights()[0], file["layers/affine/vars/0"][()])

    def test_number_of_weights(self, toys, path):
        with h5py.File(path, "a") as file:
            del file["layers/affine/vars/1"]
        with pytest.raises(ValueError, match=r"'first' has 2 weights \(kernel \(4, 3\), bias \(3,\)\), the file has 1"):
            toys.sequential().load_weights(path)

    def test_missing_layer(self, toys, path):
        model = Sequential([*toys.sequential().layers, toys.Affine(2, name="more")])
        model.build((None, 4))
        with pytest.raises(ValueError, match=r"'more' has 2 weights .*, the file has 0"):
            model.load_weights(path)

    def test_more_in_the_file_than_in_the_model_is_said(self, toys, path):
        model = Sequential([Input((4,)), toys.Affine(3)])
        with pytest.warns(UserWarning, match="no place for: layers/affine_1, layers/noisy"):
            model.load_weights(path)


def test_by_name(toys, tmp_path):
    path = tmp_path / "x.weights.h5"
    source = toys.scrambled(toys.sequential())
    source.save_weights(path)
    model = Sequential([Input((4,)), toys.Affine(4, name="new"), toys.Affine(3, name="first")])
    before = model.layers[0].get_weights()
    model.load_weights(path, by_name=True)
    np.testing.assert_array_equal(model.layers[1].get_weights()[0], source.layers[0].get_weights()[0])
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], before[0])


def test_layers_may_write_and_read_in_their_own_way(toys, tmp_path):
    class Own(toys.Affine):
        def save_own_variables(self, store):
            store["everything"] = np.concatenate([self.kernel.numpy().ravel(), self.bias.numpy()])

        def load_own_variables(self, store):
            values = store["everything"]
            self.kernel.assign(values[: self.kernel.size].reshape(self.kernel.shape))
            self.bias.assign(values[self.kernel.size :])

    def make():
        return Sequential([Input((2,)), Own(3)])

    model, other = toys.scrambled(make()), make()
    save_weights(model, tmp_path / "x.weights.h5")
    load_weights(other, tmp_path / "x.weights.h5")
    toys.same(other, model)


def test_arguments(toys, tmp_path):
    model = toys.sequential()
    with pytest.raises(ValueError, match=r"ends in '.weights.h5'"):
        model.save_weights(tmp_path / "x.bin")
    with pytest.raises(ValueError, match=r"ends in '.weights.h5'"):
        model.load_weights(tmp_path / "x.bin")
    with pytest.raises(FileNotFoundError, match="nothing"):
        model.load_weights(tmp_path / "nothing.weights.h5")
    with pytest.raises(ValueError, match="build"):
        Sequential([toys.Affine(2)]).save_weights(tmp_path / "x.weights.h5")
    model.save_weights(tmp_path / "x.weights.h5")
    with pytest.raises(FileExistsError):
        model.save_weights(tmp_path / "x.weights.h5", overwrite=False)


def test_failed_save_keeps_the_old_file(toys, tmp_path):
    path = tmp_path / "x.weights.h5"
    model = toys.sequential()
    model.save_weights(path)
    before = path.read_bytes()

    def broken(store):
        raise OSError("No space left on device")

    object.__setattr__(model.layers[-1], "save_own_variables", broken)
    with pytest.raises(OSError, match="No space"):
        model.save_weights(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["x.weights.h5"]


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype="float32").reshape(2, 3).T,
        np.float64(2.5),
        np.zeros((0, 3), "int8"),
        np.array([True, False]),
        np.arange(3, dtype=">i4"),
        np.array([1 + 2j], "complex64"),
    ],
    ids=lambda array: f"{array.dtype}-{array.shape}",
)
def test_arrays_are_written_as_h5py_writes_them(array):
    ours, theirs = io.BytesIO(), io.BytesIO()
    with h5py.File(ours, "w") as file:
        array_writer(file)["0"] = array
    with h5py.File(theirs, "w") as file:
        file.create_dataset("0", data=array)
    assert ours.getvalue() == theirs.getvalue()


def test_other_values_are_left_to_h5py():
    with h5py.File(io.BytesIO(), "w") as file:
        store = array_writer(file)
        store["text"], store["below/number"] = b"text", np.int64(3)
        assert file["text"][()] == b"text" and file["below/number"][()] == 3
