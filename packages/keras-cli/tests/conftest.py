"""Files to look at."""

from __future__ import annotations

import keras_core
import numpy as np
import pytest
from keras_core import Input, Layer, Sequential
from keras_core.saving import register_keras_serializable


@register_keras_serializable("cli_tests")
class Scaled(Layer):
    """Its input times a weight for each column."""

    def build(self, input_shape):
        self.factor = self.add_weight(name="factor", shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs):
        return inputs * self.factor


@pytest.fixture
def scaled():
    return Scaled


@pytest.fixture
def model():
    inner = Sequential([Input((3,)), Scaled(name="deep")], name="inner")
    return Sequential([Input((3,)), Scaled(name="first"), inner, Scaled(name="last")], name="outer")


@pytest.fixture
def saved(model, tmp_path):
    path = tmp_path / "model.keras"
    model.set_weights([np.full(3, value, "float32") for value in (2, 3, 4)])
    model.save(path)
    return path


@pytest.fixture
def supplied(tmp_path, monkeypatch):
    """The name of a module in the current folder that defines the class `Doubled`, and a model with it."""
    text = "import keras_core\n\nclass Doubled(keras_core.Layer):\n    def call(self, x):\n        return 2 * x\n"
    (tmp_path / "layers_of_mine.py").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return "layers_of_mine"


@pytest.fixture
def with_custom(supplied, tmp_path, monkeypatch):
    import importlib

    monkeypatch.syspath_prepend(str(tmp_path))
    doubled = importlib.import_module(supplied).Doubled
    path = tmp_path / "custom.keras"
    with pytest.warns(UserWarning, match="Doubled"):
        keras_core.Sequential([keras_core.Input((2,)), doubled(name="twice")]).save(path)
    return path
