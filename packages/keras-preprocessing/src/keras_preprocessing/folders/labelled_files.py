"""The files in a folder and their labels, which the folders that they lie in say, or the user."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from keras_core.typing import PathLike

Labels = str | Sequence[int] | np.ndarray | None
LABEL_MODES = ("int", "binary", "categorical", None)
SUBSETS = ("training", "validation", "both")


@dataclass(frozen=True)
class LabelledFiles:
    """Files, a label for each, and the names of the classes that labels are numbers of; None where there are none."""

    paths: list[str]
    labels: np.ndarray | None
    class_names: list[str] | None

    def rows(self, chosen: slice | np.ndarray) -> LabelledFiles:
        """Some of them."""
        labels = None if self.labels is None else self.labels[chosen]
        return LabelledFiles(np.array(self.paths, dtype=object)[chosen].tolist(), labels, self.class_names)

    def targets(self, mode: str | None) -> np.ndarray | None:
        """The labels as targets.

        Args:
            mode: "int" (numbers), "binary" (0.0 or 1.0, a column), "categorical" (rows with a 1) or None (none).
        """
        if self.labels is None or mode is None:
            return None
        if mode == "binary":
            return self.labels.astype("float32")[:, None]
        if mode == "categorical":
            count = len(self.class_names or ()) or int(self.labels.max(initial=0)) + 1
            rows: np.ndarray = (self.labels[:, None] == np.arange(count)).astype("float32")
            return rows
        return self.labels


def labelled_files(
    who: str,
    directory: PathLike,
    labels: Labels,
    label_mode: str | None,
    class_names: Sequence[str] | None,
    endings: tuple[str, ...],
    follow_links: bool,
) -> LabelledFiles:
    """The files of some endings in a folder, by name.

    Args:
        who: the function that asks, for messages.
        directory: the folder.
        labels: "inferred" (each folder in it is a class), None, or a number for each file in the order of paths.
        label_mode: how labels become targets.
        class_names: the classes' folders in the order of their numbers; by name when None.
        endings: of the files.
        follow_links: whether links to folders are followed.

    Raises:
        ValueError: for labels and class names that do not fit the folder or each other.
        FileNotFoundError: for a folder that does not exist.
    """
    if label_mode not in LABEL_MODES:
        raise ValueError(f"{who}: label_mode must be one of {', '.join(map(repr, LABEL_MODES))}, got {label_mode!r}.")
    if isinstance(labels, str) and labels == "inferred":
        found = _files_of_classes(who, os.fspath(directory), class_names, endings, follow_links)
    elif isinstance(labels, str):
        raise ValueError(f'{who}: labels must be "inferred", None or a number for each file, got {labels!r}.')
    elif class_names is not None:
        raise ValueError(f'{who}: class_names is for labels="inferred" alone.')
    else:
        paths = _files_below(os.fspath(directory), endings, follow_links)
        numbers = None if labels is None else np.asarray(labels, dtype="int32")
        if numbers is not None and numbers.shape != (len(paths),):
            raise ValueError(f"{who}: labels must be a number for each of the {len(paths)} files, got {len(numbers)}.")
        found = LabelledFiles(paths, numbers, None if numbers is None else [str(one) for one in np.unique(numbers)])
    if not found.paths:
        raise ValueError(f"{who}: {os.fspath(directory)} holds no files that end with {', '.join(endings)}.")
    if label_mode == "binary" and found.labels is not None and len(found.class_names or ()) != 2:
        raise ValueError(f'{who}: label_mode="binary" is for 2 classes, got {found.class_names}.')
    return found


def parts(
    who: str, files: LabelledFiles, validation_split: float | None, subset: str | None, shuffle: bool, seed: int | None
) -> list[LabelledFiles]:
    """The files of a subset, or both parts; all where there is no split. With `shuffle` they are mixed before.

    Args:
        who: the function that asks, for messages.
        files: all of them.
        validation_split: the fraction that is for validation, from the end.
        subset: "training", "validation" or "both".
        shuffle: whether they are mixed first.
        seed: for that; a split needs one, so that its parts do not overlap.

    Raises:
        ValueError: for a split without subset or the other way round, a fraction that is none, and a missing seed.
    """
    if (validation_split is None) != (subset is None):
        raise ValueError(f"{who}: validation_split and subset belong together, got {validation_split} and {subset!r}.")
    if subset is not None and subset not in SUBSETS:
        raise ValueError(f"{who}: subset must be one of {', '.join(map(repr, SUBSETS))}, got {subset!r}.")
    if validation_split is not None and not 0 < validation_split < 1:
        raise ValueError(f"{who}: validation_split must lie between 0 and 1, got {validation_split!r}.")
    if validation_split is not None and shuffle and seed is None:
        raise ValueError(f"{who}: give a seed beside validation_split, or shuffle=False; else the parts overlap.")
    if shuffle:
        order = np.random.RandomState(np.random.randint(2**31) if seed is None else seed).permutation(len(files.paths))
        files = files.rows(order)
    if validation_split is None:
        return [files]
    at = len(files.paths) - int(validation_split * len(files.paths))
    if at == len(files.paths):
        raise ValueError(f"{who}: validation_split={validation_split} leaves none of {at} files to validate.")
    found = {"training": files.rows(slice(0, at)), "validation": files.rows(slice(at, None))}
    return list(found.values()) if subset == "both" else [found[str(subset)]]


def _files_of_classes(
    who: str, directory: str, class_names: Sequence[str] | None, endings: tuple[str, ...], follow_links: bool
) -> LabelledFiles:
    folders = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir() and entry.name[0] != ".")
    names = folders if class_names is None else list(class_names)
    if sorted(names) != folders:
        raise ValueError(f"{who}: class_names must be the folders in {directory}, {folders}; got {names}.")
    if not names:
        raise ValueError(f"{who}: {directory} holds no folders; there must be one for each class, or labels=None.")
    by_class = [_files_below(os.path.join(directory, name), endings, follow_links) for name in names]
    numbers = np.repeat(np.arange(len(names), dtype="int32"), [len(files) for files in by_class])
    return LabelledFiles([file for files in by_class for file in files], numbers, names)


def _files_below(folder: str, endings: tuple[str, ...], follow_links: bool) -> list[str]:
    os.scandir(folder).close()  # raises where there is none
    found = sorted(os.walk(folder, followlinks=follow_links))
    paths = [os.path.join(root, name) for root, _, names in found for name in sorted(names)]
    return [path for path in paths if path.lower().endswith(endings)]
