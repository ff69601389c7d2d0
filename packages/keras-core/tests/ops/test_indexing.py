"""Picking, ordering and scattering, against NumPy and hand-made results."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import KerasTensor, backend, ops

X = np.array([[5, 1, 4], [2, 9, 3]], "float32")


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_take(axis: Any, check: Any) -> None:
    for indices in (np.array([[0, 1], [-1, 0]], "int32"), np.array(1, "int64")):
        check("take", X, indices, axis, expect=np.take(X, indices, axis))


def test_take_reads_nothing_outside() -> None:
    result = backend.to_numpy(ops.take(X, np.array([1], "int32"), 0))
    np.testing.assert_array_equal(result, X[1:])
    with pytest.raises(ValueError, match=r"take\(\) got indices of dtype float32, expected integers"):
        ops.take(KerasTensor((3,)), KerasTensor((2,)))


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_take_along_axis(axis: Any, check: Any) -> None:
    indices = np.array([[0, 1, -1]], "int32") if axis == 0 else np.array([[2, -1], [0, 1]], "int32")
    if axis is None:
        indices = indices.ravel()
    check("take_along_axis", X, indices, axis, expect=np.take_along_axis(X, indices, axis))


def test_blocks(check: Any) -> None:
    check("slice", X, (0, 1), (2, 2), expect=X[:, 1:])
    check("slice", X, np.array([1, 0], "int32"), (1, -1), expect=X[1:])
    updated = X.copy()
    updated[1:, 1:] = 0
    check("slice_update", X, (1, 1), np.zeros((1, 2), "float32"), expect=updated)
    with pytest.raises(ValueError, match=r"slice\(\) got start"):
        ops.slice(KerasTensor((2, 3)), (1, 1), (2, 2))


@pytest.mark.parametrize(
    ("reduction", "expected"),
    [(None, [10, 0, 30]), ("add", [11, 2, 33]), ("max", [10, 2, 30]), ("min", [1, 2, 3]), ("mul", [10, 2, 90])],
)
def test_scatter_update(reduction: Any, expected: list[float], check: Any) -> None:
    inputs, updates = np.array([1, 2, 3], "float32"), np.array([30, 10], "float32")
    expect = np.array([10, 2, 30] if reduction is None else expected, "float32")
    check("scatter_update", inputs, np.array([[2], [0]], "int32"), updates, reduction, expect=expect)


def test_scatter(check: Any) -> None:
    indices = np.array([[0, 1], [1, 0], [0, 1]], "int32")
    expect = np.array([[0, 4], [2, 0]], "float32")
    check("scatter", indices, np.array([1, 2, 3], "float32"), (2, 2), expect=expect)
    rows = np.array([[1], [1]], "int32")
    check("scatter", rows, X, (3, 3), expect=np.stack([np.zeros(3), X.sum(0), np.zeros(3)]).astype("float32"))
    with pytest.raises(ValueError, match=r"got updates of shape \(3,\), expected \(2, 3\)"):
        ops.scatter_update(KerasTensor((4, 3)), KerasTensor((2, 1), "int32"), KerasTensor((3,)))


@pytest.mark.parametrize("axis", [None, 0, -1])
def test_ordering(axis: Any, check: Any) -> None:
    check("sort", X, axis, expect=np.sort(X, axis))
    check("argsort", X, axis, expect=np.argsort(X, axis).astype("int32"))


def test_argsort_is_stable(check: Any) -> None:
    x = np.array([1, 0, 1, 0, 1] * 5, "int32")
    check("argsort", x, expect=np.argsort(x, kind="stable").astype("int32"))


def test_top_k(check: Any) -> None:
    check("top_k", X, 2, expect=(np.array([[5, 4], [9, 3]], "float32"), np.array([[0, 2], [1, 2]], "int32")))
    ties = np.array([1, 3, 3, 2, 3], "int32")
    check("top_k", ties, 3, expect=(np.array([3, 3, 3], "int32"), np.array([1, 2, 4], "int32")))
    with pytest.raises(ValueError, match=r"top_k\(\) got k=4"):
        ops.top_k(KerasTensor((2, 3)), 4)


def test_in_top_k(check: Any) -> None:
    predictions = np.array([[0.1, 0.9, 0.5], [0.2, 0.2, 0.1], [np.nan, 0, 1]], "float32")
    check("in_top_k", np.array([2, 1, 0], "int32"), predictions, 1, expect=np.array([False, True, False]))
    check("in_top_k", np.array([2, 2], "int32"), predictions[:2], 2, expect=np.array([True, False]))


@pytest.mark.parametrize("side", ["left", "right"])
def test_searchsorted(side: str, check: Any) -> None:
    edges, values = np.array([1, 2, 2, 4], "int32"), np.array([[0, 2], [3, 5]], "int32")
    check("searchsorted", edges, values, side, expect=np.searchsorted(edges, values, side).astype("int32"))
    check("digitize", values, edges, expect=np.digitize(values, edges).astype("int32"))


def test_segments(check: Any) -> None:
    data, ids = np.array([[1, 2], [3, 4], [5, 0]], "float32"), np.array([0, 2, 0], "int32")
    check("segment_sum", data, ids, 3, expect=np.array([[6, 2], [0, 0], [3, 4]], "float32"))
    lowest = np.finfo("float32").min
    check("segment_max", data, ids, 3, expect=np.array([[5, 2], [lowest, lowest], [3, 4]], "float32"))


def test_counting(check: Any) -> None:
    x = np.array([0, 2, 2, 5], "int32")
    check("bincount", x, None, 6, expect=np.bincount(x, minlength=6).astype("int32"))
    weights = np.array([1, 2, 3, 4], "float32")
    check("bincount", x, weights, 6, expect=np.bincount(x, weights, 6).astype("float32"))
    expect = [part.astype("int32") for part in np.unravel_index(x, (2, 3))]
    check("unravel_index", x, (2, 3), expect=expect)


def test_membership_and_choice(check: Any) -> None:
    a, b = np.array([[1, 2], [3, 4]], "int32"), np.array([2, 4, 9], "int32")
    check("isin", a, b, expect=np.isin(a, b))
    check("isin", a, b, invert=True, expect=~np.isin(a, b))
    conditions, choices = [a > 3, a > 1], [a * 10, a * 100]
    check("select", conditions, choices, -1, expect=np.select(conditions, choices, -1).astype("int32"))


def test_other_segments_and_pieces(check: Any) -> None:
    data, ids = np.array([2, 3, 5], "float32"), np.array([0, 2, 0], "int32")
    check("segment_min", data, ids, 3, expect=np.array([2, np.finfo("float32").max, 3], "float32"))
    check("segment_prod", data, ids, 3, expect=np.array([10, 1, 3], "float32"))
    x = np.arange(7, dtype="float32")
    check("extract_sequences", x, 3, 2, expect=np.array([[0, 1, 2], [2, 3, 4], [4, 5, 6]], "float32"))
    placed = backend.to_numpy(ops.argpartition(X, 1))
    np.testing.assert_array_equal(np.take_along_axis(X, placed, -1)[:, 1], np.sort(X)[:, 1])


def test_bincount_has_as_many_bins_as_it_needs(check: Any) -> None:
    x = np.array([1, 2, 7], "int32")
    for minlength in (0, 4, 10):
        expected = np.bincount(x, minlength=minlength).astype("int32")
        np.testing.assert_array_equal(backend.to_numpy(ops.bincount(x, minlength=minlength)), expected)
    rows = np.array([[1, 5], [0, 0]], "int32")
    assert backend.to_numpy(ops.bincount(rows, rows, 3)).tolist() == [[0, 1, 0, 0, 0, 5], [0] * 6]
    assert backend.to_numpy(ops.bincount(np.zeros((0,), "int32"))).tolist() == []
    with pytest.raises(ValueError, match="only dense results"):
        ops.bincount(x, sparse=True)
