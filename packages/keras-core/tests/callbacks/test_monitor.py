"""Watching one number: its names, and which way is better."""

import math
import warnings

import pytest
from keras_core.callbacks import (
    EarlyStopping,
)
from keras_core.callbacks.monitor import Monitor


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


def test_missing_number_is_said(run):
    with pytest.warns(UserWarning, match="'val_loss' is not among.*loss"):
        run([EarlyStopping()], losses(1, name="loss"))


def test_unknown_direction_is_said():
    with pytest.warns(UserWarning, match="mode='min' or mode='max'"):
        EarlyStopping("val_quality")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        EarlyStopping("val_quality", mode="max")
        EarlyStopping("val_binary_crossentropy")
        assert not EarlyStopping("val_root_mean_squared_error")._monitor.higher_is_better
        for name in ("val_mean_io_u", "auc", "val_f1_score", "head_binary_accuracy", "true_positives"):
            assert EarlyStopping(name)._monitor.higher_is_better
    with pytest.raises(ValueError, match="'auto', 'min' or 'max'"):
        EarlyStopping(mode="maximum")


def test_better_by_more_than_the_least_change():
    lower, higher = Monitor("EarlyStopping", "loss", "auto", 0.1), Monitor("EarlyStopping", "accuracy", "auto", -0.1)
    assert (lower.worst, higher.worst) == (math.inf, -math.inf)
    assert lower.is_better(0.8, than=1.0) and not lower.is_better(0.95, than=1.0)
    assert higher.is_better(0.8, than=0.6) and not higher.is_better(0.65, than=0.6)


def test_the_number_is_found_by_either_name():
    monitor = Monitor("EarlyStopping", "val_acc", "auto")
    assert monitor.read({"val_accuracy": 0.5}) == 0.5
    with pytest.warns(UserWarning, match="EarlyStopping: 'val_acc' is not among what was measured: nothing"):
        assert monitor.read(None) is None
