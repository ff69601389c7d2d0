"""Shape and dtype rules of complex numbers and Fourier transforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import dtypes
from keras_core.graph.spec import Spec
from keras_core.ops.rules.shapes import broadcast_shapes

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def view_as_complex(x: Tensor) -> Spec:
    """Without the last axis, whose two elements become one."""
    if dtypes.is_complex(x.dtype):
        raise ValueError(f"got dtype {x.dtype}, expected real and imaginary parts as floats.")
    if not x.shape or x.shape[-1] not in (2, None):
        raise ValueError(f"got shape {tuple(x.shape)}, expected a last axis of length 2: real and imaginary parts.")
    return Spec(x.shape[:-1], dtypes.complex_of(x.dtype))


def view_as_real(x: Tensor) -> Spec:
    """With a last axis for the two parts."""
    if not dtypes.is_complex(x.dtype):
        raise ValueError(f"got dtype {x.dtype}, expected complex64 or complex128.")
    return Spec((*x.shape, 2), dtypes.real_of(x.dtype))


def fourier(real: Tensor, imag: Tensor, inverse: bool) -> tuple[Spec, Spec]:
    """Both parts in the shape that they broadcast to."""
    if dtypes.is_complex(real.dtype):
        raise ValueError(f"got dtype {real.dtype}, expected real and imaginary parts as floats.")
    shape = broadcast_shapes(real.shape, imag.shape)
    if not shape or shape[-1] == 0:
        raise ValueError(f"got parts of shape {tuple(shape)}, expected a last axis with at least one element.")
    spec = Spec(shape, real.dtype)
    return spec, spec


def eig(x: Tensor) -> tuple[Spec, Spec]:
    """Complex eigenvalues and eigenvectors of square matrices."""
    if len(x.shape) < 2 or (None not in x.shape[-2:] and x.shape[-1] != x.shape[-2]):
        raise ValueError(f"got shape {tuple(x.shape)}, expected square matrices in the last two axes.")
    dtype = dtypes.complex_of(x.dtype)
    return Spec(x.shape[:-1], dtype), Spec(x.shape, dtype)
