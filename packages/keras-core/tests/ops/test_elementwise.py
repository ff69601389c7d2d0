"""Elementwise ops against NumPy and the mathematics library."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

F32 = np.array([[-1.5, -0.25, 0.5], [0.75, 1.25, 2.0]], "float32")
POSITIVE = np.abs(F32) + np.float32(0.1)
UNIT = (F32 / np.float32(2.2)).astype("float32")
INTS = np.array([-7, -2, 0, 3, 9], "int32")


@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "exp2",
        "expm1",
        "sin",
        "cos",
        "tan",
        "arctan",
        "sinh",
        "cosh",
        "tanh",
        "arcsinh",
        "deg2rad",
        "rad2deg",
        "sinc",
        "cbrt",
        "negative",
        "abs",
        "absolute",
        "sign",
        "square",
        "floor",
        "ceil",
        "trunc",
    ],
)
def test_unary(name: str, check: Any) -> None:
    check(name, F32, expect=getattr(np, name)(F32))


@pytest.mark.parametrize("name", ["log", "log2", "log10", "sqrt", "reciprocal", "log1p"])
def test_unary_of_positive_numbers(name: str, check: Any) -> None:
    check(name, POSITIVE, expect=getattr(np, name)(POSITIVE))


@pytest.mark.parametrize("name", ["arcsin", "arccos", "arctanh"])
def test_unary_of_numbers_within_one(name: str, check: Any) -> None:
    check(name, UNIT, expect=getattr(np, name)(UNIT))


def test_others_of_one_argument(check: Any) -> None:
    check("arccosh", POSITIVE + 1, expect=np.arccosh(POSITIVE + 1))
    check("rsqrt", POSITIVE, expect=1 / np.sqrt(POSITIVE))
    check("erf", F32, expect=np.vectorize(math.erf)(F32).astype("float32"))
    check("erfc", F32, expect=np.vectorize(math.erfc)(F32).astype("float32"))


def test_erfinv_undoes_erf(check: Any) -> None:
    x = np.array([-2.5, -1, -0.01, 0, 0.3, 1.7], "float32")
    check("erfinv", np.vectorize(math.erf)(x).astype("float32"), expect=x, tolerance=2e-3)
    check("erfinv", np.array([-1, 1], "float32"), expect=np.array([-np.inf, np.inf], "float32"))


def test_of_ints_is_floatx(check: Any) -> None:
    check("exp", INTS, expect=np.exp(INTS).astype("float32"))
    check("floor", INTS, expect=INTS.astype("float32"))
    check("trunc", INTS, expect=INTS)


@pytest.mark.parametrize(
    "name",
    ["add", "subtract", "multiply", "divide", "true_divide", "maximum", "minimum", "arctan2", "hypot", "logaddexp"],
)
def test_binary_broadcasts(name: str, check: Any) -> None:
    row = np.array([0.5, -2.0, 3.0], "float32")
    check(name, F32, row, expect=getattr(np, name)(F32, row))


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "floor_divide", "mod", "maximum", "minimum"])
def test_binary_of_ints(name: str, check: Any) -> None:
    other = np.array([2, -3, 4, 5, -2], "int32")
    check(name, INTS, other, expect=getattr(np, name)(INTS, other))


def test_power(check: Any) -> None:
    check("power", POSITIVE, F32, expect=POSITIVE**F32)
    check("power", F32, 2, expect=F32**2)
    check("power", INTS, 3, expect=INTS**3)


def test_numbers_are_weak(check: Any) -> None:
    check("add", F32.astype("float16"), 1.5, expect=F32.astype("float16") + np.float16(1.5))
    check("add", INTS.astype("int8"), 1, expect=(INTS + 1).astype("int8"))
    check("multiply", INTS, 0.5, expect=(INTS * 0.5).astype("float32"))
    check("subtract", 1, F32, expect=1 - F32)


def test_dtypes_meet(check: Any) -> None:
    check("add", INTS, np.float16(1), expect=(INTS + 1).astype("float16"))
    check("add", INTS, INTS.astype("int64"), expect=(2 * INTS).astype("int64"))
    check("add", np.array([True, False]), np.array([1, 2], "uint8"), expect=np.array([2, 2], "uint8"))
    check("divide", INTS, np.array(2, "int32"), expect=(INTS / 2).astype("float32"))


def test_division_by_zero(check: Any) -> None:
    x, zero = np.array([1, -1, 0], "float32"), np.zeros(3, "float32")
    check("divide_no_nan", x, zero, expect=zero)
    check("divide_no_nan", x, np.array([2, 0, 4], "float32"), expect=np.array([0.5, 0, 0], "float32"))
    check("divide", x, zero, expect=np.array([np.inf, -np.inf, np.nan], "float32"))


def test_logaddexp_does_not_overflow(check: Any) -> None:
    x = np.array([1000, -1000, -np.inf], "float32")
    check("logaddexp", x, x, expect=np.array([1000 + math.log(2), -1000 + math.log(2), -np.inf], "float32"))


def test_clip(check: Any) -> None:
    check("clip", F32, -1, 1, expect=np.clip(F32, -1, 1))
    check("clip", INTS, -3, 3, expect=np.clip(INTS, -3, 3))


@pytest.mark.parametrize("name", ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"])
def test_comparison(name: str, check: Any) -> None:
    other = np.array([-7, 0, 0, 4, 1], "int32")
    check(name, INTS, other, expect=getattr(np, name)(INTS, other))
    check(name, INTS.astype("float32"), 3, expect=getattr(np, name)(INTS, 3))


def test_comparison_with_nan(check: Any) -> None:
    x = np.array([np.nan, 1], "float32")
    check("greater_equal", x, x, expect=np.array([False, True]))
    check("not_equal", x, x, expect=np.array([True, False]))


def test_of_special_values(check: Any) -> None:
    x = np.array([np.nan, np.inf, -np.inf, 0, 1], "float32")
    check("isnan", x, expect=np.isnan(x))
    check("isinf", x, expect=np.isinf(x))
    check("isfinite", x, expect=np.isfinite(x))
    limit = np.finfo("float32").max
    check("nan_to_num", x, expect=np.array([0, limit, -limit, 0, 1], "float32"))
    check("nan_to_num", x, nan=2.0, posinf=3.0, neginf=4.0, expect=np.array([2, 3, 4, 0, 1], "float32"))
    check("nan_to_num", INTS, expect=INTS)


@pytest.mark.parametrize("equal_nan", [False, True])
def test_isclose(equal_nan: bool, check: Any) -> None:
    a = np.array([1, 1, np.inf, np.inf, np.nan, 0], "float32")
    b = np.array([1 + 1e-6, 1.1, np.inf, 1, np.nan, 1e-9], "float32")
    check("isclose", a, b, equal_nan=equal_nan, expect=np.isclose(a, b, equal_nan=equal_nan))
    check("allclose", a[:1], b[:1], expect=np.array(True))


@pytest.mark.parametrize("name", ["logical_and", "logical_or", "logical_xor"])
def test_logic(name: str, check: Any) -> None:
    a, b = np.array([0, 2, 0, 3], "int32"), np.array([False, False, True, True])
    check(name, a, b, expect=getattr(np, name)(a, b))


def test_logical_not(check: Any) -> None:
    check("logical_not", np.array([0.0, 0.5], "float32"), expect=np.array([True, False]))


@pytest.mark.parametrize("name", ["bitwise_and", "bitwise_or", "bitwise_xor"])
def test_bits(name: str, check: Any) -> None:
    check(name, INTS, INTS[::-1].copy(), expect=getattr(np, name)(INTS, INTS[::-1]))


def test_shifts(check: Any) -> None:
    two = np.full(5, 2, "int32")
    check("bitwise_left_shift", INTS, two, expect=INTS << 2)
    check("bitwise_right_shift", INTS, two, expect=INTS >> 2)
    check("left_shift", INTS, 1, expect=INTS << 1)
    check("bitwise_not", INTS, expect=~INTS)


def test_bits_of_floats_are_refused() -> None:
    with pytest.raises(ValueError, match=r"bitwise_and\(\) got dtype float32"):
        ops.bitwise_and(KerasTensor((2,)), KerasTensor((2,)))


def test_cast(check: Any) -> None:
    check("cast", F32, "int32", expect=F32.astype("int32"))
    check("cast", INTS, "bool", expect=INTS.astype("bool"))
    check("cast", np.array([True, False]), "float16", expect=np.array([1, 0], "float16"))


def test_saturate_cast(check: Any) -> None:
    x = np.array([-1e10, -3.7, 300, 1e10], "float32")
    check("saturate_cast", x, "uint8", expect=np.array([0, 0, 255, 255], "uint8"))
    check("saturate_cast", INTS, "int8", expect=INTS.astype("int8"))
    top = backend.to_numpy(ops.saturate_cast(x, "int32"))
    assert top[0] == -(2**31)
    assert 2**31 - 200 < top[3] < 2**31


def test_where(check: Any) -> None:
    condition = np.array([True, False, True])
    check("where", condition, F32, 0, expect=np.where(condition, F32, 0).astype("float32"))
    check("where", condition, 1, 2.5, expect=np.array([1, 2.5, 1], "float32"))
    check("where", np.array([0, 1], "int32"), INTS[:2], INTS[2:4], expect=np.array([0, -2], "int32"))


def test_heaviside(check: Any) -> None:
    x = np.array([-1, 0, 2], "float32")
    check("heaviside", x, np.float32(0.5), expect=np.heaviside(x, np.float32(0.5)))


@pytest.mark.parametrize("decimals", [0, 1])
def test_round(decimals: int, check: Any) -> None:
    x = np.array([0.5, 1.5, -2.5, 1.26], "float32")
    check("round", x, decimals, expect=np.round(x, decimals))
    check("round", INTS, expect=INTS)


def test_shapes_that_do_not_broadcast() -> None:
    with pytest.raises(ValueError, match=r"add\(\) got shapes \(2, 3\) and \(4,\), which do not broadcast"):
        ops.add(KerasTensor((2, 3)), KerasTensor((4,)))
    with pytest.raises(ValueError, match=r"add\(\) got shapes \(2, 3\) and \(4,\)"):
        ops.add(F32, np.zeros(4, "float32"))


def test_unknown_sizes() -> None:
    assert ops.add(KerasTensor((None, 3)), KerasTensor((5, 1))).shape == (5, 3)
    assert ops.add(KerasTensor((None, 1)), KerasTensor((1, None))).shape == (None, None)
    assert ops.where(KerasTensor((None, 1), "bool"), KerasTensor((4,)), 0.0).shape == (None, 4)


@pytest.mark.usefixtures("needs_train")
def test_stop_gradient() -> None:
    from keras_core import gradients

    x = ops.convert_to_tensor(np.array([1.0, 2.0], "float32"))
    _, (slope,) = gradients(lambda t: ops.sum(ops.multiply(t, ops.stop_gradient(t))), [x])
    np.testing.assert_allclose(backend.to_numpy(slope), [1, 2])


@pytest.mark.usefixtures("needs_train")
def test_gradients_at_kinks_are_zero() -> None:
    from keras_core import gradients

    for op in (ops.relu, ops.abs):
        _, (slope,) = gradients(lambda t, op=op: ops.sum(op(t)), [ops.convert_to_tensor(np.zeros(2, "float32"))])
        np.testing.assert_array_equal(backend.to_numpy(slope), [0, 0])
