"""Steps that run ahead of callbacks, and are run again where one looks at the model.

Covers: compiler/xla.py, staging.py
"""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf.compiler import xla
from keras_core import Input, Layer, Sequential, ops
from keras_core.backend.toolkit import DeferredSteps
from keras_core.callbacks import Callback
from keras_core.testing import fixed_steps_per_call


class Line(Layer):
    """y = w * x, and what is done on the host in every step."""

    def __init__(self, on_host: Any = None) -> None:
        super().__init__()
        self.on_host = on_host

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight(name="w", shape=(1,), initializer="ones")

    def call(self, inputs: Any) -> Any:
        if self.on_host is not None:
            inputs = ops.add(inputs, tf.ensure_shape(tf.py_function(self.on_host, [], tf.float32), ()))
        return ops.multiply(inputs, self.w)


class Looks(Callback):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch in (5, 13):
            self.seen = self.model.get_weights()


X = np.linspace(0.1, 1, 24, dtype="float32")[:, None]


def fitted(*callbacks: Callback, on_host: Any = None, each: int = 8) -> Sequential:
    model = Sequential([Input((1,)), Line(on_host)])
    model.compile("sgd", "mse")
    model.fit(X[:4], 2 * X[:4], batch_size=1, verbose=0)
    with fixed_steps_per_call(each):
        model.fit(X, 2 * X, batch_size=1, shuffle=False, verbose=0, callbacks=list(callbacks))
    return model


def test_steps_that_are_run_again_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    init = DeferredSteps.__init__
    monkeypatch.setattr(DeferredSteps, "__init__", lambda self, *given: (made.append(self), init(self, *given))[1])
    fitted(Looks())
    batch = ((1, 1), (1, 1))
    assert [one.count() for one in made] == [{batch: 4}, {batch: len(X)}]


def test_steps_that_are_run_again_are_compiled_where_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def noted(call: Any, most: int | None = None) -> Any:
        made = fixed_height(call, most)
        return lambda indices, *data: (calls.append(len(indices)), made(indices, *data))[1]

    fixed_height = xla.FixedHeight
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 6)
    monkeypatch.setattr(xla, "_BESIDE", 0)
    monkeypatch.setattr(xla, "FixedHeight", noted)

    class Begins(Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if batch == 7:
                self.model.get_weights()

    fitted(Begins())
    assert calls[:2] == [4, 1]  # the steps 2 to 9, of which 2 to 5 run as they are, and 2 to 6 once more
    assert sum(calls[2:]) == len(X) - 7


def test_a_step_may_read_variables_on_the_host() -> None:
    seen: list[float] = []

    def on_host() -> np.float32:
        seen.append(float(line.w.numpy()[0]))
        return np.float32(0)

    line, looks = Line(on_host), Looks()
    model = Sequential([Input((1,)), line])
    model.compile("sgd", "mse")
    model.fit(X[:4], 2 * X[:4], batch_size=1, verbose=0)

    def fit() -> None:
        with fixed_steps_per_call(8):
            model.fit(X, 2 * X, batch_size=1, shuffle=False, verbose=0, callbacks=[looks])

    thread = threading.Thread(target=fit, daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive() and len(seen) > len(X)


def test_steps_that_are_tried_out_do_not_count() -> None:
    model = Sequential([Input((1,)), Line()])
    model.compile("sgd", "mse")
    model.fit(X, 2 * X, batch_size=1, dry_run=True, validation_data=(X, X), verbose=0)
    tried = model.programs.counting()
    assert tried and not any(program.count() for program in tried)
    with fixed_steps_per_call(4):
        model.fit(X[:8], X[:8], batch_size=1, verbose=0)
    before = [program.count() for program in model.programs.counting()]
    assert {((1, 1), (1, 1)): 8} in before
    model.fit(X, 2 * X, batch_size=1, dry_run=True, verbose=0)
    assert [program.count() for program in model.programs.counting()] == before


def test_a_training_that_goes_on_is_compiled_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xla, "_UNCOMPILED_STEPS", 6)
    monkeypatch.setattr(xla, "_BESIDE", 0)

    class Kill(Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise KeyboardInterrupt

    def trained(*callbacks: Callback) -> Sequential:
        model = Sequential([Input((1,)), Line()])
        model.compile("sgd", "mse")
        model.fit(X[:4], 2 * X[:4], batch_size=1, epochs=2, verbose=0, callbacks=list(callbacks), resume=tmp_path)
        return model

    with pytest.raises(KeyboardInterrupt):
        trained(Kill())
    model = trained()
    assert model._trainer.programs.steps_done == {((1, 1), (1, 1)): 6}
