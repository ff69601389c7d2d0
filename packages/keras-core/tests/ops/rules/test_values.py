"""Indices that an axis does not have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import backend, ops
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.ops.rules.values import indices_in_range

X = np.zeros((2, 3), "float32")


def whole(values: Any) -> np.ndarray:
    return np.array(values, "int32")


@pytest.mark.parametrize(
    ("indices", "axis"),
    [(5, None), (-6, None), ([[0, 2], [-3, 1]], 1), (np.array([0, 1]), 0), ([], 0), (7, 2), (1.5, 0), ("a", 0)],
)
def test_indices_in_range_and_what_is_not_looked_at(indices: Any, axis: int | None) -> None:
    indices_in_range(X, indices, axis)


@pytest.mark.parametrize(
    ("x", "indices", "axis", "message"),
    [
        (X, 6, None, "got index 6, expected indices from -6 to 5 for the flat tensor of shape (2, 3)."),
        (X, [0, -3], 0, "got index -3, expected indices from -2 to 1 for axis 0 of a tensor of shape (2, 3)."),
        (
            [1, 2],
            np.array([[2]]),
            -1,
            "got index 2, expected indices from -2 to 1 for axis -1 of a tensor",
        ),
        (KerasTensor((None, 3)), [1, 3], 1, "got index 3, expected indices from -3 to 2 for axis 1"),
    ],
)
def test_indices_out_of_range(x: Any, indices: Any, axis: int | None, message: str) -> None:
    with pytest.raises(IndexError) as caught:
        indices_in_range(x, indices, axis)
    assert str(caught.value).startswith(message)


def test_an_axis_of_unknown_size_takes_any() -> None:
    indices_in_range(KerasTensor((None, 3)), 100, 0)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("take_along_axis", (X, whole([[0], [5]]), 1), "got index 5, expected indices from -3 to 2 for axis 1"),
        ("take_along_axis", (X, whole([9])), "got index 9, expected indices from -6 to 5 for the flat tensor"),
        ("scatter", (whole([[0], [4]]), X, (2, 3)), "got index 4, expected indices from -2 to 1 for axis 0"),
        (
            "scatter_update",
            (X, whole([[0, 0], [1, -4]]), X[0, :2]),
            "got index -4, expected indices from -3 to 2 for axis 1",
        ),
        ("segment_sum", (X, whole([0, 3]), 2), "got segment id 3, expected segment ids from 0 to 1"),
        ("segment_max", (X, whole([0, -1]), 2), "got segment id -1, expected segment ids from 0 to 1"),
        ("segment_min", (X, whole([0, -1])), "got segment id -1, expected segment ids from 0 on"),
        ("segment_prod", (X, whole([0, 2]), 2), "got segment id 2, expected segment ids from 0 to 1"),
        ("unravel_index", (whole([6]), (2, 3)), "got index 6, expected indices from -6 to 5 for the flat tensor"),
        ("bincount", (whole([0, -1]),), "got number -1, expected numbers from 0 on"),
        ("sparse_categorical_crossentropy", (whole([1, 3]), X), "got class 3, expected classes from 0 to 2"),
        ("slice", (X, whole([1, 0]), (2, 3)), r"got start \(1, 0\) and shape \(2, 3\), which leave the shape \(2, 3\)"),
        ("slice", (X, whole([-1, 0]), (1, 3)), r"got start \(-1, 0\) and shape \(1, 3\), which leave"),
        ("slice_update", (X, whole([-1, 0]), X[:1]), r"got updates of shape \(1, 3\) at \(-1, 0\), which leave"),
    ],
)
def test_ops_say_what_is_out_of_range(name: str, arguments: tuple[Any, ...], words: str, backend_name: str) -> None:
    """In arrays, and in tensors in the host's memory."""
    kind = ValueError if name.startswith("slice") else IndexError
    tensors = [ops.convert_to_tensor(one) if isinstance(one, np.ndarray) else one for one in arguments]
    for given in (arguments, tensors):
        with pytest.raises(kind, match=rf"{name}\(\) {words}"):
            getattr(ops, name)(*given)


def test_a_block_may_begin_at_scalar_tensors(backend_name: str) -> None:
    one, two = (ops.convert_to_tensor(np.array(k, "int32")) for k in (1, 2))
    assert backend.to_numpy(ops.slice(X, (one, one), (1, 2))).shape == (1, 2)
    with pytest.raises(ValueError, match=r"slice\(\) got start \(1, 2\) and shape \(1, 2\)"):
        ops.slice(X, (one, two), (1, 2))


def test_targets_that_are_no_class_are_not_among_the_best(backend_name: str) -> None:
    predictions = np.eye(3, dtype="float32")
    assert backend.to_numpy(ops.in_top_k(whole([0, 5, -1]), predictions, 3)).tolist() == [True, False, False]
