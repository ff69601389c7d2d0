"""Weights in safetensors files: a header in JSON, then the numbers of all tensors.

The tensors are called by the paths that they have in `.weights.h5`: ``layers/dense/vars/0``. The header's
``__metadata__`` says which layer a group of them belongs to: ``layers/dense/vars`` → ``dense``. A file is mapped into
memory, so that a tensor is read from the disk when a variable takes it, and written tensor by tensor. The library of
that name wants all tensors as bytes at once, and a path to read; so it is not used.

Reference: https://huggingface.co/docs/safetensors
"""

from __future__ import annotations

import json
import math
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import numpy as np
from keras_core import dtypes
from keras_core.saving import ArrayTree, FileContent, FileFormatError, parse_json, put_arrays, savable_objects
from keras_core.saving import read_weights as read_tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from keras_core import Model
    from keras_core.saving import LooseWeights

HEADER_BYTES = 100_000_000  # more is refused by the library of the format, too
_METADATA = "__metadata__"
_AXES = 32
_LARGEST = 2**48  # numbers, were its axes of 0 of 1
_TYPES = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "C64": "complex64",
}
_NAMES = {dtype: name for name, dtype in _TYPES.items()}

# --- reading --------------------------------------------------------------------------------------


def read_weights(
    model: Model, file: BinaryIO, skip_mismatch: bool = False, by_name: bool = False, reshape: bool = False
) -> None:
    """Read the weights of a model from an open safetensors file; see `load_weights`.

    Args:
        model: the model.
        file: the file.
        skip_mismatch: leave out layers whose weights do not fit, with a warning. Defaults to False.
        by_name: match layers by their names. Defaults to False.
        reshape: not for this format. Defaults to False.

    Raises:
        ValueError: for a file that is truncated, damaged or no safetensors file, and weights that do not fit.
    """
    read_tree(model, open_tensors(file), skip_mismatch, by_name, reshape)


@contextmanager
def describe(file: BinaryIO) -> Iterator[FileContent]:
    """What an open file holds, for `file_content`.

    Args:
        file: the file.

    Raises:
        ValueError: for one that is damaged or of another format.
    """
    yield FileContent(weights=open_tensors(file))


def open_tensors(file: BinaryIO) -> ArrayTree:
    """The tensors of an open file.

    Raises:
        ValueError: for a file that is truncated, damaged or no safetensors file.
    """
    name = str(file.name)
    size = os.fstat(file.fileno()).st_size
    count = int.from_bytes(file.read(8), "little")
    if size < 8 or count > min(HEADER_BYTES, size - 8):
        raise FileFormatError(
            f"'{name}' is no safetensors file, or truncated: it says that its header has {count:,} bytes, and the file "
            f"has {max(size - 8, 0):,} after that."
        )
    header = parse_json(file.read(count), f"The header of '{name}'")
    if not isinstance(header, dict):
        raise FileFormatError(f"'{name}' is no safetensors file: its header is a {type(header).__name__}.")
    metadata = header.pop(_METADATA, None)
    labels = metadata if isinstance(metadata, dict) else {}
    entries = {key: _checked(entry, f"Tensor '{key[:200]}' in '{name}'") for key, entry in header.items()}
    _check_places(entries, size - 8 - count, name)
    content = np.memmap(file, np.uint8, "r", 8 + count) if size > 8 + count else np.empty(0, np.uint8)
    tensors = {key: _Tensor(entry, content) for key, entry in entries.items()}
    return ArrayTree(name, tensors, {key: label for key, label in labels.items() if isinstance(label, str)})


class _Entry(NamedTuple):
    """What the header says of a tensor."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int
    end: int


class _Tensor:
    """A tensor in a file that is mapped into memory."""

    def __init__(self, entry: _Entry, content: np.ndarray) -> None:
        self.shape = entry.shape
        self.nbytes = entry.end - entry.start
        self._entry = entry
        self._content = content

    def read(self) -> np.ndarray:
        """The tensor, which takes no memory of its own where it lies at a multiple of its numbers' size."""
        entry = self._entry
        numbers = np.asarray(self._content[entry.start : entry.end]).view(entry.dtype)
        return np.require(numbers.reshape(entry.shape), requirements="A")


