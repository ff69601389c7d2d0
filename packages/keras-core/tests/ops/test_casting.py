"""Arguments brought to one dtype."""

import numpy as np
import pytest
from keras_core import backend, ops
from keras_core.ops.casting import as_tensor, common_dtype, convert, is_numeric


@pytest.mark.parametrize(
    "kind, values, dtype",
    [
        ("promote", [np.int8(1), np.float16(1)], "float16"),
        ("promote", [np.int8(1), 2], "int8"),
        ("promote", [np.int8(1), 2.5], "float32"),
        ("promote", [np.bool_(True), 2], "int32"),
        ("promote", [1, 2.5, None], "float32"),
        ("promote", [[np.ones(1, "int8"), np.ones(1, "int16")]], "int16"),
        ("float", [np.int8(1)], "float32"),
        ("float", [np.float16(1), 3.5], "float16"),
    ],
)
def test_the_common_dtype(kind, values, dtype):
    assert common_dtype(kind, values, None) == dtype


def test_a_tensor_of_the_right_dtype_is_kept():
    of, x = backend.active(), ops.ones((2,))
    assert convert(x, of, None) is x and convert(x, of, "float32") is x
    assert of.dtype(convert(x, of, "int32")) == "int32"
    assert convert(None, of, "int32") is None


def test_lists():
    of = backend.active()
    assert is_numeric([[1.0]]) and not is_numeric([ops.ones(())]) and not is_numeric("a")
    assert of.numpy(as_tensor([ops.ones(()), 2.0], of)).tolist() == [1, 2]
    assert of.shape(as_tensor([], of)) == (0,)
