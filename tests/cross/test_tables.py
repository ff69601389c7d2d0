"""Embeddings of large tables, of which a step of training writes the rows of its batch only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from keras import layers, ops
from keras_core.training.steps_per_call import fixed_steps_per_call

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.needs_train

ROWS, COLUMNS = 2**17, 32
"""16 MB, from which on every backend writes into the table also where a call runs many steps."""


def made(optimizer: Any) -> Any:
    keras.utils.set_random_seed(3)
    words = layers.Embedding(ROWS, COLUMNS, name="words")
    model = keras.Sequential([keras.Input((4,), dtype="int32"), words, layers.Flatten(), layers.Dense(1)])
    model.compile(optimizer=optimizer, loss="mse")
    return model


def data(count: int = 48) -> tuple[np.ndarray, np.ndarray]:
    """Few different rows, so that batches have some twice and share some; the last row is one of them."""
    random = np.random.default_rng(0)
    rows = np.append(random.integers(0, ROWS, 15), ROWS - 1)
    return random.choice(rows, (count, 4)).astype("int32"), random.normal(size=(count, 1)).astype("float32")


def trained(model: Any, in_steps: bool) -> list[float]:
    x, y = data()
    if in_steps:
        return [float(model.train_on_batch(x[k : k + 8], y[k : k + 8])) for k in range(0, len(x), 8)]
    with fixed_steps_per_call(3):
        found: list[float] = model.fit(x, y, batch_size=8, epochs=3, verbose=0).history["loss"]
    return found


OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: keras.optimizers.SGD(0.5),
    "scaled": lambda: keras.optimizers.SGD(0.5, loss_scale_factor=8.0),
    "adagrad": lambda: keras.optimizers.Adagrad(0.1),
    "from 0": lambda: keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0),
}


@pytest.mark.parametrize("in_steps", [True, False])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_curves_are_those_of_the_dense_way(monkeypatch: pytest.MonkeyPatch, name: str, in_steps: bool) -> None:
    by_rows = made(OPTIMIZERS[name]())
    losses = trained(by_rows, in_steps)
    assert by_rows.optimizer.tables_among(by_rows.trainable_variables)
    dense = made(OPTIMIZERS[name]())
    monkeypatch.setattr(type(dense.optimizer), "trains_rows", False)
    assert not dense.optimizer.tables_among(dense.trainable_variables)
    np.testing.assert_allclose(losses, trained(dense, in_steps), rtol=1e-5)
    for one, other in zip(by_rows.get_weights(), dense.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    for one, other in zip(by_rows.optimizer.variables, dense.optimizer.variables, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("in_steps", [True, False])
def test_nobody_who_holds_the_table_sees_it_change(in_steps: bool) -> None:
    model = made(keras.optimizers.Adagrad(0.1))
    x, _ = data()
    table = model.get_layer("words").embeddings
    trained(model, in_steps)
    before = table.numpy()
    kept = [table.value, ops.convert_to_tensor(table.value), model.get_weights()[0]]
    other = keras.Variable(np.zeros_like(before))
    other.assign(table.value)
    trained(model, in_steps)
    trained(model, in_steps)
    for one in (*kept, other.value):
        np.testing.assert_array_equal(ops.convert_to_numpy(one), before)
    assert not np.array_equal(table.numpy(), before)
    untouched = np.setdiff1d(np.arange(ROWS), x)
    np.testing.assert_array_equal(table.numpy()[untouched], before[untouched])


def test_a_table_that_was_assigned_is_the_users_until_it_is_copied() -> None:
    model = made(keras.optimizers.SGD(0.01))
    table = model.get_layer("words").embeddings
    given = ops.ones((ROWS, COLUMNS))
    trained(model, True)
    table.assign(given)
    trained(model, True)
    assert float(ops.min(given)) == float(ops.max(given)) == 1.0
    assert not np.array_equal(table.numpy(), np.ones((ROWS, COLUMNS)))


def test_predictions_see_every_step() -> None:
    model = made(keras.optimizers.SGD(0.5))
    x, y = data(8)
    table, dense = model.get_layer("words").embeddings, model.layers[-1]
    for _ in range(3):
        model.train_on_batch(x, y)
        rows = table.numpy()[x].reshape(8, -1)
        expected = rows @ dense.kernel.numpy() + dense.bias.numpy()
        np.testing.assert_allclose(model.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(ops.convert_to_numpy(model(x)), expected, rtol=1e-4, atol=1e-6)
        np.testing.assert_array_equal(ops.convert_to_numpy(model.get_layer("words")(x)), table.numpy()[x])


def test_the_best_weights_come_back() -> None:
    model = made(keras.optimizers.SGD(1e-3))
    x, y = data()
    seen: list[np.ndarray] = []

    class Worse(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logs["val"] = float(epoch)
            seen.append(self.model.get_weights()[0])

    stopping = keras.callbacks.EarlyStopping("val", mode="min", patience=2, restore_best_weights=True)
    model.fit(x, y, batch_size=8, epochs=5, verbose=0, callbacks=[Worse(), stopping])
    assert len(seen) == 3 and not np.array_equal(seen[0], seen[2])
    np.testing.assert_array_equal(model.get_weights()[0], seen[0])


def test_what_a_loop_makes_of_a_table_is_its_own() -> None:
    """A step that reads the table after its update gets the new one, and one that assigns it wins."""

    class Halving(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.words = layers.Embedding(ROWS, COLUMNS)

        def call(self, inputs: Any) -> Any:
            return self.words(inputs)

        def train_step(self, *given: Any) -> Any:
            logs = super().train_step(*given)
            self.words.embeddings.assign(self.words.embeddings.value * 0.5)
            return logs

    model = Halving()
    model.compile(keras.optimizers.SGD(1.0), loss=lambda y_true, y_pred: ops.sum(y_pred))
    x, y = data(8)
    model.build((8, 4))
    expected = model.get_weights()[0]
    model.train_on_batch(x, y)
    np.add.at(expected, x.reshape(-1), -1.0)
    np.testing.assert_allclose(model.get_weights()[0], expected * 0.5, rtol=1e-4, atol=1e-6)
