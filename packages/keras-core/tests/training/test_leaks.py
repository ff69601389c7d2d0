"""Calls and models leave nothing behind: neither programs nor objects, whatever the process's memory does.

Covers: keras_core.training.programs, keras_core.training.batch_kinds
"""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from typing import Any

import numpy as np
import pytest
from keras_core.staging.variable import Variable

CALLS, MODELS = 1000, 60  # benchmarks/memory.py makes more
KINDS = [("train", True, False), ("predict", False, False)]


def live() -> Counter[str]:
    """How many objects of each of the project's classes there are."""
    gc.collect()
    names = (f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())
    return Counter(name for name in names if name.startswith("keras_"))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_thousand_calls_leave_nothing(compiled: Any, data: Any, needs_train: None) -> None:
    x, y = data
    model = compiled(metrics=["mae"])

    def call() -> None:
        model.predict(x, verbose=0)
        model.predict(x, batch_size=4, verbose=0)
        model.train_on_batch(x, y)

    for _ in range(20):  # as many as a backend waits with what it compiles later
        call()
    before, programs = live(), [model.programs.program_count((mode, *rest)) for mode, *rest in KINDS]
    for _ in range(CALLS):
        call()
    assert [model.programs.program_count((mode, *rest)) for mode, *rest in KINDS] == programs
    more = live() - before
    assert not {name: count for name, count in more.items() if count > CALLS / 100}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_dropped_models_are_gone(compiled: Any, data: Any, needs_train: None) -> None:
    x, y = data
    rows, targets = x[:2], y[:2]

    def build() -> weakref.ref[Any]:
        model = compiled()
        model.train_on_batch(rows, targets)
        np.testing.assert_equal(model.predict(rows, verbose=0).shape, (2, 1))
        return weakref.ref(model)

    for _ in range(3):
        build()
    before = live()
    built = [build() for _ in range(MODELS)]
    gc.collect()
    assert sum(one() is not None for one in built) <= 1  # a backend may hold the last one
    more = live() - before
    assert more[f"{Variable.__module__}.{Variable.__name__}"] < MODELS / 10
    assert not {name: count for name, count in more.items() if count > MODELS / 10}
