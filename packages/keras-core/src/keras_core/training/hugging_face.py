"""Data sets of Hugging Face's library `datasets`, in memory or streamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import config, tree
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource
from keras_core.training.data_budget import data_budget
from keras_core.training.device_data import order_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.training.columns import Columns
    from keras_core.training.protocol import HostInputs


def is_data_set(x: object) -> bool:
    """Whether `x` is a `datasets.Dataset`, a `datasets.IterableDataset` or a dict of splits; nothing is imported."""
    return hasattr(x, "column_names") and hasattr(x, "with_format")


def source_of_data_set(
    data: Any,
    columns: Columns,
    batch_size: int,
    shuffle: bool | str = False,
    continues: bool = False,
    workers: Mapping[str, Any] | None = None,
    inputs: HostInputs | None = None,
) -> ArrayData | BatchSource:
    """The rows of a data set as arrays where it has random access and fits into the data budget; else in batches.

    Args:
        data: a `datasets.Dataset` or `datasets.IterableDataset`.
        columns: which of its columns are x, y and sample_weight.
        batch_size: rows of a batch.
        shuffle: whether each pass over the rows has a new order; what is streamed has an order of its own.
        continues: whether an epoch of some batches begins where the last one stopped.
        workers: arguments for workers that the method was given.
        inputs: the model's `HostInputs`, by which x may hold strings.

    Raises:
        ValueError: for a dict of several data sets, and for columns that are not there.
    """
    method = columns.method
    if isinstance(data, Mapping):
        splits = ", ".join(map(repr, data))
        raise ValueError(f"{method}(): x is a {type(data).__name__} of the splits {splits}; give one of them.")
    sized, transforms = hasattr(data, "__len__"), _format_of(data).get("type") == "custom"
    if sized and not len(data):
        raise ValueError(f"{method}() was given empty data: x has 0 samples.")
    names = _format_of(data).get("columns") or data.column_names
    if not transforms:
        if names is not None:
            wanted = tree.flatten(columns.of(names))
            data = data.select_columns([name for name in names if name in wanted])
        data = _as_numbers(data)
    if sized and not transforms and _bytes_of(data) <= data_budget():
        x, y, sample_weight = columns.split(data[:])
        return ArrayData(x, y, sample_weight, method, inputs)
    rows = RowBatches(data, batch_size, shuffle)
    return BatchSource(rows, method, continues=continues, workers=workers, inputs=inputs, columns=columns)


class RowBatches:
    """Batches of the rows of a data set, as dicts of columns.

    Args:
        data: a `datasets.Dataset` or `datasets.IterableDataset`.
        batch_size: rows of a batch; the last one may have fewer.
        shuffle: whether each pass has a new order: one of its own, or of a streamed one that was shuffled by its user.
    """

    def __init__(self, data: Any, batch_size: int, shuffle: bool | str = False) -> None:
        self._data = data
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._passes = 0

    def __len__(self) -> int:
        return -(-len(self._data) // self._batch_size)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        passes, self._passes = self._passes, self._passes + 1
        if not hasattr(self._data, "__len__"):
            if self._shuffle and hasattr(self._data, "set_epoch"):
                self._data.set_epoch(passes)
            return iter(self._data.iter(self._batch_size))
        if not self._shuffle:
            return iter(self._data.iter(self._batch_size))
        order = order_of(len(self._data), self._batch_size, self._shuffle)
        starts = range(0, len(order), self._batch_size)
        return (self._data[order[start : start + self._batch_size]] for start in starts)


def _format_of(data: Any) -> Mapping[str, Any]:
    """How a data set's user wants its rows: "type" and "columns"; nothing for a streamed one."""
    found: Mapping[str, Any] = getattr(data, "format", {})
    return found


def _as_numbers(data: Any) -> Any:
    """The data set with rows as arrays; as lists where its arrays would be less exact than floatx."""
    return data.with_format("numpy" if config.floatx() != "float64" else None)


def _bytes_of(data: Any) -> int:
    """Roughly the bytes of all rows, once they are arrays."""
    return sum(np.asarray(value).nbytes for value in data[0].values()) * len(data)
