"""Whether an exported file computes what the model does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from keras_core import dtypes

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMIT = 1e-4
_HALVES = {"float16": 1e-2, "bfloat16": 5e-2}


def differences(found: Sequence[np.ndarray], expected: Sequence[np.ndarray]) -> list[tuple[float, float]]:
    """How far results are apart, and how far they may be.

    The distance is relative to the largest element that is expected, where that is above 1. The limit is 1e-4, more
    for half floats, and nothing for integers.

    Args:
        found: what an exported file gives.
        expected: what the model gives, array by array.

    Raises:
        ValueError: for another number of arrays, or other shapes.

    Example:
        >>> import numpy as np
        >>> differences([np.float32([1, 2])], [np.float32([1, 2])])
        [(0.0, 0.0001)]
    """
    shapes = [[tuple(np.shape(one)) for one in arrays] for arrays in (found, expected)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"it gives shapes {shapes[0]}, expected {shapes[1]}")
    return [_apart(np.asarray(a), np.asarray(b)) for a, b in zip(found, expected, strict=True)]


def _apart(found: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    name = dtypes.standardize(expected.dtype)
    limit = _HALVES.get(name, LIMIT) if dtypes.is_float(name) else 0.0
    a, b = (one.astype("float64") for one in (found, expected))
    with np.errstate(invalid="ignore"):
        apart = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.abs(a - b))
    if not apart.size:
        return 0.0, limit
    finite = np.abs(b[np.isfinite(b)])
    largest = max(1.0, float(finite.max())) if finite.size else 1.0
    return float(np.nan_to_num(apart, nan=np.inf).max()) / largest, limit
