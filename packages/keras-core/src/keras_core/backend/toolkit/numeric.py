"""dtypes of Python numbers, and arrays that a program takes at a fixed shape."""

from __future__ import annotations

import numpy as np

from keras_core import config


def default_dtype(value: object, array: np.ndarray) -> str | None:
    """The dtype that Python numbers and lists of them get as a tensor.

    Args:
        value: what the user gave.
        array: `value` as NumPy takes it.

    Returns:
        "int32" for ints, the configured float type for floats; None where `value` has a dtype of its own or is
        of another kind.

    Example:
        >>> default_dtype([1, 2], np.asarray([1, 2]))
        'int32'
    """
    if hasattr(value, "dtype"):
        return None
    return {"i": "int32", "f": config.floatx()}.get(array.dtype.kind)


def padded_rows(rows: np.ndarray, height: int) -> np.ndarray:
    """Rows of batch indices, filled up with rows of zeros.

    A compiler that specializes on shapes then sees the same shape for any number of steps.

    Args:
        rows: ints of shape (steps, batch).
        height: rows of the result, at least ``steps``.

    Returns:
        int32 array of shape (height, batch).

    Example:
        >>> padded_rows(np.array([[3, 4]]), 2).tolist()
        [[3, 4], [0, 0]]
    """
    padded = np.zeros((height, *rows.shape[1:]), np.int32)
    padded[: len(rows)] = rows
    return padded
