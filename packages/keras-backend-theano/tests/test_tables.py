"""Steps that write rows into large tables.

Covers: storage.py
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_theano.backend import BACKEND
from keras_conformance import Tables
from keras_core import Spec

ROWS = 2**12


def address(model: Tables) -> int:
    """Where the first table is in memory."""
    return int(model.added.storage.value.ctypes.data)


def program_of(model: Tables) -> Any:
    program = BACKEND.stage(model.step, model.variables, [Spec((4,), "int32")])
    return lambda: program(BACKEND.tensor(model.places))


def test_rows_are_written_where_the_table_is() -> None:
    model = Tables(ROWS)
    run = program_of(model)
    run()
    place = address(model)
    for _ in range(2):
        run()
        model.added.numpy()  # a copy, which holds nothing
    assert address(model) == place
    model.check(3)


@pytest.mark.parametrize("how", [lambda x: x, lambda x: x[1:], memoryview])
def test_a_table_that_somebody_holds_is_copied(how: Any) -> None:
    model = Tables(ROWS)
    run = program_of(model)
    run()
    place, held = address(model), how(model.added.storage.value)
    before = np.array(held)
    run()
    assert address(model) != place
    np.testing.assert_array_equal(np.array(held), before)
    model.check(2)
    del held
    place = address(model)
    run()
    assert address(model) == place


def test_a_view_is_no_memory_of_the_tables_own() -> None:
    model = Tables(ROWS)
    run = program_of(model)
    base = np.zeros((ROWS + 1, 16), "float32")
    model.added.storage.value = base[1:]
    run()
    assert not base.any()
    model.check(1)
