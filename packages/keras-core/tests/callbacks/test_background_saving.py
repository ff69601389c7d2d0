"""Files are written one after the other, beside what goes on, and no error is lost."""

import threading

import pytest
from keras_core.callbacks.background_saving import BackgroundSaving


def test_writing_runs_beside_and_in_order():
    saving, go, written = BackgroundSaving("Mine"), threading.Event(), []
    assert not saving.is_busy
    saving.begin(lambda: (go.wait(60), written.append((1, threading.current_thread().name))))
    saving.begin(lambda: written.append((2, threading.current_thread().name)))
    assert saving.is_busy and not written
    go.set()
    saving.finish()
    assert not saving.is_busy and [number for number, _ in written] == [1, 2]
    assert {name for _, name in written} == {"Mine-saving_0"}
    saving.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("Mine")]


def test_an_error_is_raised_once_or_told_at_the_end():
    saving = BackgroundSaving("Mine")
    saving.begin(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        saving.finish()
    saving.finish()
    saving.begin(lambda: 1 / 0)
    with pytest.warns(UserWarning, match="Mine: the last save was not written: ZeroDivisionError"):
        saving.close()
    saving.close()
