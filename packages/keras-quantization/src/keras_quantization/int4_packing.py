"""Two integers of 4 bits in a byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from keras_core import ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_RANGES = {"int8": (-8, 7), "uint8": (0, 15)}


def pack_int4(arr: Tensor, axis: int = 0, dtype: str = "int8") -> tuple[Tensor, tuple[int, ...], int]:
    """Bytes that hold two neighbours each: the first in the lower four bits, the second in the upper four.

    Args:
        arr: tensor of integers from -8 to 7, or for "uint8" from 0 to 15.
        axis: the axis that gets half as long; the last byte of an odd one holds a 0, too. Defaults to 0.
        dtype: "int8" or "uint8", the dtype of `arr` and of the bytes. Defaults to "int8".

    Returns:
        The bytes, their shape, and the length of `axis` before.

    Raises:
        ValueError: for another dtype, or integers outside of the range.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> packed, shape, length = pack_int4(np.array([1, 2, -1], "int8"))
        >>> ops.convert_to_numpy(packed).tolist(), shape, length
        ([33, 15], (2,), 3)
    """
    values = np.asarray(ops.convert_to_numpy(arr))
    packed = packed_array(values, axis, dtype)
    return ops.convert_to_tensor(packed), packed.shape, values.shape[axis]


def packed_array(values: np.ndarray, axis: int = 0, dtype: str = "int8") -> np.ndarray:
    """The bytes of `pack_int4` for an array of NumPy.

    Args:
        values: array of integers.
        axis: the axis that gets half as long. Defaults to 0.
        dtype: "int8" or "uint8". Defaults to "int8".

    Raises:
        ValueError: for another dtype, or integers outside of the range.
    """
    low, high = _range(dtype)
    if values.dtype != dtype:
        raise ValueError(f"pack_int4() was told dtype={dtype!r}, got a tensor of {values.dtype.name}.")
    if values.size and not (low <= values.min() and values.max() <= high):
        raise ValueError(f"pack_int4() takes {low} to {high}, got {values.min()} to {values.max()}.")
    rows = np.moveaxis(values, axis, 0).view(np.uint8)
    if len(rows) % 2:
        rows = np.concatenate([rows, np.zeros_like(rows[:1])])
    packed = (rows[::2] & 15) | (rows[1::2] << 4)
    return np.ascontiguousarray(np.moveaxis(packed.astype(np.uint8).view(dtype), 0, axis))


def unpack_int4(packed: Tensor, orig_len: int, axis: int = 0, dtype: str = "int8") -> Tensor:
    """The integers that `pack_int4` has packed.

    Args:
        packed: tensor of bytes.
        orig_len: the length of `axis` before packing.
        axis: the axis that was packed. Defaults to 0.
        dtype: "int8" or "uint8", that of `packed`. Defaults to "int8".

    Returns:
        Integers of `dtype`.

    Raises:
        ValueError: for another dtype, or a length that the bytes do not hold.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(unpack_int4(np.array([33, 15], "int8"), 3)).tolist()
        [1, 2, -1]
    """
    _range(dtype)
    shape = ops.shape(packed)
    axis %= len(shape)
    if shape[axis] != (orig_len + 1) // 2:
        raise ValueError(
            f"unpack_int4(): {shape[axis]} bytes along axis {axis} hold {2 * shape[axis] - 1} or {2 * shape[axis]} "
            f"integers, got orig_len={orig_len}."
        )
    if dtype == "int8":  # the sign is in the upper bit of each half
        low = ops.right_shift(ops.left_shift(packed, ops.cast(4, dtype)), ops.cast(4, dtype))
    else:
        low = ops.bitwise_and(packed, ops.cast(15, dtype))
    both = ops.stack([low, ops.right_shift(packed, ops.cast(4, dtype))], axis=axis + 1)
    whole = ops.reshape(both, (*shape[:axis], 2 * shape[axis], *shape[axis + 1 :]))
    return whole[(slice(None),) * axis + (slice(0, orig_len),)]


def _range(dtype: str) -> tuple[int, int]:
    if dtype not in _RANGES:
        raise ValueError(f"Integers of 4 bits are packed into 'int8' or 'uint8', got dtype={dtype!r}.")
    return _RANGES[dtype]
