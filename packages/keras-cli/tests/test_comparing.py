"""What differs between files."""

from __future__ import annotations

import numpy as np
import pytest
from keras_cli import compare


def test_the_same(saved):
    found = compare(saved, saved)
    assert found.same and found.compared == 3


def test_numbers(saved, model, tmp_path):
    model.set_weights([np.array([2, 2.5, 2], "float32"), np.full(3, 3), np.full(3, 4)])
    model.save(tmp_path / "other.keras")
    found = compare(saved, tmp_path / "other.keras")
    assert found.arrays == {"layers/scaled/vars/0": "1 of 3 numbers, by 0.5 at most"}
    assert not found.config and not found.same
    assert compare(saved, tmp_path / "other.keras", tolerance=0.5).same


def test_numbers_that_are_none(model, tmp_path):
    for name, values in (("one", [np.nan, 1, 2]), ("two", [np.nan, np.inf, 2])):
        model.set_weights([np.array(values), np.ones(3), np.ones(3)])
        model.save_weights(tmp_path / f"{name}.weights.h5")
    found = compare(tmp_path / "one.weights.h5", tmp_path / "two.weights.h5")
    assert found.arrays == {"layers/scaled/vars/0": "1 of 3 numbers, by inf at most"}


def test_configurations_shapes_and_what_one_has_alone(saved, scaled, tmp_path):
    from keras_core import Input, Sequential

    other = Sequential([Input((2,)), scaled(name="first", trainable=False)], name="outer")
    other.save(tmp_path / "other.keras")
    found = compare(saved, tmp_path / "other.keras")
    assert found.config["config.layers[first].config.trainable"] == (True, False)
    assert found.config["config.layers[last].class_name"] == ("Scaled", "(none)")
    assert found.arrays["layers/scaled/vars/0"] == "shapes (3,) and (2,)"
    assert found.arrays["layers/scaled_1/vars/0"] == "only in the first, of shape (3,)"


def test_two_formats(tmp_path):
    layers = pytest.importorskip("keras_layers")
    pytest.importorskip("keras_legacy")
    from keras_core import Input, Sequential

    model = Sequential([Input((4,)), layers.Dense(2)])
    model.save(tmp_path / "m.keras")
    model.save(tmp_path / "m.h5")
    assert compare(tmp_path / "m.keras", tmp_path / "m.h5").same
    model.set_weights([model.get_weights()[0] + 1, model.get_weights()[1]])
    model.save(tmp_path / "m.h5")
    (why,) = compare(tmp_path / "m.keras", tmp_path / "m.h5").arrays.values()
    assert why == "8 of 8 numbers, by 1 at most"
    model.save_weights(tmp_path / "a.weights.h5")
    model.save_weights(tmp_path / "b.h5")
    with pytest.raises(ValueError, match="two formats"):
        compare(tmp_path / "a.weights.h5", tmp_path / "b.h5")
