import numpy as np
from keras_conformance import OptimizerContract
from keras_optimizers import RMSprop


class TestRMSprop(OptimizerContract):
    optimizer = RMSprop
    cases = [{}, {"rho": 0.8, "epsilon": 0.01}, {"centered": True, "momentum": 0.9, "learning_rate": 0.01}]

    def slots(self, momentum=0.0, centered=False, **_):
        names = ["velocity", *(["momentum"] if momentum else []), *(["average_gradient"] if centered else [])]
        return [f"{variable}_{name}" for name in names for variable in ("kernel", "bias")]

    def reference(self, w, g, state, t, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
        v = state["v"] = rho * state.get("v", 0.0) + (1 - rho) * g**2
        if centered:
            mean = state["mean"] = rho * state.get("mean", 0.0) + (1 - rho) * g
            v = v - mean**2
        step = state["step"] = momentum * state.get("step", 0.0) + learning_rate * g / np.sqrt(v + epsilon)
        return w - step


def test_epsilon_none_is_the_configured_one():
    assert RMSprop(epsilon=None).epsilon == 1e-7
