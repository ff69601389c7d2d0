"""Pictures in folders as a data set."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from keras_core import config

from keras_preprocessing.folders.file_dataset import datasets_of
from keras_preprocessing.folders.labelled_files import Labels, labelled_files
from keras_preprocessing.image.array_resizing import INTERPOLATIONS, resized
from keras_preprocessing.image.conversion import img_to_array
from keras_preprocessing.image.files import INTERPOLATIONS as OF_PILLOW
from keras_preprocessing.image.files import central_box, check_color_mode, check_interpolation, check_size, load_pixels
from keras_preprocessing.image.libraries import pillow
from keras_preprocessing.pipelines import into_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keras_core.typing import PathLike

    from keras_preprocessing.folders.file_dataset import FileDataset
    from keras_preprocessing.image.files import ColorMode

_WHO = "image_dataset_from_directory()"
ENDINGS = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


def image_dataset_from_directory(
    directory: PathLike,
    labels: Labels = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    color_mode: ColorMode = "rgb",
    batch_size: int | None = 32,
    image_size: tuple[int, int] = (256, 256),
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    interpolation: str = "bilinear",
    follow_links: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    data_format: str | None = None,
    format: str | None = None,
    verbose: bool = True,
    *,
    errors: str = "raise",
) -> FileDataset | list[FileDataset]:
    """Batches of pictures, read by Pillow and resized when they are needed.

    JPEG files are read by simplejpeg where it is installed, to the same pixels in half of the time.

    Args:
        directory: with labels "inferred", a folder with a folder for each class.
        labels: "inferred", None, or a number for each file in the order of paths. Defaults to "inferred".
        label_mode: "int" (numbers), "binary" (a column of 0.0 and 1.0), "categorical" (rows with a 1) or None (no
            targets). Defaults to "int".
        class_names: the classes' folders in the order of their numbers; by name when None.
        color_mode: "rgb", "rgba" or "grayscale". Defaults to "rgb".
        batch_size: how many pictures a batch has; None gives them one by one. Defaults to 32.
        image_size: height and width that pictures are resized to. Defaults to (256, 256).
        shuffle: whether each pass has a new order; otherwise files come by name. Defaults to True.
        seed: for order and split.
        validation_split: the fraction of the files that is for validation.
        subset: "training", "validation" or "both", a list of two data sets then.
        interpolation: how pictures are resized: "nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5",
            "gaussian" or "mitchellcubic" by the pixels around each place, as TensorFlow does; "box", "hamming" or
            "lanczos" by Pillow, which counts all pixels that become one. Defaults to "bilinear".
        follow_links: whether links to folders are followed. Defaults to False.
        crop_to_aspect_ratio: whether pictures are cut around the centre rather than distorted. Defaults to False.
        pad_to_aspect_ratio: whether they get black borders rather than being distorted. Defaults to False.
        data_format: where batches have the channels; what is configured when None.
        format: "tf" for a `tf.data.Dataset`, where the backend for TensorFlow is installed; a data set of no framework
            when None.
        verbose: whether it is printed how many files there are. Defaults to True.
        errors: "raise" for pictures that cannot be read, or "skip" to leave them out, with a warning that names them.
            Defaults to "raise".

    Returns:
        A data set whose batches are float arrays from 0 to 255, with targets unless there are none.

    Raises:
        ValueError: for arguments that do not fit the folder or each other.
        FileNotFoundError: for a folder that does not exist.
        ImportError: where Pillow is not installed.

    Example:
        >>> import pathlib, tempfile
        >>> import numpy as np
        >>> from keras_preprocessing.folders import image_dataset_from_directory
        >>> from keras_preprocessing.image import save_img
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("cats", "dogs"):
        ...         pathlib.Path(folder, name).mkdir()
        ...         save_img(f"{folder}/{name}/1.png", np.zeros((6, 6, 3)))
        ...     batches = image_dataset_from_directory(folder, image_size=(4, 4), shuffle=False)
        ...     x, y = batches[0]
        Found 2 files belonging to 2 classes.
        >>> x.shape, y.tolist(), batches.class_names
        ((2, 4, 4, 3), [0, 1], ['cats', 'dogs'])
    """
    formed = into_format(_WHO, format)
    check_color_mode(_WHO, color_mode)
    check_interpolation(_WHO, interpolation, tuple(dict.fromkeys((*INTERPOLATIONS, *OF_PILLOW))))
    size = check_size(_WHO, image_size)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(f"{_WHO}: pictures are either cropped or padded to the aspect ratio; choose one.")
    pillow(_WHO)
    read = partial(
        _picture,
        color_mode=color_mode,
        size=size,
        interpolation=interpolation,
        crop=crop_to_aspect_ratio,
        pad=pad_to_aspect_ratio,
        data_format=data_format or config.image_data_format(),
    )
    files = labelled_files(_WHO, directory, labels, label_mode, class_names, ENDINGS, follow_links)
    made = datasets_of(
        _WHO, files, label_mode, read, _together, batch_size, shuffle, seed, validation_split, subset, verbose, errors
    )
    return formed(made)  # type: ignore[no-any-return]


def _picture(
    path: str,
    color_mode: ColorMode,
    size: tuple[int, int],
    interpolation: str,
    crop: bool,
    pad: bool,
    data_format: str,
) -> np.ndarray:
    pixels = load_pixels(path, color_mode)
    if crop:
        left, top, right, bottom = central_box((pixels.shape[1], pixels.shape[0]), size[::-1])
        pixels = pixels[top:bottom, left:right]
    if pad:
        pixels = _padded(pixels, size)
    if interpolation in INTERPOLATIONS:
        return img_to_array(resized(pixels, size, interpolation), data_format)
    image = pillow(_WHO)
    img = image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    resampling = getattr(image.Resampling, interpolation.upper())
    return img_to_array(img if pixels.shape[:2] == size else img.resize(size[::-1], resampling), data_format)


def _together(pictures: Iterable[np.ndarray], count: int) -> np.ndarray:
    """A batch; each picture's memory is free for the next."""
    others = iter(pictures)
    first = next(others)
    batch = np.empty((count, *first.shape), first.dtype)
    for row, picture in zip(batch, chain([first], others)):
        row[...] = picture
    return batch


def _padded(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The picture in the middle of the smallest black one around it with the proportions of `size`."""
    height, width, channels = pixels.shape
    high, wide = max(height, width * size[0] // size[1]), max(width, height * size[1] // size[0])
    top, left = (high - height) // 2, (wide - width) // 2
    whole = np.zeros((high, wide, channels), pixels.dtype)
    whole[top : top + height, left : left + width] = pixels
    return whole
