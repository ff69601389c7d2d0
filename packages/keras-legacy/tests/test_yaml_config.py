"""Architectures as YAML."""

import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Model, Sequential
from keras_legacy import model_from_yaml, model_to_yaml

yaml = pytest.importorskip("yaml")

# As Keras 2.2 wrote it: a tuple of Python, and an alias for a list that occurs twice.
KERAS_2 = """
backend: tensorflow
class_name: Sequential
config:
  name: old
  layers:
  - class_name: Dense
    config: &id001
      activation: hard_sigmoid
      batch_input_shape: !!python/tuple [null, 3]
      dtype: float32
      kernel_initializer:
        class_name: VarianceScaling
        config: {distribution: uniform, mode: fan_avg, scale: 1.0, seed: null}
      name: !!python/unicode 'd'
      trainable: true
      units: 2
      use_bias: true
  - class_name: Dropout
    config: {name: drop, rate: 0.5}
keras_version: 2.2.4
"""


def test_a_model_comes_back():
    a, b = Input((3,), name="a"), Input((3,), name="b")
    shared = layers.Dense(2, "tanh", name="shared")
    model = Model([a, b], layers.Concatenate()([shared(a), shared(b)]), name="graph")
    text = model.to_yaml()
    assert text == model_to_yaml(model) and yaml.safe_load(text)["class_name"] == "Functional"
    other = model_from_yaml(text)
    other.set_weights(model.get_weights())
    x = [np.ones((2, 3), "float32"), np.zeros((2, 3), "float32")]
    np.testing.assert_allclose(np.asarray(other(x)), np.asarray(model(x)), rtol=1e-6)
    assert model_from_yaml(model.to_yaml(default_flow_style=True)).name == "graph"


def test_keras_2_s_yaml_in_its_dialect():
    model = model_from_yaml(KERAS_2)
    assert model.name == "old" and model.input_shape == (None, 3)
    model.set_weights([np.ones((3, 2)), np.zeros(2)])
    found = np.asarray(model(np.array([[0.5, 0.25, 0.25]], "float32")))
    np.testing.assert_allclose(found, [[0.7, 0.7]], rtol=1e-6)  # 0.2 x + 0.5


def bomb():
    """Nine lists, each of nine times the one before: a thousand letters that stand for 9 ** 9 values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor"),
        ("class_name: !!python/name:os.system ''", "could not determine a constructor"),
        ("a: !!python/object/new:os.system [x]", "could not determine a constructor"),
        ("!!python/module:os ''", "could not determine a constructor"),
        (bomb(), "stands for over 1,000,000 values"),
        ("a: &a [*a]", "an alias stands for what it is in"),
        ("[" * 5000, "nested more than 200 levels"),
        ("- " * 5000 + "x", "nested more than 200 levels"),
        ("a: *nothing", "cannot be read: found undefined alias"),
        ("a: [", "cannot be read"),
        ("2001-01-01", "cannot be read"),
        ("a: !!binary ====", "cannot be read"),
        ("? [a, b]\n: c", "cannot be read"),
        ("1" * 5000, "cannot be read"),
        ("", "A model's config is a dict"),
        ("class_name: Sequential", "A model's config is a dict"),
        ("class_name: Nothing\nconfig: {}", "Unknown layer 'Nothing'"),
    ],
)
def test_what_is_refused(text, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        model_from_yaml(text)


def test_a_text_that_is_too_large(monkeypatch):
    monkeypatch.setattr("keras_legacy.yaml_config.TEXT_BYTES", 10)
    with pytest.raises(ValueError, match="at most 10 letters"):
        model_from_yaml("a: 1234567890")


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(ModuleNotFoundError, match="need PyYAML: pip install pyyaml"):
        Sequential([Input((2,))]).to_yaml()
