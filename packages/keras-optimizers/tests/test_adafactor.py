import numpy as np
from keras_conformance import OptimizerContract
from keras_core import Variable
from keras_optimizers import Adafactor


def rms(x):
    return np.sqrt(np.mean(x**2))


class TestAdafactor(OptimizerContract):
    optimizer = Adafactor
    cases = [
        {},
        {"learning_rate": 0.9, "beta_2_decay": -0.5, "epsilon_2": 0.5, "clip_threshold": 0.7},
        {"learning_rate": 0.9, "relative_step": False, "epsilon_1": 0.1},
    ]

    def slots(self, **_):
        return ["kernel_row", "kernel_column", "bias_velocity"]

    def reference(
        self,
        w,
        g,
        state,
        t,
        learning_rate=0.001,
        beta_2_decay=-0.8,
        epsilon_1=1e-30,
        epsilon_2=1e-3,
        clip_threshold=1.0,
        relative_step=True,
    ):
        beta = 1 - t**beta_2_decay
        squares = g**2 + epsilon_1
        if w.ndim == 2:
            r = state["r"] = beta * state.get("r", 0.0) + (1 - beta) * squares.mean(1)
            c = state["c"] = beta * state.get("c", 0.0) + (1 - beta) * squares.mean(0)
            v = np.outer(r, c) / r.mean()
        else:
            v = state["v"] = beta * state.get("v", 0.0) + (1 - beta) * squares
        u = g / np.sqrt(v)
        u = u / max(1, rms(u) / clip_threshold)
        rate = min(learning_rate, 1 / np.sqrt(t)) if relative_step else learning_rate
        return w - max(epsilon_2, rms(w)) * rate * u


def test_a_stack_of_matrices_keeps_its_last_two_axes_apart():
    w = Variable(np.ones((2, 3, 4), "float32"))
    optimizer = Adafactor()
    optimizer.build([w])
    assert [v.shape for v in optimizer.variables[2:]] == [(2, 3), (2, 4)]
    g = np.random.default_rng(0).normal(size=(2, 3, 4)).astype("float32")
    optimizer.apply([g], [w])
    r, c = (g**2).mean(-1), (g**2).mean(-2)
    u = g / np.sqrt(r[:, :, None] * c[:, None, :] / r.mean(-1)[:, None, None])
    np.testing.assert_allclose(w.numpy(), 1 - 0.001 * u / max(1, rms(u)), rtol=1e-6)


def test_state_of_keras_3_is_taken_without_the_moments_that_it_does_not_use():
    kernel, bias = Variable(np.ones((2, 3), "float32")), Variable(np.ones(3, "float32"))
    optimizer = Adafactor()
    optimizer.build([kernel, bias])
    given = [np.int64(7), np.float32(0.5), np.full(2, 2.0), np.full(3, 3.0), np.zeros((2, 3)), np.full(3, 4.0)]
    optimizer.load_own_variables({str(i): value for i, value in enumerate(given)})
    for variable, value in zip(optimizer.variables, [*given[:4], given[5]], strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
