"""Products of quantized tensors."""

from __future__ import annotations

import numpy as np

_ROWS = 128
"""How many rows of the second matrix are made floats at a time, which fit into a cache."""
_EXACT = 8 * _ROWS
"""How many products of integers are added up in float32, which is exact to 1040."""


def int8_matmul(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """NumPy multiplies matrices of floats fast, those of integers not."""
    size, columns = x2.shape
    left = x1.reshape(-1, size).astype(np.float32)
    total = np.zeros((len(left), columns), np.int32)
    summed, part = np.empty(total.shape, np.float32), np.empty(total.shape, np.float32)
    rows = np.empty((min(_ROWS, size), columns), np.float32)
    for first in range(0, size, _EXACT):
        summed[...] = 0
        for start in range(first, min(first + _EXACT, size), _ROWS):
            chosen = x2[start : start + _ROWS]
            right = rows[: len(chosen)]
            np.copyto(right, chosen)
            np.matmul(left[:, start : start + len(chosen)], right, out=part)
            summed += part
        np.add(total, summed, out=total, casting="unsafe")
    return total.reshape(*x1.shape[:-1], columns)
