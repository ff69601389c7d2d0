"""TerminateOnNaN."""

import math

import pytest
from keras_core.callbacks import (
    TerminateOnNaN,
)


def losses(*values, name="val_loss"):
    return [{name: value} for value in values]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_terminate_on_nan(run, bad, capsys):
    history = run([TerminateOnNaN()], losses(1.0, bad, 1.0, name="loss"))
    assert len(history.epoch) == 2
    assert "the loss is" in capsys.readouterr().out
    with pytest.raises(RuntimeError, match="the loss is"):
        run([TerminateOnNaN(raise_error=True)], losses(bad, name="loss"))
