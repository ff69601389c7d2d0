"""HDF5Matrix: rows as h5py has them, in any order, beyond no end."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import h5py
import numpy as np
import pytest
from keras_core.data_utils import HDF5Matrix

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with h5py.File(tmp_path / "data.h5", "w") as file:
        file["x"] = np.arange(20.0).reshape(10, 2)
    return tmp_path / "data.h5"


def test_rows(path: Path) -> None:
    whole = np.arange(20.0).reshape(10, 2)
    x = HDF5Matrix(path, "x", start=2, end=9)
    assert (len(x), x.shape, x.dtype, x.ndim, x.size) == (7, (7, 2), whole.dtype, 2, 14)
    for key in (0, -1, slice(1, 4), slice(None, None, 2), slice(5, 2, -1), slice(3, 3), [3, 1, 1], np.array([0, 5])):
        np.testing.assert_array_equal(x[key], whole[2:9][key])
    np.testing.assert_array_equal(np.asarray(x), whole[2:9])
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(x))[:], whole[2:9])
    with pytest.raises(IndexError, match="HDF5Matrix has 7 rows; there is none of index 7"):
        x[7]


def test_the_normalizer_says_shape_and_dtype(path: Path) -> None:
    x = HDF5Matrix(str(path), "x", normalizer=lambda rows: rows[..., :1].astype("float32") / 2)
    assert (x.shape, x.dtype) == ((10, 1), np.float32) and x[3].tolist() == [3.0]


def test_what_is_not_there(path: Path) -> None:
    with pytest.raises(KeyError, match=r"has no 'y'; it has \['x'\]"):
        HDF5Matrix(path, "y")
    with pytest.raises(ValueError, match="start=3 and end=11 do not lie in order within the 10 rows of 'x'"):
        HDF5Matrix(path, "x", 3, 11)
