"""Complex numbers, Fourier transforms and eigenvalues. 16-bit floats are computed in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core import dtypes

from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.custom_ops.fourier import Fourier
from keras_backend_theano.symbolic import tensor


def _wide(x: Any) -> Any:
    return pt.cast(x, "float32") if x.type.dtype == "float16" else x


def view_as_complex(x: Any) -> Any:
    wide = _wide(tensor(x))
    return pt.complex(wide[..., 0], wide[..., 1])


def view_as_real(x: Any) -> Any:
    return pt.stack([pt.real(x), pt.imag(x)], axis=-1)


def fourier(real: Any, imag: Any, inverse: bool = False) -> tuple[Any, Any]:
    real, imag = tensor(real), tensor(imag)
    dtype = real.type.dtype
    found = Fourier(inverse)(*pt.broadcast_arrays(_wide(real), _wide(imag)))
    return pt.cast(found[0], dtype), pt.cast(found[1], dtype)


def eig(x: Any) -> tuple[Any, Any]:
    wide = _wide(x)
    dtype, shape = dtypes.complex_of(wide.type.dtype), x.type.shape
    found = PureCallback(np.linalg.eig, ("eig",), [(dtype, shape[:-1]), (dtype, shape)])(wide)
    return found[0], found[1]
