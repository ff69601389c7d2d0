"""Texts in folders as a data set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from keras_preprocessing.folders.file_dataset import datasets_of
from keras_preprocessing.folders.labelled_files import Labels, labelled_files
from keras_preprocessing.pipelines import into_format

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from keras_core.typing import PathLike

    from keras_preprocessing.folders.file_dataset import FileDataset

_WHO = "text_dataset_from_directory()"


def text_dataset_from_directory(
    directory: PathLike,
    labels: Labels = "inferred",
    label_mode: str | None = "int",
    class_names: Sequence[str] | None = None,
    batch_size: int | None = 32,
    max_length: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    format: str | None = None,
    verbose: bool = True,
    *,
    errors: str = "raise",
) -> FileDataset | list[FileDataset]:
    """Batches of texts in files ``.txt``, read when they are needed.

    Args:
        directory: with labels "inferred", a folder with a folder for each class.
        labels: "inferred", None, or a number for each file in the order of paths. Defaults to "inferred".
        label_mode: "int" (numbers), "binary" (a column of 0.0 and 1.0), "categorical" (rows with a 1) or None (no
            targets). Defaults to "int".
        class_names: the classes' folders in the order of their numbers; by name when None.
        batch_size: how many texts a batch has; None gives them one by one. Defaults to 32.
        max_length: how many characters of a text are kept; all when None.
        shuffle: whether each pass has a new order; otherwise files come by name. Defaults to True.
        seed: for order and split.
        validation_split: the fraction of the files that is for validation.
        subset: "training", "validation" or "both", a list of two data sets then.
        follow_links: whether links to folders are followed. Defaults to False.
        format: "tf" for a `tf.data.Dataset`, where the backend for TensorFlow is installed; a data set of no framework
            when None.
        verbose: whether it is printed how many files there are. Defaults to True.
        errors: "raise" for texts that cannot be read, or "skip" to leave them out, with a warning that names them.
            Defaults to "raise".

    Returns:
        A data set whose batches are arrays of strings (of Python's), with targets unless there are none.

    Raises:
        ValueError: for arguments that do not fit the folder or each other; when a file is read that is not UTF-8.
        FileNotFoundError: for a folder that does not exist.

    Example:
        >>> import pathlib, tempfile
        >>> from keras_preprocessing.folders import text_dataset_from_directory
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("bad", "good"):
        ...         pathlib.Path(folder, name).mkdir()
        ...         _ = pathlib.Path(folder, name, "1.txt").write_text(f"a {name} film")
        ...     batches = text_dataset_from_directory(folder, shuffle=False, max_length=6)
        ...     x, y = batches[0]
        Found 2 files belonging to 2 classes.
        >>> x.tolist(), y.tolist(), batches.class_names
        (['a bad ', 'a good'], [0, 1], ['bad', 'good'])
    """
    formed = into_format(_WHO, format)
    files = labelled_files(_WHO, directory, labels, label_mode, class_names, (".txt",), follow_links)
    read = partial(_text, length=max_length)
    made = datasets_of(
        _WHO, files, label_mode, read, _strings, batch_size, shuffle, seed, validation_split, subset, verbose, errors
    )
    return formed(made)  # type: ignore[no-any-return]


def _text(path: str, length: int | None) -> str:
    with open(path, encoding="utf-8") as file:
        try:
            return file.read(length)
        except UnicodeDecodeError as error:
            raise ValueError(f"{_WHO}: {path} is not text in UTF-8: {error}.") from None


def _strings(texts: Iterable[str], count: int) -> np.ndarray:
    return np.fromiter(texts, object, count)
