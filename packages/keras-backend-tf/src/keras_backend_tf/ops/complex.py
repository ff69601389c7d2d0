"""Complex numbers, Fourier transforms and eigenvalues. 16-bit floats are computed in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def _wide(x: Tensor) -> Tensor:
    return tf.cast(x, tf.float32) if x.dtype in (tf.float16, tf.bfloat16) else x


def view_as_complex(x: Tensor) -> Tensor:
    x = _wide(x)
    return tf.complex(x[..., 0], x[..., 1])


def view_as_real(x: Tensor) -> Tensor:
    return tf.stack([tf.math.real(x), tf.math.imag(x)], -1)


def fourier(real: Tensor, imag: Tensor, inverse: bool = False) -> tuple[Any, Any]:
    shape = tf.broadcast_dynamic_shape(tf.shape(real), tf.shape(imag))
    parts = [tf.broadcast_to(_wide(part), shape) for part in (real, imag)] if real.shape != imag.shape else [real, imag]
    found = (tf.signal.ifft if inverse else tf.signal.fft)(tf.complex(*map(_wide, parts)))
    return tf.cast(tf.math.real(found), real.dtype), tf.cast(tf.math.imag(found), real.dtype)


def eig(x: Tensor) -> tuple[Any, Any]:
    return tuple(tf.linalg.eig(_wide(x)))
