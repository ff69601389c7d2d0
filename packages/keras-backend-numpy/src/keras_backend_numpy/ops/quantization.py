"""Products of quantized tensors."""

from __future__ import annotations

import numpy as np

_BLOCK, _BLOCK_FOR_ROW = (1024, 256), (128, 2048)
"""Rows and columns of the second matrix that are made floats at a time, which fit into a cache; for one row of the
first. As float32 adds up 1040 products of integers exactly, there are no more rows."""


def int8_matmul(x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
    """NumPy multiplies matrices of floats fast, those of integers not."""
    size, columns = x2.shape
    left = x1.reshape(-1, size).astype(np.float32)
    total = np.zeros((len(left), columns), np.int32)
    height, width = _BLOCK_FOR_ROW if len(left) == 1 else _BLOCK
    floats = np.empty(min(height, size) * min(width, columns), np.float32)
    for top in range(0, size, height):
        rows = slice(top, top + height)
        for start in range(0, columns, width):
            part = slice(start, start + width)
            chosen = x2[rows, part]
            right = floats[: chosen.size].reshape(chosen.shape)
            np.copyto(right, chosen)
            total[:, part] += (left[:, rows] @ right).astype(np.int32)
    return total.reshape(*x1.shape[:-1], columns)
