"""Fourier transforms, as products with the matrices of sines and cosines."""

from __future__ import annotations

import numpy as np

from keras_backend_cntk.expressions import Expr, Unsupported, constant
from keras_backend_cntk.ops.elementwise import add, subtract
from keras_backend_cntk.ops.linalg import matmul

_LONGEST = 2048


def fourier(real: Expr, imag: Expr, inverse: bool = False) -> tuple[Expr, Expr]:
    size = real.shape[-1]
    if size > _LONGEST:
        raise Unsupported("a long Fourier transform")
    angle = 2 * np.pi * np.outer(np.arange(size), np.arange(size)) / size
    scale = 1 / size if inverse else 1
    cos = constant(np.cos(angle) * scale, real.dtype)
    sin = constant(np.sin(angle) * scale * (1 if inverse else -1), real.dtype)
    return subtract(matmul(real, cos), matmul(imag, sin)), add(matmul(real, sin), matmul(imag, cos))
