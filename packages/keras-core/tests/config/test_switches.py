"""Switches for whole programs."""

import logging

import numpy as np
import pytest
from keras_core import Input, Layer, Sequential, config


class Identity(Layer):
    def call(self, inputs):
        return inputs


def model():
    found = Sequential([Input((2,)), Identity()])
    found.compile(None, "mse", run_eagerly=True)
    return found


@pytest.fixture(autouse=True)
def as_before():
    yield
    config.enable_interactive_logging()
    config.set_max_epochs(None)
    config.set_max_steps_per_epoch(None)


def test_progress_is_told_to_a_logger(caplog, capsys):
    x = np.zeros((4, 2), "float32")
    config.disable_interactive_logging()
    assert not config.is_interactive_logging_enabled()
    with caplog.at_level(logging.INFO, logger="keras"):
        model().predict(x, batch_size=2)
    assert capsys.readouterr().out == ""
    assert [record.message.split(" - ")[0] for record in caplog.records] == ["2/2"]


def test_a_pass_has_no_more_steps_than_allowed():
    config.set_max_steps_per_epoch(2)
    assert config.max_steps_per_epoch() == 2
    assert model().predict(np.zeros((7, 2), "float32"), batch_size=2, verbose=0).shape == (4, 2)
    assert model().predict(np.zeros((3, 2), "float32"), batch_size=2, verbose=0).shape == (3, 2)


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "2", True])
def test_limits_are_positive_ints(wrong):
    for set_limit in (config.set_max_epochs, config.set_max_steps_per_epoch):
        with pytest.raises(ValueError, match="must be a positive int or None, got"):
            set_limit(wrong)


def test_what_has_no_effect_says_so():
    for switch in (config.enable_traceback_filtering, config.enable_unsafe_deserialization):
        with pytest.warns(UserWarning, match="has no effect"):
            switch()
    config.disable_traceback_filtering()
    assert config.is_traceback_filtering_enabled() is False and config.is_nnx_enabled() is False


def test_a_training_is_no_longer_than_allowed(needs_train):
    config.set_max_epochs(2)
    config.set_max_steps_per_epoch(3)
    with pytest.warns(UserWarning, match="no trainable weights"):
        history = model().fit(np.zeros((20, 2)), np.zeros((20, 2)), batch_size=2, epochs=5, verbose=0)
    assert history.epoch == [0, 1] and history.params["steps"] == 3
