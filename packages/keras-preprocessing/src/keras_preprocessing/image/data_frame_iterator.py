"""Batches of changed pictures that a data frame names."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_preprocessing.image.files import ENDINGS
from keras_preprocessing.image.files_iterator import FilesIterator, class_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import PathLike

    from keras_preprocessing.image.files import ColorMode
    from keras_preprocessing.image.protocol import ChangesPictures

_WITH_CLASSES = ("categorical", "binary", "sparse")


class DataFrameIterator(FilesIterator):
    """Batches of the pictures that a data frame names; what `ImageDataGenerator.flow_from_dataframe` returns.

    Args:
        dataframe: a data frame of pandas or polars, or a dict of columns; one row a picture.
        directory: the folder that paths begin from; they are whole ones when None.
        image_data_generator: changes and standardizes the pictures, None for neither.
        x_col: the column of the paths. Defaults to "filename".
        y_col: the column of the targets, or a list of columns for "raw" and "multi_output". Defaults to "class".
        weight_col: the column of the pictures' weights; there are none when None.
        target_size: height and width that pictures are resized to. Defaults to (256, 256).
        color_mode: "rgb", "rgba" or "grayscale". Defaults to "rgb".
        classes: the classes, in the order of their numbers; pictures of others are left out. All by name when None.
        class_mode: which targets there are: "categorical" (rows with a 1; a label may be a list of classes), "binary"
            and "sparse" (numbers), "raw" (the column or columns as they are), "multi_output" (a list with an array for
            each column), "input" (the pictures themselves) or None (none). Defaults to "categorical".
        batch_size: how many pictures a batch has. Defaults to 32.
        shuffle: whether each pass has a new order. Defaults to True.
        seed: for order and random changes.
        data_format: where batches have the channels; what is configured when None.
        save_to_dir: a folder into which the pictures of each batch are written, to be looked at.
        save_prefix: what their names begin with.
        save_format: the format and ending of these files. Defaults to "png".
        subset: "training" or "validation": the part of the rows that the generator's `validation_split` says.
        interpolation: how pictures are resized, as `load_img` takes it. Defaults to "nearest".
        keep_aspect_ratio: whether pictures are cut rather than distorted, as in `load_img`. Defaults to False.
        dtype: dtype of batches; floatx when None.
        validate_filenames: whether rows whose file is missing, or has no ending of a picture, are left out with a
            warning. Defaults to True.

    Attributes:
        class_indices: the number of each class.
        filenames: each picture's path as in the data frame.
        samples: how many pictures there are.

    Raises:
        ValueError: for missing columns, "binary" with other than two classes, and arguments that are none of those
            named.
        TypeError: for labels, paths or weights of other types.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from keras_preprocessing.image import ImageDataGenerator, save_img
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_img(f"{folder}/1.png", np.zeros((6, 6, 3)))
        ...     frame = {"filename": ["1.png"], "age": [7.5]}
        ...     options = {"y_col": "age", "class_mode": "raw", "target_size": (4, 4)}
        ...     batches = ImageDataGenerator().flow_from_dataframe(frame, folder, **options)
        ...     batches[0][0].shape, batches[0][1].tolist()
        Found 1 validated image filenames.
        ((1, 4, 4, 3), [7.5])
    """

    class_modes = (*_WITH_CLASSES, "raw", "multi_output", "input", None)

    def __init__(
        self,
        dataframe: Mapping[str, Any],
        directory: PathLike | None = None,
        image_data_generator: ChangesPictures | None = None,
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
        data_format: str | None = None,
        save_to_dir: PathLike | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
        interpolation: str = "nearest",
        dtype: Any = None,
        validate_filenames: bool = True,
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
        self.directory = directory or ""
        names = _paths(_column(dataframe, x_col), x_col)
        kept = np.arange(len(names))
        if validate_filenames:
            kept = self._present(names, x_col)
        labels: list[Any] = []
        if class_mode in _WITH_CLASSES:
            if not isinstance(y_col, str):
                raise TypeError(f"DataFrameIterator: class_mode={class_mode!r} takes one column, got y_col={y_col!r}.")
            labels = _column(dataframe, y_col)
            kept = self._with_class(kept, labels, y_col, classes)
        elif classes:
            warnings.warn(f"DataFrameIterator: class_mode={class_mode!r} does not use classes.", stacklevel=2)
        kept = kept[self._part(len(kept))]
        self.filenames = [names[index] for index in kept]
        self._filepaths = [os.path.join(self.directory, name) for name in self.filenames]
        self._labels = self._chosen(dataframe, y_col, labels, kept)
        if class_mode in _WITH_CLASSES:
            self.classes = self._labels
        self._sample_weight = None if weight_col is None else _numbers(_column(dataframe, weight_col), weight_col)[kept]
        self.samples = len(self.filenames)
        validated = "validated" if validate_filenames else "non-validated"
        belonging = f" belonging to {len(self.class_indices)} classes" if class_mode in _WITH_CLASSES else ""
        print(f"Found {self.samples} {validated} image filenames{belonging}.")
        super(FilesIterator, self).__init__(self.samples, batch_size, shuffle, seed)

    @property
    def labels(self) -> Any:
        return self._labels

    @property
    def sample_weight(self) -> np.ndarray | None:
        return self._sample_weight

    def _present(self, names: list[str], x_col: str) -> np.ndarray:
        """The rows whose files are there."""
        paths = [os.path.join(self.directory, name) for name in names]
        present = [path.lower().endswith(ENDINGS) and os.path.isfile(path) for path in paths]
        kept = np.flatnonzero(np.array(present, dtype=bool))
        if len(kept) < len(names):
            first = paths[present.index(False)]
            warnings.warn(
                f"DataFrameIterator: {len(names) - len(kept)} of the files in column {x_col!r} are missing or no "
                f"pictures and are left out; the first is {first}.",
                stacklevel=3,
            )
        return kept

    def _with_class(self, kept: np.ndarray, labels: list[Any], y_col: str, classes: Sequence[str] | None) -> np.ndarray:
        """The rows that have a class; numbers the classes."""
        lists = self.class_mode == "categorical"
        found: set[str] = set()
        for index in kept:
            label = labels[index]
            if _is_missing(label):
                continue
            if not isinstance(label, (str, list, tuple) if lists else str):
                raise TypeError(
                    f"DataFrameIterator: class_mode={self.class_mode!r} takes strings{' or lists of them' * lists} as "
                    f"labels; column {y_col!r} holds {label!r}. Convert it with .astype(str)."
                )
            found.update([label] if isinstance(label, str) else label)
        names = list(classes) if classes else sorted(found)
        self.class_indices = class_table(names)
        if self.class_mode == "binary" and len(names) != 2:
            raise ValueError(f'DataFrameIterator: class_mode="binary" takes two classes, got {len(names)}: {names}.')
        return np.array([index for index in kept if self._numbers_of(labels[index])], dtype="int64")

    def _numbers_of(self, label: Any) -> list[int]:
        """The numbers of the classes that a label names."""
        if _is_missing(label):
            return []
        parts = [label] if isinstance(label, str) else label
        return [self.class_indices[part] for part in parts if part in self.class_indices]

    def _chosen(self, frame: Any, y_col: str | Sequence[str], labels: list[Any], kept: np.ndarray) -> Any:
        """What targets are made from, for the rows that are left."""
        if self.class_mode in _WITH_CLASSES:
            numbers = [self._numbers_of(labels[index]) for index in kept]
            return [one if isinstance(labels[i], (list, tuple)) else one[0] for i, one in zip(kept, numbers)]
        if self.class_mode == "raw":
            columns = [y_col] if isinstance(y_col, str) else list(y_col)
            arrays = [np.array(_column(frame, name))[kept] for name in columns]
            return arrays[0] if isinstance(y_col, str) else np.stack(arrays, axis=1)
        if self.class_mode == "multi_output":
            if isinstance(y_col, str):
                raise TypeError(f'DataFrameIterator: class_mode="multi_output" takes a list of columns, got {y_col!r}.')
            return [np.array(_column(frame, name))[kept] for name in y_col]
        return None


def _column(frame: Any, name: str) -> list[Any]:
    try:
        values = frame[name]
    except Exception:  # each kind of frame has its own error for this
        columns = list(getattr(frame, "columns", frame))
        raise ValueError(f"DataFrameIterator: there is no column {name!r} among {columns}.") from None
    found: list[Any] = values.tolist() if hasattr(values, "tolist") else list(values)
    return found


def _paths(values: list[Any], name: str) -> list[str]:
    for value in values:
        if not isinstance(value, (str, os.PathLike)):
            raise TypeError(f"DataFrameIterator: the column {name!r} must hold paths, got {value!r}.")
    return [os.fspath(value) for value in values]


def _numbers(values: list[Any], name: str) -> np.ndarray:
    array = np.array(values)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"DataFrameIterator: the column {name!r} of weights must hold numbers, got {array.dtype}.")
    return array


def _is_missing(label: Any) -> bool:
    """None, or a frame's NaN."""
    return label is None or label != label or type(label).__name__ == "NAType"
