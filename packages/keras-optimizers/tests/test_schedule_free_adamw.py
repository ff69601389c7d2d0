import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import Input, Layer, Sequential, Variable
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


class Weighted(Layer):
    """A dense layer of one unit, without a bias."""

    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], 1), initializer="zeros")

    def call(self, inputs):
        return inputs @ self.kernel


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


@pytest.mark.needs_train
def test_a_model_is_evaluated_and_saved_with_the_averages(tmp_path):
    """Steps of the paper's algorithm on a line, evaluated at x and trained at y."""
    x = np.random.default_rng(0).normal(size=(32, 3)).astype("float32")
    y = x @ np.array([[1.0], [-2.0], [0.5]], "float32")
    model = Sequential([Input((3,)), Weighted()])
    model.compile(ScheduleFreeAdamW(0.1), "mse")
    w = model.get_weights()[0].astype("float64")
    z, mean, v = w, w, 0.0
    for step in range(1, 6):
        slope = 2 * x.T @ (x @ w - y) / len(x)
        v = 0.999 * v + 0.001 * slope**2
        z = z - 0.1 * slope / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        mean = mean + (z - mean) / step
        w = 0.1 * z + 0.9 * mean
    history = model.fit(x, y, batch_size=32, epochs=5, validation_data=(x, y), verbose=0).history
    np.testing.assert_allclose(model.get_weights()[0], mean, rtol=1e-4)
    expected = float(np.mean((x @ mean - y) ** 2))
    assert history["val_loss"][-1] == pytest.approx(expected, rel=1e-3)
    assert model.evaluate(x, y, verbose=0) == pytest.approx(expected, rel=1e-3)
    model.save_weights(tmp_path / "model.weights.h5")
    again = Sequential([Input((3,)), Weighted()])
    again.compile(ScheduleFreeAdamW(0.1), "mse")
    again.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    for one in (model, again):
        one.train_on_batch(x, y)
    np.testing.assert_allclose(again.get_weights()[0], model.get_weights()[0], rtol=1e-6)


def test_a_second_model_begins_from_its_own_weights():
    optimizer = ScheduleFreeAdamW(0.1)
    first, second = Variable([1.0]), Variable([5.0])
    of_first = optimizer.slots_of("first", [first])
    optimizer.apply([[1.0]], [first])
    of_second = optimizer.slots_of("second", [second])
    optimizer.swap_to_eval()
    np.testing.assert_allclose(second.numpy(), [5.0], rtol=1e-6)
    optimizer.swap_to_train()
    optimizer.apply([[1.0]], [second])
    optimizer.select_slots(of_first, "first")
    assert not optimizer.holds_averages
    optimizer.select_slots(of_second, "second")
    assert 4.9 < float(second.numpy()[0]) < 5.0


def test_a_swap_that_is_interrupted_changes_nothing(monkeypatch):
    variables = [Variable([1.0, -2.0]), Variable([3.0])]
    optimizer = ScheduleFreeAdamW(0.1)
    for gradients in ([[1.0, 3.0], [1.0]], [[2.0, -1.0], [1.0]]):
        optimizer.apply(gradients, variables)
    training = [variable.numpy() for variable in variables]
    assigned, assign = [], Variable.assign

    def interrupted(variable, value):
        if assigned:
            raise KeyboardInterrupt
        assigned.append(variable)
        assign(variable, value)

    with monkeypatch.context() as patched:
        patched.setattr(Variable, "assign", interrupted)
        with pytest.raises(KeyboardInterrupt):
            optimizer.swap_to_eval()
    assert assigned and not optimizer.holds_averages
    for variable, value in zip(variables, training, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    optimizer.swap_to_eval()
    for variable, value in zip(variables, training, strict=True):
        assert not np.array_equal(variable.numpy(), value)
    optimizer.swap_to_train()
    for variable, value in zip(variables, training, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-6)
