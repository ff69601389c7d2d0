"""Pictures changed at random and standardized, batch by batch."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import config
from keras_core.argument_checks import CheckedArguments

from keras_preprocessing.image.data_frame_iterator import DataFrameIterator
from keras_preprocessing.image.directory_iterator import DirectoryIterator
from keras_preprocessing.image.numpy_array_iterator import NumpyArrayIterator
from keras_preprocessing.image.random_changes import RandomChanges, Shift
from keras_preprocessing.image.sampling import MODES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keras_core.typing import ArrayLike, PathLike

    from keras_preprocessing.image.affine import FillMode
    from keras_preprocessing.image.files import ColorMode

# What keeps a division by a standard deviation finite.
_EPSILON = 1e-6
_FEW_CHANNELS = 4


class ImageDataGenerator(RandomChanges, CheckedArguments):
    """Batches of pictures, each changed at random and then standardized.

    `flow`, `flow_from_directory` and `flow_from_dataframe` give sources of batches that `fit`, `evaluate` and `predict`
    of every backend take. A picture is rotated, shifted, sheared and zoomed about its centre, then its channels are
    shifted, it is flipped, and its brightness changes. Then come `preprocessing_function`, `rescale`, what goes by each
    picture (samplewise), and what goes by the data that `fit` was given (featurewise, ZCA).

    Args:
        featurewise_center: whether the mean of the data is subtracted, for each channel.
        samplewise_center: whether each picture's mean is subtracted.
        featurewise_std_normalization: whether pictures are divided by the standard deviation of the data, for each
            channel.
        samplewise_std_normalization: whether each picture is divided by its standard deviation.
        zca_whitening: whether the data's pixels are decorrelated.
        zca_epsilon: what is added to the eigenvalues. Defaults to 1e-6.
        rotation_range: the largest angle of rotation, in degrees.
        width_shift_range: the largest shift along the width: a part of it below 1, else pixels; an int draws whole
            pixels below it, a list one of its values, both with either sign.
        height_shift_range: the largest shift along the height, in the same way.
        brightness_range: the smallest and largest factor of brightness, as `apply_brightness_shift` with
            ``scale=False`` takes it.
        shear_range: the largest angle of shear, in degrees.
        zoom_range: the smallest and largest factor of zoom, or how far they are from 1.
        channel_shift_range: the largest number added to channels.
        fill_mode: what comes from outside a picture, as in `apply_affine_transform`. Defaults to "nearest".
        cval: the value outside with "constant". Defaults to 0.
        horizontal_flip: whether half of the pictures are mirrored left to right.
        vertical_flip: whether half of the pictures are mirrored top to bottom.
        rescale: a factor for all values.
        preprocessing_function: from a changed picture to one of the same shape, before what follows.
        data_format: where pictures have their channels; what is configured when None.
        validation_split: the part of the data that is ``subset="validation"``. Defaults to 0.
        interpolation_order: the `order` of `apply_affine_transform`. Defaults to 1.
        dtype: dtype of the batches; floatx when None.

    Attributes:
        mean: the data's mean of each channel, after `fit`.
        std: the data's standard deviation of each channel, after `fit`.
        principal_components: the matrix of the ZCA, after `fit`.

    Raises:
        ValueError: for ranges, formats and splits that are none.

    Reference: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009, for ZCA.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.image import ImageDataGenerator
        >>> generator = ImageDataGenerator(rotation_range=20, horizontal_flip=True, rescale=1 / 255)
        >>> batches = generator.flow(np.full((5, 8, 8, 3), 255.0), np.arange(5), batch_size=2, seed=1)
        >>> x, y = batches[0]
        >>> len(batches), x.shape, float(x.min())
        (3, (2, 8, 8, 3), 1.0)
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0,
        width_shift_range: Shift = 0.0,
        height_shift_range: Shift = 0.0,
        brightness_range: Sequence[float] | None = None,
        shear_range: float = 0.0,
        zoom_range: float | Sequence[float] = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: FillMode = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Callable[[np.ndarray], np.ndarray] | None = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
        interpolation_order: int = 1,
        dtype: Any = None,
    ) -> None:
        self.data_format = config.standardize_data_format(data_format)
        last = self.data_format == "channels_last"
        self.channel_axis, self.row_axis, self.col_axis = (3, 1, 2) if last else (1, 2, 3)
        if not 0 <= validation_split < 1:
            raise ValueError(
                f"ImageDataGenerator: validation_split must be from 0 to below 1, got {validation_split!r}."
            )
        if fill_mode not in MODES:
            raise ValueError(
                f"ImageDataGenerator: fill_mode must be one of {', '.join(map(repr, MODES))}, got {fill_mode!r}."
            )
        if isinstance(zoom_range, (int, float)):
            zoom_range = (1 - zoom_range, 1 + zoom_range)
        self.zoom_range = _two_numbers("zoom_range", zoom_range)
        self.brightness_range = None if brightness_range is None else _two_numbers("brightness_range", brightness_range)
        implied = (
            (zca_whitening, featurewise_center, "zca_whitening", "featurewise_center"),
            (featurewise_std_normalization, featurewise_center, "featurewise_std_normalization", "featurewise_center"),
            (samplewise_std_normalization, samplewise_center, "samplewise_std_normalization", "samplewise_center"),
        )
        for set_, other, name, needed in implied:
            if set_ and not other:
                warnings.warn(f"ImageDataGenerator: {name} sets {needed}, too.", stacklevel=2)
        if zca_whitening and featurewise_std_normalization:
            warnings.warn(
                "ImageDataGenerator: zca_whitening takes the place of featurewise_std_normalization.", stacklevel=2
            )
            featurewise_std_normalization = False
        self.featurewise_center = featurewise_center or zca_whitening or featurewise_std_normalization
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.featurewise_std_normalization = featurewise_std_normalization
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening = zca_whitening
        self.zca_epsilon = zca_epsilon
        self.rotation_range = rotation_range
        self.width_shift_range = width_shift_range
        self.height_shift_range = height_shift_range
        self.shear_range = shear_range
        self.channel_shift_range = channel_shift_range
        self.fill_mode = fill_mode
        self.cval = cval
        self.horizontal_flip = horizontal_flip
        self.vertical_flip = vertical_flip
        self.rescale = rescale
        self.preprocessing_function = preprocessing_function
        self.validation_split = validation_split
        self.interpolation_order = interpolation_order
        self.dtype = dtype or config.floatx()
        self.mean: np.ndarray | None = None
        self.std: np.ndarray | None = None
        self.principal_components: np.ndarray | None = None

    def flow(
        self,
        x: ArrayLike,
        y: ArrayLike = None,
        batch_size: int = 32,
        shuffle: bool = True,
        sample_weight: ArrayLike = None,
        seed: int | None = None,
        save_to_dir: PathLike | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        ignore_class_split: bool = False,
    ) -> NumpyArrayIterator:
        """Batches of an array's pictures.

        Args:
            x: pictures with four axes, or a tuple of pictures and further inputs.
            y: targets; batches have none when None.
            batch_size: how many pictures a batch has. Defaults to 32.
            shuffle: whether each pass has a new order. Defaults to True.
            sample_weight: weights of the pictures.
            seed: for order and random changes.
            save_to_dir: a folder into which the pictures of each batch are written.
            save_prefix: what their names begin with.
            save_format: the format of these files. Defaults to "png".
            subset: "training" or "validation", by `validation_split`.
            ignore_class_split: whether the classes in both parts may differ. Defaults to False.
        """
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            sample_weight=sample_weight,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            ignore_class_split=ignore_class_split,
            dtype=self.dtype,
        )

    def flow_from_directory(
        self,
        directory: PathLike,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: PathLike | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
        keep_aspect_ratio: bool = False,
    ) -> DirectoryIterator:
        """Batches of the pictures in the folders of classes; `DirectoryIterator` describes the arguments.

        Args:
            directory: a folder with a folder for each class.
            target_size: height and width that pictures are resized to. Defaults to (256, 256).
            color_mode: "rgb", "rgba" or "grayscale". Defaults to "rgb".
            classes: names of the classes' folders; all by name when None.
            class_mode: which targets there are. Defaults to "categorical".
            batch_size: how many pictures a batch has. Defaults to 32.
            shuffle: whether each pass has a new order. Defaults to True.
            seed: for order and random changes.
            save_to_dir: a folder into which the pictures of each batch are written.
            save_prefix: what their names begin with.
            save_format: the format of these files. Defaults to "png".
            follow_links: whether links to folders are followed. Defaults to False.
            subset: "training" or "validation", by `validation_split`.
            interpolation: how pictures are resized. Defaults to "nearest".
            keep_aspect_ratio: whether pictures are cut rather than distorted. Defaults to False.
        """
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
            keep_aspect_ratio=keep_aspect_ratio,
            dtype=self.dtype,
        )

    def flow_from_dataframe(
        self,
        dataframe: Mapping[str, Any],
        directory: PathLike | None = None,
        x_col: str = "filename",
        y_col: str | Sequence[str] = "class",
        weight_col: str | None = None,
        target_size: tuple[int, int] = (256, 256),
        color_mode: ColorMode = "rgb",
        classes: Sequence[str] | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: PathLike | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        validate_filenames: bool = True,
        keep_aspect_ratio: bool = False,
    ) -> DataFrameIterator:
        """Batches of the pictures that a data frame names; `DataFrameIterator` describes the arguments.

        Args:
            dataframe: a data frame, or a dict of columns; one row a picture.
            directory: the folder that paths begin from; they are whole ones when None.
            x_col: the column of the paths. Defaults to "filename".
            y_col: the column or columns of the targets. Defaults to "class".
            weight_col: the column of the pictures' weights.
            target_size: height and width that pictures are resized to. Defaults to (256, 256).
            color_mode: "rgb", "rgba" or "grayscale". Defaults to "rgb".
            classes: the classes; all by name when None.
            class_mode: which targets there are. Defaults to "categorical".
            batch_size: how many pictures a batch has. Defaults to 32.
            shuffle: whether each pass has a new order. Defaults to True.
            seed: for order and random changes.
            save_to_dir: a folder into which the pictures of each batch are written.
            save_prefix: what their names begin with.
            save_format: the format of these files. Defaults to "png".
            subset: "training" or "validation", by `validation_split`.
            interpolation: how pictures are resized. Defaults to "nearest".
            validate_filenames: whether rows without a file are left out. Defaults to True.
            keep_aspect_ratio: whether pictures are cut rather than distorted. Defaults to False.
        """
        return DataFrameIterator(
            dataframe,
            directory,
            self,
            x_col=x_col,
            y_col=y_col,
            weight_col=weight_col,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
            interpolation=interpolation,
            dtype=self.dtype,
            validate_filenames=validate_filenames,
            keep_aspect_ratio=keep_aspect_ratio,
        )

    def standardize(self, x: np.ndarray) -> np.ndarray:
        """A picture, or several, after `preprocessing_function`, `rescale` and the normalizations.

        An array of floats is overwritten, as in Keras 2; what goes by each picture goes by the whole array.

        Args:
            x: array of three or four axes.

        Returns:
            An array of the same shape.
        """
        return self._standardized(x, None)

    def fit(self, x: ArrayLike, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Learn what featurewise normalization and ZCA need.

        Args:
            x: pictures, with four axes.
            augment: whether randomly changed pictures are learned from. Defaults to False.
            rounds: how many changed ones of each picture. Defaults to 1.
            seed: for the changes.

        Raises:
            ValueError: for an array without four axes.
        """
        images = np.array(x, dtype=self.dtype)
        if images.ndim != 4:
            raise ValueError(f"ImageDataGenerator.fit() takes pictures with four axes, got shape {images.shape}.")
        if images.shape[self.channel_axis] not in (1, 3, 4):
            warnings.warn(
                f"ImageDataGenerator.fit(): pictures have 1, 3 or 4 channels; with {self.data_format} those of shape "
                f"{images.shape} have {images.shape[self.channel_axis]}.",
                stacklevel=2,
            )
        if self.rescale:
            images *= self.rescale
        if augment:
            draws: Any = np.random if seed is None else np.random.RandomState(seed)
            seeds = draws.randint(2**31, size=(rounds, len(images)))
            images = np.stack(
                [self.random_transform(image, int(one)) for row in seeds for image, one in zip(images, row)]
            ).astype(self.dtype, copy=False)
        axes = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            mean = images.mean(axes, keepdims=True)
            images -= mean
            self.mean = mean[0]
        if self.featurewise_std_normalization:
            self.std = images.std(axes, keepdims=True)[0]
            images /= self.std + _EPSILON
        if self.zca_whitening:
            flat = images.reshape(len(images), -1).astype("float64")
            values, vectors = np.linalg.eigh(flat.T @ flat / len(flat))
            scale = 1 / np.sqrt(np.maximum(values, 0) + self.zca_epsilon)
            self.principal_components = ((vectors * scale) @ vectors.T).astype(images.dtype)

    def changed(
        self, batch: np.ndarray, seeds: Sequence[int | None], pictures: Sequence[np.ndarray] | None = None
    ) -> np.ndarray:
        """A batch of pictures, each changed at random, all standardized.

        Args:
            batch: array with four axes, which may be overwritten.
            seeds: the seed of each picture's change, None for what NumPy's global generator draws.
            pictures: what is changed and written into the batch; None are the pictures in it. Defaults to None.

        Returns:
            An array of the same shape.
        """
        draws_itself, changes_itself = self._is_own("get_random_transform"), self._is_own("apply_transform")
        still = draws_itself and changes_itself and self._changes_nothing()
        seeded = np.random.RandomState(0)
        at_once = self._is_own("standardize") and self.preprocessing_function is None
        scale = self.rescale if at_once and batch.dtype.kind == "f" else None
        for index, seed in enumerate(seeds):
            result = picture = batch[index] if pictures is None else pictures[index]
            if seed is None or not still:
                if seed is not None and draws_itself:  # without a generator of its own for each picture
                    seeded.seed(seed)
                    change = self._random_transform(seeded, picture.shape)
                else:
                    change = self.get_random_transform(picture.shape, seed)
                if pictures is not None and not changes_itself:
                    picture = picture.copy()  # into which a method of a subclass may write
                result = self.apply_transform(picture, change)
            if pictures is not None or result is not picture:
                _write(batch[index], result, scale)
            elif scale:
                batch[index] *= scale
        if at_once:
            return self._standardized(batch, (1, 2, 3), rescaled=bool(scale))
        for index in range(len(batch)):
            batch[index] = self.standardize(batch[index])
        return batch

    def _is_own(self, name: str) -> bool:
        """Whether a method is this class's, and neither a subclass nor the object has another one."""
        return getattr(getattr(self, name), "__func__", None) is getattr(ImageDataGenerator, name)

    def _standardized(self, x: np.ndarray, axes: tuple[int, ...] | None, rescaled: bool = False) -> np.ndarray:
        """`x` standardized; `axes` are those of one picture, and whether it is rescaled already."""
        if self.preprocessing_function is not None:
            x = self.preprocessing_function(x)
        if x.dtype.kind != "f" or not x.flags.writeable:
            x = x.astype(self.dtype)
        if self.rescale and not rescaled:
            x *= self.rescale
        if self.samplewise_center:
            x -= x.mean(axes, keepdims=True)
        if self.samplewise_std_normalization:
            x /= x.std(axes, keepdims=True) + _EPSILON
        if self.featurewise_center and self._is_fit(self.mean, "featurewise_center"):
            x -= self.mean
        if self.featurewise_std_normalization and self._is_fit(self.std, "featurewise_std_normalization"):
            x /= _EPSILON + self.std  # type: ignore[operator]
        if self.zca_whitening and self._is_fit(self.principal_components, "zca_whitening"):
            x = (x.reshape(-1, math.prod(x.shape[-3:])) @ self.principal_components).reshape(x.shape)
        return x

    def _is_fit(self, learned: np.ndarray | None, option: str) -> bool:
        if learned is None:
            warnings.warn(f"ImageDataGenerator: {option} does nothing before fit(x) has seen data.", stacklevel=4)
        return learned is not None


def _write(place: np.ndarray, picture: np.ndarray, scale: float | None) -> None:
    """Write a picture where it belongs, times a factor if there is one.

    Of one that is mirrored, NumPy copies channels one by one twice as fast, and multiplies it as fast as any when it is
    not mirrored yet.
    """
    if scale and picture.dtype != place.dtype:
        _write(place, picture, None)
        place *= scale
    elif np.ndim(picture) == 3 and picture.shape[2] <= _FEW_CHANNELS and picture.strides[1] < 0:
        if scale:
            picture = np.multiply(picture[:, ::-1], scale)[:, ::-1]
        for channel in range(picture.shape[2]):
            place[..., channel] = picture[..., channel]
    elif scale:
        np.multiply(picture, scale, out=place)
    else:
        place[...] = picture


def _two_numbers(name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, (tuple, list, np.ndarray)) or len(value) != 2:
        raise ValueError(f"ImageDataGenerator: {name} must be the smallest and largest factor, got {value!r}.")
    low, high = value
    return low, high
