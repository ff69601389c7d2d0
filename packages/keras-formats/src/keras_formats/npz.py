"""Weights in NumPy's `.npz` files: a zip archive with an array in each member.

The arrays are called by the paths that they have in `.weights.h5`, so that ``np.load(path)["layers/dense/vars/0"]`` is
a kernel. The member ``keras.json`` says which layer a group of them belongs to. Nothing is pickled, and no pickle read.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes
from keras_core.saving import ArrayTree, FileContent, FileFormatError, parse_json, put_arrays, savable_objects
from keras_core.saving import read_weights as read_tree

from keras_formats.safetensors import as_array

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keras_core import Model
    from keras_core.saving import Archive, LooseWeights

LABELS = "keras.json"
_ENDING = ".npy"
_HEADER_BYTES = 12_000  # NumPy refuses more than 10,000 in the header itself
_LABEL_BYTES = 64 << 20
_ARRAYS = 9_999  # members that archives are read with, less the one with labels

# --- reading --------------------------------------------------------------------------------------


def read_weights(
    model: Model, archive: Archive, skip_mismatch: bool = False, by_name: bool = False, reshape: bool = False
) -> None:
    """Read the weights of a model from an open `.npz` archive; see `load_weights`.

    Args:
        model: the model.
        archive: the archive.
        skip_mismatch: leave out layers whose weights do not fit, with a warning. Defaults to False.
        by_name: match layers by their names. Defaults to False.
        reshape: not for this format. Defaults to False.

    Raises:
        ValueError: for a member that is damaged or holds something else than numbers, and weights that do not fit.
    """
    read_tree(model, open_arrays(archive), skip_mismatch, by_name, reshape)


@contextmanager
def describe(archive: Archive) -> Iterator[FileContent]:
    """What an open file holds, for `file_content`.

    Args:
        archive: the file.

    Raises:
        ValueError: for one that is damaged or of another format.
    """
    yield FileContent(weights=open_arrays(archive))


def open_arrays(archive: Archive) -> ArrayTree:
    """The arrays of an open archive.

    Raises:
        ValueError: for a member that is damaged or holds something else than numbers.
    """
    names = [name for name in archive.below("") if name.endswith(_ENDING)]
    if not names:
        raise FileFormatError(f"The archive '{archive.name}' holds no arrays: none of its members ends in '.npy'.")
    labels: Any = {}
    if LABELS in archive:
        labels = parse_json(archive.read(LABELS, _LABEL_BYTES), f"{LABELS} in '{archive.name}'")
    labels = labels if isinstance(labels, dict) else {}
    arrays = {name.removesuffix(_ENDING): _Array(archive, name) for name in names}
    return ArrayTree(archive.name, arrays, {key: label for key, label in labels.items() if isinstance(label, str)})


class _Array:
    """An array in an archive: its header is read at once, its numbers when they are asked for."""

    def __init__(self, archive: Archive, member: str) -> None:
        what = f"'{member}' in '{archive.name}'"
        start = io.BytesIO(archive.begin(member, _HEADER_BYTES))
        try:
            version = np.lib.format.read_magic(start)
            read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
            shape, fortran, dtype = read(start)
        except Exception as error:  # NumPy parses the header as Python's literals, and that can fail in many ways
            raise FileFormatError(f"{what} is no array as NumPy writes it, or damaged: {str(error)[:100]}.") from error
        brain_float = dtype.kind == "V" and dtype.itemsize == 2 and dtype.names is None
        if dtype.subdtype is not None or not (dtype.kind in "biufc" or brain_float):
            raise FileFormatError(f"{what} holds no plain numbers but {dtype}; pickled objects are never read.")
        self.shape = tuple(int(axis) for axis in shape)
        self.nbytes = math.prod(self.shape) * dtype.itemsize
        stored = archive.size(member) - start.tell()
        if any(axis < 0 for axis in self.shape) or self.nbytes != stored:
            raise FileFormatError(f"{what} claims the shape {self.shape} of {dtype}, and has {stored:,} bytes for it.")
        self._archive = archive
        self._member = member
        self._start = start.tell()
        self._order: Any = "F" if fortran else "C"
        self._dtype = dtypes.numpy_dtype("bfloat16") if brain_float else dtype

    def read(self) -> np.ndarray:
        """The array."""
        numbers = self._archive.array(self._member)[self._start :].view(self._dtype)
        return numbers.reshape(self.shape, order=self._order)


# --- writing --------------------------------------------------------------------------------------


def write_weights(model: Model | LooseWeights, path: Path) -> None:
    """Write the weights of a model, optimizer state included, into a new `.npz` file.

    Args:
        model: the model.
        path: the file.

    Raises:
        ValueError: for a model with more arrays than an archive may have members.
    """
    labels: dict[str, str] = {}
    with zipfile.ZipFile(path, "x") as archive:
        for place, label, item in savable_objects(model):
            store = _Store(archive, place)
            put_arrays(item, store)
            if label is not None and store.count:
                labels[place] = label
        archive.writestr(LABELS, json.dumps(labels))


class _Store:
    """The mapping that an object with state fills: each array becomes a member."""

    def __init__(self, archive: zipfile.ZipFile, place: str) -> None:
        self.count = 0
        self._archive = archive
        self._place = place

    def __setitem__(self, name: str, value: Any) -> None:
        if len(self._archive.filelist) >= _ARRAYS:
            raise ValueError(f"An npz file holds {_ARRAYS:,} arrays at most; save to '.safetensors' or '.weights.h5'.")
        array = as_array(value)
        array = array.view("V2") if array.dtype.name == "bfloat16" else array
        with self._archive.open(f"{self._place}/{name}{_ENDING}", "w", force_zip64=True) as member:
            np.lib.format.write_array(member, array, allow_pickle=False)
        self.count += 1
