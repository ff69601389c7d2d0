"""Small layers and models for the tests of saving, made of the core alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import keras_core
import numpy as np
import pytest
from keras_core import Layer, Model, Sequential, activations, initializers, ops, regularizers
from keras_core.layers import Input
from keras_core.random import SeedGenerator
from keras_core.saving import register_keras_serializable


@register_keras_serializable("saving_tests")
class Affine(Layer):
    """y = f(xW + b)."""

    def __init__(self, units: int, activation: Any = None, regularizer: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.activation = activations.get(activation)
        self.regularizer = regularizers.get(regularizer)

    def build(self, input_shape: Any) -> None:
        start = initializers.RandomNormal(seed=1)
        self.kernel = self.add_weight(
            name="kernel", shape=(input_shape[-1], self.units), initializer=start, regularizer=self.regularizer
        )
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, inputs: Any) -> Any:
        return self.activation(ops.add(ops.matmul(inputs, self.kernel), self.bias))

    def get_config(self) -> dict[str, Any]:
        own = {
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "regularizer": regularizers.serialize(self.regularizer),
        }
        return super().get_config() | own


@register_keras_serializable("saving_tests")
class Noisy(Layer):
    """A layer with random state and a moving statistic."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = SeedGenerator(5)

    def build(self, input_shape: Any) -> None:
        self.mean = self.add_weight(name="mean", shape=(input_shape[-1],), initializer="zeros", trainable=False)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return inputs + self.mean


@register_keras_serializable("saving_tests")
class Pair(Layer):
    """Two inputs, two outputs, a layer inside and another in a list."""

    def __init__(self, inner: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = keras_core.layers.get(inner) or Affine(3)
        self.others = [Affine(3), {"deep": Affine(2)}]

    def build(self, input_shape: Any) -> None:
        for layer in (self.inner, self.others[0]):
            layer.build(input_shape[0])
        self.others[1]["deep"].build((None, 3))

    def call(self, inputs: Any, scale: float = 1.0) -> Any:
        a, b = inputs
        return self.inner(a) * scale, self.others[1]["deep"](self.others[0](b))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"inner": keras_core.layers.serialize(self.inner)}


def sequential() -> Any:
    return Sequential([Input((4,)), Affine(3, "tanh", name="first"), Noisy(), Affine(2)], name="stack")


def functional() -> Any:
    """Shared layer, ops, nested model, keyword argument, several inputs and outputs."""
    a, b = Input((4,), name="a"), Input((4,), name="b")
    shared = Affine(4, "relu", name="shared")
    x, y = shared(a), shared(b)
    z = ops.concatenate([x * 2.0, y], axis=-1)[:, 1:5]
    inner = Sequential([Input((4,)), Affine(4, name="inner_affine")], name="inner")
    one, two = Pair(name="pair")([inner(z), y], scale=3.0)
    return Model([a, b], {"one": one, "two": two}, name="graph")


def data(model: Any) -> Any:
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(3, *t.shape[1:])).astype("float32") for t in model.inputs]
    return arrays if len(arrays) > 1 else arrays[0]


def outputs(model: Any) -> list[np.ndarray]:
    return [np.asarray(one) for one in keras_core.tree.flatten(model(data(model)))]


def scrambled(model: Any) -> Any:
    """The model with weights that no initializer gives."""
    rng = np.random.default_rng(3)
    model.set_weights([rng.normal(size=w.shape).astype(w.dtype) for w in model.get_weights()])
    return model


def same(first: Any, second: Any) -> None:
    """Both models compute the same."""
    found, expected = outputs(first), outputs(second)
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)


@pytest.fixture
def toys() -> SimpleNamespace:
    return SimpleNamespace(
        Affine=Affine,
        Noisy=Noisy,
        Pair=Pair,
        sequential=sequential,
        functional=functional,
        data=data,
        outputs=outputs,
        scrambled=scrambled,
        same=same,
    )
