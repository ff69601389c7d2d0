"""The record that fit returns."""

import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential
from keras_core.callbacks import LearningRateScheduler


def test_history(run, model):
    history = run([], [{"loss": 3.0, "accuracy": 0.1, "val_acc": 0.2}, {"loss": 2.0, "accuracy": 0.3}])
    assert history.epoch == [0, 1]
    assert history.history == {"loss": [3.0, 2.0], "accuracy": [0.1, 0.3], "val_acc": [0.2]}
    assert history.history["acc"] == [0.1, 0.3]
    assert history.history["val_accuracy"] == [0.2]
    assert model.history is history


@pytest.mark.needs_train
def test_a_plot_of_a_training():
    """Validation in every second epoch, a rate that is logged, and epochs that begin later."""
    pytest.importorskip("matplotlib").use("Agg")
    network = Sequential([Input((3,)), Affine(1)])
    network.compile(Descent(0.1), "mse", metrics=["mae"])
    x = np.ones((8, 3), "float32")
    rates = LearningRateScheduler(lambda epoch, rate: 0.1 / 10**epoch)
    history = network.fit(
        x,
        x[:, :1],
        8,
        6,
        verbose=0,
        initial_epoch=2,
        validation_data=(x, x[:, :1]),
        validation_freq=2,
        callbacks=[rates],
    )
    axes = {one.get_title(): one for one in history.plot().axes}
    assert list(axes) == ["loss", "mae", "learning rate"]
    training, validation = axes["loss"].lines
    assert list(training.get_xdata()) == [3, 4, 5, 6] and list(validation.get_xdata()) == [4, 6]
    np.testing.assert_allclose(training.get_ydata(), history.history["loss"])
    np.testing.assert_allclose(axes["learning rate"].lines[0].get_ydata(), 0.1 / 10.0 ** np.arange(2, 6), rtol=1e-5)
