"""Files as batches by number, read when they are asked for."""

from __future__ import annotations

import os
import warnings
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.data_utils import OrderedEnqueuer, PyDataset

from keras_preprocessing.folders.labelled_files import LabelledFiles, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Collate = Callable[[Iterable[Any], int], np.ndarray]


class FileDataset(PyDataset):
    """Batches of what files hold, with their targets; what the functions `*_dataset_from_directory` return.

    `fit`, `evaluate` and `predict` of every backend take it, and it can be iterated over. As a `PyDataset` it says how
    many workers make batches meanwhile: threads, a few of them.

    Args:
        files: paths, labels and names of classes.
        label_mode: how labels become targets.
        read: gives what a file holds, for its path.
        collate: makes a batch of them, which are given one by one, and of their number.
        batch_size: how many files a batch has; items are single files when None.
        shuffle: whether each pass has a new order.
        seed: for the order; NumPy's global generator draws it when None.
        errors: "raise", or "skip" to leave files that cannot be read out of their batches, with a warning that names
            them. Defaults to "raise".

    Attributes:
        class_names: names of the classes; None where there are no labels.
        file_paths: the files' paths; with `shuffle`, in the order of this pass.

    Example:
        >>> import pathlib, tempfile
        >>> from keras_preprocessing.folders import text_dataset_from_directory
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     pathlib.Path(folder, "good").mkdir()
        ...     _ = pathlib.Path(folder, "good", "1.txt").write_text("well done")
        ...     batches = text_dataset_from_directory(folder, shuffle=False, verbose=False)
        ...     [(x.tolist(), y.tolist()) for x, y in batches]
        [(['well done'], [0])]
    """

    def __init__(
        self,
        files: LabelledFiles,
        label_mode: str | None,
        read: Callable[[str], Any],
        collate: Collate,
        batch_size: int | None,
        shuffle: bool = False,
        seed: int | None = None,
        errors: str = "raise",
    ) -> None:
        super().__init__(workers=min(4, os.cpu_count() or 1))
        self.class_names = files.class_names
        self.file_paths = files.paths
        self.batch_size = batch_size
        self.shuffle = shuffle
        self._targets = files.targets(label_mode)
        self._read = read
        self._collate = collate
        self._errors = errors
        self._rng = np.random.default_rng(np.random.randint(2**31) if seed is None and shuffle else seed)

    def __len__(self) -> int:
        """How many batches there are."""
        return -(-len(self.file_paths) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        """The batch of that number: what the files hold, and the targets where there are any."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"The data set has {len(self)} batches; there is none of index {index}.")
        index %= len(self)
        if self.batch_size is None:
            one = self._collate([self._read(self.file_paths[index])], 1)[0]
            return one if self._targets is None else (one, self._targets[index])
        rows = np.arange(index * self.batch_size, min((index + 1) * self.batch_size, len(self.file_paths)))
        if self._errors == "raise":
            batch = self._collate((self._read(self.file_paths[row]) for row in rows), len(rows))
        else:
            rows, batch = self._readable(rows)
        return batch if self._targets is None else (batch, self._targets[rows])

    def _readable(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows whose files can be read, and what these hold."""
        kept, found = [], []
        for row in rows:
            try:
                found.append(self._read(self.file_paths[row]))
                kept.append(row)
            except (OSError, ValueError) as error:
                last = error
                warnings.warn(f"{str(error).rstrip('.')}. It is left out.", stacklevel=3)
        if not found:
            raise OSError(f"None of the {len(rows)} files of a batch can be read. The last one: {last}") from last
        return np.array(kept), self._collate(found, len(found))

    def __iter__(self) -> Iterator[Any]:
        """Every batch once, which the workers make ahead, and a new order afterwards if files are shuffled."""
        ahead = OrderedEnqueuer(self)
        ahead.start(self.workers, min(self.max_queue_size, 2 * self.workers))
        try:
            yield from islice(ahead.get(), len(self))
        finally:
            ahead.stop()
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        """Put the files into a new order, if they are shuffled."""
        if not self.shuffle:
            return
        order = self._rng.permutation(len(self.file_paths))
        self.file_paths = [self.file_paths[number] for number in order]
        self._targets = None if self._targets is None else self._targets[order]


def datasets_of(
    who: str,
    files: LabelledFiles,
    label_mode: str | None,
    read: Callable[[str], Any],
    collate: Collate,
    batch_size: int | None,
    shuffle: bool,
    seed: int | None,
    validation_split: float | None,
    subset: str | None,
    verbose: bool,
    errors: str,
) -> FileDataset | list[FileDataset]:
    """The data set of a subset, or those of both; only training data get new orders.

    Args:
        who: the function that asks, for messages.
        files: all files.
        label_mode: as in `FileDataset`.
        read: as in `FileDataset`.
        collate: as in `FileDataset`.
        batch_size: as in `FileDataset`.
        shuffle: as in `FileDataset`.
        seed: as in `FileDataset`.
        validation_split: the fraction for validation.
        subset: "training", "validation" or "both".
        verbose: whether it is printed how many files there are.
        errors: as in `FileDataset`.

    Raises:
        ValueError: for a batch size below 1, unknown `errors`, and what `parts` refuses.
    """
    if errors not in ("raise", "skip") or (errors == "skip" and batch_size is None):
        allowed = '"raise", or "skip" where there are batches'
        raise ValueError(f"{who}: errors must be {allowed}; got {errors!r} and batch_size={batch_size}.")
    if batch_size is not None and (not isinstance(batch_size, (int, np.integer)) or batch_size < 1):
        raise ValueError(f"{who}: batch_size must be a positive int or None, got {batch_size!r}.")
    found = parts(who, files, validation_split, subset, shuffle, seed)
    if verbose:
        _tell(files, found, subset)
    names: Sequence[str | None] = ("training", "validation") if subset == "both" else (subset,)
    made = [
        FileDataset(part, label_mode, read, collate, batch_size, shuffle and name != "validation", seed, errors)
        for part, name in zip(found, names, strict=True)
    ]
    return made if subset == "both" else made[0]


def _tell(files: LabelledFiles, found: list[LabelledFiles], subset: str | None) -> None:
    classes = "" if files.class_names is None else f" belonging to {len(files.class_names)} classes"
    print(f"Found {len(files.paths)} files{classes}.")
    if subset is not None:
        counts = " and ".join(str(len(part.paths)) for part in found)
        names = "training and validation" if subset == "both" else subset
        print(f"Using {counts} files for {names}.")
