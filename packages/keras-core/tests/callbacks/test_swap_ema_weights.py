"""SwapEMAWeights: which weights a model has when."""

import numpy as np
import pytest
from keras_conformance import Descent
from keras_core.callbacks import Callback, SwapEMAWeights

X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
Y = X @ np.array([[1.0], [-2.0], [0.5]], "float32")


class Seen(Callback):
    """Notes the kernel in some hooks."""

    def __init__(self):
        self.kernels = {}

    def _note(self, hook):
        self.kernels.setdefault(hook, []).append(self.model.get_weights()[0])

    def on_epoch_begin(self, epoch, logs=None):
        self._note("epoch begin")

    def on_test_begin(self, logs=None):
        self._note("test begin")

    def on_test_end(self, logs=None):
        self._note("test end")

    def on_epoch_end(self, epoch, logs=None):
        self._note("epoch end")


def averaging(compiled):
    model = compiled()
    model.compile(Descent(0.1, use_ema=True, ema_momentum=0.5), "mse")
    return model


def reference(steps):
    """The kernel and its average after each step over all data, by NumPy; `Descent` has a momentum of 0.9."""
    weights, velocity, average, found = np.array([1.0, 1.0, 1.0, 0.0]), np.zeros(4), np.zeros(4), []
    inputs = np.concatenate([X, np.ones((8, 1))], 1)
    for step in range(steps):
        velocity = 0.9 * velocity - 0.1 * inputs.T @ (inputs @ weights - Y[:, 0]) / 4
        weights = weights + velocity
        average = weights if step == 0 else 0.5 * average + 0.5 * weights
        found.append((weights[:3, None], average[:3, None]))
    return found


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_averages_are_there_for_validation_and_weights_for_training(compiled, needs_train, swap_on_epoch):
    model, seen = averaging(compiled), Seen()
    callbacks = [SwapEMAWeights(swap_on_epoch), seen]
    model.fit(X, Y, batch_size=8, epochs=3, validation_data=(X, Y), callbacks=callbacks, shuffle=False, verbose=0)
    kernels, averages = zip(*reference(3), strict=True)
    np.testing.assert_allclose(seen.kernels["test begin"], averages, rtol=1e-5)
    np.testing.assert_allclose(seen.kernels["test end"], kernels, rtol=1e-5)
    np.testing.assert_allclose(seen.kernels["epoch end"], averages if swap_on_epoch else kernels, rtol=1e-5)
    np.testing.assert_allclose(seen.kernels["epoch begin"][1:], kernels[:2], rtol=1e-5)
    np.testing.assert_allclose(model.get_weights()[0], averages[-1], rtol=1e-5)  # as training ends in any case


def test_evaluate_uses_the_averages_and_an_error_gives_the_weights_back(compiled, needs_train):
    class Fails(Callback):
        def on_test_begin(self, logs=None):
            raise RuntimeError("on purpose")

    model = averaging(compiled)
    for _ in range(3):
        model.train_on_batch(X, Y)
    kernel, average = reference(3)[-1]
    seen = Seen()
    model.evaluate(X, Y, callbacks=[SwapEMAWeights(), seen], verbose=0)
    np.testing.assert_allclose(seen.kernels["test begin"][0], average, rtol=1e-5)
    with pytest.raises(RuntimeError, match="on purpose") as caught:
        model.evaluate(X, Y, callbacks=[SwapEMAWeights(), Fails()], verbose=0)
    assert "Raised by the callback Fails, in on_test_begin()." in caught.value.__notes__
    np.testing.assert_allclose(model.get_weights()[0], kernel, rtol=1e-5)


def test_an_optimizer_without_averages_is_refused(compiled, needs_train):
    with pytest.raises(ValueError, match="use_ema=True"):
        compiled().fit(X, Y, callbacks=[SwapEMAWeights()], verbose=0)
