"""Steps that write rows into large tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_core import Spec, Variable, ops

ROWS = 2**12
PLACES = np.array([3, 5, 3, -1], "int32")


class Table:
    """Adds to rows of a table, replaces those of another one, and counts the steps."""

    def __init__(self) -> None:
        self.table, self.other = (Variable(np.zeros((ROWS, 16), "float32")) for _ in range(2))
        self.count = Variable(0.0)
        self.variables = [self.table, self.other, self.count]

    def step(self, places: Any) -> list[Any]:
        self.count.assign_add(1.0)
        rows = ops.ones((4, 16))
        self.table.add_to_rows(places, rows)
        self.other.assign_rows(places, ops.multiply(rows, self.count))
        return [ops.sum(places)]

    @property
    def address(self) -> int:
        return int(self.table.storage.value.data_ptr())

    def check(self, steps: int) -> None:
        added, replaced = np.zeros((2, ROWS, 16))
        np.add.at(added, PLACES, float(steps))
        replaced[PLACES] = steps
        np.testing.assert_array_equal(self.table.numpy(), added)
        np.testing.assert_array_equal(self.other.numpy(), replaced)
        assert self.count.numpy() == steps


def program_of(model: Table) -> Any:
    program = BACKEND.stage(model.step, model.variables, [Spec((4,), "int32")])
    return lambda: program(BACKEND.tensor(PLACES))


def test_rows_are_written_where_the_table_is() -> None:
    model = Table()
    run = program_of(model)
    run()
    address = model.address
    for _ in range(2):
        run()
        model.table.numpy()  # a copy, which holds nothing
    assert model.address == address
    model.check(3)


@pytest.mark.parametrize("how", [lambda x: x, lambda x: x[1:], lambda x: x.detach()])
def test_a_table_that_somebody_holds_is_copied(how: Any) -> None:
    model = Table()
    run = program_of(model)
    run()
    address, held = model.address, how(model.table.storage.value)
    before = held.detach().numpy().copy()
    run()
    assert model.address != address
    np.testing.assert_array_equal(held.detach().numpy(), before)
    model.check(2)
    del held
    address = model.address
    run()
    assert model.address == address


def test_each_of_many_steps_writes_rows() -> None:
    model = Table()
    steps = BACKEND.stage_steps(model.step, model.variables, [Spec((4,), "int32")])
    address = model.address
    steps(np.tile(np.arange(4, dtype="int32"), (3, 1)), BACKEND.tensor(PLACES))
    assert model.address == address
    model.check(3)


def test_without_reference_counts_a_table_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras_backend_torch.storage.reference_counts", lambda tensors: None)
    model = Table()
    run, address = program_of(model), model.address
    run()
    assert model.address != address
    model.check(1)
