"""Complex numbers, Fourier transforms and eigenvalues. 16-bit floats are computed in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def _wide(x: Tensor) -> Tensor:
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def view_as_complex(x: Tensor) -> Tensor:
    return torch.complex(*_wide(x).unbind(-1))


def view_as_real(x: Tensor) -> Tensor:
    return torch.view_as_real(x.resolve_conj())


def fourier(real: Tensor, imag: Tensor, inverse: bool = False) -> tuple[Tensor, Tensor]:
    found = (torch.fft.ifft if inverse else torch.fft.fft)(torch.complex(_wide(real), _wide(imag)))
    return found.real.to(real.dtype), found.imag.to(real.dtype)


def eig(x: Tensor) -> tuple[Tensor, Tensor]:
    values, vectors = torch.linalg.eig(_wide(x))
    return values, vectors
