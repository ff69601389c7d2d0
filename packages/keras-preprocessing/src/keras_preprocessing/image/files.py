"""Pictures in files."""

from __future__ import annotations

import io
import os
import warnings
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import numpy as np

from keras_preprocessing.image.conversion import array_to_img
from keras_preprocessing.image.jpeg import decoded_jpeg
from keras_preprocessing.image.libraries import pillow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike, PathLike

ColorMode = Literal["rgb", "rgba", "grayscale"]
CHANNELS = {"grayscale": 1, "rgb": 3, "rgba": 4}
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
# Modes of Pillow that hold gray values as they are.
_GRAY = ("L", "I;16", "I")


def load_img(
    path: PathLike | BinaryIO,
    color_mode: ColorMode = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
    *,
    grayscale: bool | None = None,
) -> Any:
    """A picture from a file.

    Args:
        path: the file's path, or a file opened for reading bytes.
        color_mode: "rgb", "rgba" or "grayscale"; gray values of 16 and 32 bits are kept. Defaults to "rgb".
        target_size: height and width that the picture is resized to; its own when None.
        interpolation: how it is resized: "nearest", "bilinear", "bicubic", "hamming", "box" or "lanczos". Defaults to
            "nearest".
        keep_aspect_ratio: whether the largest part around the centre that has the proportions of `target_size` is
            taken, so that nothing is distorted. Defaults to False.
        grayscale: Keras 2's name of ``color_mode="grayscale"``; there it stands second, where True and False are
            understood, too.

    Returns:
        A picture of Pillow.

    Raises:
        ImportError: where Pillow is not installed.
        ValueError: for an unknown color mode or interpolation, or another size than two positive ints.
        OSError: for a file that is not there, or no picture.

    Example:
        >>> import io
        >>> import numpy as np
        >>> from keras_preprocessing.image import load_img, save_img
        >>> file = io.BytesIO()
        >>> save_img(file, np.eye(8)[:, :, None], file_format="png")
        >>> load_img(file, color_mode="grayscale", target_size=(2, 4)).size
        (4, 2)
    """
    if isinstance(color_mode, bool):
        color_mode, grayscale = "rgb", color_mode
    if grayscale is not None:
        warnings.warn('load_img: grayscale is a Keras 2 argument; write color_mode="grayscale".', DeprecationWarning, 2)
        color_mode = "grayscale" if grayscale else color_mode
    check_color_mode("load_img()", color_mode)
    check_interpolation("load_img()", interpolation)
    image = pillow("load_img()")
    img = _in_color_mode(_opened(path, image), color_mode)
    if target_size is None:
        return img
    height, width = check_size("load_img()", target_size)
    if img.size == (width, height):
        return img
    box = central_box(img.size, (width, height)) if keep_aspect_ratio else None
    return img.resize((width, height), getattr(image.Resampling, interpolation.upper()), box=box)


