"""Optimizers as users of Keras 2 wrote them."""

import numpy as np
import pytest
from keras_conformance import Descent
from keras_core import Input, Variable, stage
from keras_core.optimizers import LossScaleOptimizer, Optimizer
from keras_legacy import backend as K


class OldAdam(Optimizer):
    def __init__(self, lr=0.1, beta_1=0.9, beta_2=0.99, decay=0.0, **kwargs):
        self.initial_decay = decay
        super().__init__(**kwargs)
        with K.name_scope(self.__class__.__name__):
            self.iterations = K.variable(0, dtype="int64", name="iterations")
            self.lr = K.variable(lr, name="lr")
            self.beta_1 = K.variable(beta_1, name="beta_1")
            self.beta_2 = K.variable(beta_2, name="beta_2")
            self.decay = K.variable(self.initial_decay, name="decay")

    def get_updates(self, loss, params):
        grads = self.get_gradients(loss, params)
        self.updates = [K.update_add(self.iterations, 1)]
        lr = self.lr
        if self.initial_decay > 0:
            lr = lr * (1.0 / (1.0 + self.decay * K.cast(self.iterations, K.dtype(self.decay))))
        t = K.cast(self.iterations, K.floatx())
        lr_t = lr * (K.sqrt(1.0 - K.pow(self.beta_2, t)) / (1.0 - K.pow(self.beta_1, t)))
        ms = [K.zeros(K.int_shape(p), dtype=K.dtype(p), name=f"m_{i}") for i, p in enumerate(params)]
        vs = [K.zeros(K.int_shape(p), dtype=K.dtype(p), name=f"v_{i}") for i, p in enumerate(params)]
        self.weights = [self.iterations, *ms, *vs]
        for p, g, m, v in zip(params, grads, ms, vs, strict=True):
            m_t = (self.beta_1 * m) + (1.0 - self.beta_1) * g
            v_t = (self.beta_2 * v) + (1.0 - self.beta_2) * K.square(g)
            p_t = p - lr_t * m_t / (K.sqrt(v_t) + K.epsilon())
            self.updates.append(K.update(m, m_t))
            self.updates.append(K.update(v, v_t))
            self.updates.append(K.update(p, p_t))
        return self.updates

    def get_config(self):
        return {**super().get_config(), "lr": float(K.get_value(self.lr))}


def reference(w, gradients, lr=0.1, decay=0.0):
    m = v = 0.0
    for t, g in enumerate(gradients, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g**2
        rate = lr / (1 + decay * t) * np.sqrt(1 - 0.99**t) / (1 - 0.9**t)
        w = w - rate * m / (np.sqrt(v) + 1e-7)
    return w


@pytest.mark.parametrize("decay", [0.0, 0.5])
@pytest.mark.parametrize("staged", [False, True])
def test_steps(staged, decay):
    w, b = Variable([1.0, 2.0], name="w"), Variable(3.0, name="b")
    optimizer = OldAdam(decay=decay)
    optimizer.build([w, b])
    assert [v.name for v in optimizer.variables] == ["iterations", "learning_rate", "m_0", "m_1", "v_0", "v_1"]
    assert float(b) == 3.0
    assert int(optimizer.iterations) == 0

    def step(first, second):
        optimizer.apply([first, second], [w, b])
        return b.value

    run = stage(step, [w, b, *optimizer.variables]) if staged else step
    gradients = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    for row in gradients:
        run(row[:2], row[2])
    np.testing.assert_allclose(w.numpy(), reference(np.array([1.0, 2.0]), gradients[:, :2], decay=decay), rtol=1e-4)
    np.testing.assert_allclose(float(b), reference(3.0, gradients[:, 2], decay=decay), rtol=1e-4)
    assert int(optimizer.iterations) == 4
    assert len(optimizer.variables) == 6


def test_its_learning_rate_can_be_changed():
    w, optimizer = Variable(1.0), OldAdam()
    K.set_value(optimizer.lr, 0.5)
    optimizer.apply([1.0], [w])
    np.testing.assert_allclose(float(w), 0.5, rtol=1e-4)


def test_clipping_comes_before():
    class Plain(Optimizer):
        def get_updates(self, loss, params):
            grads = self.get_gradients(loss, params)
            return [K.update(p, p - g) for p, g in zip(params, grads, strict=True)]

    w, optimizer = Variable(1.0), Plain(clipvalue=0.25)
    optimizer.apply([8.0], [w])
    assert float(w) == 0.75
    assert int(optimizer.iterations) == 1


def test_a_keras_3_method_beside_get_updates_wins():
    class Both(Optimizer):
        def get_updates(self, loss, params):
            raise AssertionError

        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, gradient)

    w = Variable(1.0)
    Both().apply([0.25], [w])
    assert float(w) == 0.75


def test_symbolic_updates_of_a_scaled_loss_are_those_of_the_inner_optimizer(needs_train):
    w, x = Variable([2.0]), Input((1,))
    loss = K.mean(x * w)
    step = K.function([x], [loss], updates=LossScaleOptimizer(Descent(0.5), initial_scale=4.0).get_updates(loss, [w]))
    assert [float(step([np.ones((1, 1), "float32")])[0]) for _ in range(2)] == [2.0, 1.5]
