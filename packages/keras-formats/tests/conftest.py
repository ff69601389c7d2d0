"""A small model of layers that the core alone can make."""

import numpy as np
import pytest
from keras_core import Layer, Sequential, ops
from keras_core.layers import Input
from keras_core.random import SeedGenerator
from keras_core.saving import register_keras_serializable


@register_keras_serializable("formats_tests")
class Mixing(Layer):
    """y = xW + b, with a generator of random numbers that nobody uses."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.seed_generator = SeedGenerator(3)

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], self.units))
        self.bias = self.add_weight(name="bias", shape=(self.units,), initializer="zeros")

    def call(self, x):
        return ops.add(ops.matmul(x, self.kernel), self.bias)


@pytest.fixture
def stack():
    """Make a model; the same numbers for the same seed."""

    def make(seed=0, units=(3, 2), dtype=None):
        layers = [Mixing(n, name=f"mixing_{i}", dtype=dtype) for i, n in enumerate(units)]
        model = Sequential([Input((4,)), *layers], name="stack")
        rng = np.random.default_rng(seed)
        model.set_weights([rng.normal(size=w.shape).astype(w.dtype) for w in model.get_weights()])
        return model

    return make


@pytest.fixture
def same():
    """Compare the weights of two models bit by bit."""

    def compare(first, second):
        for a, b in zip(first.get_weights(), second.get_weights(), strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)

    return compare
