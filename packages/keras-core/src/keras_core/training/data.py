"""What fit, evaluate and predict are given, brought to one form: arrays, or an iterator of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from keras_core import config, dtypes, tree
from keras_core.backend import discovery as backends

Batch = tuple[Any, ...]


def is_batches(x: Any) -> bool:
    """Whether `x` yields batches (a generator, a Sequence, a dataset) rather than being data itself."""
    if x is None or isinstance(x, (list, tuple, dict, np.ndarray, str, bytes)) or hasattr(x, "__array__"):
        return False
    if hasattr(x, "iloc") or hasattr(x, "todense"):
        return False
    return hasattr(x, "__next__") or hasattr(x, "__getitem__") or hasattr(x, "__iter__")


def as_array(value: Any, where: str) -> Any:
    """Data as an array: float64 becomes floatx, lists and frames become arrays, as do other backends' tensors.

    Raises:
        ValueError: for what holds no numbers, such as strings or lists of different lengths.
    """
    if value is None:
        return None
    if backends.owner(value) is not None:
        return backends.as_data(value, backends.active())
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    elif hasattr(value, "toarray"):
        value = value.toarray()
    try:
        array = np.asarray(value)
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise ValueError(f"{where} is not a rectangular array: {reason}. Pad its rows to one length.") from None
    if array.dtype == object:
        try:
            array = array.astype(config.floatx())
        except (TypeError, ValueError):
            raise ValueError(
                f"{where} holds objects of type {type(array.flat[0]).__name__} where numbers are expected. "
                "Convert it to an array of numbers first."
            ) from None
    if array.dtype.kind == "f" and dtypes.standardize(array.dtype) != config.floatx() and array.dtype.itemsize > 4:
        array = array.astype(config.floatx())
    elif array.dtype.kind == "U":
        raise ValueError(f"{where} holds strings where numbers are expected. Encode them as numbers first.")
    return array


def as_arrays(value: Any, where: str) -> Any:
    """Nested data as nested arrays; a list of numbers is one array."""
    if isinstance(value, (list, tuple)) and value and not _is_leaf_list(value):
        return type(value)(as_arrays(v, f"{where}[{i}]") for i, v in enumerate(value))
    if isinstance(value, Mapping):
        return {k: as_arrays(v, f"{where}[{k!r}]") for k, v in value.items()}
    return as_array(value, where)


def _is_leaf_list(value: Any) -> bool:
    """Whether a list is an array written as a list: numbers, or rows of numbers, not arrays."""
    first = value[0]
    while isinstance(first, (list, tuple)) and first:
        first = first[0]
    return not isinstance(first, np.ndarray) and not hasattr(first, "shape") and not hasattr(first, "items")


class ArrayData:
    """Arrays in memory with a common first axis.

    Args:
        x, y, sample_weight: nested arrays or None.
        method: name of the caller, for messages.

    Raises:
        ValueError: when there are no samples, or the arrays have different numbers of them.
    """

    def __init__(self, x: Any, y: Any = None, sample_weight: Any = None, method: str = "fit") -> None:
        self.batch: Batch = (as_arrays(x, "x"), as_arrays(y, "y"), as_arrays(sample_weight, "sample_weight"))
        self.flat = [leaf for leaf in tree.flatten(self.batch) if leaf is not None]
        if not self.flat:
            raise ValueError(f"{method}() was given no data: x is None.")
        lengths: dict[int, str] = {}
        for name, part in zip(("x", "y", "sample_weight"), self.batch, strict=True):
            for leaf in tree.flatten(part):
                if leaf is not None:
                    if not tuple(leaf.shape):
                        raise ValueError(f"{method}(): {name} is a single number; its first axis must be the samples.")
                    lengths.setdefault(int(leaf.shape[0]), name)
        if len(lengths) > 1:
            found = ", ".join(f"{name}: {n}" for n, name in lengths.items())
            raise ValueError(f"{method}(): all data must have the same number of samples, got {found}.")
        self.size = next(iter(lengths))
        if self.size == 0:
            raise ValueError(f"{method}() was given empty data: x has 0 samples.")

    def split(self, fraction: float) -> tuple[ArrayData, ArrayData]:
        """The first part and the last `fraction` of the samples, in their given order."""
        if not 0 < fraction < 1:
            raise ValueError(f"validation_split must lie between 0 and 1, got {fraction}.")
        at = int(np.floor(self.size * (1 - fraction)))
        if at == 0 or at == self.size:
            raise ValueError(
                f"validation_split={fraction} leaves {at} samples to train and {self.size - at} to validate."
            )
        return self._rows(slice(0, at)), self._rows(slice(at, None))

    def _rows(self, rows: slice) -> ArrayData:
        part = object.__new__(ArrayData)
        part.batch = tree.map_structure(lambda a: None if a is None else a[rows], self.batch)
        part.flat = [leaf for leaf in tree.flatten(part.batch) if leaf is not None]
        part.size = int(part.flat[0].shape[0])
        return part

    def weighted(self, class_weight: Mapping[int, float]) -> ArrayData:
        """The same samples, weighted by their classes."""
        x, y, sample_weight = self.batch
        return ArrayData(x, y, class_weights_to_samples(y, class_weight, sample_weight))

    @property
    def nbytes(self) -> int:
        return sum(int(np.prod(a.shape)) * dtypes.itemsize(_dtype(a)) for a in self.flat)


def _dtype(array: Any) -> str:
    return dtypes.standardize(array.dtype)


def specs_of(batch: Batch) -> Batch:
    """(shape with an unknown batch axis, dtype) of each array in nested data."""
    from keras_core.graph.spec import Spec

    def spec(leaf: Any) -> Any:
        return None if leaf is None else Spec((None, *tuple(leaf.shape)[1:]), _dtype(leaf))

    return tree.map_structure(spec, batch)


class BatchSource:
    """Batches from a generator, an iterable, or an object with ``__len__`` and ``__getitem__``.

    Args:
        source: yields x, (x, y) or (x, y, sample_weight) (tuples or lists of these lengths).
        method: name of the caller, for messages.
        shuffle: whether a random-access source is visited in a new order each epoch.
    """

    def __init__(self, source: Any, method: str, shuffle: bool = False) -> None:
        self.source = source
        self.method = method
        self.random_access = (
            hasattr(source, "__getitem__") and hasattr(source, "__len__") and not hasattr(source, "__next__")
        )
        self.shuffle = shuffle and self.random_access
        self.steps: int | None = len(source) if self.random_access else _length(source)
        self.endless = hasattr(source, "__next__")
        self.class_weight: Mapping[int, float] | None = None
        self._peeked: Any = None
        self._iterator: Iterator[Any] | None = None

    def weighted(self, class_weight: Mapping[int, float]) -> BatchSource:
        """This source, its batches weighted by the classes of their samples."""
        self.class_weight = class_weight
        return self

    def peek(self) -> Batch:
        """The first batch, which is given out again by the next epoch.

        Raises:
            ValueError: when there is none.
        """
        if self.random_access:
            if not self.steps:
                raise ValueError(f"{self.method}() was given an empty data source: its length is 0.")
            return self._unpack(self.source[0])
        if self._peeked is None:
            self._iterator = iter(self.source)
            try:
                self._peeked = next(self._iterator)
            except StopIteration:
                raise ValueError(f"{self.method}() was given a data source that yields no batch.") from None
        return self._unpack(self._peeked)

    def epoch(self, order: Callable[[int], np.ndarray] | None = None) -> Iterator[Batch]:
        """The batches of one epoch; a generator goes on where it stopped."""
        if self.random_access:
            assert self.steps is not None
            indices = order(self.steps) if self.shuffle and order is not None else range(self.steps)
            for i in indices:
                yield self._unpack(self.source[int(i)])
            return
        if self._iterator is None or (not self.endless and self._peeked is None):
            self._iterator = iter(self.source)
        while True:
            if self._peeked is not None:
                item, self._peeked = self._peeked, None
            else:
                try:
                    item = next(self._iterator)
                except StopIteration:
                    return
            yield self._unpack(item)

    def end_epoch(self) -> None:
        """Tell the source that an epoch is over."""
        if hasattr(self.source, "on_epoch_end"):
            self.source.on_epoch_end()

    def begin_epoch(self) -> None:
        if hasattr(self.source, "on_epoch_begin"):
            self.source.on_epoch_begin()

    def _unpack(self, item: Any) -> Batch:
        parts: tuple[Any, ...]
        if isinstance(item, tuple):
            parts = item
        elif isinstance(item, list) and self.method != "predict" and 2 <= len(item) <= 3:
            parts = tuple(item)
        else:
            parts = (item,)
        if not 1 <= len(parts) <= 3:
            raise ValueError(
                f"{self.method}(): the data source yields tuples of {len(parts)}; "
                "expected x, (x, y) or (x, y, sample_weight)."
            )
        names = ("x", "y", "sample_weight")
        full = [as_arrays(p, f"{names[i]} of a batch") for i, p in enumerate(parts)]
        full += [None] * (3 - len(full))
        if self.class_weight is not None and full[1] is not None:
            full[2] = class_weights_to_samples(full[1], self.class_weight, full[2])
        return tuple(full)


def _length(source: Any) -> int | None:
    try:
        return len(source)
    except TypeError:
        return None


def class_weights_to_samples(y: Any, class_weight: Mapping[int, float], sample_weight: Any) -> Any:
    """A weight for each sample from the weights of classes, times its own weight.

    Raises:
        ValueError: for several outputs, or a class without weight.
    """
    if isinstance(y, (list, tuple, dict)):
        if isinstance(y, (list, tuple)) and len(y) == 1:
            y = y[0]
        else:
            raise ValueError("class_weight works for models with one output. Give sample_weight for several.")
    labels = backends.to_numpy(y)
    if labels.ndim > 1 and labels.shape[-1] > 1:
        labels = labels.argmax(-1)
    elif labels.ndim > 1:
        labels = labels[..., 0]
    labels = labels.astype("int64")
    present = np.unique(labels)
    missing = [int(c) for c in present if int(c) not in class_weight]
    if missing:
        raise ValueError(
            f"class_weight has no entry for the classes {missing} found in y; it has {sorted(class_weight)}."
        )
    table = np.zeros(int(present.max()) + 1, config.floatx())
    for label in present:
        table[int(label)] = class_weight[int(label)]
    weights = table[labels]
    if sample_weight is None:
        return weights
    own = backends.to_numpy(sample_weight)
    return weights * own.reshape(own.shape + (1,) * (weights.ndim - own.ndim))
