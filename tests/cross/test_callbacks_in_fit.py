"""Callbacks at work in `fit`, with real layers, optimizers and files."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.needs_train

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.layers.Dense(8, activation="relu", input_dim=4), keras.layers.Dense(1, activation="sigmoid")]
    )
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return model


def fit(model, callbacks, epochs=4, **arguments):
    arguments = {"batch_size": 16, "verbose": 0, "validation_data": (X, Y), **arguments}
    return model.fit(X, Y, epochs=epochs, callbacks=callbacks, **arguments)


def test_history_has_the_names_of_keras_2_and_3(model):
    history = fit(model, [])
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert history.history["acc"] == history.history["accuracy"]
    assert history.history["val_acc"] == history.history["val_accuracy"]
    assert len(history.history["val_acc"]) == 4
    assert model.history is history


def test_every_batch_hook_sees_every_batch(model):
    seen = []

    class Batches(keras.callbacks.Callback):
        def on_batch_end(self, batch, logs=None):
            seen.append(("train", batch, "loss" in logs))

        def on_test_batch_begin(self, batch, logs=None):
            seen.append(("test", batch))

    fit(model, [Batches()], epochs=1, validation_batch_size=32)
    assert seen == [("train", i, True) for i in range(4)] + [("test", 0), ("test", 1)]


def test_stop_in_the_middle_of_an_epoch(model):
    class Stops(keras.callbacks.Callback):
        batches = 0

        def on_train_batch_end(self, batch, logs=None):
            self.batches += 1
            if self.batches == 6:
                self.model.stop_training = True

    stops = Stops()
    fit(model, [stops])
    assert stops.batches == 6


def test_early_stopping_brings_the_best_weights_back(model):
    kept = {}

    class Keeps(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            kept[epoch] = self.model.get_weights()

    stopping = keras.callbacks.EarlyStopping(
        "val_acc", patience=2, restore_best_weights=True, mode="min", min_delta=10.0
    )
    history = fit(model, [Keeps(), stopping], epochs=9)
    assert history.epoch == [0, 1, 2]
    assert stopping.best_epoch == 0
    for now, best in zip(model.get_weights(), kept[0], strict=True):
        np.testing.assert_array_equal(now, best)


def test_checkpoints_can_be_loaded(model, tmp_path):
    path = str(tmp_path / "best-{epoch}.keras")
    weights = str(tmp_path / "last.weights.h5")
    callbacks = [
        keras.callbacks.ModelCheckpoint(path),
        keras.callbacks.ModelCheckpoint(weights, save_weights_only=True, save_freq=2),
    ]
    fit(model, callbacks, epochs=2)
    loaded = keras.models.load_model(path.format(epoch=2))
    np.testing.assert_allclose(loaded.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-5)
    before = model.get_weights()
    model.set_weights([0 * w for w in before])
    model.load_weights(weights)
    for now, saved in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, saved)


def test_learning_rate_callbacks_change_the_steps(model):
    first = model.get_weights()
    history = fit(model, [keras.callbacks.LearningRateScheduler(lambda epoch: 0.0)], epochs=2)
    assert history.history["lr"] == [0.0, 0.0]
    for now, before in zip(model.get_weights(), first, strict=True):
        np.testing.assert_array_equal(now, before)
    plateau = keras.callbacks.ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=100.0)
    model.optimizer.learning_rate = 0.5
    fit(model, [plateau], epochs=3)
    assert float(np.asarray(model.optimizer.learning_rate)) == pytest.approx(0.125)


def test_nan_ends_training(model, capsys):
    history = model.fit(X, Y * np.nan, epochs=5, batch_size=16, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN()])
    assert len(history.epoch) <= 1
    assert "the loss is nan" in capsys.readouterr().out


def test_what_is_printed(model, capsys):
    fit(model, [], epochs=2, verbose=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0::2] == ["Epoch 1/2", "Epoch 2/2"]
    for line in lines[1::2]:
        assert line.startswith("4/4 - ")
        for name in ("/step", " - loss: ", " - accuracy: ", " - val_loss: ", " - val_accuracy: "):
            assert name in line
    model.evaluate(X, Y, batch_size=32, verbose=2)
    assert capsys.readouterr().out.startswith("2/2 - ")
    model.predict(X, batch_size=32, verbose=1)
    assert capsys.readouterr().out.startswith("2/2 - ")


def test_metrics_of_counts_in_fit(model):
    model.compile("sgd", "binary_crossentropy", metrics=["AUC", keras.metrics.Precision(), "mse", "Recall", "R2Score"])
    model.fit(X, Y, epochs=1, batch_size=16, verbose=0)
    found = model.evaluate(X, Y, return_dict=True, verbose=0)
    p = model.predict(X, verbose=0)
    called = p > 0.5
    assert found["precision"] == pytest.approx((called & (Y == 1)).sum() / max(called.sum(), 1), rel=1e-5)
    assert found["recall"] == pytest.approx((called & (Y == 1)).sum() / (Y == 1).sum(), rel=1e-5)
    assert found["mse"] == pytest.approx(((p - Y) ** 2).mean(), rel=1e-4)
    assert found["r2_score"] == pytest.approx(1 - ((p - Y) ** 2).sum() / ((Y - Y.mean()) ** 2).sum(), abs=1e-4)
    wins = (p[Y == 1][:, None] > p[Y == 0]).mean()
    assert found["auc"] == pytest.approx(wins, abs=0.02)
