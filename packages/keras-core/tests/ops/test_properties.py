"""Static shape and dtype of what ops take."""

import numpy as np
import pytest
from keras_core import KerasTensor, Trace, Variable, backend, config, ops
from keras_core.ops.properties import dtype_of, shape_of


@pytest.mark.parametrize(
    "value, shape, dtype",
    [
        (1, (), "int32"),
        (1.5, (), "float32"),
        (True, (), "bool"),
        ([[1, 2]], (1, 2), "int32"),
        (np.zeros((2, 3), "int8"), (2, 3), "int8"),
        (np.float16(1), (), "float16"),
        (KerasTensor((None, 3), "bfloat16"), (None, 3), "bfloat16"),
    ],
)
def test_without_a_backend(value, shape, dtype):
    assert (shape_of(value), dtype_of(value)) == (shape, dtype)


def test_tensors_and_variables():
    for value in (ops.ones((2, 3), "int32"), Variable(np.ones((2, 3), "int32"))):
        assert (shape_of(value), dtype_of(value)) == ((2, 3), "int32")
        with Trace(backend.active()):
            assert (shape_of(value), dtype_of(value)) == ((2, 3), "int32")


def test_python_floats_are_floatx():
    config.set_floatx("float16")
    try:
        assert dtype_of(1.0) == "float16"
    finally:
        config.set_floatx("float32")
