"""Ops for images that PyTorch has kernels for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import channels_first, op_body

from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor

_FLOATS = (torch.float32, torch.float64)
_GREY = (0.2989, 0.587, 0.114)


def rgb_to_grayscale(images: Tensor, data_format: DataFormat = None) -> Tensor:
    if channels_first(data_format) or images.dtype not in _FLOATS or images.shape[-1:] != (3,):
        return op_body("rgb_to_grayscale")(images, data_format)
    return torch.matmul(images, torch.tensor(_GREY, dtype=images.dtype, device=images.device)).unsqueeze(-1)


def resize(images: Tensor, size: Sequence[Any], interpolation: str = "bilinear", antialias: bool = False,
           crop_to_aspect_ratio: bool = False, pad_to_aspect_ratio: bool = False, fill_mode: str = "constant",
           fill_value: float = 0.0, data_format: DataFormat = None) -> Tensor:  # fmt: skip
    plain = not (antialias or crop_to_aspect_ratio or pad_to_aspect_ratio) and fill_mode == "constant"
    known = len(size) == 2 and all(isinstance(n, int) and n > 0 for n in size)
    if interpolation != "bilinear" or not plain or not known or images.dim() != 4 or images.dtype not in _FLOATS:
        return op_body("resize")(images, size, interpolation, antialias, crop_to_aspect_ratio, pad_to_aspect_ratio,
                                 fill_mode, fill_value, data_format)  # fmt: skip
    first = channels_first(data_format)
    channels = images if first else images.permute(0, 3, 1, 2)
    found = torch.nn.functional.interpolate(channels, tuple(size), mode="bilinear", align_corners=False)
    return found if first else found.permute(0, 2, 3, 1)
