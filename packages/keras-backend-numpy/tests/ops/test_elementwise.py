"""Elementwise ops whose NumPy function does something else than the op says."""

import math

import numpy as np
import pytest
from keras_backend_numpy.ops import OPS, elementwise


def test_erf() -> None:
    x = np.linspace(-3, 3, 7, dtype="float32")
    found = elementwise.erf(x)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, [math.erf(n) for n in x], rtol=1e-6)
    assert elementwise.erf(np.float32(0.5)) == np.float32(math.erf(0.5))


@pytest.mark.parametrize("name", ["sign", "round"])
def test_truth_values_stay(name: str) -> None:
    x = np.array([True, False])
    assert OPS[name](x) is x


def test_round_is_half_to_even_and_keeps_the_dtype() -> None:
    assert elementwise.round(np.array([0.5, 1.5, 2.5])).tolist() == [0, 2, 2]
    found = elementwise.round(np.array([15, 25, 31], "int16"), -1)
    assert found.dtype == "int16" and found.tolist() == [20, 20, 30]


def test_cast() -> None:
    assert elementwise.cast(np.array([0.2, 0.0]), "bool").tolist() == [True, False]
    assert elementwise.cast(np.array([1.7, -1.7]), "int32").tolist() == [1, -1]


def test_stop_gradient_passes_its_argument() -> None:
    x = np.ones(2)
    assert elementwise.stop_gradient(x) is x


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("floor_divide", ([7, -7], [2, 2]), [3, -4]),
        ("mod", ([7, -7], [3, 3]), [1, 2]),
        ("bitwise_invert", ([0, 5],), [-1, -6]),
        ("bitwise_left_shift", ([1, 3], [4, 1]), [16, 6]),
        ("bitwise_xor", ([6, 1], [3, 1]), [5, 0]),
        ("abs", ([-3, 2],), [3, 2]),
        ("less_equal", ([1, 2], [1, 1]), [True, False]),
        ("where", ([True, False], [1, 2], [8, 9]), [1, 9]),
    ],
)
def test_values(name: str, arguments: tuple, expected: list) -> None:
    assert OPS[name](*map(np.array, arguments)).tolist() == expected
