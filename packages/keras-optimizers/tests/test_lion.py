import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_optimizers import Lion


class TestLion(OptimizerContract):
    optimizer = Lion
    cases = [{}, {"beta_1": 0.5, "beta_2": 0.7, "learning_rate": 0.1}]

    def slots(self, **_):
        return ["kernel_momentum", "bias_momentum"]

    def reference(self, w, g, state, t, learning_rate=0.001, beta_1=0.9, beta_2=0.99):
        m = state.get("m", 0.0)
        state["m"] = beta_2 * m + (1 - beta_2) * g
        return w - learning_rate * np.sign(beta_1 * m + (1 - beta_1) * g)


def test_beta_1_of_zero():
    with pytest.raises(ValueError, match=r"beta_1 must lie in \(0, 1\], got 0"):
        Lion(beta_1=0)
