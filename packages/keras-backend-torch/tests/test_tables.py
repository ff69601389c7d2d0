"""Steps that write rows into large tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_conformance import Tables
from keras_core import Spec

ROWS = 2**12


def address(model: Tables) -> int:
    """Where the first table is in memory."""
    return int(model.added.storage.value.data_ptr())


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


@pytest.mark.parametrize("how", [lambda x: x, lambda x: x[1:], lambda x: x.detach()])
def test_a_table_that_somebody_holds_is_copied(how: Any) -> None:
    model = Tables(ROWS)
    run = program_of(model)
    run()
    place, held = address(model), how(model.added.storage.value)
    before = held.detach().numpy().copy()
    run()
    assert address(model) != place
    np.testing.assert_array_equal(held.detach().numpy(), before)
    model.check(2)
    del held
    place = address(model)
    run()
    assert address(model) == place


def test_each_of_many_steps_writes_rows() -> None:
    model = Tables(ROWS)
    steps = BACKEND.stage_steps(model.step, model.variables, [Spec((4,), "int32")])
    place = address(model)
    steps(np.tile(np.arange(4, dtype="int32"), (3, 1)), BACKEND.tensor(model.places))
    assert address(model) == place
    model.check(3)


def test_without_reference_counts_a_table_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras_backend_torch.storage.reference_counts", lambda tensors: None)
    model = Tables(ROWS)
    run, place = program_of(model), address(model)
    run()
    assert address(model) != place
    model.check(1)
