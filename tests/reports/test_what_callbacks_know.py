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


def test_early_stopping_serves_two_trainings():
    stop = keras.callbacks.EarlyStopping("loss", patience=1, restore_best_weights=True, baseline=None)
    for rate, epochs in ((0.0, 2), (0.05, 6)):
        model = model_of()
        model.layers[0].set_weights([np.array([[3.0], [2.0]]), np.zeros(1)])
        model.compile(keras.optimizers.SGD(rate), "mse")
        options = {"batch_size": 5, "epochs": 6, "shuffle": False, "verbose": 0}
        history = model.fit(X / 10, Y / 10, callbacks=[stop], **options)
        assert len(history.epoch) == epochs, "nothing got better, then everything did"
        assert stop.stopped_epoch == (1 if epochs == 2 else 0)
        assert stop.best == min(history.history["loss"])
    np.testing.assert_allclose(stop.best_weights[0], model.get_weights()[0])


def test_a_baseline_that_is_not_reached_and_epochs_not_looked_at():
    stop = keras.callbacks.EarlyStopping("loss", patience=2, baseline=-1.0, start_from_epoch=1)
    assert len(model_of().fit(X, Y, epochs=9, verbose=0, callbacks=[stop]).epoch) == 3


def test_what_sets_the_learning_rate_refuses_a_schedule():
    model = model_of()
    model.compile(keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)), "mse")
    weights = model.get_weights()
    for callback in (
        keras.callbacks.ReduceLROnPlateau("loss"),
        keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr / 2),
    ):
        with pytest.raises(TypeError, match=r"ExponentialDecay of the optimizer decides.*number as learning rate"):
            model.fit(X, Y, verbose=0, callbacks=[callback])
    assert all((a == b).all() for a, b in zip(weights, model.get_weights(), strict=True))


def test_a_schedule_as_the_function_of_the_epoch():
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    callback = keras.callbacks.LearningRateScheduler(decay)
    rates = model_of().fit(X, Y, epochs=3, verbose=0, callbacks=[callback]).history["lr"]
    np.testing.assert_allclose(rates, [0.1, 0.05, 0.025], rtol=1e-5)


def test_checkpoints_by_batches_epochs_and_the_best(tmp_path):
    every = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "a{epoch:02d}-{batch:02d}.weights.h5"), save_weights_only=True, save_freq=2
    )
    third = keras.callbacks.ModelCheckpoint(str(tmp_path / "b{epoch}-{val_loss:.1f}.keras"), period=2)
    best = keras.callbacks.ModelCheckpoint(
        str(tmp_path / "c{epoch}.keras"), "val_loss", save_best_only=True, initial_value_threshold=1e-3
    )
    model = model_of()
    model.fit(X, Y + 1, batch_size=2, epochs=2, validation_data=(X, Y + 1), verbose=0, callbacks=[every, third, best])
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "a01-02.weights.h5", "a02-01.weights.h5", "a02-03.weights.h5", "b2-1.0.keras",
    ]  # fmt: skip
    loaded = keras.saving.load_model(tmp_path / "b2-1.0.keras")
    np.testing.assert_allclose(loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)


def test_a_checkpoint_that_cannot_be_saved_is_refused_before_training(tmp_path):
    model = model_of()
    path = tmp_path / "weights.txt"
    with pytest.raises(ValueError, match=r"saved to a path that ends in"):
        model.fit(X, Y, epochs=1, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint(path, save_weights_only=True)])
    with pytest.raises(KeyError, match=r"'val_acc'.*not among: loss"):
        model.fit(X, Y, verbose=0, callbacks=[keras.callbacks.ModelCheckpoint(str(tmp_path / "{val_acc:.2f}.keras"))])


def test_every_hook_as_a_function():
    seen = []
    names = [f"on_{kind}_{end}" for kind in ("train", "test", "predict", "epoch") for end in ("begin", "end")]
    names += [f"on_{kind}_batch_{end}" for kind in ("train", "test", "predict") for end in ("begin", "end")]
    hooks = {name: lambda *args, name=name: seen.append(name) for name in names}
    callback = keras.callbacks.LambdaCallback(**hooks, on_my_own_event=lambda: seen.append("mine"))
    model = model_of()
    model.fit(X, Y, validation_data=(X, Y), verbose=0, callbacks=[callback])
    model.predict(X, verbose=0, callbacks=[callback])
    callback.on_my_own_event()
    assert set(seen) == {*names, "mine"} and seen[-1] == "mine"
    assert seen[:3] == ["on_train_begin", "on_epoch_begin", "on_train_batch_begin"]


def test_a_table_of_two_trainings(tmp_path):
    path = tmp_path / "log.csv"
    for append in (False, True):
        log = keras.callbacks.CSVLogger(str(path), separator=";", append=append)
        model_of().fit(X, Y, epochs=2, verbose=0, callbacks=[log])
    lines = path.read_text("utf-8").splitlines()
    assert lines[0] == "epoch;loss" and [line.split(";")[0] for line in lines[1:]] == ["0", "1", "0", "1"]


def test_what_is_no_callback_says_so():
    class Bare:
        def on_epoch_end(self, epoch, logs=None):
            pass

    with pytest.raises(ValueError, match=r"It lacks set_params, set_model: derive its class from keras.callbacks"):
        model_of().fit(X, Y, verbose=0, callbacks=[Bare()])
