"""Special functions that TensorFlow has kernels for."""

from __future__ import annotations

from keras_core.typing import Tensor

from keras_backend_tf.framework import raw


def erfinv(x: Tensor) -> Tensor:
    return raw.Erfinv(x=x)
