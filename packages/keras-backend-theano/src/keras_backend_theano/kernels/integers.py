"""Products of matrices of integers of 8 bits."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_backend_theano.kernels.window import Array

_LARGE = 1 << 18
"""Bytes of a matrix from which loops over them are worth compiling."""


def row_product(row: Array, matrix: Array) -> Array | None:
    """A row times a matrix, in a time that is about that of reading the bytes; None where the matrix is small.

    Args:
        row: int8 (k,).
        matrix: int8 (k, n).

    Returns:
        int32 (n,).
    """
    if matrix.size < _LARGE:
        return None
    whole = len(row) // 8 * 8
    total: Array = row[whole:].astype(np.int32) @ matrix[whole:].astype(np.int32)
    _loops()(row, np.ascontiguousarray(matrix), total)
    return total


@functools.cache
def _loops() -> Callable[[Array, Array, Array], None]:
    """`_add_product`, compiled."""
    import numba

    try:
        compiled: Callable[[Array, Array, Array], None] = numba.njit(cache=True, nogil=True)(_add_product)
    except RuntimeError:  # no folder to keep it in
        compiled = numba.njit(nogil=True)(_add_product)
    return compiled


def _add_product(row: Array, matrix: Array, total: Array) -> None:
    """Add the product to a total, eight rows of the matrix at a time; the rest is left out."""
    size, columns = matrix.shape
    for k in range(0, size - 7, 8):
        a, b, c, d = row[k], row[k + 1], row[k + 2], row[k + 3]
        e, f, g, h = row[k + 4], row[k + 5], row[k + 6], row[k + 7]
        for n in range(columns):
            first = a * matrix[k, n] + b * matrix[k + 1, n] + c * matrix[k + 2, n] + d * matrix[k + 3, n]
            second = e * matrix[k + 4, n] + f * matrix[k + 5, n] + g * matrix[k + 6, n] + h * matrix[k + 7, n]
            total[n] += np.int32(first + second)
