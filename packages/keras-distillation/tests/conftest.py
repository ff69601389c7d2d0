"""A teacher and a student of two weights each, made of the core alone."""

import numpy as np
import pytest
from keras_core import Input, Layer, Model, ops


class Product(Layer):
    """A product with a matrix, and what is dropped of it in training."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.kernel = self.add_weight((input_shape[-1], self.units), name="kernel")

    def call(self, inputs):
        return ops.matmul(inputs, self.kernel)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def model(hidden, seed, name):
    rng = np.random.default_rng(seed)
    x = Input((4,))
    made = Model(x, Product(3, name="logits")(ops.tanh(Product(hidden, name="hidden")(x))), name=name)
    made.set_weights([rng.normal(size=weight.shape) for weight in made.get_weights()])
    return made


@pytest.fixture
def product():
    return Product


@pytest.fixture
def make():
    return model


@pytest.fixture
def teacher():
    return model(5, 1, "teacher")


@pytest.fixture
def student():
    return model(5, 2, "student")


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    return rng.normal(size=(20, 4)).astype("float32"), rng.integers(0, 3, 20)
