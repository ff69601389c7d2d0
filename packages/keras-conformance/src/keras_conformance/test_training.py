"""Training, evaluation and prediction: numbers by hand, independence of grouping, interruptions, threads."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from keras_core import Input, Model, Sequential, backend, gradients, ops, set_random_seed
from keras_core.callbacks import Callback
from keras_core.testing import fixed_steps_per_call, limited_data_budget

from keras_conformance.pieces import Affine, Descent, Drop, RunningMean, problem

pytestmark = pytest.mark.usefixtures("needs_train")


def small(dropout: bool = False, **compile_arguments: Any) -> Sequential:
    set_random_seed(3)
    layers: list[Any] = [Input((5,)), RunningMean(), Affine(4, tanh=True)]
    if dropout:
        layers.append(Drop(0.3, seed=11))
    model = Sequential([*layers, Affine(1)])
    model.compile(Descent(0.05), "mse", metrics=["mae"], **compile_arguments)
    return model


def state(model: Model) -> list[np.ndarray]:
    assert model.optimizer is not None
    return [v.numpy() for v in [*model.variables, *model.optimizer.variables]]


def test_a_step_equals_the_one_by_hand() -> None:
    set_random_seed(0)
    model = Sequential([Input((5,)), Affine(1)])
    model.compile(Descent(0.1), "mse")
    x, y = problem(20)
    w, b = model.get_weights()
    velocity_w, velocity_b = np.zeros_like(w), np.zeros_like(b)
    for start in (0, 8, 16):
        rows = slice(start, start + 8)
        error = x[rows] @ w + b - y[rows]
        velocity_w = 0.9 * velocity_w - 0.1 * 2 * x[rows].T @ error / len(error)
        velocity_b = 0.9 * velocity_b - 0.1 * 2 * error.mean(0)
        w, b = w + velocity_w, b + velocity_b
    model.fit(x, y, batch_size=8, shuffle=False, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], w, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model.get_weights()[1], b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("jit", ["auto", True, False])
def test_a_result_does_not_depend_on_steps_per_call(jit: Any) -> None:
    x, y = problem(70)
    found = []
    for steps in (1, 7, 1000):
        model = small(dropout=True, jit_compile=jit)
        with fixed_steps_per_call(steps):
            history = model.fit(x, y, batch_size=8, epochs=2, verbose=0, validation_split=0.1)
        found.append((state(model), history.history))
    for other, logs in found[1:]:
        for a, b in zip(found[0][0], other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
        for name, values in logs.items():
            np.testing.assert_allclose(values, found[0][1][name], rtol=1e-4, atol=1e-5)


def test_the_same_seed_gives_the_same_training() -> None:
    x, y = problem()
    runs = [(small(dropout=True), None) for _ in range(2)]
    histories = []
    for model, _ in runs:
        set_random_seed(5)
        histories.append(model.fit(x, y, epochs=2, verbose=0).history["loss"])
    assert histories[0] == histories[1]


def test_logs_are_means_over_samples() -> None:
    x, y = problem(20)
    model = small()
    model.optimizer.learning_rate = 0.0  # type: ignore[union-attr]
    model.layers[0].mean.assign(np.zeros(5, "float32"))
    loss, mae = model.evaluate(x, y, batch_size=8, verbose=0)
    error = model.predict(x, verbose=0) - y
    np.testing.assert_allclose([loss, mae], [(error**2).mean(), np.abs(error).mean()], rtol=1e-5)


@pytest.mark.parametrize("batch_size", [1, 7, 20, 64, None])
def test_predict_and_evaluate_do_not_depend_on_the_batch_size(batch_size: int | None) -> None:
    x, y = problem(20)
    model = small()
    expected = np.concatenate([model.predict_on_batch(x[i : i + 1]) for i in range(20)])
    np.testing.assert_allclose(model.predict(x, batch_size=batch_size, verbose=0), expected, rtol=1e-4, atol=1e-6)
    whole = model.test_on_batch(x, y)
    np.testing.assert_allclose(model.evaluate(x, y, batch_size=batch_size, verbose=0), whole, rtol=1e-4)


def test_a_changed_learning_rate_acts_without_a_new_program() -> None:
    x, y = problem(16)
    model = small()
    model.train_on_batch(x, y)
    count = model.programs.program_count(("train", True, False))
    model.optimizer.learning_rate = 0.0  # type: ignore[union-attr]
    for v in model.optimizer.velocities:  # type: ignore[union-attr]
        v.assign(np.zeros(v.shape, "float32"))
    before = [v.numpy() for v in model.trainable_weights]
    model.train_on_batch(x, y)
    for a, b in zip(before, model.trainable_weights, strict=True):
        np.testing.assert_array_equal(a, b.numpy())
    assert model.programs.program_count(("train", True, False)) == count


def test_an_assigned_attribute_makes_a_new_program() -> None:
    x, _ = problem(4)
    model = Sequential([Input((5,)), Affine(2, tanh=True)])
    first = model.predict_on_batch(x)
    model.layers[0].tanh = False
    np.testing.assert_allclose(np.tanh(model.predict_on_batch(x)), first, rtol=1e-4, atol=1e-6)


class _Interrupt(Callback):
    def __init__(self, at: int, error: type[BaseException]) -> None:
        self.at = at
        self.error = error

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == self.at:
            raise self.error


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interruption_leaves_the_model_after_a_whole_step(error: type[BaseException]) -> None:
    x, y = problem(40)
    reference = small()
    reference.fit(x[:24], y[:24], batch_size=8, shuffle=False, verbose=0)
    model = small()
    with pytest.raises(error):
        model.fit(x, y, batch_size=8, shuffle=False, verbose=0, callbacks=[_Interrupt(2, error)])
    for a, b in zip(state(model), state(reference), strict=True):
        if a.shape:  # metrics apart, which the reference's epoch shares
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    model.fit(x, y, verbose=0)
    assert np.isfinite(model.predict(x, verbose=0)).all()


def test_stop_training_acts_inside_an_epoch() -> None:
    class Stop(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 1:
                self.model.stop_training = True

    x, y = problem(80)
    model = small()
    history = model.fit(x, y, batch_size=8, epochs=3, verbose=0, callbacks=[Stop()])
    assert len(history.epoch) == 1
    assert int(model.optimizer.iterations.numpy()) == 2  # type: ignore[union-attr]


def test_finished_epochs_are_kept_when_interrupted() -> None:
    class Break(Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                raise KeyboardInterrupt

    x, y = problem(16)
    model = small()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, epochs=5, verbose=0, callbacks=[Break()])
    assert model.history is not None and len(model.history.history["loss"]) == 2


def test_bad_data_changes_nothing() -> None:
    x, y = problem(16)
    model = small()
    model.train_on_batch(x, y)
    before = state(model)
    for bad_x, bad_y in ((x[:, :3], y), (x, np.zeros((16, 3), "float32")), (x, y[:5])):
        with pytest.raises(ValueError):
            model.fit(bad_x, bad_y, verbose=0)
    for a, b in zip(before, state(model), strict=True):
        np.testing.assert_array_equal(a, b)


def test_training_in_chunks_of_data_that_exceed_the_budget() -> None:
    x, y = problem(70)
    whole = small(dropout=True)
    set_random_seed(1)
    whole.fit(x, y, batch_size=8, epochs=2, verbose=0)
    parts = small(dropout=True)
    set_random_seed(1)
    with limited_data_budget(24 * 20):
        parts.fit(x, y, batch_size=8, epochs=2, verbose=0)
    for a, b in zip(state(whole), state(parts), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_trainable_acts_at_the_next_compile_with_one_warning() -> None:
    x, y = problem(16)
    model = small()
    model.layers[1].trainable = False
    before = model.layers[1].get_weights()
    with pytest.warns(UserWarning, match="compile"):
        model.fit(x, y, verbose=0)
    assert np.abs(model.layers[1].get_weights()[0] - before[0]).max() > 0
    model.compile(Descent(0.05), "mse")
    frozen = model.layers[1].get_weights()
    model.fit(x, y, verbose=0)
    np.testing.assert_array_equal(model.layers[1].get_weights()[0], frozen[0])


def test_a_training_step_of_the_users_own() -> None:
    class Own(Sequential):
        def train_step(self, data: Any) -> dict[str, Any]:
            x, y = data
            loss, grads = gradients(lambda: ops.mean(ops.square(self(x, training=True) - y)), self.trainable_variables)
            self.optimizer.apply_gradients(zip(grads, self.trainable_variables, strict=True))  # type: ignore[union-attr]
            return {"mine": loss}

    x, y = problem(64)
    set_random_seed(0)
    model = Own([Input((5,)), Affine(1)])
    model.compile(Descent(0.02))
    history = model.fit(x, y, epochs=8, verbose=0)
    assert history.history["mine"][-1] < 0.2 * history.history["mine"][0]


def test_running_eagerly_gives_the_same_numbers() -> None:
    x, y = problem(20)
    staged, eager = small(), small(run_eagerly=True)
    for model in (staged, eager):
        model.fit(x, y, batch_size=8, shuffle=False, verbose=0)
    for a, b in zip(state(staged), state(eager), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_losses_added_by_layers_and_regularizers_are_minimized() -> None:
    class Penalty(Affine):
        def call(self, inputs: Any) -> Any:
            out = super().call(inputs)
            self.add_loss(ops.mean(ops.square(out)) * 0.5)
            return out

    x, y = problem(10)
    model = Sequential([Input((5,)), Penalty(1)])
    model.compile(Descent(0.0), "mse")
    out = model.predict(x, verbose=0)
    np.testing.assert_allclose(model.train_on_batch(x, y), ((out - y) ** 2).mean() + 0.5 * (out**2).mean(), rtol=1e-5)


def test_threads_may_predict_together() -> None:
    x, _ = problem(32)
    model = small()
    expected = model.predict(x, verbose=0)
    wrong: list[Any] = []

    def work() -> None:
        for _ in range(10):
            if not np.allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-6):
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_model_stays_on_its_backend() -> None:
    if "numpy" not in backend.available():
        pytest.skip("needs the NumPy backend beside the one under test")
    x, y = problem(16)
    model = small()
    model.fit(x, y, verbose=0)
    expected = model.predict(x, verbose=0)
    with backend.use_backend("numpy"):
        np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-5)
        model.fit(x, y, verbose=0)
