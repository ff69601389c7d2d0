"""Weights in several `.weights.h5` files of a limited size, and the index that names them.

The layout is Keras 3's: `NAME.weights.json` holds `weight_map`, from the path of each object's arrays to the files that
have them, and `metadata` with the size of all arrays. Keras 3 calls the files `NAME_00000.weights.h5` and so on; here
each save has names of its own, so that neither one that is killed nor one at the same time meets another's. Keras 3
opens the first name whatever the index says: an empty file of that name is there.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from keras_core.config import loading_limits
from keras_core.saving.array_tree import ArrayTree
from keras_core.saving.atomic import replacing, unfinished
from keras_core.saving.file_checks import MIB
from keras_core.saving.file_errors import FileFormatError
from keras_core.saving.hdf5_group import Group, open_hdf5
from keras_core.saving.reader import parse_json
from keras_core.saving.weights import array_writer, put_arrays, savable_objects, var_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.saving.loose_weights import LooseWeights
    from keras_core.saving.protocol import SavableModel
    from keras_core.typing import PathLike

INDEX = ".weights.json"
SHARD = ".weights.h5"
_GIGABYTE = 1024**3
_SHARDS = 10_000

# --- writing --------------------------------------------------------------------------------------


def index_path(path: str) -> str:
    """The path of the index for a path that weights in one file would have."""
    return path.removesuffix(SHARD) + INDEX if path.endswith(SHARD) else path


def write_shards(model: SavableModel | LooseWeights, path: str, new_index: Path, max_shard_size: float) -> None:
    """Write weights into files of at most a size, and the new index, which is to take the place of an older one.

    Files that are there already keep their names and content.

    Args:
        model: the model.
        path: the path of the index.
        new_index: where to write it.
        max_shard_size: the most gigabytes (of 1024 ** 3 bytes) of arrays in one file.

    Raises:
        ValueError: for an array that is larger.
    """
    if not max_shard_size > 0:
        raise ValueError(f"max_shard_size is a number of gigabytes above 0, got {max_shard_size}.")
    target = Path(os.path.realpath(path))
    new_index.touch()  # which shows others that save there that somebody does
    series = _Series(target, max_shard_size * _GIGABYTE)
    try:
        for place, label, item in savable_objects(model):
            put_arrays(item, _Store(series, place, label))
        series.close()
        put_first(path)
        new_index.write_text(json.dumps(series.index(), indent=4), "utf-8")
    except BaseException:
        series.close()
        for shard in series.paths:
            shard.unlink(missing_ok=True)
        raise


def own_shards(path: str) -> list[Path]:
    """The files that the index at a path names and that are of its series; none where there is no index."""
    index = Path(os.path.realpath(path))
    try:
        names = _named_shards(str(index))
    except (OSError, ValueError):
        return []
    return [index.with_name(name) for name in names if _of_series(index).fullmatch(name)]


def _of_series(index: Path, letters: str = "([0-9a-f]{8}_|b_)?") -> re.Pattern[str]:
    return re.compile(rf"{re.escape(index.name.removesuffix(INDEX))}_{letters}\d{{5,}}{SHARD}")


def put_first(path: str) -> None:
    """Let there be a file of the name that Keras 3 opens first, whatever the index says; it may be empty.

    Args:
        path: the path of the index.
    """
    import h5py

    index = Path(os.path.realpath(path))
    first = index.with_name(f"{index.name.removesuffix(INDEX)}_00000{SHARD}")
    if not first.exists():
        with replacing(first) as temporary, h5py.File(temporary, "w", locking=False):
            pass


def remove_old_shards(path: str, old: list[Path]) -> None:
    """Remove files of older saves that the new index does not name.

    Args:
        path: the path of the index.
        old: what the older index named. Others, of saves that were killed, are known by their names.
    """
    index = Path(os.path.realpath(path))
    certain = _of_series(index, "[0-9a-f]{8}_")
    others = [index.with_name(name) for name in os.listdir(index.parent) if certain.fullmatch(name)]
    if any(not gone for _, gone in unfinished(index)):  # somebody is making some of them
        others = []
    named = set(_named_shards(str(index)))  # read last: who has finished meanwhile has written it
    for shard in [*old, *others]:
        if shard.name not in named:
            shard.unlink(missing_ok=True)
    put_first(path)


class _Series:
    """The files of one save: `NAME_<letters>_00000.weights.h5` and so on, with letters that no other save has."""

    def __init__(self, index: Path, limit: float) -> None:
        self.paths: list[Path] = []
        self.map: dict[str, list[str]] = {}
        self.total = 0
        self._index = index
        self._stem = f"{index.name.removesuffix(INDEX)}_{secrets.token_hex(4)}"
        self._limit = limit
        self._size = 0
        self._file: Any = None

    def room_for(self, array: np.ndarray, what: str) -> Any:
        """The open file that an array goes into."""
        if array.nbytes > self._limit:
            raise ValueError(
                f"{what} has {array.nbytes / MIB:,.2f} MiB, and max_shard_size allows {self._limit / MIB:,.2f} in one "
                "file. Give a larger max_shard_size."
            )
        if self._file is None or self._size + array.nbytes > self._limit:
            self._next()
        self._size += array.nbytes
        self.total += array.nbytes
        return self._file

    def _next(self) -> None:
        import h5py

        self.close()
        self.paths.append(self._index.with_name(f"{self._stem}_{len(self.paths):05}{SHARD}"))
        self._file, self._size = h5py.File(self.paths[-1], "w", locking=False), 0

    def close(self) -> None:
        """Close the file that is open, after its content is on the disk."""
        if self._file is not None:
            self._file.close()
            with open(self.paths[-1], "rb+") as file:
                os.fsync(file.fileno())
        self._file = None

    def note(self, place: str) -> None:
        """Say in the index that the open file has arrays of an object."""
        names = self.map.setdefault(f"/{place}", [])
        if self.paths[-1].name not in names:
            names.append(self.paths[-1].name)

    def index(self) -> dict[str, Any]:
        """What the index holds."""
        return {"metadata": {"total_size": self.total}, "weight_map": self.map}


class _Store:
    """The mapping that an object with state fills, wherever there is room."""

    def __init__(self, series: _Series, place: str, label: str | None) -> None:
        self._series = series
        self._place = place
        self._label = label

    def __setitem__(self, name: str, value: Any) -> None:
        array = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
        file = self._series.room_for(array, f"The array '{self._place}/{name}'")
        group = file.require_group(self._place)
        if self._label is not None:
            group.attrs["name"] = self._label
        array_writer(group)[name] = array
        self._series.note(self._place)


# --- reading --------------------------------------------------------------------------------------


def _named_shards(path: str) -> list[str]:
    """The names of files in an index, each once.

    Raises:
        ValueError: for an index that is none, or names files outside its folder.
    """
    if os.path.getsize(path) > loading_limits().config_bytes:
        raise FileFormatError(f"The index '{path}' has more than {loading_limits().config_bytes:,} bytes.")
    index = parse_json(Path(path).read_bytes(), f"The index '{path}'")
    named = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(named, dict):
        raise FileFormatError(f"'{path}' is no index of weights: it has no 'weight_map'.")
    found: dict[str, None] = {}
    for place, names in named.items():
        for name in names if isinstance(names, list) else [names]:
            if not isinstance(name, str) or not re.fullmatch(r"[^/\\:\0]+", name) or not name.endswith(SHARD):
                raise FileFormatError(
                    f"The index '{path}' is refused: it has {name!r:.100} for '{place:.100}', which is no name of a "
                    f"'{SHARD}' file beside it."
                )
            found[name] = None
    if len(found) > _SHARDS:
        raise FileFormatError(f"The index '{path}' names {len(found):,} files, over {_SHARDS:,}.")
    return list(found)


class _InShard(NamedTuple):
    """An array in one of the files."""

    group: Group | ArrayTree
    name: str

    @property
    def shape(self) -> tuple[int, ...]:
        return self.group.shape(self.name)

    @property
    def nbytes(self) -> int:
        return self.group.nbytes(self.name)

    def read(self) -> np.ndarray:
        return np.asarray(self.group[self.name])


@contextmanager
def open_shards(path: PathLike) -> Iterator[ArrayTree]:
    """Open all files that an index names, as one tree of arrays.

    Raises:
        ValueError: for an index that is none, a file that is missing or damaged, and an array that two files have.
    """
    name = os.fspath(path)
    arrays: dict[str, _InShard] = {}
    labels: dict[str, str] = {}
    with ExitStack() as stack:
        for shard in _named_shards(name):
            file = os.path.join(os.path.dirname(name), shard)
            if os.path.islink(file) or not os.path.isfile(file):
                raise FileFormatError(f"The index '{name}' names '{shard}', which is no file beside it.")
            root = stack.enter_context(open_hdf5(file))
            for place, group in var_groups(root):
                place = f"{place}/vars".lstrip("/")
                labels.setdefault(place, group.label() or "")
                for number in group:
                    if f"{place}/{number}" in arrays:
                        raise FileFormatError(f"The array '{place}/{number}' is in two files of the index '{name}'.")
                    arrays[f"{place}/{number}"] = _InShard(group, number)
        yield ArrayTree(name, arrays, {place: label for place, label in labels.items() if label})
