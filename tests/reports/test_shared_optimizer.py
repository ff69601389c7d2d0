"""One optimizer object compiled into several models; the ways in which Keras 2 code uses optimizers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import backend as K
from keras_core.optimizers import LossScaleOptimizer

X = np.array([[1.0, 2.0], [3.0, -1.0]], "float32")
Y = np.zeros((2, 1), "float32")


def line(start: float, **kwargs):
    """y = x @ w without a bias, w filled with `start`."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(start), **kwargs)
    return keras.Sequential([keras.Input((2,)), layer])


def gradient(w):
    """Of the mean of squares by w."""
    return 2 * X.T @ (X @ w) / len(X)


class Momentum:
    """SGD with momentum, by hand."""

    def __init__(self, start, rate=0.01, momentum=0.9):
        self.w, self.velocity = np.full((2, 1), start), np.zeros((2, 1))
        self.rate, self.momentum = rate, momentum

    def step(self):
        self.velocity = self.momentum * self.velocity - self.rate * gradient(self.w)
        self.w = self.w + self.velocity
        return self.w


def test_each_model_has_slots_of_its_own():
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    first, second = line(1.0), line(-2.0)
    first.compile(optimizer, "mse")
    second.compile(optimizer, "mse")
    references = Momentum(1.0), Momentum(-2.0)
    for _ in range(3):
        for model, reference in zip((first, second), references, strict=True):
            model.train_on_batch(X, Y)
            np.testing.assert_allclose(model.get_weights()[0], reference.step(), rtol=1e-4)
    assert first.optimizer is second.optimizer is optimizer
    assert int(optimizer.iterations) == 6  # one counter, as in Keras 2
    for model, reference in zip((first, second), references, strict=True):
        np.testing.assert_allclose(model.optimizer.variables[-1].numpy(), reference.velocity, rtol=1e-3)
    optimizer.learning_rate = 0.0  # common to both
    before = first.get_weights()[0] + first.optimizer.variables[-1].numpy() * 0.9
    first.train_on_batch(X, Y)
    np.testing.assert_allclose(first.get_weights()[0], before, rtol=1e-4)


def test_the_same_weights_in_two_models():
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    first = line(1.0)
    second = keras.Model(first.input, first.output)
    first.compile(optimizer, "mse")
    second.compile(optimizer, "mse")
    first.train_on_batch(X, Y)
    after_one = first.get_weights()[0]
    second.train_on_batch(X, Y)  # its velocity is 0
    np.testing.assert_allclose(second.get_weights()[0], after_one - 0.01 * gradient(after_one), rtol=1e-4)


def test_frozen_part_of_a_combined_model():
    optimizer = keras.optimizers.Adam(0.01)
    judge, maker = line(1.0), keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    judge.compile(optimizer, "mse")
    judge.train_on_batch(X, Y)
    judge.trainable = False
    code = keras.Input((2,))
    both = keras.Model(code, judge(maker(code)))
    both.compile(optimizer, "mse")
    judged, made = judge.get_weights(), maker.get_weights()
    both.train_on_batch(X, Y)
    np.testing.assert_array_equal(judge.get_weights()[0], judged[0])
    assert not np.allclose(maker.get_weights()[0], made[0])
    assert both.optimizer.variables[-1].shape == (2,)  # of the maker's bias
    assert judge.optimizer.variables[-1].shape == (2, 1)


def test_compiled_again_keeps_its_slots_or_covers_more_weights():
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    model, reference = line(1.0), Momentum(1.0)
    for _ in range(2):
        model.compile(optimizer, "mse")
        model.train_on_batch(X, Y)
        reference.step()
    np.testing.assert_allclose(model.get_weights()[0], reference.w, rtol=1e-4)
    model.add(keras.layers.Dense(1))
    model.compile(optimizer, "mse")
    before = model.get_weights()[-2]
    model.train_on_batch(X, Y)
    assert not np.allclose(model.get_weights()[-2], before)


def test_shared_and_saved(tmp_path):
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    trained, other = line(1.0), keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    trained.compile(optimizer, "mse")
    other.compile(optimizer, "mse")
    trained.train_on_batch(X, Y)
    for model in (other, trained):  # `other` was not trained: it has no slots
        model.save(tmp_path / "model.keras")
        again = keras.models.load_model(tmp_path / "model.keras")
        for one, loaded in zip(model.optimizer.variables, again.optimizer.variables, strict=False):
            np.testing.assert_array_equal(one.numpy(), loaded.numpy())


def test_two_loss_scalers_around_one_optimizer():
    inner = keras.optimizers.SGD(0.01, momentum=0.9)
    models, references = (line(1.0), line(-2.0)), (Momentum(1.0), Momentum(-2.0))
    for model in models:
        model.compile(LossScaleOptimizer(inner, initial_scale=2.0), "mse")
    for _ in range(2):
        for model, reference in zip(models, references, strict=True):
            model.train_on_batch(X, Y)
            np.testing.assert_allclose(model.get_weights()[0], reference.step(), rtol=1e-4)


def test_norm_is_clipped_before_values():
    model = line(0.0)
    model.compile(keras.optimizers.SGD(1.0, clipnorm=1.0, clipvalue=0.7), "mse")
    model.train_on_batch(np.array([[30.0, -40.0]]), np.array([[1.0]]))
    np.testing.assert_allclose(model.get_weights()[0].ravel(), [0.6, -0.7], rtol=1e-5)
    with pytest.raises(ValueError, match="global_clipnorm cannot be combined"):
        keras.optimizers.SGD(clipvalue=1.0, global_clipnorm=1.0)


@pytest.mark.parametrize("form", ["loss, params", "params, loss", "params, constraints, loss", "by name"])
def test_get_updates(form):
    x, w, steps = K.placeholder((2, 2)), K.variable([[1.0], [1.0]]), K.variable(0.0)
    optimizer = keras.optimizers.SGD(0.1)
    loss = K.mean(K.square(K.dot(x, w)))
    given = {"loss": loss, "params": [w], "constraints": {}}
    if form == "by name":
        updates = optimizer.get_updates(params=[w], loss=loss)
    else:
        updates = optimizer.get_updates(*(given[name] for name in form.split(", ")))
    updates += [(steps, steps + 1)]
    K.function([x], [loss], updates)([X])
    np.testing.assert_allclose(K.get_value(w), 1 - 0.1 * gradient(np.ones((2, 1))), rtol=1e-5)
    assert float(K.get_value(steps)) == 1.0


class Old(keras.optimizers.Optimizer):
    """Keras 1's order of parameters, and updates as pairs."""

    def get_updates(self, params, constraints, loss):
        grads = self.get_gradients(loss, params)
        self.updates = [(self.iterations, self.iterations + 1)]
        self.updates += [(p, p - 0.1 * g) for p, g in zip(params, grads, strict=True)]
        return self.updates


def test_own_get_updates_with_pairs():
    model = line(1.0)
    model.compile(Old(), "mse")
    model.train_on_batch(X, Y)
    np.testing.assert_allclose(model.get_weights()[0], 1 - 0.1 * gradient(np.ones((2, 1))), rtol=1e-5)
    assert int(model.optimizer.iterations) == 1
