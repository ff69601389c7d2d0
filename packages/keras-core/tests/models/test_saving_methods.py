"""What a model's own methods write, and that they pass on what they are given; `tests/saving` has the files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Sequential
from keras_core.saving import load_model, model_from_json

if TYPE_CHECKING:
    from pathlib import Path

X = np.arange(6, dtype="float32").reshape(2, 3)
OBJECTS = {"Affine": Affine}


@pytest.fixture
def model() -> Sequential:
    return Sequential([Input((3,)), Affine(2, name="out")])


def test_a_model_comes_back_from_its_file(model: Sequential, tmp_path: Path) -> None:
    model.compile("sgd", "mse")
    path = tmp_path / "model.keras"
    with pytest.warns(UserWarning, match="class 'Affine'"):
        model.save(path, include_optimizer=False)
    again = load_model(path, OBJECTS)
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)
    assert not again.compiled
    with pytest.raises(FileExistsError):
        model.save(path, overwrite=False)


def test_weights_go_from_one_model_to_another(model: Sequential, tmp_path: Path) -> None:
    path = tmp_path / "model.weights.h5"
    model.set_weights([np.full((3, 2), 2.0), np.ones(2)])
    model.save_weights(path)
    other = Sequential([Input((3,)), Affine(2), Affine(1)])
    with pytest.raises(ValueError, match="layer"):
        other.load_weights(path)
    with pytest.warns(UserWarning, match="has 2 weights, the file has 0"):
        other.load_weights(path, skip_mismatch=True)
    assert [one.tolist() for one in other.layers[0].get_weights()] == [[[2, 2]] * 3, [1, 1]]


def test_architecture_alone(model: Sequential) -> None:
    with pytest.warns(UserWarning, match="class 'Affine'"):
        text = model.to_json(indent=1)
    again = model_from_json(text, OBJECTS)
    assert text.startswith("{\n ")
    assert [weight.shape for weight in again.weights] == [(3, 2), (2,)]


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("save", {"overwrite": "x"}, r"save\(\): overwrite must be True or False, got 'x'"),
        ("save_weights", {"max_shard_size": "a"}, r"save_weights\(\): max_shard_size must be a number, got 'a'"),
        ("load_weights", {"by_name": 2}, r"load_weights\(\): by_name must be True or False, got 2"),
        ("export", {"format": 3}, r"export\(\): format must be a string, got 3"),
    ],
)
def test_arguments_are_refused_by_name(model: Sequential, method: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        getattr(model, method)("file", **arguments)
