"""What callbacks of Keras 2 look at: the validation data, the parameters of `fit`, number and size of a batch."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.needs_train

X = np.arange(10, dtype="float32").reshape(5, 2)
Y = X.sum(1, keepdims=True)


class Notes(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.begun, self.ended, self.names = [], [], set()

    def on_train_batch_begin(self, batch, logs=None):
        self.begun.append((logs["batch"], logs["size"]))

    def on_batch_end(self, batch, logs=None):
        self.ended.append((logs.get("batch"), logs["size"]))
        assert batch == logs["batch"] and "size" in logs and "loss" in logs
        self.names |= set(logs)

    def on_epoch_end(self, epoch, logs=None):
        logs["mine"] = float(np.mean(self.model.predict(self.validation_data[0], verbose=0)))


def model_of():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    return model


@pytest.mark.parametrize(
    "given", [{"validation_data": (X[3:], Y[3:])}, {"validation_split": 0.4}], ids=["given", "split"]
)
def test_validation_data_are_inputs_targets_and_weights(given):
    notes = Notes()
    known = (X, Y) if "validation_split" in given else (X[:3], Y[:3])
    history = model_of().fit(*known, epochs=2, verbose=0, callbacks=[notes], **given).history
    for one, other in zip(notes.validation_data, (X[3:], Y[3:], np.ones(2)), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_allclose(history["mine"], [Y[3:].mean()] * 2, rtol=1e-5)
    assert (notes.params["epochs"], notes.params["samples"], notes.params["do_validation"]) == (2, 3, True)


def test_several_inputs_and_weights_come_one_after_the_other():
    one, two = keras.Input((2,)), keras.Input((2,))
    model = keras.Model([one, two], keras.layers.Dense(1)(keras.layers.add([one, two])))
    model.compile("sgd", "mse")
    notes = keras.callbacks.Callback()
    weights = np.arange(5.0)
    model.fit([X, 2 * X], Y, validation_data=([X, 3 * X], Y, weights), verbose=0, callbacks=[notes])
    for found, expected in zip(notes.validation_data, (X, 3 * X, Y, weights), strict=True):
        np.testing.assert_array_equal(found, expected)
    model.fit([X, 2 * X], Y, verbose=0, callbacks=[notes])
    assert notes.validation_data is None


@pytest.mark.parametrize("source", ["arrays", "generator"])
def test_hooks_of_batches_know_number_and_size(source):
    notes = Notes()
    notes.on_epoch_end = lambda epoch, logs=None: None
    if source == "arrays":
        model_of().fit(X, Y, batch_size=2, shuffle=False, verbose=0, callbacks=[notes])
    else:
        model_of().fit(((X[i : i + 2], Y[i : i + 2]) for i in (0, 2, 4)), verbose=0, callbacks=[notes])
    assert notes.begun == notes.ended == [(0, 2), (1, 2), (2, 1)]
    assert notes.names == {"loss"}


def test_the_names_of_keras_1_for_generators():
    def batches():
        while True:
            yield X, Y

    history = (
        model_of()
        .fit_generator(
            batches(),
            samples_per_epoch=2,
            nb_epoch=2,
            max_q_size=10,
            nb_worker=1,
            pickle_safe=False,
            validation_data=batches(),
            nb_val_samples=1,
            verbose=0,
        )
        .history
    )
    assert len(history["loss"]) == len(history["val_loss"]) == 2