def load_pixels(path: PathLike, color_mode: ColorMode) -> np.ndarray:
    """The pixels of a picture in a file, as `load_img` has them, of JPEG files by simplejpeg where it is installed.

    Args:
        path: the file's path.
        color_mode: "rgb", "rgba" or "grayscale".

    Returns:
        An array of shape (height, width, channels), of uint8 except for gray values of 16 and 32 bits.

    Raises:
        ImportError: where Pillow is not installed.
        OSError: for a file that is not there, or no picture.
    """
    image = pillow("load_pixels()")
    with open(path, "rb") as file:
        data = file.read()
    pixels = decoded_jpeg(data, color_mode, image.MAX_IMAGE_PIXELS)
    if pixels is None:
        pixels = np.asarray(_in_color_mode(_read(io.BytesIO(data), os.fsdecode(path), image), color_mode))
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def save_img(
    path: PathLike | BinaryIO,
    x: ArrayLike,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Write an array as a picture.

    Args:
        path: the file's path, or a file opened for writing bytes.
        x: array of shape (height, width, channels), or (channels, height, width) with "channels_first".
        data_format: where `x` has its channels; what is configured when None.
        file_format: such as "png" or "jpg"; by the path's ending when None.
        scale: whether the smallest value becomes black and the largest white; otherwise values are from 0 to 255.
            Defaults to True.
        **kwargs: for Pillow's `Image.save`, such as ``quality=90``.

    Raises:
        ImportError: where Pillow is not installed.

    Example:
        >>> import io
        >>> import numpy as np
        >>> from keras_preprocessing.image import save_img
        >>> file = io.BytesIO()
        >>> save_img(file, np.zeros((2, 2, 3)), file_format="jpg")
        >>> file.getvalue()[6:10]
        b'JFIF'
    """
    img = array_to_img(x, data_format, scale)
    if file_format is not None and file_format.lower() == "jpg":
        file_format = "jpeg"
    named = os.fspath(path).lower() if isinstance(path, (str, os.PathLike)) else ""
    is_jpeg = (file_format or "").lower() == "jpeg" or (not file_format and named.endswith((".jpg", ".jpeg")))
    if img.mode == "RGBA" and is_jpeg:
        warnings.warn("save_img: JPEG files hold no transparency; the picture is written as RGB.", stacklevel=2)
        img = img.convert("RGB")
    img.save(path, format=file_format, **kwargs)


def list_pictures(
    directory: PathLike, ext: str | Sequence[str] = ("jpg", "jpeg", "bmp", "png", "ppm", "tif", "tiff")
) -> list[str]:
    """The pictures in a folder and those below it.

    Args:
        directory: the folder.
        ext: the ending or endings that make a picture.

    Returns:
        Paths in the order of their names.

    Example:
        >>> import tempfile
        >>> from keras_preprocessing.image import list_pictures
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     list_pictures(folder)
        []
    """
    endings = tuple(f".{one}" for one in ([ext] if isinstance(ext, str) else ext))
    return [
        os.path.join(root, name)
        for root, _, names in sorted(os.walk(directory))
        for name in sorted(names)
        if name.lower().endswith(endings)
    ]


def central_box(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """The largest part around the centre with the proportions of another picture, a pixel wide and high at least.

    Args:
        size: width and height.
        target: those of the other picture.

    Returns:
        Left, top, right and bottom.
    """
    width = max(1, min(size[0], size[1] * target[0] // target[1]))
    height = max(1, min(size[1], size[0] * target[1] // target[0]))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def check_color_mode(who: str, mode: str) -> None:
    """Refuse what is no color mode.

    Raises:
        ValueError: for an unknown one.
    """
    if mode not in CHANNELS:
        raise ValueError(f'{who}: color_mode must be "grayscale", "rgb" or "rgba", got {mode!r}.')


def check_interpolation(who: str, name: str, known: Sequence[str] = INTERPOLATIONS) -> None:
    """Refuse what is no way to resize.

    Raises:
        ValueError: for an unknown one.
    """
    if name not in known:
        raise ValueError(f"{who}: interpolation must be one of {', '.join(known)}, got {name!r}.")


def check_size(who: str, size: Any) -> tuple[int, int]:
    """Height and width as ints.

    Raises:
        ValueError: for anything but two positive ints.
    """
    try:
        height, width = map(int, size)
    except (TypeError, ValueError):
        height = width = 0
    if height < 1 or width < 1 or isinstance(size, str):
        raise ValueError(f"{who}: the size is height and width, such as (224, 224); got {size!r}.")
    return height, width


def _in_color_mode(img: Any, color_mode: ColorMode) -> Any:
    if color_mode == "grayscale":
        return img if img.mode in _GRAY else img.convert("L")
    return img if img.mode == color_mode.upper() else img.convert(color_mode.upper())


def _opened(path: Any, image: Any) -> Any:
    """The picture in a file, read at once so that the file is closed."""
    if hasattr(path, "read"):
        return _read(path, "the given file", image)
    if not isinstance(path, (str, bytes, os.PathLike)):
        raise TypeError(f"load_img() takes a path or an open file, got {type(path).__name__}.")
    with open(path, "rb") as file:
        return _read(io.BytesIO(file.read()), os.fsdecode(path), image)


def _read(file: Any, name: str, image: Any) -> Any:
    try:
        img = image.open(file)
        img.load()
    except (OSError, SyntaxError, ValueError) as error:  # Pillow's decoders raise all of them
        raise OSError(f"load_img() cannot read {name} as a picture: {error}.") from error
    return img
