"""Elements that are not zero, and different ones, against NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops, stage

X = np.array([[3, 0, 3], [2, 0, 7]], "int32")
NAN = np.array([np.nan, 1, np.nan, np.inf, -np.inf, 1], "float32")


def arrays(results: Any) -> list[np.ndarray]:
    return [backend.to_numpy(one) for one in (results if isinstance(results, tuple) else (results,))]


@pytest.mark.parametrize("x", [X, X > 2, X[0], X[None].astype("float32"), np.zeros((2, 0), "int32")])
def test_nonzero(x: np.ndarray) -> None:
    for found, expected in zip(arrays(ops.nonzero(x)), np.nonzero(x), strict=True):
        assert found.dtype == "int32"
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "size, expected", [(2, [0, 2]), (5, [0, 2, 3, 5, -1]), (0, []), (8, [0, 2, 3, 5, -1, -1, -1, -1])]
)
def test_nonzero_of_a_size(size: int, expected: list[int], check: Any) -> None:
    check("nonzero", X.ravel(), size, -1, expect=(np.array(expected, "int32"),))
    with pytest.raises(ValueError, match=r"got size=-1, expected 0 or more"):
        ops.nonzero(X, size=-1)
    with pytest.raises(ValueError, match=r"shape \(\), expected at least one axis"):
        ops.nonzero(np.float32(1))


@pytest.mark.parametrize("x", [X, X > 2, NAN, X[:, 0], np.zeros((0,), "float32")])
def test_unique(x: np.ndarray) -> None:
    found = arrays(ops.unique(x, True, True, True, True))
    expected = np.unique(x, True, True, True)
    for have, want in zip(found, expected, strict=True):
        np.testing.assert_array_equal(have, want)
    assert found[0].dtype == x.dtype and [one.dtype for one in found[1:]] == ["int32"] * 3
    np.testing.assert_array_equal(arrays(ops.unique(x))[0], expected[0])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_unique_slices(axis: int) -> None:
    x = np.array([[1, 0, 1], [0, 5, 0], [1, 0, 1], [1, -2, 1]], "float32")
    found = arrays(ops.unique(x, return_index=True, return_inverse=True, return_counts=True, axis=axis))
    for have, want in zip(found, np.unique(x, True, True, True, axis), strict=True):
        np.testing.assert_array_equal(have, want.reshape(have.shape))


def test_unique_of_a_size() -> None:
    results = arrays(ops.unique(X, return_index=True, return_inverse=True, return_counts=True, size=6))
    expected = [[0, 2, 3, 7, 0, 0], [1, 3, 0, 5, 1, 1], [[2, 0, 2], [1, 0, 3]], [2, 1, 2, 1, 0, 0]]
    for have, want in zip(results, expected, strict=True):
        np.testing.assert_array_equal(have, want)
    values, counts = arrays(ops.unique(X, return_counts=True, size=2))
    assert values.tolist() == [0, 2] and counts.tolist() == [2, 1]
    assert arrays(ops.unique(X, size=6, fill_value=-1))[0].tolist() == [0, 2, 3, 7, -1, -1]
    rows = arrays(ops.unique(X, axis=0, size=3, fill_value=-1))[0]
    assert rows.tolist() == [[2, 0, 7], [3, 0, 3], [-1, -1, -1]]


def test_shapes_that_values_decide() -> None:
    assert [one.shape for one in ops.nonzero(KerasTensor((2, 3)))] == [(None,), (None,)]
    assert ops.unique(KerasTensor((None,), "int32")).shape == (None,)
    assert ops.unique(KerasTensor((None, 4), "int32"), axis=0).shape == (None, 4)
    assert ops.unique(KerasTensor((None, 4), "int32"), size=3).shape == (3,)


def test_in_a_compiled_program(backend_name: str) -> None:
    kind = backend.load(backend_name)
    program = stage(lambda x: ops.unique(x, size=4, fill_value=-1), [], kind)
    assert kind.numpy(program(X)).tolist() == [0, 2, 3, 7]
    free = stage(lambda x: (ops.unique(x), *ops.nonzero(x)), [], kind)
    if {"static-shapes", "compiles"} <= kind.capabilities:
        with pytest.raises(ValueError, match=r"unique\(\) got size=None in a program .* compiles for fixed shapes"):
            free(X)
    else:
        values, rows, columns = map(kind.numpy, free(X))
        assert (values.tolist(), rows.tolist(), columns.tolist()) == ([0, 2, 3, 7], [0, 0, 1, 1], [0, 2, 0, 2])
