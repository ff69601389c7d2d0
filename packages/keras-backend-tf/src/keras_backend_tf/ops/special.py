"""Special functions that TensorFlow has kernels for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_tf.framework import raw

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def erfinv(x: Tensor) -> Tensor:
    return raw.Erfinv(x=x)
