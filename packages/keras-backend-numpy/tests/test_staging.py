"""Staged functions: writes after success alone, results of their own, shapes without a framework."""

from __future__ import annotations

from typing import Any

import keras_core as kc
import numpy as np
import pytest
from keras_backend_numpy import staging
from keras_core import Spec, Variable, ops


def test_nothing_shares_memory_with_a_variable() -> None:
    given = np.array([1.0, 2.0], "float32")
    v = Variable(given)
    v.assign(given)
    given[:] = 0
    np.testing.assert_array_equal(v.numpy(), [1, 2])
    copy = v.numpy()
    copy[:] = 7
    out, turned = kc.stage(lambda: (v.value, ops.flip(v.value)), [v])()
    out[:] = turned[:] = 5
    np.testing.assert_array_equal(v.numpy(), [1, 2])


def test_a_failed_call_changes_nothing() -> None:
    v = Variable(0.0)

    def step(x: Any) -> Any:
        v.assign_add(x)
        if x > 1:
            raise RuntimeError("device")
        return v.value

    program = kc.stage(step, [v])
    assert float(program(np.float32(1))) == 1
    with pytest.raises(RuntimeError, match="device"):
        program(np.float32(2))
    assert float(v.numpy()) == 1


def test_abstract_finds_unknown_sizes() -> None:
    found = staging.abstract(
        lambda x, y: [ops.matmul(x, y), ops.sum(x, 0), ops.argmax(y)], [Spec((None, 3)), Spec((3, 5))]
    )
    assert found == [Spec((None, 5)), Spec((3,)), Spec((), "int32")]


def test_abstract_runs_once_where_all_sizes_are_known() -> None:
    seen = []

    def fn(x: Any) -> list[Any]:
        seen.append(x.shape)
        return [ops.log(x - 1)]

    assert staging.abstract(fn, [Spec((4, 2), "float64")]) == [Spec((4, 2), "float64")]
    assert seen == [(4, 2)]
