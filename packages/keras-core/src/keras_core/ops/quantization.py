"""Products of quantized tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.ops.elementwise import add, cast
from keras_core.ops.linalg import matmul
from keras_core.ops.op import derived
from keras_core.ops.properties import shape_of
from keras_core.ops.shaping import getitem

if TYPE_CHECKING:
    from keras_core.typing import Tensor

EXACT_PRODUCTS = 2**24 // 127**2
"""How many products of integers of 8 bits float32 adds up exactly."""


@derived(tensors=("x1", "x2"))
def int8_matmul(x1: Tensor, x2: Tensor) -> Tensor:
    """Matrix product of integers of 8 bits, summed in 32 bits: exact.

    Args:
        x1: int8 tensor (..., k), of numbers above -128.
        x2: int8 tensor (k, m), likewise.

    Returns:
        int32 tensor (..., m).

    Raises:
        ValueError: if the inner sizes differ.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.int8_matmul(np.full((1, 3), 127, "int8"), np.full((3, 1), -127, "int8"))).tolist()
        [[-48387]]
    """
    size = shape_of(x2)[0]
    if size is None:
        return matmul(cast(x1, "int32"), cast(x2, "int32"))
    total = None
    for start in range(0, size, EXACT_PRODUCTS):
        rows = slice(start, start + EXACT_PRODUCTS)
        left, right = (x1, x2) if size <= EXACT_PRODUCTS else (getitem(x1, (..., rows)), getitem(x2, rows))
        part = cast(matmul(cast(left, "float32"), cast(right, "float32")), "int32")
        total = part if total is None else add(total, part)
    return total
