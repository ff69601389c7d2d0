"""Complex numbers, Fourier transforms and eigenvalues. 16-bit floats are computed in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core import dtypes

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def _wide(x: Tensor) -> Tensor:
    return x.astype("float32") if dtypes.itemsize(x.dtype) < 4 else x


def view_as_complex(x: Tensor) -> Tensor:
    x = _wide(x)
    return lax.complex(x[..., 0], x[..., 1])


def view_as_real(x: Tensor) -> Tensor:
    return jnp.stack([x.real, x.imag], -1)


def fourier(real: Tensor, imag: Tensor, inverse: bool = False) -> tuple[Any, Any]:
    whole = lax.complex(*jnp.broadcast_arrays(_wide(real), _wide(imag)))
    found = (jnp.fft.ifft if inverse else jnp.fft.fft)(whole)
    return found.real.astype(real.dtype), found.imag.astype(real.dtype)


def eig(x: Tensor) -> tuple[Any, Any]:
    # LAPACK's routine on the host: accelerators have none, and JAX gives its vectors no gradient.
    wide = _wide(x)
    dtype = dtypes.numpy_dtype(dtypes.complex_of(wide.dtype))
    if jax.default_backend() == "cpu":
        values, vectors = jnp.linalg.eig(wide)
        return values, vectors
    shapes = (jax.ShapeDtypeStruct(x.shape[:-1], dtype), jax.ShapeDtypeStruct(x.shape, dtype))
    values, vectors = jax.pure_callback(_host_eig, shapes, wide)
    return values, vectors


def _host_eig(x: Any) -> tuple[Any, Any]:
    values, vectors = np.linalg.eig(np.asarray(x))
    dtype = dtypes.complex_of(x.dtype)
    return values.astype(dtype), vectors.astype(dtype)
