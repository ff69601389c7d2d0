import numpy as np
from keras_conformance import OptimizerContract
from keras_optimizers import Nadam


class TestNadam(OptimizerContract):
    optimizer = Nadam
    cases = [{}, {"beta_1": 0.5, "beta_2": 0.6, "epsilon": 0.1, "learning_rate": 0.1}]

    def slots(self, **_):
        pairs = [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "velocity")]
        return [*pairs, "momentum_product"]

    def reference(self, w, g, state, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        now, following = (beta_1 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
        product = state["product"] = state.get("product", 1.0) * now
        m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
        v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
        mean = following * m / (1 - product * following) + (1 - now) * g / (1 - product)
        return w - learning_rate * mean / (np.sqrt(v / (1 - beta_2**t)) + epsilon)
