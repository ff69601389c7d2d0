import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_optimizers import AdamW


class TestAdamW(OptimizerContract):
    optimizer = AdamW
    cases = [{}, {"weight_decay": 0.5, "learning_rate": 0.1}]

    def slots(self, **_):
        return [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "velocity")]

    def reference(
        self, w, g, state, t, learning_rate=0.001, weight_decay=0.004, beta_1=0.9, beta_2=0.999, epsilon=1e-7
    ):
        m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
        v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
        mean, square = m / (1 - beta_1**t), v / (1 - beta_2**t)
        w = w - learning_rate * weight_decay * w
        return w - learning_rate * mean / (np.sqrt(square) + epsilon / np.sqrt(1 - beta_2**t))


def test_weight_decay_is_needed():
    with pytest.raises(ValueError, match="weight_decay must be a number; for none use Adam"):
        AdamW(weight_decay=None)
