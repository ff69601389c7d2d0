"""Optimizers that train other weights than those that are to be used.

Covers: programs.py
"""

import pickle

import numpy as np
import pytest
from keras_core import Input, Layer, Sequential, backend, ops
from keras_core.callbacks import Callback, EarlyStopping
from keras_core.optimizers import LossScaleOptimizer, Optimizer
from keras_core.saving import load_model, register_keras_serializable

pytestmark = pytest.mark.needs_train


@register_keras_serializable("swapped")
class Line(Layer):
    """y = w * x."""

    def build(self, input_shape):
        self.w = self.add_weight(name="w", shape=(1,), initializer="ones")

    def call(self, inputs):
        return inputs * self.w


@register_keras_serializable("swapped")
class Hundredfold(Optimizer):
    """Plain descent whose variables are to be used times 100."""

    def make_slots(self, variables):
        self._shown = [False]

    def update_step(self, gradient, variable, learning_rate):
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))

    @property
    def swaps_weights(self):
        return True

    @property
    def holds_averages(self):
        return self.built and self._shown == [True]

    @holds_averages.setter
    def holds_averages(self, value):
        if self.built:
            self._shown[0] = value

    def swap_to_eval(self):
        if self.built and not self._shown[0] and int(self.iterations):
            self._swap(100.0)

    def swap_to_train(self):
        if self.built and self._shown[0]:
            self._swap(0.01)

    def _swap(self, factor):
        self._shown[0] = factor > 1
        for variable in self._trainable_variables:
            variable.assign(variable * factor)


X, Y = np.full((4, 1), 1.0, "float32"), np.full((4, 1), 3.0, "float32")


def made(optimizer=None, **options):
    model = Sequential([Input((1,)), Line()])
    model.compile(optimizer or Hundredfold(0.25), "mse", **options)
    return model


def weight(model):
    return float(model.get_weights()[0][0])


def trained(steps, w=1.0):
    """Steps of descent on (w - 3) ** 2 at a rate of 0.25."""
    for _ in range(steps):
        w -= 0.25 * 2 * (w - 3)
    return w


class Seen(Callback):
    def __init__(self):
        self.epochs, self.batches = [], []

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(weight(self.model))

    def on_train_batch_end(self, batch, logs=None):
        self.batches.append(weight(self.model))


@pytest.mark.parametrize("validated", [False, True])
def test_fit_trains_ones_and_leaves_and_validates_the_others(validated):
    model, seen = made(), Seen()
    data = (X, Y) if validated else None
    history = model.fit(X, Y, batch_size=4, epochs=3, validation_data=data, callbacks=[seen], verbose=0).history
    steps = [trained(k) for k in (1, 2, 3)]
    np.testing.assert_allclose(seen.batches, steps, rtol=1e-5)
    np.testing.assert_allclose(seen.epochs, np.multiply(steps, 100), rtol=1e-5)
    np.testing.assert_allclose(history["loss"], [(trained(k) - 3) ** 2 for k in (0, 1, 2)], rtol=1e-5)
    if validated:
        np.testing.assert_allclose(history["val_loss"], [(100 * w - 3) ** 2 for w in steps], rtol=1e-5)
    assert weight(model) == pytest.approx(100 * steps[-1], rel=1e-5)
    model.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    assert weight(model) == pytest.approx(100 * trained(4), rel=1e-5)


def test_single_batches_evaluate_and_predict():
    model = made()
    model.train_on_batch(X, Y)
    assert weight(model) == pytest.approx(trained(1))
    for _ in range(2):
        assert model.test_on_batch(X, Y) == pytest.approx((100 * trained(1) - 3) ** 2, rel=1e-5)
    model.train_on_batch(X, Y)
    assert model.predict(X, verbose=0)[0, 0] == pytest.approx(100 * trained(2), rel=1e-5)
    assert model.evaluate(X, Y, verbose=0) == pytest.approx((100 * trained(2) - 3) ** 2, rel=1e-5)
    model.train_on_batch(X, Y)
    assert model.predict_on_batch(X)[0, 0] == pytest.approx(100 * trained(3), rel=1e-5)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("way", ["keras", "weights", "pickle"])
