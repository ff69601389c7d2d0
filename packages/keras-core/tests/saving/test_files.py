"""Saving and loading by path: the four public functions and their methods of a model."""

from __future__ import annotations

import pathlib

import pytest
from keras_core import Sequential
from keras_core.saving import load_model, load_weights, save_model, save_weights


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_paths_are_strings_or_path_objects(toys, tmp_path, kind):
    model, other = toys.scrambled(toys.functional()), toys.functional()
    save_model(model, kind(tmp_path / "m.keras"))
    save_weights(model, kind(tmp_path / "w.weights.h5"))
    toys.same(load_model(kind(tmp_path / "m.keras")), model)
    load_weights(other, kind(tmp_path / "w.weights.h5"))
    toys.same(other, model)


def test_weights_of_a_whole_model_can_be_loaded_alone(toys, tmp_path):
    model, other = toys.scrambled(toys.functional()), toys.functional()
    model.save(tmp_path / "m.keras")
    other.load_weights(tmp_path / "m.keras")
    toys.same(other, model)


@pytest.mark.parametrize(
    "call",
    [
        lambda model, path: save_model(model, path, format="h5"),
        lambda model, path: save_weights(model, path, format="h5"),
        lambda model, path: load_weights(model, path, format="h5"),
    ],
)
def test_arguments_that_are_not_taken_are_named(toys, call):
    with pytest.raises(TypeError, match="does not take format"):
        call(toys.sequential(), "x.keras")


def test_a_model_that_is_not_built_has_no_weights(toys, tmp_path):
    for call in (save_weights, load_weights):
        with pytest.raises(ValueError, match=r"has no weights yet that could be (saved|loaded)"):
            call(Sequential([toys.Affine(2)], name="m"), tmp_path / "w.weights.h5")


def test_a_folder_that_is_no_model(toys, tmp_path):
    (tmp_path / "m.keras").mkdir()
    with pytest.raises(ValueError, match=r"m.keras' has no 'metadata.json', so it is no Keras model"):
        load_model(tmp_path / "m.keras")
    with pytest.raises(ValueError, match=r"m.keras' has no 'model.weights.h5', so it is no Keras model"):
        toys.sequential().load_weights(tmp_path / "m.keras")
