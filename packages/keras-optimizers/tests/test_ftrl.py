import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_optimizers import Ftrl


class TestFtrl(OptimizerContract):
    optimizer = Ftrl
    cases = [
        {"learning_rate": 0.1},
        {"learning_rate": 0.1, "l1_regularization_strength": 0.5, "l2_regularization_strength": 0.2, "beta": 0.3},
        {"learning_rate": 0.1, "l2_shrinkage_regularization_strength": 0.2, "learning_rate_power": -0.4},
    ]
    tolerance = 2e-4

    def slots(self, **_):
        return [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("accumulator", "linear")]

    def reference(
        self,
        w,
        g,
        state,
        t,
        learning_rate=0.001,
        learning_rate_power=-0.5,
        initial_accumulator_value=0.1,
        l1_regularization_strength=0.0,
        l2_regularization_strength=0.0,
        l2_shrinkage_regularization_strength=0.0,
        beta=0.0,
    ):
        n = state.get("n", initial_accumulator_value)
        new = state["n"] = n + g**2
        sigma = (new**-learning_rate_power - n**-learning_rate_power) / learning_rate
        pulled = g + 2 * l2_shrinkage_regularization_strength * w
        z = state["z"] = state.get("z", 0.0) + pulled - sigma * w
        curvature = (beta + new**-learning_rate_power) / learning_rate + 2 * l2_regularization_strength
        shrunk = np.sign(z) * l1_regularization_strength - z
        return np.where(np.abs(z) <= l1_regularization_strength, 0.0, shrunk / curvature)


def test_power_must_not_be_positive():
    with pytest.raises(ValueError, match=r"learning_rate_power must not be positive, got 0\.5"):
        Ftrl(learning_rate_power=0.5)
