"""Callbacks made of functions."""

import pytest
from keras_core.callbacks import (
    LambdaCallback,
)


def test_lambda_callback_names():
    with pytest.raises(TypeError, match=r"no hook 'on_epoch_ends'. Did you mean 'on_epoch_end'\?"):
        LambdaCallback(on_epoch_ends=print)


def test_hooks_of_ones_own_and_other_attributes():
    seen = []
    callback = LambdaCallback(swap=seen.append, limit=3)
    callback.swap(callback.limit)
    assert seen == [3]


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
