"""Optimizers of Keras 2 that derive from built-in ones, or hold them, and say in `get_updates` what a step does."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import backend as K

X = np.random.default_rng(0).random((4, 3), "float32")
Y = np.zeros((4, 2), "float32")


def trained(optimizer, epochs=1):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, use_bias=False, kernel_initializer="ones")])
    model.compile(optimizer, "mse")
    model.fit(X, Y, epochs=epochs, verbose=0)
    return model.get_weights()[0], model.optimizer


def gradient(kernel):
    return 2 * X.T @ (X @ kernel) / (len(X) * 2)


@pytest.mark.parametrize("base", ["SGD", "RMSprop", "Adam", "Nadam", "Adagrad", "Adadelta", "Adamax", "AdamW"])
def test_the_method_of_a_subclass_is_the_step(base):
    class Sign(getattr(keras.optimizers, base)):
        def get_updates(self, loss, params):
            self.updates = [K.update_add(self.iterations, 1)]
            for variable, grad in zip(params, self.get_gradients(loss, params), strict=True):
                seen = K.zeros(K.int_shape(variable))
                self.updates += [
                    K.update_add(seen, K.ones_like(seen)),
                    K.update(variable, variable - 0.25 * K.sign(grad)),
                ]
            return self.updates

    kernel, optimizer = trained(Sign(), 2)
    np.testing.assert_allclose(kernel, np.full((3, 2), 0.5), rtol=1e-6)
    assert int(optimizer.iterations) == 2
    assert optimizer.get_weights()[-1].tolist() == [[2.0, 2.0]] * 3  # its own slot, and none of the base's
    assert [one.shape for one in optimizer.variables][2:] == [(3, 2)]


def test_the_step_of_the_base_and_more():
    class Clipped(keras.optimizers.SGD):
        def get_updates(self, loss, params):
            updates = super().get_updates(loss, params)
            updates += [(variable, K.clip(variable, 0.9, 10.0)) for variable in params]
            return updates

    plain, start = keras.optimizers.SGD(0.1, momentum=0.9), np.ones((3, 2))
    np.testing.assert_allclose(trained(plain)[0], start - 0.1 * gradient(start), rtol=1e-5)
    kernel, optimizer = trained(Clipped(0.1, momentum=0.9))
    np.testing.assert_allclose(kernel, np.maximum(0.9, start - 0.1 * gradient(start)), rtol=1e-5)
    assert int(optimizer.iterations) == 1
    np.testing.assert_allclose(optimizer.get_weights()[-1], -0.1 * gradient(start), rtol=1e-5)  # its momentum


def test_a_rate_for_the_step_of_the_base():
    class Faster(keras.optimizers.Adam):
        def get_updates(self, params, constraints, loss):  # the order of Keras 1
            return super().get_updates(params, constraints, loss)

    for optimizer in (keras.optimizers.Adam(0.1), Faster(0.1)):
        kernel, used = trained(optimizer, 3)
        assert len(used.variables) == 4 and int(used.iterations) == 3
    np.testing.assert_allclose(kernel, trained(keras.optimizers.Adam(0.1), 3)[0], rtol=1e-5)


@pytest.mark.parametrize("way", ["super", "K.gradients"])
def test_gradients_of_a_subclass_are_used(way):
    class Sign(keras.optimizers.SGD):
        def get_gradients(self, loss, params):
            found = K.gradients(loss, params) if way == "K.gradients" else super().get_gradients(loss, params)
            return [K.sign(one) for one in found]

    np.testing.assert_allclose(trained(Sign(0.25))[0], np.full((3, 2), 0.75), rtol=1e-6)


def test_an_optimizer_that_holds_another():
    class Lookahead(keras.optimizers.Optimizer):
        """Every second step it goes half the way back to where it was."""

        def __init__(self, optimizer, **kwargs):
            super().__init__(**kwargs)
            self.optimizer = optimizer

        def get_updates(self, loss, params):
            slow = [K.variable(K.get_value(variable)) for variable in params]
            self.updates = [K.update_add(self.iterations, 1), *self.optimizer.get_updates(loss, params)]
            due = K.cast(K.equal(self.iterations % 2, 0), "float32")
            for kept, fast in zip(slow, params, strict=True):
                new = due * (kept + 0.5 * (fast - kept)) + (1 - due) * fast
                self.updates += [(fast, new), (kept, due * new + (1 - due) * kept)]
            return self.updates

    kernel, optimizer = trained(Lookahead(keras.optimizers.SGD(0.1, momentum=0.5)), 2)
    first = -0.1 * gradient(np.ones((3, 2)))
    second = 0.5 * first - 0.1 * gradient(1 + first)
    np.testing.assert_allclose(kernel, 1 + 0.5 * (first + second), rtol=1e-5)
    assert int(optimizer.iterations) == int(optimizer.optimizer.iterations) == 2
    np.testing.assert_allclose(optimizer.optimizer.get_weights()[-1], second, rtol=1e-4)


def test_a_gradient_that_the_step_does_not_have():
    class Other(keras.optimizers.SGD):
        def get_updates(self, loss, params):
            return self.get_gradients(loss, [K.variable(1.0, name="other")])

    with pytest.raises(ValueError, match=r"the gradient by .*other.*, which this step does not train"):
        trained(Other())
