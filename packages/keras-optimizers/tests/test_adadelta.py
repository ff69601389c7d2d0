import numpy as np
from keras_conformance import OptimizerContract
from keras_optimizers import Adadelta


class TestAdadelta(OptimizerContract):
    optimizer = Adadelta
    cases = [{}, {"rho": 0.5, "epsilon": 0.01, "learning_rate": 1.0}]

    def slots(self, **_):
        names = ("accumulated_grad", "accumulated_delta_var")
        return [f"{variable}_{name}" for variable in ("kernel", "bias") for name in names]

    def reference(self, w, g, state, t, learning_rate=0.001, rho=0.95, epsilon=1e-7):
        square = state["square"] = rho * state.get("square", 0.0) + (1 - rho) * g**2
        past = state.get("past", 0.0)
        step = np.sqrt(past + epsilon) / np.sqrt(square + epsilon) * g
        state["past"] = rho * past + (1 - rho) * step**2
        return w - learning_rate * step
