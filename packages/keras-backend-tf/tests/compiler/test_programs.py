"""Graphs called as ops, and the kernels they leave behind."""

import gc
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras_backend_tf import BACKEND
from keras_backend_tf.compiler import programs
from keras_core import Spec


def _rows(*values: float) -> Any:
    return tf.constant(values, tf.float32)


def test_dropped_programs_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped: list[int] = []
    monkeypatch.setattr(programs, "_forget_one", lambda: dropped.append(1))  # of the programs staged from here on
    kept = BACKEND.stage(lambda x: [x + 1.0], [], [Spec((2,))])
    kept(_rows(1, 2))
    for _ in range(6):
        BACKEND.stage(lambda x: [x * 2.0], [], [Spec((2,))])(_rows(1, 2))
    while gc.collect():
        pass
    assert len(dropped) == 6


def test_dropped_programs_leave_no_kernels_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    cleared: list[int] = []
    clear = programs.clear_kernel_cache
    monkeypatch.setattr(programs, "clear_kernel_cache", lambda: (cleared.append(1), clear()))
    kept = BACKEND.stage(lambda x: [x + 1.0], [], [Spec((2,))])
    kept(_rows(1, 2))
    gc.disable()  # programs that other tests dropped must not be counted now
    try:
        monkeypatch.setattr(programs, "_KEPT", 3)
        monkeypatch.setattr(programs, "_dropped", 0)
        for _ in range(7):
            programs._forget_one()
    finally:
        gc.enable()
    assert len(cleared) == 2
    np.testing.assert_array_equal(kept(_rows(1, 2))[0], [2, 3])
