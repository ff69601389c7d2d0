"""Batches of changed pictures from files; folders and data frames say which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config

from keras_preprocessing.image.conversion import img_to_array
from keras_preprocessing.image.files import CHANNELS, check_color_mode, check_interpolation, check_size, load_img
from keras_preprocessing.image.iterator import Iterator
from keras_preprocessing.image.saved_pictures import save_pictures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import PathLike

    from keras_preprocessing.image.files import ColorMode
    from keras_preprocessing.image.protocol import ChangesPictures


class FilesIterator(Iterator):
    """Base of iterators over files: how they are read and changed, and which targets they have.

    Subclasses fill `_filepaths`, `classes` and `class_indices`, and say what `labels` and `sample_weight` are.
    """

    class_modes: tuple[str | None, ...] = ()

    def __init__(
        self,
        image_data_generator: ChangesPictures | None,
        target_size: tuple[int, int],
        color_mode: ColorMode,
        class_mode: str | None,
        data_format: str | None,
        save_to_dir: PathLike | None,
        save_prefix: str,
        save_format: str,
        subset: str | None,
        interpolation: str,
        keep_aspect_ratio: bool,
        dtype: Any,
    ) -> None:
        who = type(self).__name__
        check_color_mode(who, color_mode)
        check_interpolation(who, interpolation)
        if class_mode not in self.class_modes:
            raise ValueError(
                f"{who}: class_mode must be one of {', '.join(map(repr, self.class_modes))}, got {class_mode!r}."
            )
        if subset not in (None, "training", "validation"):
            raise ValueError(f'{who}: subset must be "training" or "validation", got {subset!r}.')
        self.image_data_generator = image_data_generator
        self.target_size = check_size(who, target_size)
        self.color_mode = color_mode
        self.class_mode = class_mode
        self.data_format = config.standardize_data_format(data_format)
        channels = (CHANNELS[color_mode],)
        self.image_shape = (
            (*self.target_size, *channels) if self.data_format == "channels_last" else (*channels, *self.target_size)
        )
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        self.subset = subset
        self.interpolation = interpolation
        self.keep_aspect_ratio = keep_aspect_ratio
        self.dtype = dtype or config.floatx()
        self.classes: Any = None
        self.class_indices: dict[str, int] = {}
        self._filepaths: list[str] = []

    @property
    def filepaths(self) -> list[str]:
        """The path of each picture."""
        return self._filepaths

    @property
    def labels(self) -> Any:
        """What each picture's target is made from."""
        return self.classes

    @property
    def sample_weight(self) -> np.ndarray | None:
        """The weight of each picture, None without."""
        return None

    def _part(self, count: int) -> slice:
        """The part of `count` files that belongs to the subset."""
        share = 0.0 if self.image_data_generator is None else self.image_data_generator.validation_split
        edge = int(share * count)
        if self.subset is None:
            return slice(None)
        return slice(edge) if self.subset == "validation" else slice(edge, count)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        images = self._images(index_array)
        if self.save_to_dir:
            save_pictures(images, index_array, self.data_format, self.save_to_dir, self.save_prefix, self.save_format)
        if self.class_mode is None:
            return images
        batch = (images, self._targets(images, index_array))
        weights = self.sample_weight
        return batch if weights is None else (*batch, weights[index_array])

    def _images(self, index_array: np.ndarray) -> np.ndarray:
        paths = self.filepaths
        options = (self.color_mode, self.target_size, self.interpolation, self.keep_aspect_ratio)
        images = np.empty((len(index_array), *self.image_shape), self.dtype)
        for row, index in enumerate(index_array):
            images[row] = img_to_array(load_img(paths[index], *options), self.data_format, self.dtype)
        if self.image_data_generator is None:
            return images
        return self.image_data_generator.changed(images, self._seeds_of(index_array))

    def _targets(self, images: np.ndarray, index_array: np.ndarray) -> Any:
        if self.class_mode == "input":
            return images.copy()
        labels = self.labels
        if self.class_mode == "multi_output":
            return [column[index_array] for column in labels]
        if self.class_mode == "raw":
            return labels[index_array]
        if self.class_mode in ("binary", "sparse"):
            return np.array([labels[index] for index in index_array], dtype=self.dtype)
        targets = np.zeros((len(index_array), len(self.class_indices)), self.dtype)
        for row, index in enumerate(index_array):
            targets[row, labels[index]] = 1
        return targets


def class_table(names: Sequence[str]) -> dict[str, int]:
    """The number of each class."""
    return {name: index for index, name in enumerate(names)}
