"""Callbacks made of functions."""

import pytest
from keras_core.callbacks import (
    LambdaCallback,
)


def test_lambda_callback_names():
    with pytest.raises(TypeError, match="on_epoch_over"):
        LambdaCallback(on_epoch_over=print)


def test_functions_are_the_hooks():
    seen = []
    callback = LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append((epoch, logs["loss"])),
        on_batch_end=lambda batch, logs: seen.append(batch),
        on_train_end=None,
    )
    callback.on_train_batch_end(4, {})
    callback.on_epoch_end(0, {"loss": 0.5})
    callback.on_train_end()
    assert seen == [4, (0, 0.5)]
