"""Indices that count from the end, in every type, and those that are out of range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.framework import torch
from keras_core import ops, stage


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8"])
def test_indices_of_any_type_count_from_the_end(dtype: str) -> None:
    x = np.random.default_rng(0).normal(size=(300, 4)).astype("float32")
    places = np.array([[0, 127], [5, 90]] if dtype == "uint8" else [[0, 127], [-1, -128]], dtype)
    taken = stage(lambda i: BACKEND.ops["take"](torch.tensor(x), i, 0), [])(places)
    np.testing.assert_array_equal(taken, x[places])


@pytest.mark.parametrize("place", [-4, 3])
def test_an_index_out_of_range_is_an_error(place: int) -> None:
    for shape in ((3, 2), (3,)):
        program = stage(lambda i, shape=shape: BACKEND.ops["take"](torch.zeros(shape), i, 0), [])
        program(np.array([-3, 2], "int32"))
        with pytest.raises(IndexError):
            program(np.array([0, place], "int32"))


def test_starts_of_a_block_may_be_numbers_and_tensors_in_a_loop() -> None:
    x = np.arange(24, dtype="float32").reshape(2, 3, 4)

    def at(place: Any, row: Any) -> tuple[Any, Any]:
        cut = ops.slice(x, (0, place, 1), (2, 1, 2))
        return place + 1, (cut, ops.slice_update(x, (0, place, 1), ops.zeros((2, 1, 2)) + row))

    loop = stage(lambda rows: ops.scan(at, ops.zeros((), "int32"), rows), [])
    _, (cut, put) = loop(np.zeros(3, "float32"))
    for place in range(3):
        np.testing.assert_array_equal(cut[place], x[:, place : place + 1, 1:3])
        expected = x.copy()
        expected[:, place, 1:3] = 0
        np.testing.assert_array_equal(put[place], expected)
