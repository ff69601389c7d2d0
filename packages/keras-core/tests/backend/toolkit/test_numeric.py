import numpy as np
import pytest
from keras_core.backend.toolkit import default_dtype, padded_rows


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "int32"),
        ([1, 2], "int32"),
        (0.5, "float32"),
        (True, None),
        (np.float64(1), None),
        (np.ones(2, "int8"), None),
        ("a", None),
    ],
)
def test_numbers_without_a_dtype_get_one(value, expected):
    assert default_dtype(value, np.asarray(value)) == expected


def test_rows_are_filled_up_with_zeros():
    padded = padded_rows(np.array([[1, 2], [3, 4]]), 3)
    assert padded.dtype == np.int32
    assert padded.tolist() == [[1, 2], [3, 4], [0, 0]]
