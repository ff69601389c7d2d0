"""Rows are added to a variable in memory of the program's own, which steps of one call share."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.passes.pipeline import optimized
from keras_backend_torch.compiler.recording import record
from keras_backend_torch.framework import torch
from keras_core import Spec, Variable, ops

START = np.arange(8, dtype="float32").reshape(4, 2)
PLACES = np.array([[1], [3], [1]], "int32")


def _step(table: Variable) -> Any:
    def fn(places: Any) -> list[Any]:
        rows = ops.take(table, places[:, 0], 0)
        table.assign(ops.scatter_update(table, places, rows * 0.5, "add"))
        return [ops.sum(rows)]

    return fn


def _recording() -> Any:
    table = Variable(START)
    return optimized(record(BACKEND, _step(table), [table], [Spec((3, 1), "int32")]))


def test_the_table_is_copied_once_for_all_steps(kernels: Any) -> None:
    recording = _recording()
    assert kernels(recording).count("index_add_") == 1 and "index_add" not in kernels(recording)
    source = CodeGenerator(recording).steps().__doc__
    start, steps = source.split("for row in rows:")
    assert "clone" in start and "clone" not in steps


def test_a_table_whose_old_value_is_used_afterwards_is_copied(kernels: Any) -> None:
    table = Variable(START)

    def fn(places: Any) -> list[Any]:
        old = table.value
        table.assign(ops.scatter_update(table, places, ops.take(table, places[:, 0], 0), "add"))
        return [ops.sum(old)]

    recording = optimized(record(BACKEND, fn, [table], [Spec((3, 1), "int32")]))
    assert "index_add" in kernels(recording)


def test_steps_add_to_rows_and_leave_what_was_read_before() -> None:
    table = Variable(START)
    before = table.value
    steps = BACKEND.stage_steps(_step(table), [table], [Spec((3, 1), "int32")])
    out = steps(np.array([[0, 1, 2], [0, 1, 2]]), torch.tensor(PLACES))
    expected = START.copy()
    for _ in range(2):
        rows = expected[PLACES[:, 0]]
        np.add.at(expected, PLACES[:, 0], rows * 0.5)
    np.testing.assert_allclose(table.numpy(), expected)
    np.testing.assert_array_equal(before.detach(), START)
    assert float(out[0]) == rows.sum()
