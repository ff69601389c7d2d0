"""Indices that an axis does not have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.ops.rules.values import indices_in_range

X = np.zeros((2, 3))


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
