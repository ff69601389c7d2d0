"""Indices outside an axis read nothing foreign; updates leave the argument as it was."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_numpy.ops import indexing

X = np.arange(12.0).reshape(3, 4)


def test_take_brings_indices_inside() -> None:
    x = np.arange(3)
    np.testing.assert_array_equal(indexing.take(x, np.array([-4, -1, 5], "int32"), 0), [0, 2, 2])
    np.testing.assert_array_equal(indexing.take(X, np.array([1, 99])), [1, 11])
    np.testing.assert_array_equal(indexing.take(X, np.array([[0, 2]]), 1), X[:, [[0, 2]]])


def test_take_along_axis_broadcasts_other_axes() -> None:
    indices = np.array([[1, -1, 7, 0]])
    np.testing.assert_array_equal(indexing.take_along_axis(X, indices, 0), [[4, 9, 10, 3]])
    np.testing.assert_array_equal(indexing.take_along_axis(X, np.array([[0]]), 1), [[0], [4], [8]])
    np.testing.assert_array_equal(indexing.take_along_axis(X, np.array([5, 2]), None), [5, 2])


def test_slice_keeps_its_size_at_the_border() -> None:
    np.testing.assert_array_equal(indexing.slice(X, (1, 1), (2, 2)), X[1:3, 1:3])
    np.testing.assert_array_equal(indexing.slice(X, (9, np.int32(-3)), (2, 2)), X[1:3, 0:2])
    np.testing.assert_array_equal(indexing.slice(X, (1, 2), (-1, -1)), X[1:, 2:])


def test_slice_update() -> None:
    before, updates = X.copy(), np.full((2, 2), 7.0)
    found = indexing.slice_update(X, (2, 1), updates)
    expected = before.copy()
    expected[1:3, 1:3] = 7
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(
    ("reduction", "expected"), [(None, [0, 5, 2]), ("add", [0, 8, 2]), ("max", [0, 5, 2]), ("min", [0, 1, 2]),
                                ("mul", [0, 10, 2])]
)  # fmt: skip
def test_scatter_update_combines_repeated_indices(reduction: str | None, expected: list[float]) -> None:
    inputs, indices, updates = np.array([0.0, 1.0, 2.0]), np.array([[1], [1]]), np.array([2.0, 5.0])
    np.testing.assert_array_equal(indexing.scatter_update(inputs, indices, updates, reduction), expected)
    np.testing.assert_array_equal(inputs, [0, 1, 2])


def test_sorting_is_stable() -> None:
    x = np.array([2, 1, 2, 1])
    found = indexing.argsort(x)
    assert found.tolist() == [1, 3, 0, 2] and found.dtype == "int32"
    values, indices = indexing.top_k(x, 3)
    assert (values.tolist(), indices.tolist()) == ([2, 2, 1], [0, 2, 1]) and indices.dtype == "int32"
