"""Indices that count from the end, in every type, and those that are out of range."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.framework import torch
from keras_core import stage


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
