"""Products of quantized tensors."""

from __future__ import annotations

import numpy as np

_ROWS = 64  # of the second matrix, which fit into a cache as float32 and whose products float32 adds up exactly


def int8_matmul(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """NumPy multiplies matrices of floats fast, those of integers not: floats are made of a few rows at a time."""
    size = x2.shape[0]
    left = x1.reshape(-1, size).astype(np.float32)
    total = np.zeros((len(left), x2.shape[1]), np.int32)
    for start in range(0, size, _ROWS):
        part = left[:, start : start + _ROWS] @ x2[start : start + _ROWS].astype(np.float32)
        np.add(total, part, out=total, casting="unsafe")
    return total.reshape(*x1.shape[:-1], x2.shape[1])
