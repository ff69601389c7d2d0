"""Batches of changed pictures from a folder that has a folder for each class."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_preprocessing.image.files import ENDINGS
from keras_preprocessing.image.files_iterator import FilesIterator, class_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import PathLike

    from keras_preprocessing.image.files import ColorMode
    from keras_preprocessing.image.protocol import ChangesPictures


class DirectoryIterator(FilesIterator):
    """Batches of pictures in the folders of classes; what `ImageDataGenerator.flow_from_directory` returns.

    Args:
        directory: a folder with a folder for each class; pictures may lie deeper.
        image_data_generator: changes and standardizes the pictures, None for neither.
        target_size: height and width that pictures are resized to. Defaults to (256, 256).
        color_mode: "rgb", "rgba" or "grayscale". Defaults to "rgb".
        classes: names of the classes' folders, in the order of their numbers; all folders by name when None.
        class_mode: which targets there are: "categorical" (rows with a 1), "binary" and "sparse" (numbers), "input"
            (the pictures themselves) or None (none). Defaults to "categorical".
        batch_size: how many pictures a batch has. Defaults to 32.
        shuffle: whether each pass has a new order; otherwise they come by name. Defaults to True.
        seed: for order and random changes.
        data_format: where batches have the channels; what is configured when None.
        save_to_dir: a folder into which the pictures of each batch are written, to be looked at.
        save_prefix: what their names begin with.
        save_format: the format and ending of these files. Defaults to "png".
        follow_links: whether links to folders are followed. Defaults to False.
        subset: "training" or "validation": the part of each class that the generator's `validation_split` says.
        interpolation: how pictures are resized, as `load_img` takes it. Defaults to "nearest".
        keep_aspect_ratio: whether pictures are cut rather than distorted, as in `load_img`. Defaults to False.
        dtype: dtype of batches; floatx when None.

    Attributes:
        classes: the class of each picture, as a number.
        class_indices: the number of each class.
        filenames: each picture's path below the folder.
        samples: how many pictures there are.

    Raises:
        ValueError: for a folder without folders, a class without a folder, and arguments that are none of those named.
        FileNotFoundError: for a folder that does not exist.

    Example:
        >>> import pathlib, tempfile
        >>> import numpy as np
        >>> from keras_preprocessing.image import ImageDataGenerator, save_img
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("cats", "dogs"):
        ...         pathlib.Path(folder, name).mkdir()
        ...         save_img(f"{folder}/{name}/1.png", np.zeros((6, 6, 3)))
        ...     batches = ImageDataGenerator().flow_from_directory(folder, target_size=(4, 4), shuffle=False)
        ...     batches.class_indices, batches[0][0].shape, batches[0][1].tolist()
        Found 2 images belonging to 2 classes.
        ({'cats': 0, 'dogs': 1}, (2, 4, 4, 3), [[1.0, 0.0], [0.0, 1.0]])
    """

    class_modes = ("categorical", "binary", "sparse", "input", None)

    def __init__(
        self,
        directory: PathLike,
        image_data_generator: ChangesPictures | None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: PathLike | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        dtype: Any = None,
        keep_aspect_ratio: bool = False,
    ) -> None:
        super().__init__(
            image_data_generator,
            target_size,
            color_mode,
            class_mode,
            data_format,
            save_to_dir,
            save_prefix,
            save_format,
            subset,
            interpolation,
            keep_aspect_ratio,
            dtype,
        )
        self.directory = directory
        names = list(classes) if classes else _folders(directory)
        self.class_indices = class_table(names)
        self.num_classes = len(names)
        self.filenames: list[str] = []
        numbers: list[int] = []
        for number, name in enumerate(names):
            folder = os.path.join(directory, name)
            if not os.path.isdir(folder):
                raise ValueError(f"DirectoryIterator: there is no folder {folder} for the class {name!r}.")
            files = pictures_below(folder, follow_links)
            files = files[self._part(len(files))]
            self.filenames += [os.path.join(name, file) for file in files]
            numbers += [number] * len(files)
        self.samples = len(self.filenames)
        self.classes = np.array(numbers, dtype="int32")
        self._filepaths = [os.path.join(directory, name) for name in self.filenames]
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        super(FilesIterator, self).__init__(self.samples, batch_size, shuffle, seed)


def pictures_below(folder: PathLike, follow_links: bool = False) -> list[str]:
    """The pictures in a folder and those below it, as paths from there, by name."""
    found = sorted(os.walk(folder, followlinks=follow_links))
    paths = [os.path.join(root, name) for root, _, names in found for name in sorted(names)]
    return [os.path.relpath(path, folder) for path in paths if path.lower().endswith(ENDINGS)]


def _folders(directory: PathLike) -> list[str]:
    names = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir())
    if not names:
        raise ValueError(
            f"DirectoryIterator: {os.fspath(directory)} holds no folders; there must be one for each class. For "
            'pictures without classes put them into one folder below it, or pass classes=["."], and class_mode=None.'
        )
    return names
