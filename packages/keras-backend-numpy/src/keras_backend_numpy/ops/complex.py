"""Complex numbers, Fourier transforms and eigenvalues. 16-bit floats are computed in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import dtypes

from keras_backend_numpy.framework import widen


def view_as_complex(x: Any) -> Any:
    return np.ascontiguousarray(widen(x)).view(dtypes.complex_of(x.dtype))[..., 0]


def view_as_real(x: Any) -> Any:
    return np.stack([x.real, x.imag], -1)


def fourier(real: Any, imag: Any, inverse: bool = False) -> tuple[Any, Any]:
    found = (np.fft.ifft if inverse else np.fft.fft)(widen(real) + 1j * widen(imag))
    return found.real.astype(real.dtype), found.imag.astype(real.dtype)


def eig(x: Any) -> tuple[Any, Any]:
    found, dtype = np.linalg.eig(widen(x)), dtypes.complex_of(x.dtype)
    return found[0].astype(dtype), found[1].astype(dtype)
