"""Where callbacks tell what happens."""

import logging

import pytest
from keras_core import config
from keras_core.callbacks.telling import tell


@pytest.mark.parametrize("interactive", [True, False])
def test_a_line_goes_to_the_screen_or_to_the_log(interactive, capsys, caplog):
    if not interactive:
        config.disable_interactive_logging()
    try:
        with caplog.at_level(logging.INFO, logger="keras"):
            tell("Epoch 1: 100 %s")
    finally:
        config.enable_interactive_logging()
    assert capsys.readouterr().out == ("Epoch 1: 100 %s\n" if interactive else "")
    assert [record.message for record in caplog.records] == ([] if interactive else ["Epoch 1: 100 %s"])
