"""Products of quantized tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.framework import integer_product

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def int8_matmul(x1: Tensor, x2: Tensor) -> Tensor:
    rows = x1.reshape(-1, x2.shape[0])
    return integer_product(rows, x2).reshape(*x1.shape[:-1], x2.shape[1])
