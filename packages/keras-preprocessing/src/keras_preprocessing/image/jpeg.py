"""Pixels of JPEG files by simplejpeg, which takes half of Pillow's time for the same numbers."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# Colors in the file, color mode → what simplejpeg decodes to as Pillow does, which makes gray of red, green and blue.
_SPACES = {("YCbCr", "rgb"): "RGB", ("RGB", "rgb"): "RGB", ("Gray", "rgb"): "RGB", ("Gray", "grayscale"): "GRAY"}


def decoded_jpeg(data: bytes, color_mode: str, most_pixels: int | None) -> np.ndarray | None:
    """The pixels of a JPEG file, or None where they are left to Pillow.

    Left to it are other files and other colors, what is too large or damaged, about which it tells, and everything
    where simplejpeg is not installed.

    Args:
        data: what is in the file.
        color_mode: "rgb", "rgba" or "grayscale".
        most_pixels: how many pixels are too many; None allows any number.

    Returns:
        An array of uint8 of shape (height, width, channels).
    """
    if not data.startswith(b"\xff\xd8\xff") or (library := _simplejpeg()) is None:
        return None
    try:
        height, width, space, _ = library.decode_jpeg_header(data)
        wanted = _SPACES.get((space, color_mode))
        if wanted is None or (most_pixels is not None and height * width > most_pixels):
            return None
        pixels: np.ndarray = library.decode_jpeg(data, wanted)
    except ValueError:
        return None
    return pixels


@cache
def _simplejpeg() -> Any:
    try:
        return import_module("simplejpeg")
    except ImportError:
        return None
