"""The file of an interrupted training: variables in their order, and a record of everything else.

It is an HDF5 file with the variables as arrays "0", "1", ... of the group `variables`, the record as JSON in bytes, and
the arrays of the record in the group `arrays`, to which the record refers by number. Variables of which processes have
parts are in files of these (`saving/training_parts.py`), which the record names.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.plain_arguments import plain
from keras_core.saving.atomic import replacing
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.hdf5_group import open_hdf5
from keras_core.saving.reader import parse_json
from keras_core.saving.training_parts import (
    PLACES,
    VALUES,
    Moment,
    Piece,
    StoredValue,
    parts_named,
    remove_parts,
    stored_values,
    wait_for,
)
from keras_core.saving.weights import array_writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import PathLike

_ARRAY = "__array__"
_RECORD = "record"


class PackedTraining:
    """The state of a training as it was when this was made, ready to be written.

    Args:
        variables: values of variables, which nobody changes later; None for one that is in files of processes.
        record: nested dicts and lists of numbers, strings, bools, None and arrays; copied.

    Raises:
        TypeError: for something else in the record.
    """

    def __init__(self, variables: Sequence[np.ndarray | None], record: Mapping[str, Any]) -> None:
        self._variables = list(variables)
        self._arrays: list[np.ndarray | None] = []
        self._record = json.dumps(_packed(record, self._arrays, ())).encode()

    def write(self, path: PathLike) -> None:
        """Write the file, which takes the place of an older one at once.

        Args:
            path: the file.
        """
        import h5py

        with replacing(path) as temporary, h5py.File(temporary, "w", locking=False) as file:
            file[_RECORD] = np.frombuffer(self._record, "uint8")
            for name, values in (("variables", self._variables), ("arrays", self._arrays)):
                writer = array_writer(file.create_group(name))
                for index, value in enumerate(values):
                    if value is not None:
                        writer[str(index)] = value


def write_pieces(path: Path, pieces: Sequence[Piece]) -> None:
    """Write a process's file, whole or not at all.

    Args:
        path: the file.
        pieces: what the process stores.
    """
    import h5py

    places = [[piece.variable, *piece.start] for piece in pieces]
    with replacing(path) as temporary, h5py.File(temporary, "w", locking=False) as file:
        file[PLACES] = np.frombuffer(json.dumps(places).encode(), "uint8")
        writer = array_writer(file.create_group(VALUES))
        for number, piece in enumerate(pieces):
            writer[str(number)] = piece.value


def write_in_parts(
    path: Path, moment: Moment, rank: int, pieces: Sequence[Piece], packed: PackedTraining | None, previous: Path | None
) -> None:
    """Write one process's parts of a training; the first process writes the training when all parts are there.

    Args:
        path: the file of the training.
        moment: which save it is; it is the same in all processes.
        rank: the process.
        pieces: what it writes.
        packed: the training without what is in parts, whose record names these; None but for rank 0.
        previous: where an older file of the training goes; None for nowhere.
    """
    write_pieces(path.parent / moment.file(rank), pieces)
    if packed is None:
        return
    wait_for(path.parent, moment)
    if previous is not None and path.exists():
        os.replace(path, previous)
    packed.write(path)
    remove_parts(path.parent, [*moment.files(), *(parts_of(previous) if previous is not None else ())], moment)


def read_training(path: PathLike) -> tuple[list[np.ndarray | StoredValue], dict[str, Any]]:
    """The variables and the record of a file that a `PackedTraining` wrote.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: when it, or a file that it names, is no such file, or damaged.
    """
    with open_hdf5(path) as root:
        groups = [root.group(name) for name in ("variables", "arrays")]
        if None in groups or _RECORD not in root:
            raise FileFormatError(f"The file '{path}' holds no interrupted training.")
        record = parse_json(root[_RECORD].tobytes(), f"The record in '{path}'")
        split = record.get("parts", {}).get("variables", {})
        count = len(groups[0] or ()) + len(split)
        found = {i: np.asarray(groups[0][str(i)]) for i in range(count) if groups[0] and str(i) not in split}
        arrays = [group[str(i)] for group in groups[1:] for i in range(len(group or ())) if group is not None]
    unpacked: dict[str, Any] = _unpacked(record, arrays)
    stored = stored_values(Path(path).parent, parts_named(record), split) if split else {}
    return [found[i] if i in found else stored[i] for i in range(count)], unpacked


def parts_of(path: PathLike) -> list[str]:
    """The names of the files of processes that a training names; none where there is no such file, or a damaged one.

    Args:
        path: the file of the training.
    """
    with suppress(FileNotFoundError, FileFormatError), open_hdf5(path) as root:
        if _RECORD in root:
            return parts_named(parse_json(root[_RECORD].tobytes(), f"The record in '{path}'"))
    return []


def _packed(value: Any, arrays: list[np.ndarray | None], place: tuple[str, ...]) -> Any:
    """What JSON can hold: arrays are put into `arrays` and replaced by their number there."""
    value = plain(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        arrays.append(np.array(value))
        return {_ARRAY: len(arrays) - 1}
    if isinstance(value, (list, tuple)):
        return [_packed(item, arrays, (*place, str(index))) for index, item in enumerate(value)]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _packed(item, arrays, (*place, key)) for key, item in value.items()}
    raise TypeError(
        f"The state of the training cannot be saved: {'.'.join(place)} is {value!r} of type {type(value).__name__}. "
        "Let get_state() give numbers, strings, bools, None, arrays of NumPy, or lists and dicts by name of them."
    )


def _unpacked(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, list):
        return [_unpacked(item, arrays) for item in value]
    if isinstance(value, dict):
        if list(value) == [_ARRAY]:
            return arrays[value[_ARRAY]]
        return {key: _unpacked(item, arrays) for key, item in value.items()}
    return value
