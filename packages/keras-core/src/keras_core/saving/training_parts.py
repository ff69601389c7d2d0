"""The state of a training whose weights are split over processes: each writes its parts, and the first what names them.

Beside the file of the training (`saving/training_file.py`) there is one of each process, whose name tells the run, the
epoch and the step. The first process writes the file of the training when all of these are there: so what is found
there is whole, at whatever moment a process ends.
"""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.saving.atomic import remove_abandoned
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.hdf5_group import open_hdf5
from keras_core.saving.reader import parse_json

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

PLACES, VALUES = "places", "values"
"""Names in a process's file: which ranges it has, as JSON in bytes, and the group of their values."""

_NAME = re.compile(r"training-(\w+)-(\d+)-(\d+)-(\d+)-of-(\d+)\.h5")
_UNFINISHED = re.compile(rf"\.({_NAME.pattern})\.")
_PATIENCE = 300.0
"""Seconds that the first process waits for the files of the others."""


@dataclass(frozen=True)
class Piece:
    """A range of a variable's value.

    Args:
        variable: its number.
        start: where the range begins along each axis.
        value: what is there.
    """

    variable: int
    start: tuple[int, ...]
    value: np.ndarray


@dataclass(frozen=True)
class Moment:
    """What the files of one save have in common.

    Args:
        run: of which call of `fit` they are, letters and digits.
        epoch: the epoch.
        step: the steps that were done in it.
        size: how many processes write.
    """

    run: str
    epoch: int
    step: int
    size: int

    def file(self, rank: int) -> str:
        """The name of a process's file.

        Args:
            rank: the process.
        """
        return f"training-{self.run}-{self.epoch}-{self.step}-{rank}-of-{self.size}.h5"

    def files(self) -> list[str]:
        """The names of the files of all processes."""
        return [self.file(rank) for rank in range(self.size)]


def wait_for(folder: Path, moment: Moment, patience: float = _PATIENCE) -> None:
    """Wait until the files of all processes are there.

    Args:
        folder: where they are written.
        moment: which files.
        patience: seconds. Defaults to 300.

    Raises:
        RuntimeError: names the processes whose files are not there.
    """
    end = time.monotonic() + patience
    while True:
        missing = [rank for rank, name in enumerate(moment.files()) if not (folder / name).exists()]
        if not missing:
            return
        if time.monotonic() > end:
            ranks = ", ".join(map(str, missing))
            raise RuntimeError(
                f"The training was not saved: rank {ranks} of {moment.size} has written no file into '{folder}' within "
                f"{patience:g} s. Is it a folder that all machines share, and has it room? What was saved before stays."
            )
        time.sleep(0.01)


def remove_parts(folder: Path, kept: Collection[str], before: Moment | None = None) -> None:
    """Remove files of processes, and what those that were killed had not finished.

    Args:
        folder: where they are.
        kept: names of those that stay.
        before: of this run only those of earlier moments are removed; None for all. Defaults to None.
    """
    for path in folder.iterdir():
        unfinished = _UNFINISHED.match(path.name)
        if unfinished is not None:
            remove_abandoned(folder / unfinished[1])
        found = _NAME.fullmatch(path.name)
        if found is None or path.name in kept:
            continue
        position = int(found[2]), int(found[3])
        if before is None or found[1] != before.run or position < (before.epoch, before.step):
            with suppress(FileNotFoundError):
                path.unlink()


class StoredValue:
    """The value of a variable that is split, in files of several processes; it is read as an array each time.

    Args:
        shape: of the whole value.
        dtype: name of its dtype.
        pieces: the file, the number in it, and the start of each range.
    """

    def __init__(self, shape: Sequence[int], dtype: str, pieces: Sequence[tuple[Path, str, Sequence[int]]]) -> None:
        self.shape = tuple(shape)
        self.dtype = dtypes.numpy_dtype(dtypes.standardize(dtype))
        self._pieces = list(pieces)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        whole = np.empty(self.shape, self.dtype)
        filled = 0
        for path, name, start in self._pieces:
            with open_hdf5(path) as root:
                group = root.group(VALUES)
                value = np.asarray(group[name]) if group is not None and name in group else None
            if value is None or not whole.ndim == value.ndim == len(start) or value.dtype != self.dtype:
                raise FileFormatError(f"The file '{path}' holds something else than the training says of it.")
            ranges = [range(first, first + size) for first, size in zip(start, value.shape, strict=True)]
            if any(one.start < 0 or one.stop > size for one, size in zip(ranges, self.shape, strict=True)):
                raise FileFormatError(f"'{path}' has a part at {list(start)} of a value of shape {self.shape}.")
            whole[tuple(slice(one.start, one.stop) for one in ranges)] = value
            filled += value.size
        if filled != whole.size:
            raise FileFormatError(f"{filled} of the {whole.size} elements of a variable are in its files.")
        return whole if dtype is None else whole.astype(dtype)


def stored_values(
    folder: Path, names: Sequence[str], variables: Mapping[str, tuple[Sequence[int], str]]
) -> dict[int, StoredValue]:
    """The values that files of processes hold, by the number of the variable.

    Args:
        folder: where the files are.
        names: of the files.
        variables: shape and dtype of each variable, by its number as text.

    Raises:
        FileFormatError: for a file that is missing or damaged.
    """
    pieces: dict[int, list[tuple[Path, str, Sequence[int]]]] = {int(number): [] for number in variables}
    for name in names:
        path = folder / name
        if _NAME.fullmatch(name) is None or not path.exists():
            raise FileFormatError(f"The training in '{folder}' has a part in the file {name!r}, which is not there.")
        with open_hdf5(path) as root:
            if PLACES not in root:
                raise FileFormatError(f"The file '{path}' holds no part of a training.")
            places = parse_json(root[PLACES].tobytes(), f"What '{path}' holds")
        for number, (variable, *start) in enumerate(places):
            if variable in pieces:  # else the first process has had all of it, too
                pieces[variable].append((path, str(number), start))
    return {int(n): StoredValue(shape, dtype, pieces[int(n)]) for n, (shape, dtype) in variables.items()}


def parts_named(record: Mapping[str, Any]) -> list[str]:
    """The names of the files of processes that the record of a training names.

    Args:
        record: the record.
    """
    return list(record.get("parts", {}).get("files", ()))


__all__ = [
    "PLACES",
    "VALUES",
    "Moment",
    "Piece",
    "StoredValue",
    "parts_named",
    "remove_parts",
    "stored_values",
    "wait_for",
]
