"""Data as arrays of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import Spec, backend
from keras_core.training.data import as_array, as_arrays, dtype_name, specs_of


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([[1.0, 2.0]], "float32"),
        (np.ones(2), "float32"),
        (np.ones(2, "float16"), "float16"),
        ([1, 2], "int64"),
        (np.ones(2, "uint8"), "uint8"),
        (np.array([1, 2.5], object), "float32"),
        ([True, False], "bool"),
        (np.array([1, 2], ">f4"), "float32"),
        (np.array([1, 2], ">i8"), "int64"),
    ],
)
def test_dtypes(given: Any, dtype: str) -> None:
    found = as_array(given, "x")
    assert isinstance(found, np.ndarray) and dtype_name(found) == dtype and found.dtype.isnative
    np.testing.assert_array_equal(found, np.asarray(given, dtype))


def test_an_array_of_floatx_is_not_copied() -> None:
    x = np.ones(3, "float32")
    assert as_array(x, "x") is x and as_array(None, "x") is None


def test_frames_and_sparse_matrices_become_arrays() -> None:
    class Frame:
        def to_numpy(self) -> np.ndarray:
            return np.ones((2, 2))

    class Sparse:
        def toarray(self) -> np.ndarray:
            return np.zeros((2, 2), "int8")

    assert as_array(Frame(), "x").dtype == "float32" and as_array(Sparse(), "x").dtype == "int8"


def test_a_tensor_of_the_active_backend_stays() -> None:
    active = backend.active()
    tensor = active.tensor(np.ones(2, "float32"))
    if active.is_tensor(tensor) and not isinstance(tensor, np.ndarray):
        assert as_array(tensor, "x") is tensor


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1.0], [1.0, 2.0]], r"x is not a rectangular array: .*Pad its rows to one length"),
        (["a", "b"], "x holds strings where numbers are expected"),
        (np.array([{}, {}], object), "x holds objects of type dict"),
    ],
)
def test_what_holds_no_numbers_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        as_array(given, "x")


def test_dates_are_no_numbers() -> None:
    with pytest.raises(ValueError, match=r"x holds dates or times \(datetime64\[D\]\) where numbers are expected"):
        as_array(np.array(["2020-01-01"], "datetime64[D]"), "x")


def test_nesting_is_kept_and_a_list_of_numbers_is_one_array() -> None:
    one = as_arrays([[1.0, 2.0], [3.0, 4.0]], "x")
    assert isinstance(one, np.ndarray) and one.shape == (2, 2)
    several = as_arrays([np.ones(2), {"b": [1, 2]}], "x")
    assert isinstance(several, list) and several[1]["b"].tolist() == [1, 2]
    with pytest.raises(ValueError, match=r"x\[1\]\['b'\] holds strings"):
        as_arrays([np.ones(2), {"b": ["c"]}], "x")


def test_specs_leave_the_number_of_samples_open() -> None:
    found = specs_of(({"a": np.ones((4, 3), "float32")}, np.ones(4, "int32"), None))
    assert found == ({"a": Spec((None, 3), "float32")}, Spec((None,), "int32"), None)
