"""Floats of 8 bits: scales that follow the largest magnitudes seen, and rounding to such floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import dtypes, ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def compute_float8_scale(amax: Tensor, scale: Tensor, dtype_max: float, margin: int = 0) -> Tensor:
    """By what numbers up to `amax` are divided to fit a float of 8 bits.

    Args:
        amax: the largest magnitude.
        scale: the scale until now, which stays where `amax` is 0 or not finite.
        dtype_max: the largest number of the dtype.
        margin: powers of two that are left unused. Defaults to 0.

    Returns:
        The new scale.

    Example:
        >>> round(float(compute_float8_scale(896.0, 1.0, 448.0)), 3)
        2.0

    Reference: Micikevicius et al., 2022, https://arxiv.org/abs/2209.05433
    """
    usable = ops.logical_and(ops.greater(amax, 0.0), ops.isfinite(amax))
    new = ops.divide(ops.multiply(amax, 2.0**margin), dtype_max)
    return ops.where(usable, new, scale)


def compute_float8_amax_history(x: Tensor, amax_history: Tensor) -> Tensor:
    """The largest magnitudes of the last tensors, with that of `x` first and the oldest one dropped.

    Args:
        x: tensor.
        amax_history: tensor (length,).

    Returns:
        Tensor (length,). Its first place held the number of the step before, which moves to the end.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> history = compute_float8_amax_history(np.array([-7.0], "float32"), np.array([1.0, 2.0, 3.0], "float32"))
        >>> ops.convert_to_numpy(history).tolist()
        [7.0, 3.0, 1.0]
    """
    latest = ops.cast(ops.max(ops.abs(x)), ops.dtype(amax_history))
    rolled = ops.roll(amax_history, -1)
    return ops.concatenate([ops.reshape(latest, (1,)), rolled[1:]])


def quantize_and_dequantize(inputs: Tensor, scale: Tensor, quantized_dtype: str, compute_dtype: str) -> Tensor:
    """Numbers rounded to what a float of 8 bits holds.

    Args:
        inputs: tensor.
        scale: by what it is divided before, and multiplied again after.
        quantized_dtype: "float8_e4m3fn" or "float8_e5m2"; larger magnitudes become its largest one.
        compute_dtype: dtype of the result.

    Returns:
        Tensor of `compute_dtype`.

    Example:
        >>> float(quantize_and_dequantize(300.0, 1.0, "float8_e4m3fn", "float32"))
        288.0
    """
    largest = float(dtypes.finfo(quantized_dtype).max)
    scaled = ops.divide(inputs, ops.cast(scale, ops.dtype(inputs)))
    rounded = ops.cast(ops.clip(scaled, -largest, largest), quantized_dtype)
    return ops.multiply(ops.cast(rounded, compute_dtype), ops.cast(scale, compute_dtype))
