import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_optimizers import Adagrad


class TestAdagrad(OptimizerContract):
    optimizer = Adagrad
    cases = [{}, {"initial_accumulator_value": 0.0, "epsilon": 0.01, "learning_rate": 0.1}]

    def slots(self, **_):
        return ["kernel_accumulator", "bias_accumulator"]

    def reference(self, w, g, state, t, learning_rate=0.001, initial_accumulator_value=0.1, epsilon=1e-7):
        total = state["total"] = state.get("total", initial_accumulator_value) + g**2
        return w - learning_rate * g / np.sqrt(total + epsilon)


def test_negative_start():
    with pytest.raises(ValueError, match="initial_accumulator_value must not be negative, got -1"):
        Adagrad(initial_accumulator_value=-1)
