"""What one call or program leaves behind does not reach the next."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

X = np.ones((4, 3), "float32")
Y = np.zeros((4, 2), "float32")


def penalized():
    """A model whose loss is the mean square of its outputs plus the sum of squares, divided by the batch size."""
    penalty = keras.regularizers.L2(1.0)
    return keras.Sequential([keras.Input((3,)), layers.Dense(2, activity_regularizer=penalty)])


def expected_loss(model):
    outputs = X @ model.get_weights()[0]
    return (outputs**2).mean() + (outputs**2).sum() / len(X)


@pytest.mark.parametrize("eagerly", [False, True])
def test_losses_of_earlier_calls_are_not_in_a_step(eagerly):
    model = penalized()
    model.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=eagerly)
    for _ in range(2):
        np.testing.assert_allclose(model.test_on_batch(X, Y), expected_loss(model), rtol=1e-5)
        np.testing.assert_allclose(model.train_on_batch(X, Y), expected_loss(model), rtol=1e-5)
        model(X * 10)
        model.layers[0](X * 10)
    np.testing.assert_allclose(model.evaluate(X, Y, verbose=0), expected_loss(model), rtol=1e-5)


def test_losses_of_a_call_are_those_of_the_last():
    model = penalized()
    for factor in (1, 10):
        outputs = factor * X @ model.get_weights()[0]
        model(factor * X)
        (loss,) = model.losses
        np.testing.assert_allclose(keras.ops.convert_to_numpy(loss), (outputs**2).sum() / len(X), rtol=1e-5)


def test_draws_go_on_after_a_failed_program():
    class Failing(layers.Layer):
        def call(self, inputs):
            noisy = inputs + keras.random.normal((3,))
            raise ArithmeticError("after a draw") if keras.ops.ndim(noisy) else None

    model = keras.Sequential([layers.Dense(3), Failing()])
    with pytest.raises(ArithmeticError):
        model.predict(X, verbose=0)
    assert np.isfinite(keras.ops.convert_to_numpy(keras.random.normal((3,)))).all()
