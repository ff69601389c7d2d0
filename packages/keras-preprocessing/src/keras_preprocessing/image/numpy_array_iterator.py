"""Batches of changed pictures from an array."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config

from keras_preprocessing.image.iterator import Iterator
from keras_preprocessing.image.saved_pictures import save_pictures

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, PathLike

    from keras_preprocessing.image.protocol import ChangesPictures


class NumpyArrayIterator(Iterator):
    """Batches of an array's pictures, changed and standardized by a generator; what `ImageDataGenerator.flow` returns.

    Args:
        x: pictures, with four axes; or a tuple of pictures and further inputs (an array or a list of arrays), which are
            given out unchanged.
        y: targets, one for each picture; batches have none when None.
        image_data_generator: changes and standardizes the pictures.
        batch_size: how many pictures a batch has. Defaults to 32.
        shuffle: whether each pass has a new order. Defaults to False.
        sample_weight: weights of the pictures; batches have none when None.
        seed: for order and random changes.
        data_format: where the channels are; what is configured when None.
        save_to_dir: a folder into which the pictures of each batch are written, to be looked at.
        save_prefix: what their names begin with.
        save_format: the format and ending of these files. Defaults to "png".
        subset: "training" or "validation": the part of the arrays that the generator's `validation_split` says.
        ignore_class_split: whether the classes in both parts may differ. Defaults to False.
        dtype: dtype of the pictures in batches; floatx when None.

    Raises:
        ValueError: for arrays of different lengths, pictures without four axes, an unknown subset, and parts with
            different classes.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import ImageDataGenerator, NumpyArrayIterator
        >>> x, y = NumpyArrayIterator(np.ones((3, 4, 4, 1)), [0, 1, 0], ImageDataGenerator(rescale=0.5))[0]
        >>> x.shape, float(x.max()), y.tolist()
        ((3, 4, 4, 1), 0.5, [0, 1, 0])
    """

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        image_data_generator: ChangesPictures,
        batch_size: int = 32,
        shuffle: bool = False,
        sample_weight: ArrayLike = None,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: PathLike | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        dtype: Any = None,
        ignore_class_split: bool = False,
    ) -> None:
        images, others = _parts(x)
        arrays = {f"x[1][{i}]": other for i, other in enumerate(others)} | {"y": y, "sample_weight": sample_weight}
        for name, array in arrays.items():
            if array is not None and len(array) != len(images):
                raise ValueError(
                    f"NumpyArrayIterator: there are {len(images)} pictures and {len(array)} rows of {name}."
                )
        labels = None if y is None else np.asarray(y)
        weights = None if sample_weight is None else np.asarray(sample_weight)
        if subset is not None:
            part = _part(subset, len(images), image_data_generator.validation_split)
            if labels is not None and not ignore_class_split:
                _check_classes(labels, part)
            images, others = images[part], [other[part] for other in others]
            labels, weights = (None if one is None else one[part] for one in (labels, weights))
        self.dtype = dtype or config.floatx()
        self.x = np.asarray(images)
        if self.x.ndim != 4:
            raise ValueError(
                f"NumpyArrayIterator takes pictures as an array with four axes, got shape {self.x.shape}."
                + (" Add an axis for the channels: x[..., None]." if self.x.ndim == 3 else "")
            )
        self.data_format = config.standardize_data_format(data_format)
        channels = self.x.shape[3 if self.data_format == "channels_last" else 1]
        if channels not in (1, 3, 4):
            warnings.warn(
                f"NumpyArrayIterator: pictures have 1, 3 or 4 channels; with {self.data_format} those of shape "
                f"{self.x.shape} have {channels}.",
                stacklevel=2,
            )
        self.x_misc = others
        self.y = labels
        self.sample_weight = weights
        self.image_data_generator = image_data_generator
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        super().__init__(len(self.x), batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array: np.ndarray) -> Any:
        seeds = self._seeds_of(index_array)
        if self.x.dtype == self.dtype:  # read where they are, and written into the batch once
            images = np.empty((len(index_array), *self.x.shape[1:]), self.dtype)
            images = self.image_data_generator.changed(images, seeds, [self.x[index] for index in index_array.tolist()])
        else:
            images = self.image_data_generator.changed(self.x[index_array].astype(self.dtype), seeds)
        if self.save_to_dir:
            save_pictures(images, index_array, self.data_format, self.save_to_dir, self.save_prefix, self.save_format)
        inputs = [images, *(other[index_array] for other in self.x_misc)] if self.x_misc else images
        if self.y is None:
            return inputs
        batch = (inputs, self.y[index_array])
        return batch if self.sample_weight is None else (*batch, self.sample_weight[index_array])


def _parts(x: Any) -> tuple[np.ndarray, list[np.ndarray]]:
    """The pictures, and further inputs."""
    if not isinstance(x, (tuple, list)) or len(x) != 2:
        return np.asarray(x), []
    images, others = x
    return np.asarray(images), [np.asarray(one) for one in (others if isinstance(others, list) else [others])]


def _part(subset: str, count: int, share: float) -> slice:
    if subset not in ("training", "validation"):
        raise ValueError(f'NumpyArrayIterator: subset must be "training" or "validation", got {subset!r}.')
    edge = int(count * share)
    return slice(edge) if subset == "validation" else slice(edge, None)


def _check_classes(labels: np.ndarray, part: slice) -> None:
    edge = part.stop if part.start is None else part.start
    if not np.array_equal(np.unique(labels[:edge]), np.unique(labels[edge:])):
        raise ValueError(
            "NumpyArrayIterator: the training and the validation part have different classes. Shuffle the arrays "
            "before, or pass ignore_class_split=True."
        )
