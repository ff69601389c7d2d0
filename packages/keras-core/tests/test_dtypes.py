"""Names of dtypes, and how they mix."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from keras_core import KerasTensor, config, dtypes, ops


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
        (("int64", "uint64"), "float32"), (("int8", "int64"), "int64"), (("bool",), "bool"), (("bool", "bool"), "bool"),
        (("float32", "complex64"), "complex64"), (("float64", "complex64"), "complex128"), ((), "float32"),
        (("bool", "int8", "float16"), "float16"),
    ],
)  # fmt: skip
def test_result_type(names: tuple[str, ...], result: str) -> None:
    assert dtypes.result_type(*names) == result


# The documented lattice (JAX, "Type promotion semantics"): each dtype and those directly above it. "i*", "f*" and "c*"
# are what Python's int, float and complex are: they take the dtype of what they meet, else int32, floatx, complex64.
ABOVE = {
    "bool": ["i*"],
    "i*": ["uint8", "int8"],
    "uint8": ["int16", "uint16"],
    "uint16": ["int32", "uint32"],
    "uint32": ["int64", "uint64"],
    "int8": ["int16"],
    "int16": ["int32"],
    "int32": ["int64"],
    "int64": ["f*"],
    "uint64": ["f*"],
    "f*": ["c*", "bfloat16", "float16"],
    "bfloat16": ["float32"],
    "float16": ["float32"],
    "float32": ["float64", "complex64"],
    "float64": ["complex128"],
    "c*": ["complex64"],
    "complex64": ["complex128"],
    "complex128": [],
}
WEAK = {"i*": "int32", "f*": "float32", "c*": "complex64"}
STRONG = [name for name in ABOVE if name not in WEAK]


def bounds(name: str) -> set[str]:
    return {name}.union(*(bounds(above) for above in ABOVE[name]))


def join(*names: str) -> str:
    """The least of all dtypes that are above each of these."""
    common = set.intersection(*map(bounds, names))
    (least,) = [one for one in common if bounds(one) == common]
    return WEAK.get(least, least)


def test_the_whole_lattice() -> None:
    for pair in itertools.product(STRONG, STRONG):
        assert dtypes.result_type(*pair) == join(*pair), pair
    for triple in itertools.combinations(STRONG, 3):
        for names in itertools.permutations(triple):
            assert dtypes.result_type(*names) == join(*names), names


@pytest.mark.parametrize("number, kind", [(True, "bool"), (3, "i*"), (1.5, "f*"), (2j, "c*")])
def test_python_numbers_take_the_dtype_of_tensors(number: complex, kind: str) -> None:
    for dtype in STRONG:
        assert ops.add(KerasTensor((2,), dtype), number).dtype == join(dtype, kind), (dtype, kind)


def test_sums_of_small_integers_are_wider() -> None:
    widened = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}
    for dtype in STRONG:
        x = KerasTensor((2, 2), dtype)
        for reduce in (ops.sum, ops.prod, ops.trace, ops.nansum, ops.nanprod):
            assert reduce(x).dtype == widened.get(dtype, dtype), (reduce, dtype)
        for running in (ops.cumsum, ops.cumprod):  # as upstream's, unless dtype= says otherwise
            assert running(x).dtype == ("int32" if dtype == "bool" else dtype)
        for product in (ops.matmul, lambda a, b: ops.einsum("ij,jk", a, b)):
            assert product(x, x).dtype == ("int32" if dtype == "int8" else dtype)
        for product in (ops.dot, ops.inner, ops.tensordot, ops.vdot, ops.outer):
            assert product(x, x).dtype == dtype
        for number in (ops.floor_divide, ops.mod, ops.power, lambda a, b: ops.square(a)):
            assert number(x, x).dtype == ("int32" if dtype == "bool" else dtype)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "bool"])
def test_sums_and_products_do_not_wrap_around(dtype: str) -> None:
    x = np.full((300, 300), 1 if dtype == "bool" else 100, dtype)
    each = 30000 if dtype != "bool" else 300
    assert ops.convert_to_numpy(ops.sum(x, 0)).tolist() == [each] * 300
    assert int(ops.trace(x)) == each
    assert int(ops.prod(x[0, :4])) == (1 if dtype == "bool" else 10**8)
    if dtype == "int8":
        assert int(ops.matmul(x[:1], x[:, :1])[0, 0]) == 3_000_000


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
