"""Keras 2's functions on groups of an open HDF5 file."""

import h5py
import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Sequential
from keras_core.saving import FileFormatError
from keras_legacy import (
    load_attributes_from_hdf5_group,
    load_weights_from_hdf5_group,
    load_weights_from_hdf5_group_by_name,
    preprocess_weights_for_loading,
    save_attributes_to_hdf5_group,
    save_weights_to_hdf5_group,
)


def two(units=2):
    return Sequential([Input((3,)), layers.Dense(4, name="body"), layers.Dense(units, name="top")])


def same(model, other):
    for found, expected in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.fixture
def normal():
    rng = np.random.default_rng(0)
    return lambda *shape: rng.normal(size=shape).astype("float32")


@pytest.fixture
def file(tmp_path):
    with h5py.File(tmp_path / "w.h5", "w") as opened:
        yield opened


def test_there_and_back(file):
    model, other = two(), two()
    group = file.create_group("inner")
    save_weights_to_hdf5_group(group, model.layers)
    assert list(group) == ["body", "top"]
    load_weights_from_hdf5_group(group, other.layers)
    same(other, model)


def test_some_layers(file):
    model, other = two(), two()
    save_weights_to_hdf5_group(file, model.layers[:1])
    load_weights_from_hdf5_group(file, other.layers[:1])
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    with pytest.raises(ValueError, match=r"weights of 1 layers \(body\), and the list of layers has 2"):
        load_weights_from_hdf5_group(file, other.layers)


def test_by_name(file):
    model, other = two(), two(5)
    save_weights_to_hdf5_group(file, model.layers)
    before = other.get_weights()
    with pytest.raises(ValueError, match=r"top.*shape \(4, 5\), the file \(4, 2\)"):
        load_weights_from_hdf5_group_by_name(file, other.layers)
    np.testing.assert_array_equal(other.get_weights()[0], before[0])
    with pytest.warns(UserWarning, match="left out"):
        load_weights_from_hdf5_group_by_name(file, other.layers, skip_mismatch=True)
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_a_group_without_weights(file):
    for load in (load_weights_from_hdf5_group, load_weights_from_hdf5_group_by_name):
        with pytest.raises(FileFormatError, match=r"w\.h5.*lacks the attribute 'layer_names'"):
            load(file, two().layers)


def test_links_are_refused(file, tmp_path):
    model = two()
    save_weights_to_hdf5_group(file, model.layers)
    del file["body"]["body"]
    file["body"]["body"] = h5py.ExternalLink("/etc/passwd", "/")
    with pytest.raises(FileFormatError, match="link"):
        load_weights_from_hdf5_group(file, model.layers)


def test_attributes_that_are_split(file):
    names = [f"{number}" * 1000 for number in range(100)]
    save_attributes_to_hdf5_group(file, "names", [names[0].encode(), *names[1:]])
    assert "names" not in file.attrs and "names1" in file.attrs
    assert load_attributes_from_hdf5_group(file, "names") == names
    assert load_attributes_from_hdf5_group(file, "none") == []


class TestPreprocessing:
    def test_kernels_of_theano_are_flipped(self, normal):
        layer = layers.Conv2D(2, 3)
        layer.build((None, 5, 5, 4))
        kernel, bias = normal(3, 3, 4, 2), normal(2)
        for backend, expected in (("theano", kernel[::-1, ::-1]), ("tensorflow", kernel)):
            found = preprocess_weights_for_loading(layer, [kernel, bias], "2.0.2", backend)
            np.testing.assert_array_equal(found[0], expected)
            np.testing.assert_array_equal(found[1], bias)

    def test_gates_of_keras_1_are_joined(self, normal):
        layer = layers.LSTM(2)
        layer.build((None, 4, 3))
        gates = [(normal(3, 2), normal(2, 2), normal(2)) for _ in range(4)]  # input, cell, forget, output
        found = preprocess_weights_for_loading(layer, [one for gate in gates for one in gate])
        for part in range(3):
            expected = np.concatenate([gates[gate][part] for gate in (0, 2, 1, 3)], -1)
            np.testing.assert_array_equal(found[part], expected)

    def test_what_is_not_trained_comes_back_in_the_order_of_the_layer(self, normal):
        layer = layers.BatchNormalization()
        layer.build((None, 3))
        arrays = [normal(3) for _ in range(4)]
        layer.set_weights(preprocess_weights_for_loading(layer, arrays, "2.2.4", "tensorflow"))
        for found, expected in zip(layer.get_weights(), arrays, strict=True):
            np.testing.assert_array_equal(found, expected)

    def test_what_does_not_fit(self, normal):
        layer = layers.Dense(2, name="d")
        layer.build((None, 3))
        with pytest.raises(ValueError, match=r"layer 'd' has 2 weights .* the file has 1"):
            preprocess_weights_for_loading(layer, [normal(3, 2)], "2.0.2", "tensorflow")
        reshaped = preprocess_weights_for_loading(layer, [normal(1, 3, 2), normal(2)], "2.0.2", None, reshape=True)
        assert reshaped[0].shape == (3, 2)
