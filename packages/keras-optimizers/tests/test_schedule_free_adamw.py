import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import Variable
from keras_optimizers import ScheduleFreeAdamW


class TestScheduleFreeAdamW(OptimizerContract):
    optimizer = ScheduleFreeAdamW
    cases = [
        {},
        {"learning_rate": 0.1, "beta_1": 0.6, "beta_2": 0.9, "epsilon": 0.1, "weight_decay": 0.3},
        {"learning_rate": 0.1, "warmup_steps": 3},
    ]

    def slots(self, **_):
        return [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "velocity")]

    def reference(
        self,
        w,
        g,
        state,
        t,
        learning_rate=0.0025,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        warmup_steps=0,
        weight_decay=0.0,
    ):
        """Algorithm 1 of the paper, where the second moment's correction is Adam's own."""
        z, x = state.get("z", w), state.get("x", w)
        v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
        warm = min(1, t / warmup_steps) if warmup_steps else 1
        total = state["total"] = state.get("total", 0.0) + warm**2
        direction = g / (np.sqrt(v / (1 - beta_2**t)) + epsilon) + weight_decay * w
        z = state["z"] = z - learning_rate * warm * direction
        x = state["x"] = (1 - warm**2 / total) * x + warm**2 / total * z
        return (1 - beta_1) * z + beta_1 * x


def test_swaps_between_averages_and_what_is_trained():
    w = Variable([1.0, -2.0])
    optimizer = ScheduleFreeAdamW(0.1)
    optimizer.swap_to_eval()  # nothing is there yet
    reached = []
    for gradient in ([1.0, 3.0], [2.0, -1.0], [1.0, 1.0]):
        optimizer.apply([gradient], [w])
        reached.append(optimizer._reached[0].numpy())
    training = w.numpy()
    for _ in range(2):
        optimizer.eval()
        np.testing.assert_allclose(w.numpy(), np.mean(reached, 0), rtol=1e-5)
    for _ in range(2):
        optimizer.train()
        np.testing.assert_allclose(w.numpy(), training, rtol=1e-6)


def test_training_begins_from_weights_that_were_loaded_after_build():
    w = Variable([1.0])
    optimizer = ScheduleFreeAdamW(0.1)
    optimizer.build([w])
    w.assign([5.0])
    optimizer.apply([[1.0]], [w])
    np.testing.assert_allclose(w.numpy(), [4.9], rtol=1e-6)


def test_beta_1_is_checked():
    with pytest.raises(ValueError, match="beta_1 must lie between 0 and 1, got 0"):
        ScheduleFreeAdamW(beta_1=0)
