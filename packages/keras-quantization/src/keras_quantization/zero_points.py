"""Asymmetric quantization in groups: each has a scale and the integer that stands for 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import PositiveInt, Tensor

INT4 = (-8, 7)
"""The range of 4 bits with a sign."""


def abs_max_quantize_grouped_with_zero_point(
    inputs: Tensor,
    block_size: PositiveInt,
    value_range: tuple[int, int] = INT4,
    dtype: str = "int8",
    epsilon: float = 1e-07,
    to_numpy: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    """Integers, scales and zero points, so that ``(integers - zero_point) * scale`` is nearly `inputs`.

    Rows are taken in groups of `block_size`. The last one may have fewer, and its range includes 0 then.

    Args:
        inputs: tensor of floats (rows, columns).
        block_size: number of rows in a group, a positive integer.
        value_range: the lowest and the highest integer. Defaults to (-8, 7).
        dtype: dtype of the integers. Defaults to "int8".
        epsilon: the least scale. Defaults to 1e-07.
        to_numpy: whether the result is to come by way of NumPy, where it is computed in any case: it is made once, of
            weights. Defaults to False.

    Returns:
        The integers (rows, columns), scales (groups, columns) in the dtype of `inputs` and zero points
        (groups, columns) in `dtype`.

    Raises:
        ValueError: for another rank or size of group.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> found = abs_max_quantize_grouped_with_zero_point(np.array([[0.0], [1.5]], "float32"), 2)
        >>> [ops.convert_to_numpy(one).tolist() for one in found[::2]]
        [[[-8], [7]], [[-8]]]
    """
    values = np.asarray(ops.convert_to_numpy(inputs))
    found = grouped_with_zero_point(values, block_size, value_range, dtype, epsilon)
    integers, scale, zero = map(ops.convert_to_tensor, found)
    return integers, scale, zero


def grouped_with_zero_point(
    values: np.ndarray,
    block_size: int,
    value_range: tuple[int, int] = INT4,
    dtype: str = "int8",
    epsilon: float = 1e-07,
    around_zero: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """`abs_max_quantize_grouped_with_zero_point` of an array of NumPy.

    Args:
        values: array of floats (rows, columns).
        block_size: number of rows in a group.
        value_range: the lowest and the highest integer. Defaults to (-8, 7).
        dtype: dtype of integers and zero points. Defaults to "int8".
        epsilon: the least scale. Defaults to 1e-07.
        around_zero: whether every range includes 0; else a small group of numbers far from it has no zero point.
            Defaults to False.

    Returns:
        The integers, the scales and the zero points.

    Raises:
        ValueError: for another rank or size of group.
    """
    if values.ndim != 2:
        raise ValueError(f"Groups are of the rows of a matrix, got a tensor of shape {values.shape}. Reshape it.")
    if block_size < 1:
        raise ValueError(f"block_size must be a positive number of rows, got {block_size}.")
    starts = np.arange(0, len(values), block_size)
    lowest, highest = (op.reduceat(values, starts, axis=0) for op in (np.minimum, np.maximum))
    if around_zero:
        lowest, highest = np.minimum(lowest, 0), np.maximum(highest, 0)
    elif len(values) % block_size:
        lowest[-1], highest[-1] = np.minimum(lowest[-1], 0), np.maximum(highest[-1], 0)
    scale, zero = scale_and_zero(lowest, highest, value_range, epsilon)
    groups = np.arange(len(values)) // block_size
    integers = np.round(values / scale[groups]) + zero[groups]
    return np.clip(integers, *value_range).astype(dtype), scale, zero.astype(dtype)


def scale_and_zero(
    lowest: np.ndarray, highest: np.ndarray, value_range: tuple[int, int], epsilon: float = 1e-07
) -> tuple[np.ndarray, np.ndarray]:
    """The scale that spreads values over a range of integers, and the integer that stands for 0.

    Args:
        lowest: array, the lowest values.
        highest: array, the highest values; where they are the lowest too, the range is 1 wider at both ends.
        value_range: the lowest and the highest integer.
        epsilon: the least scale. Defaults to 1e-07.

    Returns:
        Two arrays of floats, the second one of whole numbers.
    """
    low, high = value_range
    alike = lowest == highest
    lowest, highest = np.where(alike, lowest - 1, lowest), np.where(alike, highest + 1, highest)
    scale = np.maximum((highest - lowest) / lowest.dtype.type(high - low), lowest.dtype.type(epsilon))
    return scale, np.clip(np.round(low - lowest / scale), low, high)
