"""Names of dtypes, and how they mix."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from keras_core import config, dtypes


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("float32", "float32"), (np.float16, "float16"), (np.dtype("int8"), "int8"), (bool, "bool"), (int, "int32"),
        (float, "float32"), (None, "float32"), ("half", "float16"), ("double", "float64"), (np.bool_, "bool"),
        ("bfloat16", "bfloat16"), (dtypes.numpy_dtype("bfloat16"), "bfloat16"), ("<f4", "float32"), (str, "string"),
    ],
)  # fmt: skip
def test_standardize(given: object, name: str) -> None:
    assert dtypes.standardize(given) == name


def test_framework_dtypes_are_known_by_their_name() -> None:
    class Framework:
        name = "uint8"

    class Printed:
        def __str__(self) -> str:
            return "library.float64"

    assert dtypes.standardize(Framework()) == "uint8"
    assert dtypes.standardize(Printed()) == "float64"


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"Unknown dtype 'float33'. Expected one of: float16"):
        dtypes.standardize("float33")


def test_floatx_is_followed() -> None:
    config.set_floatx("float16")
    try:
        assert (dtypes.standardize(None), dtypes.standardize(float)) == ("float16", "float16")
        assert dtypes.numpy_dtype(None) == np.float16
    finally:
        config.set_floatx("float32")


@pytest.mark.parametrize(
    ("names", "result"),
    [
        (("bool", "uint8"), "uint8"), (("int64", "float16"), "float16"), (("float16", "bfloat16"), "float32"),
        (("float32", "float64"), "float64"), (("int8", "uint8"), "int16"), (("int32", "uint32"), "int64"),
        (("int64", "uint64"), "int64"), (("int8", "int64"), "int64"), (("bool",), "bool"), (("bool", "bool"), "bool"),
        (("float32", "complex64"), "complex64"), (("float64", "complex64"), "complex128"), ((), "float32"),
        (("bool", "int8", "float16"), "float16"),
    ],
)  # fmt: skip
def test_result_type(names: tuple[str, ...], result: str) -> None:
    assert dtypes.result_type(*names) == result


def test_result_type_is_symmetric() -> None:
    every = [*dtypes.FLOATS, *dtypes.SIGNED, *dtypes.UNSIGNED, "bool"]
    for a, b in itertools.product(every, every):
        assert dtypes.result_type(a, b) == dtypes.result_type(b, a)
        assert dtypes.is_float(dtypes.result_type(a, b)) == (dtypes.is_float(a) or dtypes.is_float(b))


def test_strings_do_not_mix() -> None:
    with pytest.raises(ValueError, match="string tensor does not mix with int32"):
        dtypes.result_type("string", "int32")


def test_kinds_and_limits() -> None:
    assert dtypes.is_float("bfloat16") and not dtypes.is_float("int32")
    assert dtypes.is_int("uint8") and not dtypes.is_int("bool")
    assert dtypes.is_bool("bool") and dtypes.is_complex("complex64")
    assert dtypes.limits("int8") == (-128, 127)
    assert dtypes.limits("bool") == (False, True)
    assert dtypes.limits("float16") == (-65504, 65504)
    assert dtypes.limits("bfloat16")[1] == pytest.approx(3.39e38, rel=1e-2)
    assert dtypes.itemsize("bfloat16") == 2
    assert dtypes.finfo("float32").eps == np.finfo("float32").eps
