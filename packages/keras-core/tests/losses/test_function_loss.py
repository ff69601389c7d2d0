"""Losses made of functions."""

import numpy as np
import pytest
from keras_core import losses, ops
from keras_core.losses.function_loss import as_loss

RNG = np.random.default_rng(1)
T = RNG.normal(size=(4, 3)).astype("float32")
P = RNG.normal(size=(4, 3)).astype("float32")
W = np.array([0.5, 1.0, 2.0, 0.0], "float32")
SQUARES = ((T - P) ** 2).mean(-1)


class Absolute(losses.Loss):
    def call(self, y_true, y_pred):
        return ops.mean(ops.abs(ops.subtract(y_pred, y_true)), axis=-1)


def test_a_function_that_gives_one_number_is_weighed_by_the_mean_weight():
    loss = losses.LossFunctionWrapper(lambda t, p: ops.mean(ops.square(t - p)))
    assert float(loss(T, P)) == pytest.approx(SQUARES.mean(), rel=1e-5)
    assert float(loss(T, P, W)) == pytest.approx(SQUARES.mean() * W.mean(), rel=1e-5)
    assert float(loss(T, P, mask=np.array([1, 0, 1, 1]))) == pytest.approx(SQUARES.mean(), rel=1e-5)


def test_targets_become_floats_for_a_custom_loss():
    seen = []

    def function(y_true, y_pred):
        seen.append((str(np.asarray(y_true).dtype), str(np.asarray(y_pred).dtype)))
        return ops.abs(y_true - y_pred)

    losses.LossFunctionWrapper(function)(np.zeros((2, 1), "int64"), np.ones((2, 1), "float64"))
    assert seen == [("float32", "float32")]


def test_wrapper_of_a_built_in_function_survives_its_config():
    loss = losses.LossFunctionWrapper(losses.huber, name="mine", delta=0.5)
    again = losses.LossFunctionWrapper.from_config(loss.get_config())
    assert again.fn is losses.huber
    assert float(again(T, P)) == float(loss(T, P))


def test_names():
    assert losses.MeanSquaredError().name == "mean_squared_error"
    assert Absolute().name == "absolute"
    assert as_loss("mse").name == "mean_squared_error"
    assert as_loss(None) is None
    assert isinstance(as_loss("MeanSquaredError"), losses.MeanSquaredError)
    loss = Absolute()
    assert as_loss(loss) is loss
