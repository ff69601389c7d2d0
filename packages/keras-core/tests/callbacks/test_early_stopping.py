"""EarlyStopping: when it stops, and what it restores."""

import pytest
from keras_core.callbacks import (
    EarlyStopping,
)


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


@pytest.mark.parametrize(
    ("values", "arguments", "epochs"),
    [
        ((3, 2, 1), {}, 3),
        ((3, 2, 2.5, 1), {}, 3),
        ((3, 2, 2.5, 1, 2, 2, 2), {"patience": 2}, 6),
        ((3, 2.95, 2.9, 1), {"min_delta": 0.1}, 2),
        ((1, 2, 3), {"mode": "max"}, 3),
        ((3, 2.9, 2.8, 2.7), {"baseline": 2.0, "patience": 2}, 2),
        ((3, 1.9, 1.8, 1.7), {"baseline": 2.0, "patience": 2}, 4),
        ((1, 2, 3, 2, 3), {"start_from_epoch": 3}, 5),
    ],
)
def test_early_stopping_stops_after(run, values, arguments, epochs):
    history = run([EarlyStopping(**arguments)], losses(*values))
    assert len(history.epoch) == epochs


def test_early_stopping_by_either_name_and_direction(run):
    stopping = EarlyStopping("val_acc", patience=1)
    history = run([stopping], losses(0.1, 0.5, 0.4, 0.9, name="val_accuracy"))
    assert len(history.epoch) == 3
    assert (stopping.best, stopping.best_epoch, stopping.stopped_epoch) == (0.5, 1, 2)


@pytest.mark.parametrize("values", [(3, 1, 2, 2, 2, 2), (3, 1, 2)])
def test_early_stopping_restores_the_best_weights_also_without_a_stop(run, model, values):
    run([EarlyStopping(patience=3, restore_best_weights=True)], losses(*values))
    assert model.weights == 1


def test_early_stopping_is_ready_for_a_second_training(run, model):
    stopping = EarlyStopping(patience=0)
    run([stopping], losses(1, 2))
    model.stop_training = False
    assert len(run([stopping], losses(5, 4, 3)).epoch) == 3
