"""Shapes given as lists, arrays and scalars; axes given as lists."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_numpy.ops import shapes


@pytest.mark.parametrize(
    ("shape", "expected"), [(3, (3,)), (np.int64(3), (3,)), ([np.int32(2), 3], (2, 3)), (np.array([4, 1]), (4, 1))]
)
def test_sizes(shape: object, expected: tuple[int, ...]) -> None:
    assert shapes.sizes(shape) == expected


def test_lists_of_axes_become_tuples() -> None:
    assert shapes.axes([0, -1]) == (0, -1)
    assert shapes.axes(2) == 2 and shapes.axes(None) is None
