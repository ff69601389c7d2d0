"""Shapes given as lists, arrays and scalars."""

from __future__ import annotations

import numpy as np
import pytest
from keras_backend_numpy.ops import OPS, shaping

X = np.arange(6).reshape(2, 3)


def test_axis_size() -> None:
    found = shaping.axis_size(X, 1)
    assert found == 3 and found.dtype == "int32"


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("reshape", ((np.int32(3), -1),), X.reshape(3, 2)),
        ("transpose", (), X.T),
        ("expand_dims", ([0, -1],), X[None, ..., None]),
        ("broadcast_to", ([4, 2, 3],), np.stack([X] * 4)),
        ("tile", (np.array([1, 2]),), np.concatenate([X, X], 1)),
        ("repeat", ([2, 0, 1], 1), X[:, [0, 0, 2]]),
        ("getitem", ((slice(None), [0, 2]),), X[:, [0, 2]]),
        ("getitem", (1,), X[1]),
        ("pad", (1,), np.pad(X, 1)),
        ("pad", (((0, 0), (1, 0)), "constant", 9), np.array([[9, 0, 1, 2], [9, 3, 4, 5]])),
        ("pad", (((0, 0), (2, 0)), "reflect"), np.array([[2, 1, 0, 1, 2], [5, 4, 3, 4, 5]])),
        ("diagonal", (1,), np.array([1, 5])),
    ],
    ids=str,
)
def test_values(name: str, arguments: tuple, expected: np.ndarray) -> None:
    np.testing.assert_array_equal(OPS[name](X, *arguments), expected, strict=True)


def test_squeeze_takes_lists() -> None:
    assert shaping.squeeze(X[None, :, None], [0, 2]).shape == (2, 3)
    assert shaping.squeeze(X[None]).shape == (2, 3)


def test_split_and_concatenate() -> None:
    parts = shaping.split(X, (1, 2), 1)
    assert [part.shape for part in parts] == [(2, 1), (2, 1), (2, 1)]
    np.testing.assert_array_equal(shaping.concatenate(parts, 1), X)
    assert [part.shape for part in shaping.split(X, 2)] == [(1, 3), (1, 3)]
