"""Layers are built, called and configured.

Covers: output_shapes.py, pure_call.py, training_mode.py
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Input, Layer, backend, ops

ONES = np.ones((2, 3), "float32")


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


class Scale(Layer):
    """A layer in Keras 2's style."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        self.factor = factor
        super().__init__(**kwargs)

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight("w", (input_shape[-1],), initializer="ones", trainable=True)
        super().build(input_shape)

    def call(self, x: Any) -> Any:
        return x * self.w * self.factor

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


def test_a_layer_builds_at_its_first_call() -> None:
    layer = Scale(name="scale")
    assert not layer.built and layer.weights == []
    np.testing.assert_array_equal(host(layer(ONES)), ONES * 2)
    assert layer.built and [w.path for w in layer.weights] == ["scale/w"]


def test_config_round_trip() -> None:
    layer = Scale(3.0, name="mine", trainable=False)
    again = Scale.from_config(layer.get_config())
    assert (again.factor, again.name, again.trainable, again.dtype) == (3.0, "mine", False, "float32")


def test_shapes_that_an_op_refuses_are_said_with_the_layers_name() -> None:
    class Product(Layer):
        def call(self, x: Any) -> Any:
            return ops.matmul(x, x)

    with pytest.raises(ValueError, match=r"^Layer 'square': matmul\(\) "):
        Product(name="square")(Input(batch_shape=(2, 3)))


@pytest.mark.parametrize("name", ["../x", "/x", "x/", "x//y", "x/./y"])
def test_a_name_is_no_path(name):
    with pytest.raises(ValueError, match="be no path"):
        Layer(name=name)


def test_a_name_may_have_parts():
    assert Layer(name="conv1/bn").name == "conv1/bn"
