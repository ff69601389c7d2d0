"""Adam, and what its relatives share with it.

Covers: base_moments.py
"""

import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import Variable
from keras_optimizers import Adafactor, Adam, Adamax, AdamW, Lamb, Lion, Nadam, RMSprop, ScheduleFreeAdamW


class TestAdam(OptimizerContract):
    optimizer = Adam
    cases = [{}, {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 0.1}, {"amsgrad": True, "beta_2": 0.5, "learning_rate": 0.1}]

    def slots(self, amsgrad=False, **_):
        names = [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "velocity")]
        return names + (["kernel_velocity_hat", "bias_velocity_hat"] if amsgrad else [])

    def reference(self, w, g, state, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
        v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
        if amsgrad:
            v = state["highest"] = np.maximum(state.get("highest", 0.0), v)
        rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        return w - rate * m / (np.sqrt(v) + epsilon)


def test_first_step_moves_by_the_learning_rate():
    w = Variable([1.0, 2.0, 3.0])
    Adam(0.1, epsilon=0.0).apply([[5.0, -0.01, 3.0]], [w])
    np.testing.assert_allclose(w.numpy(), [0.9, 2.1, 2.9], rtol=1e-6)


@pytest.mark.parametrize(
    ("optimizer", "argument"),
    [(Adam, "beta_1"), (AdamW, "beta_2"), (Nadam, "beta_1"), (Lion, "beta_2"), (RMSprop, "rho"), (RMSprop, "momentum")],
)
@pytest.mark.parametrize("value", [-0.1, 1, 2])
def test_what_averages_keep_is_a_share(optimizer, argument, value):
    with pytest.raises(ValueError, match=f"{argument} must be a number of at least 0 and below 1, got {value}"):
        optimizer(**{argument: value})


@pytest.mark.parametrize("optimizer", [Adam, AdamW, Adamax, Nadam, Lamb, Adafactor, ScheduleFreeAdamW])
def test_what_variables_have_in_common_is_computed_once_a_step(optimizer, monkeypatch):
    asked = []
    found = optimizer.step_values
    monkeypatch.setattr(optimizer, "step_values", lambda self, dtype: asked.append(dtype) or found(self, dtype))
    variables = [Variable([1.0, 2.0]) for _ in range(5)]
    made = optimizer(0.1)
    for _ in range(2):
        made.apply([[1.0, -1.0]] * 5, variables)
    assert asked == ["float32", "float32"]
