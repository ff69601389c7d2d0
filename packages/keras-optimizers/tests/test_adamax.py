import numpy as np
from keras_conformance import OptimizerContract
from keras_optimizers import Adamax


class TestAdamax(OptimizerContract):
    optimizer = Adamax
    cases = [{}, {"beta_1": 0.5, "beta_2": 0.6, "epsilon": 0.1, "learning_rate": 0.1}]

    def slots(self, **_):
        return [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "norm")]

    def reference(self, w, g, state, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
        u = state["u"] = np.maximum(beta_2 * state.get("u", 0.0), np.abs(g))
        return w - learning_rate / (1 - beta_1**t) * m / (u + epsilon)