def _checked(entry: Any, what: str) -> _Entry:
    """What the header says of a tensor, if it can be true."""
    fields: dict[str, Any] = entry if isinstance(entry, dict) else {}
    name: Any = fields.get("dtype")
    shape: Any = fields.get("shape")
    offsets: Any = fields.get("data_offsets")
    if not isinstance(name, str) or name not in _TYPES:
        raise FileFormatError(f"{what} has the dtype {name!r:.50}, which is not one of {', '.join(_TYPES)}.")
    if not _are_sizes(shape) or len(shape) > _AXES or math.prod(axis or 1 for axis in shape) > _LARGEST:
        raise FileFormatError(f"{what} has the shape {shape!r:.100}, which no tensor has.")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise FileFormatError(f"{what} has the offsets {offsets!r:.100}, which are no two numbers.")
    found = _Entry(dtypes.numpy_dtype(_TYPES[name]), tuple(shape), *offsets)
    claimed = math.prod(shape) * found.dtype.itemsize
    if claimed != found.end - found.start:
        raise FileFormatError(
            f"{what} claims {claimed:,} bytes by its shape {found.shape} of {name}, and lies from {found.start} to "
            f"{found.end}."
        )
    return found


def _are_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(type(one) is int and 0 <= one < 2**63 for one in value)


def _check_places(entries: Mapping[str, _Entry], size: int, name: str) -> None:
    """Refuse tensors that overlap, leave gaps or lie outside the file."""
    position = 0
    for key, entry in sorted(entries.items(), key=lambda pair: (pair[1].start, pair[1].end)):
        if entry.start != position or entry.end > size:
            raise FileFormatError(
                f"Tensor '{key[:200]}' in '{name}' lies from {entry.start} to {entry.end}, where {position} is the "
                f"first byte that is free and {size} the end: the file is truncated or damaged."
            )
        position = entry.end
    if position != size:
        raise FileFormatError(f"'{name}' has {size - position:,} bytes that belong to no tensor: it is damaged.")


# --- writing --------------------------------------------------------------------------------------


def write_weights(model: Model | LooseWeights, path: Path) -> None:
    """Write the weights of a model, optimizer state included, into a new safetensors file.

    Args:
        model: the model.
        path: the file.

    Raises:
        ValueError: for a dtype that the format does not have.
    """
    header: dict[str, Any] = {_METADATA: {"format": "keras"}}
    position = 0
    for place, label, item in savable_objects(model):
        sizes = _Sizes()
        put_arrays(item, sizes)
        if label is not None and sizes.found:
            header[_METADATA][place] = label
        for name, (dtype, shape, size) in sizes.found.items():
            if dtype not in _NAMES:
                raise ValueError(f"safetensors has no dtype {dtype}, which '{place}/{name}' of the model has.")
            entry = {"dtype": _NAMES[dtype], "shape": list(shape), "data_offsets": [position, position + size]}
            header[f"{place}/{name}"] = entry
            position += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "xb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, _, item in savable_objects(model):
            put_arrays(item, _Numbers(file))
        if file.tell() != 8 + len(text) + position:
            raise RuntimeError(f"The weights of model '{model.name}' changed their shapes while they were saved.")


class _Sizes:
    """The mapping that an object with state fills first, of which no array is kept."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[str, tuple[int, ...], int]] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        array = as_array(value)
        self.found[name] = (array.dtype.name, array.shape, array.nbytes)


class _Numbers:
    """The mapping that it fills then, whose arrays are written one after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __setitem__(self, name: str, value: Any) -> None:
        array = as_array(value)
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        self._file.write(np.ascontiguousarray(little).reshape(-1).view(np.uint8).data)


def as_array(value: Any) -> np.ndarray:
    """What an object puts into its mapping, as an array."""
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value)
