"""Symmetric quantization: the largest magnitude becomes the largest integer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from keras_core import dtypes, ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor

NARROW = (-127, 127)
"""The range of 8 bits that is symmetric around 0."""


def abs_max_quantize(
    inputs: Tensor,
    axis: int | tuple[int, ...] | None,
    value_range: tuple[float, float] = NARROW,
    dtype: str = "int8",
    epsilon: float = 1e-07,
    to_numpy: bool = False,
) -> tuple[Tensor, Tensor]:
    """Integers and a scale, so that ``integers / scale`` is nearly `inputs`.

    Args:
        inputs: tensor of floats.
        axis: the axes that share a scale, an int or several; None is all of them.
        value_range: the lowest and the highest integer. Defaults to (-127, 127).
        dtype: dtype of the integers. Defaults to "int8".
        epsilon: is added to the largest magnitude, which may be 0. Defaults to 1e-07.
        to_numpy: whether to compute on the host with NumPy, without memory of the device for what comes between.
            Defaults to False.

    Returns:
        The integers, of the shape of `inputs`, and the scale, of the dtype of `inputs`, with size 1 along `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> integers, scale = abs_max_quantize(np.array([[1.0, -2.0]], "float32"), axis=-1)
        >>> ops.convert_to_numpy(integers).tolist(), ops.convert_to_numpy(scale).round(1).tolist()
        ([[64, -127]], [[63.5]])
    """
    low, high = value_range
    if to_numpy:
        values = np.asarray(ops.convert_to_numpy(inputs))
        integers, found = abs_max_of_array(values, axis, value_range, dtype, epsilon)
        return ops.convert_to_tensor(integers), ops.convert_to_tensor(found)
    kind = ops.dtype(inputs)
    largest = ops.max(ops.abs(inputs), axis=axis, keepdims=True)
    scale = ops.cast(ops.divide(high, ops.add(ops.cast(largest, _computing(kind)), epsilon)), kind)
    scaled = ops.round(ops.multiply(inputs, scale))
    return ops.cast(ops.clip(scaled, low, high), dtype), scale


def abs_max_of_array(
    values: np.ndarray,
    axis: int | tuple[int, ...] | None,
    value_range: tuple[float, float] = NARROW,
    dtype: str = "int8",
    epsilon: float = 1e-07,
) -> tuple[np.ndarray, np.ndarray]:
    """`abs_max_quantize` of an array of NumPy.

    Args:
        values: array of floats.
        axis: as for `abs_max_quantize`.
        value_range: as for `abs_max_quantize`. Defaults to (-127, 127).
        dtype: as for `abs_max_quantize`. Defaults to "int8".
        epsilon: as for `abs_max_quantize`. Defaults to 1e-07.

    Returns:
        The integers and the scale.
    """
    low, high = value_range
    largest = np.abs(values).max(axis=axis, keepdims=True).astype(_computing(values.dtype.name))
    scale = (high / (largest + largest.dtype.type(epsilon))).astype(values.dtype)
    return np.clip(np.round(values * scale), low, high).astype(dtype), scale


def _computing(dtype: str) -> str:
    """What scales are computed in: 16 bits have no place for a small epsilon."""
    return "float32" if dtypes.itemsize(dtype) < 4 else dtype
