"""Data in memory: arrays with a common first axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, tree
from keras_core.training.data import Batch, as_array, as_array_or_text, as_arrays, dtype_name, holds_text
from keras_core.training.host_rows import HostRows, all_rows, rows_in_place

if TYPE_CHECKING:
    from keras_core.training.class_weights import ClassWeights
    from keras_core.training.protocol import HostInputs
    from keras_core.typing import TensorTree


class ArrayData:
    """Arrays with a common first axis; what is larger than memory stays where it is, as `HostRows`.

    Args:
        x, y, sample_weight: nested arrays or None.
        method: name of the caller, for messages.
        inputs: the model's `HostInputs`, by which x may hold strings; None where it may not.

    Raises:
        ValueError: when there are no samples, or the arrays have different numbers of them.
    """

    def __init__(
        self,
        x: TensorTree,
        y: TensorTree = None,
        sample_weight: TensorTree = None,
        method: str = "fit",
        inputs: HostInputs | None = None,
    ) -> None:
        others = tuple(
            as_arrays(part, name, _array_or_rows) for name, part in (("y", y), ("sample_weight", sample_weight))
        )
        if inputs is None:
            x = as_arrays(x, "x", _array_or_rows)
        else:
            x = inputs.of_arrays(as_arrays(x, "x", _array_rows_or_text))
        self.batch: Batch = (x, *others)
        self.flat = [leaf for leaf in tree.flatten(self.batch) if leaf is not None]
        if not self.flat:
            raise ValueError(f"{method}() was given no data: x is None.")
        self.size = common_length(self.batch, method)
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

    def first(self, samples: int) -> ArrayData:
        """The first samples, or all where there are fewer."""
        return self._rows(slice(0, samples))

    def part(self, start: int, stop: int) -> ArrayData:
        """The samples from one number on to before another."""
        return self._rows(slice(start, stop))

    def _rows(self, rows: slice) -> ArrayData:
        part = object.__new__(ArrayData)

        def rows_of(leaf: Any) -> Any:
            return leaf.part(rows) if isinstance(leaf, HostRows) else None if leaf is None else leaf[rows]

        part.batch = tree.map_structure(rows_of, self.batch)
        part.flat = [leaf for leaf in tree.flatten(part.batch) if leaf is not None]
        part.size = int(part.flat[0].shape[0])
        return part

    def weighted(self, class_weight: ClassWeights) -> ArrayData:
        """The same samples, weighted by their classes."""
        x, y, sample_weight = self.batch
        y, sample_weight = all_rows(y), all_rows(sample_weight)
        return ArrayData(x, y, class_weight.to_samples(y, sample_weight))

    @property
    def in_memory(self) -> bool:
        """Whether all of it is arrays."""
        return not any(isinstance(leaf, HostRows) for leaf in self.flat)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(int(np.prod(a.shape)) * dtypes.itemsize(dtype_name(a)) for a in self.flat)


def _array_or_rows(value: Any, where: str) -> Any:
    rows = rows_in_place(value, where)
    return as_array(value, where) if rows is None else rows


def _array_rows_or_text(value: Any, where: str) -> Any:
    rows = None if holds_text(value) else rows_in_place(value, where)
    return as_array_or_text(value, where) if rows is None else rows


def common_length(batch: Batch, method: str) -> int:
    """The number of samples of a batch.

    Raises:
        ValueError: if its arrays have different numbers of them.
    """
    lengths: dict[int, str] = {}
    for name, part in zip(("x", "y", "sample_weight"), batch, strict=True):
        for leaf in tree.flatten(part):
            if leaf is None:
                continue
            if not tuple(leaf.shape):
                raise ValueError(f"{method}(): {name} is a single number; its first axis must be the samples.")
            lengths.setdefault(int(leaf.shape[0]), name)
    if len(lengths) > 1:
        found = ", ".join(f"{name}: {n}" for n, name in lengths.items())
        raise ValueError(f"{method}(): all data must have the same number of samples, got {found}.")
    return next(iter(lengths))
