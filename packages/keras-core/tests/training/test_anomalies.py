"""Numbers that are not finite: training stops, or tells which is the first."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Layer, Model, Sequential, gradients, ops
from keras_core.callbacks import Callback, TerminateOnNaN
from keras_core.testing import fixed_steps_per_call

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.needs_train

X = np.abs(np.random.default_rng(0).normal(size=(8, 3))).astype("float32") + 0.1
Y = X.sum(-1, keepdims=True)
BAD = np.where(np.arange(8)[:, None] == 5, -X, X)
"""Row 5 is negative: its logarithm is NaN, in the third step of two rows."""


class Root(Layer):
    def call(self, x: Any) -> Any:
        return ops.sqrt(x)


def net(*layers: Layer, **arguments: Any) -> Sequential:
    model = Sequential([Input((3,)), *layers, Affine(1, name="last")])
    model.compile(Descent(0.01), "mse", **arguments)
    return model


def state_of(model: Any) -> list[list[float]]:
    return [v.numpy().ravel().tolist() for v in (*model.variables, *model.optimizer.variables)]


@pytest.mark.parametrize("eager", [False, True])
def test_the_layer_is_named_and_the_step_is_taken_back(eager: bool, backend_name: str) -> None:
    if eager and backend_name == "theano":
        pytest.skip("has no eager steps")
    model, reference = net(Root(name="root"), run_eagerly=eager), net(Root(name="root"))
    reference.set_weights(model.get_weights())
    with pytest.raises(
        FloatingPointError, match=r"in step 3 of epoch 1, the output of layer 'root' \(Root\) holds NaN"
    ):
        model.fit(BAD, Y, batch_size=2, shuffle=False, anomaly="raise", verbose=0)
    reference.fit(BAD[:4], Y[:4], batch_size=2, shuffle=False, verbose=0)
    for one, other in zip(state_of(model), state_of(reference), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_a_gradient_is_named() -> None:
    class Zero(Affine):
        def build(self, shape: Any) -> None:
            super().build(shape)
            self.set_weights([np.zeros((3, 3)), np.zeros(3)])

    model = net(Zero(3, name="zero"), Root(name="root"))
    with pytest.raises(FloatingPointError, match=r"in step 1 of epoch 1, the gradient by variable 'sequential/zero/"):
        model.fit(X, Y, anomaly="raise", verbose=0)
    assert all(np.isfinite(values).all() for values in state_of(model))


@pytest.mark.parametrize(("x", "y", "name"), [(np.nan, 1, "x"), (1, np.inf, "y")])
def test_data_are_named(x: float, y: float, name: str) -> None:
    with pytest.raises(FloatingPointError, match=f"in step 1 of epoch 1, {name} of the batch holds"):
        net().fit(X * np.float32(x), Y * np.float32(y), anomaly="raise", verbose=0)


def test_an_update_is_named() -> None:
    model = net()
    model.optimizer.learning_rate = np.inf
    with pytest.raises(FloatingPointError, match="the value that the optimizer gave variable 'sequential/last/"):
        model.fit(X, Y, anomaly="raise", verbose=0)


def test_an_op_between_layers_shows_in_the_next_layers_input() -> None:
    inputs = Input((3,))
    model = Model(inputs, Affine(1, name="last")(ops.log(inputs)))
    model.compile(Descent(0.01), "mse")
    with pytest.raises(FloatingPointError, match="the input of layer 'last'"):
        model.fit(BAD, Y, anomaly="raise", verbose=0)


def test_steps_of_users_are_watched_too() -> None:
    class Own(Sequential):
        def train_step(self, data: Any) -> Any:
            x, y = data
            forward = lambda: ops.mean(ops.square(self(x, training=True) - y))
            loss, grads = gradients(forward, self.trainable_variables)
            self.optimizer.apply(grads, self.trainable_variables)
            return {"loss": loss}

    model = Own([Input((3,)), Root(name="root"), Affine(1)])
    model.compile(Descent(0.01), "mse")
    with pytest.raises(FloatingPointError, match="the output of layer 'root'"):
        model.fit(BAD, Y, anomaly="raise", verbose=0)


def test_finite_numbers_are_those_of_an_unwatched_training() -> None:
    found, seen = [], []

    class Sees(Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(sorted(logs))

    for anomaly in ("raise", "ignore"):
        model = net(Root(), metrics=["mae"])
        model.set_weights([np.ones((3, 1)), np.zeros(1)])
        fitted = model.fit(X, Y, batch_size=2, epochs=2, shuffle=False, verbose=0, anomaly=anomaly, callbacks=[Sees()])
        found.append([*model.get_weights(), *fitted.history.values()])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    assert seen == [["loss", "mae"]] * 16


# -- a loss that is NaN


def test_training_stops_and_says_where() -> None:
    x = X.copy()
    x[5, 1] = np.nan
    model = net()
    with pytest.warns(RuntimeWarning, match="the loss became NaN in epoch 1, in .*step") as caught:
        history = model.fit(x, Y, batch_size=2, epochs=9, shuffle=False, verbose=0)
    assert history.epoch == [0] and np.isnan(history.history["loss"][0])
    message = str(caught[0].message)
    assert "x is not finite in 1 of 8 rows, the first is row 5." in message
    assert "Weights that are not finite by now: sequential/last/" in message


def test_step_by_step_the_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras_core.training.anomalies._SECONDS", 0.0)
    batches = [(BAD[i : i + 2], Y[i : i + 2]) for i in range(0, 8, 2)]
    model = net(Root())
    warned = pytest.warns(RuntimeWarning, match="NaN in epoch 1, in step 3; training stops")
    with fixed_steps_per_call(1), warned:
        model.fit(iter(batches), verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 3


@pytest.mark.parametrize("callback", [None, TerminateOnNaN])
def test_it_goes_on_where_it_is_told_to(callback: Callable[[], Callback] | None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        callbacks = [callback()] if callback else []
        told = {} if callback else {"anomaly": "ignore"}
        history = net(Root()).fit(BAD, Y, epochs=2, verbose=0, callbacks=callbacks, **told)
    assert len(history.epoch) == (1 if callback else 2)


def test_what_is_none_of_the_three() -> None:
    with pytest.raises(ValueError, match="anomaly must be 'stop' or 'raise' or 'ignore', got 'warn'"):
        net().fit(X, Y, anomaly="warn")