def test_files_hold_what_is_to_be_used_and_training_goes_on(tmp_path, way, scaled):
    def optimizer():
        return LossScaleOptimizer(Hundredfold(0.25), initial_scale=2.0) if scaled else Hundredfold(0.25)

    model = made(optimizer())
    model.train_on_batch(X, Y)
    if way == "pickle":
        loaded = pickle.loads(pickle.dumps(model))
    elif way == "keras":
        model.save(tmp_path / "model.keras")
        loaded = load_model(tmp_path / "model.keras")
    else:
        model.save_weights(tmp_path / "model.weights.h5")
        loaded = made(optimizer())
        loaded.load_weights(tmp_path / "model.weights.h5")
    assert weight(loaded) == pytest.approx(100 * trained(1), rel=1e-5)
    for one in (model, loaded):
        one.train_on_batch(X, Y)
        assert weight(one) == pytest.approx(trained(2), rel=1e-5)


def test_what_is_tried_out_leaves_no_trace():
    model = made()
    model.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    model.fit(X, Y, batch_size=4, epochs=1, dry_run=True, verbose=0)
    assert weight(model) == pytest.approx(100 * trained(1), rel=1e-5)
    model.fit(X, Y, batch_size=4, epochs=1, verbose=0)
    assert weight(model) == pytest.approx(100 * trained(2), rel=1e-5)


class Interrupted(Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_an_interrupted_training_goes_on(tmp_path):
    model = made()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=4, epochs=4, resume=tmp_path, callbacks=[Interrupted()], verbose=0)
    assert weight(model) == pytest.approx(100 * trained(2), rel=1e-5)
    again = made()
    again.fit(X, Y, batch_size=4, epochs=4, resume=tmp_path, verbose=0)
    assert weight(again) == pytest.approx(100 * trained(4), rel=1e-5)


def test_the_best_weights_are_those_that_are_to_be_used():
    model = made()
    stop = EarlyStopping("loss", mode="max", patience=1, restore_best_weights=True)
    model.fit(X, Y, batch_size=4, epochs=5, callbacks=[stop], verbose=0)
    assert weight(model) == pytest.approx(100 * trained(1), rel=1e-5)


def test_two_models_of_one_optimizer_have_each_their_phase():
    optimizer = Hundredfold(0.25)
    first, second = made(optimizer), made(optimizer)
    first.train_on_batch(X, Y)
    second.train_on_batch(X, Y)
    first.evaluate(X, Y, verbose=0)
    assert (weight(first), weight(second)) == (pytest.approx(100 * trained(1), rel=1e-5), pytest.approx(trained(1)))
    second.train_on_batch(X, Y)
    first.train_on_batch(X, Y)
    assert (weight(first), weight(second)) == (pytest.approx(trained(2)), pytest.approx(trained(2)))
    assert "train" in backend.active().capabilities


@pytest.mark.parametrize("hook", ["on_train_begin", "on_train_batch_end", "on_epoch_end", "on_train_end"])
def test_an_error_of_a_callback_leaves_the_weights_that_are_to_be_used(hook):
    class Told(Callback):
        def on_exception(self, error):
            seen.append(weight(self.model))
            raise ValueError("and this one, too")

    def fail(*_):
        raise RuntimeError

    seen, model, failing = [], made(), Callback()
    model.train_on_batch(X, Y)
    setattr(failing, hook, fail)
    with pytest.raises(RuntimeError):
        model.fit(X, Y, batch_size=4, callbacks=[failing, Told()], verbose=0)
    expected = 100 * trained(1 if hook == "on_train_begin" else 2)
    assert [*seen, weight(model)] == pytest.approx([expected] * 2, rel=1e-5)


def test_callbacks_are_told_of_an_error_where_weights_cannot_be_swapped():
    class Fails(Hundredfold):
        def swap_to_eval(self):
            raise MemoryError

    told = Callback()
    seen = []
    told.on_exception = seen.append
    with pytest.raises(MemoryError):
        made(Fails(0.25)).fit(X, Y, batch_size=4, callbacks=[told], verbose=0)
    assert len(seen) == 1
