"""Products of quantized tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.backend.toolkit import op_body

from keras_backend_tf.framework import tf
from keras_backend_tf.ops.shapes import sizes_of

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_ROWS = [part << octave for octave in range(28) for part in range(4, 8)]
"""Numbers of rows that are multiplied, others get rows of zeros: XLA compiles a program for each, and multiplies four
faster than one."""
_UNKNOWN = tf.TensorSpec((None, None), tf.int8)
_body = op_body("int8_matmul")


def int8_matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if tf.config.list_physical_devices("GPU"):
        found: Tensor = _body(x1, x2)
        return found
    rows = tf.reshape(x1, (-1, sizes_of(x2)[0]))
    count = tf.shape(rows)[0]
    padded = tf.gather(_ROWS, tf.searchsorted(_ROWS, [count]))[0]
    product = _product(tf.pad(rows, [[0, padded - count], [0, 0]]), x2)[:count]
    return tf.ensure_shape(tf.reshape(product, (*sizes_of(x1)[:-1], sizes_of(x2)[1])), (*x1.shape[:-1], x2.shape[1]))


@tf.function(input_signature=[_UNKNOWN, _UNKNOWN], autograph=False, jit_compile=True)
def _product(x1: Tensor, x2: Tensor) -> Tensor:
    """By XLA, whose product of integers is the only one of TensorFlow that is faster than that of floats."""
    return tf.matmul(x1, x2, output_type=tf.int32)
