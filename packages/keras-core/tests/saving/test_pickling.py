"""Models can be pickled and deep-copied."""

from __future__ import annotations

import copy
import pickle

import keras_core
import numpy as np
import pytest
from keras_core import Layer, Sequential, ops
from keras_core.layers import Input


class Unregistered(Layer):
    """A layer that only its module knows."""

    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(input_shape[-1],), initializer="ones")

    def call(self, x):
        return x * self.w


def squared(x):
    return ops.square(x)


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copy", "pickle"])
def test_models(toys, again):
    for make in (toys.sequential, toys.functional):
        model = toys.scrambled(make())
        copied = again(model)
        toys.same(copied, model)
        assert type(copied) is type(model) and not {id(v) for v in copied.weights} & {id(v) for v in model.weights}


def test_classes_that_nobody_registered(toys):
    model = toys.scrambled(Sequential([Input((2,)), Unregistered()]))
    for copied in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(copied.layers[0]) is Unregistered
        toys.same(copied, model)


def test_custom_functions_and_lambdas_are_shared(toys):
    model = toys.scrambled(Sequential([Input((2,)), toys.Affine(2, squared), toys.Affine(2, lambda x: x + 1.0)]))
    toys.same(copy.deepcopy(model), model)


def test_training_state_is_kept(toys, needs_train):
    model = Sequential([Input((3,)), toys.Affine(2)])
    model.compile(optimizer="adam", loss="mse")
    x = np.ones((4, 3), "float32")
    model.fit(x, x[:, :2], epochs=2, verbose=0)
    copied = copy.deepcopy(model)
    assert int(copied.optimizer.iterations) == 2
    kept, found = (m.fit(x, x[:, :2], verbose=0).history["loss"] for m in (model, copied))
    np.testing.assert_allclose(found, kept, rtol=1e-6)


def test_model_that_is_not_built(toys):
    copied = copy.deepcopy(Sequential([toys.Affine(2)]))
    assert not copied.built and isinstance(copied, keras_core.Sequential)
