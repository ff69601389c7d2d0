"""Values that JSON has no form for."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import KerasTensor, Variable, ops
from keras_core.saving.plain_values import decode, encode


def round_trip(value):
    written = encode(value)
    return decode(written["class_name"], written["config"])


@pytest.mark.parametrize("value", [Ellipsis, slice(None, 3), slice(0, 10, 2), b"bytes \xc3\xa4"])
def test_come_back_equal(value):
    assert round_trip(value) == value


@pytest.mark.parametrize(
    "value", [np.arange(4, dtype="int16"), np.float32(2.5), np.ones((2, 1), "bool"), np.zeros((0, 3))]
)
def test_arrays_come_back_with_shape_and_dtype(value):
    again = round_trip(value)
    assert (again.shape, again.dtype) == (value.shape, value.dtype)
    np.testing.assert_array_equal(again, value)


def test_tensors_and_variables_come_back_as_arrays():
    assert encode(Variable([1.0, 2.0]))["class_name"] == "__tensor__"
    for value in (Variable([1.0, 2.0]), ops.convert_to_tensor(np.array([1.0, 2.0], "float32"))):
        np.testing.assert_array_equal(round_trip(value), [1.0, 2.0])


def test_a_symbolic_tensor_keeps_shape_and_dtype():
    again = round_trip(KerasTensor((None, 3), "int32"))
    assert (again.shape, again.dtype) == ((None, 3), "int32")


def test_a_dtype_is_its_name():
    assert encode(np.dtype("float16")) == "float16"


def test_what_has_no_form():
    with pytest.raises(TypeError, match=r"Cannot serialize <object .* of type object: .*get_config"):
        encode(object())
    with pytest.raises(ValueError, match="the unknown form '__picture__'"):
        decode("__picture__", {})
    with pytest.raises(ValueError, match="must hold numbers"):
        decode("__numpy__", {"value": ["a"], "dtype": "string"})
