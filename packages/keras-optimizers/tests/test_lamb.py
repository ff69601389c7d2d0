import numpy as np
from keras_conformance import OptimizerContract
from keras_core import Variable
from keras_optimizers import Lamb


class TestLamb(OptimizerContract):
    optimizer = Lamb
    cases = [{}, {"beta_1": 0.5, "beta_2": 0.6, "epsilon": 0.1, "learning_rate": 0.1}]

    def slots(self, **_):
        return [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "velocity")]

    def reference(self, w, g, state, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
        v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
        r = m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
        return w - learning_rate * np.linalg.norm(w) / np.linalg.norm(r) * r


def test_a_variable_of_zeros_moves_by_the_direction_itself():
    w = Variable(np.zeros(2, "float32"))
    Lamb(0.1, epsilon=0.0).apply([[5.0, -3.0]], [w])
    np.testing.assert_allclose(w.numpy(), [-0.1, 0.1], rtol=2e-5)
