"""Progress of fit, evaluate and predict."""

import subprocess
import sys

import pytest
from keras_core.callbacks import CallbackList, ProgbarLogger
from keras_core.callbacks import progress_bar as module


def fit(epochs, batches, **params):
    listed = CallbackList([], add_progbar=True, epochs=epochs, **params)
    listed.on_train_begin()
    for epoch in range(epochs):
        listed.on_epoch_begin(epoch)
        for batch in range(batches):
            listed.on_train_batch_end(batch, {"loss": 1.0})
        listed.on_test_begin()
        listed.on_test_batch_end(0, {"loss": 7.0})
        listed.on_test_end({"loss": 7.0})
        listed.on_epoch_end(epoch, {"loss": 0.5, "val_loss": 0.25})
    listed.on_train_end()


@pytest.mark.parametrize("verbose", [1, 2, "auto"])
def test_logger_of_fit(clock, capsys, verbose):
    fit(2, 3, steps=3, verbose=verbose)
    line = "3/3 - 0s - loss: 0.5000 - val_loss: 0.2500\n"
    assert capsys.readouterr().out == f"Epoch 1/2\n{line}Epoch 2/2\n{line}"


def test_logger_is_silent(capsys):
    fit(1, 3, steps=3, verbose=0)
    assert capsys.readouterr().out == ""


def test_logger_learns_the_number_of_steps(clock, capsys):
    fit(2, 3, verbose=2)
    assert capsys.readouterr().out.count("3/3 - ") == 2


def test_logger_of_evaluate_and_predict(clock, capsys):
    listed = CallbackList([ProgbarLogger()], verbose=1, steps=2)
    listed.on_test_begin()
    listed.on_test_batch_end(1, {"loss": 2.0})
    listed.on_test_end({"loss": 2.0})
    assert capsys.readouterr().out == "2/2 - 0s - loss: 2.0000\n"

    def outputs():
        raise AssertionError("the outputs are not looked at")

    listed.on_predict_begin()
    clock.now += 1
    listed.on_predict_batch_end(1, outputs)
    listed.on_predict_end()
    assert capsys.readouterr().out == "2/2 - 1s - 500ms/step\n"


def test_logs_are_looked_at_only_when_it_draws(clock, screen, monkeypatch):
    monkeypatch.setattr(module, "find_display", lambda: "terminal")
    looks = []
    listed = CallbackList([], add_progbar=True, epochs=1, steps=1000, verbose=1)
    listed.on_train_begin()
    listed.on_epoch_begin(0)
    for batch in range(1000):
        clock.now += 0.001
        listed.on_train_batch_end(batch, lambda: looks.append(1) or {"loss": 1.0})
    assert 8 <= len(looks) <= 11


def test_terminal_is_given_back_when_training_breaks_off(clock, screen, monkeypatch):
    monkeypatch.setattr(module, "find_display", lambda: "terminal")
    listed = CallbackList([], add_progbar=True, epochs=1, steps=10, verbose=1)
    listed.on_train_begin()
    listed.on_epoch_begin(0)
    clock.now += 1
    listed.on_train_batch_end(0, {"loss": 1.0})
    assert not screen.closed
    listed.close()
    assert screen.closed


def test_rich_is_imported_only_for_a_terminal():
    code = (
        "import sys; from keras_core.callbacks import Progbar; b = Progbar(2); b.update(1); b.update(2);"
        "assert 'rich' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE)
