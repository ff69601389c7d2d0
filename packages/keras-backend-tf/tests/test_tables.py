"""Steps that write rows into large tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_tf.backend import BACKEND
from keras_backend_tf.framework import tf
from keras_core import Spec, Variable, ops

ROWS = 2**18
PLACES = np.array([3, 5, 3, -1], "int32")


class Table:
    """Adds to rows of a table, and counts the steps; it fails where it is given zeros to add."""

    def __init__(self) -> None:
        self.table, self.count = Variable(np.zeros((ROWS, 16), "float32")), Variable(0.0)
        self.variables = [self.table, self.count]

    def step(self, places: Any, values: Any) -> list[Any]:
        self.count.assign_add(1.0)
        rows = self.table.rows(places)
        self.table.add_to_rows(places, values)
        tf.debugging.assert_positive(values)
        return [ops.sum(rows)]


def program_of(model: Table, many: bool, jit: bool | None) -> Any:
    specs = [Spec((4,), "int32"), Spec((4, 16))]
    if not many:
        return BACKEND.stage(model.step, model.variables, specs, jit)
    steps = BACKEND.stage_steps(model.step, model.variables, specs, jit)
    return lambda *data: steps(tf.range(4)[None], *data)


def is_written(program: Any) -> bool:
    """Whether a concrete function has the op that writes rows."""
    return any(op.type == "ResourceScatterAdd" for op in program.graph.get_operations())


@pytest.mark.parametrize("jit", [None, True])
@pytest.mark.parametrize("many", [False, True])
def test_rows_are_written(many: bool, jit: bool | None, monkeypatch: pytest.MonkeyPatch) -> None:
    from keras_backend_tf.compiler import programs

    made, concrete = [], programs.concrete
    monkeypatch.setattr(programs, "concrete", lambda *given: made.append(concrete(*given)) or made[-1])
    model = Table()
    run = program_of(model, many, jit)
    assert is_written(made[-1])
    held = model.table.value
    ones = tf.ones((4, 16))
    found = [float(run(tf.constant(PLACES), ones)[0]) for _ in range(3)]
    assert found == [0, 6 * 16, 12 * 16]  # row 3 is read and written twice
    expected = np.zeros((ROWS, 16))
    np.add.at(expected, PLACES, 3.0)
    np.testing.assert_array_equal(model.table.numpy(), expected)
    assert not held.numpy().any()


@pytest.mark.parametrize("many", [False, True])
def test_a_failure_leaves_the_table_as_it_was(many: bool) -> None:
    model = Table()
    run = program_of(model, many, None)
    run(tf.constant(PLACES), tf.ones((4, 16)))
    kept = [one.numpy() for one in model.variables]
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(tf.constant(PLACES), tf.zeros((4, 16)))
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(tf.constant([3, 5, 3, ROWS]), tf.ones((4, 16)))
    for variable, value in zip(model.variables, kept, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_a_tape_sees_the_rows_that_are_read() -> None:
    table = Variable(np.ones((2**16, 2), "float32"))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(table.rows(tf.constant(PLACES)) ** 2)
    (gradient,) = tape.gradient(loss, [table.storage])
    assert tf.convert_to_tensor(gradient).numpy()[3].tolist() == [4, 4]
