"""A data set split in two."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import tree
from keras_core.data_utils.py_dataset import PyDataset

if TYPE_CHECKING:
    from keras_core.typing import Data, TensorTree


class SampleDataset(PyDataset):
    """Samples by number, or batches of them; what `split_dataset` returns.

    Args:
        samples: nested arrays with a common first axis.
        rows: which of the rows these are, in this order.
        batch_size: how many samples an item has; None gives them one by one.

    Example:
        >>> import numpy as np
        >>> from keras_core.data_utils import split_dataset
        >>> left, right = split_dataset(np.arange(10), left_size=0.6)
        >>> [batch.tolist() for batch in left.batch(4)]
        [[0, 1, 2, 3], [4, 5]]
    """

    def __init__(self, samples: TensorTree, rows: np.ndarray, batch_size: int | None = None) -> None:
        super().__init__()
        self.samples = samples
        self.rows = rows
        self.batch_size = batch_size

    def __len__(self) -> int:
        """How many items there are."""
        return -(-len(self.rows) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> TensorTree:
        """The item of that number.

        Args:
            index: the number.
        """
        if not -len(self) <= index < len(self):
            raise IndexError(f"The data set has {len(self)} items; there is none of index {index}.")
        index %= len(self)
        chosen: Any = self.rows[index]
        if self.batch_size is not None:
            chosen = self.rows[index * self.batch_size : (index + 1) * self.batch_size]
        return tree.map_structure(lambda leaf: leaf[chosen], self.samples)

    def batch(self, batch_size: int) -> SampleDataset:
        """The same samples in batches, the last of which may be smaller.

        Args:
            batch_size: how many samples a batch has.

        Raises:
            ValueError: for a size below 1.
        """
        if batch_size < 1:
            raise ValueError(f"batch(): batch_size must be at least 1, got {batch_size!r}.")
        return SampleDataset(self.samples, self.rows, batch_size)

    def cardinality(self) -> int:
        """How many items there are, as data sets of TensorFlow tell it."""
        return len(self)


def split_dataset(
    dataset: Data,
    left_size: float | None = None,
    right_size: float | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[SampleDataset, SampleDataset]:
    """The samples of a data set in two parts.

    Args:
        dataset: an array, lists, tuples or dicts of arrays of one length; a `PyDataset`, whose batches are taken apart;
            or any other source of single samples (of PyTorch, of TensorFlow unbatched), which is read whole.
        left_size: how many samples the first part has: a fraction between 0 and 1, or a number; what is left when None.
        right_size: the same of the second part.
        shuffle: whether samples are mixed before. Defaults to False.
        seed: for that; NumPy's global generator draws it when None.
        preferred_backend: accepted for Keras 3; the parts are of no framework.

    Returns:
        Two data sets of single samples; `batch` makes batches of them, which `fit` takes on every backend.

    Raises:
        ValueError: for sizes that are none or do not fit the data, and samples of different shapes.

    Example:
        >>> import numpy as np
        >>> from keras_core.data_utils import split_dataset
        >>> x, y = np.arange(10.0), np.arange(10) % 2
        >>> train, test = split_dataset((x, y), left_size=0.8)
        >>> len(train), len(test), test[0]
        (8, 2, (np.float64(8.0), np.int64(0)))
    """
    samples = _samples(dataset)
    lengths = {len(leaf) for leaf in tree.flatten(samples)}
    if len(lengths) != 1:
        raise ValueError(f"split_dataset(): all arrays must have the same number of samples, got {sorted(lengths)}.")
    total = lengths.pop()
    left, right = _sizes(total, left_size, right_size)
    rows = np.arange(total)
    if shuffle:
        order = list(range(total))
        random.Random(int(np.random.randint(2**31)) if seed is None else seed).shuffle(order)  # as upstream's
        rows = np.array(order)
    return SampleDataset(samples, rows[:left]), SampleDataset(samples, rows[total - right :])


def _sizes(total: int, left: float | None, right: float | None) -> tuple[int, int]:
    if left is None and right is None:
        raise ValueError(
            "split_dataset(): give left_size or right_size, a fraction such as 0.8 or a number of samples."
        )
    counts = [_count(name, size, total) for name, size in (("left_size", left), ("right_size", right))]
    first = total - counts[1] if counts[0] is None else counts[0]
    second = total - first if counts[1] is None else counts[1]
    if first < 1 or second < 1 or first + second > total:
        raise ValueError(
            f"split_dataset(): left_size={left} and right_size={right} make parts of {first} and {second} of {total} "
            "samples; each needs one at least, and both must fit."
        )
    return first, second


def _count(name: str, size: object, total: int) -> Any:
    if size is None:
        return None
    if isinstance(size, (int, np.integer)) and not isinstance(size, bool):
        return int(size)
    if isinstance(size, (float, np.floating)) and 0 < size < 1:
        return round(float(size) * total)
    raise ValueError(f"split_dataset(): {name} must be a fraction between 0 and 1 or an int, got {size!r}.")


def _samples(dataset: Any) -> TensorTree:
    """Nested arrays of all samples."""
    if isinstance(dataset, (list, tuple, Mapping)) or hasattr(dataset, "__array__") or hasattr(dataset, "iloc"):
        return tree.map_structure(_array, dict(dataset) if isinstance(dataset, Mapping) else _by_part(dataset))
    by_number = hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")
    items = [dataset[number] for number in range(len(dataset))] if by_number else list(dataset)
    if not items:
        raise ValueError("split_dataset() was given a data set without samples.")
    join = np.concatenate if isinstance(dataset, PyDataset) else np.stack

    def joined(*leaves: Any) -> np.ndarray:
        arrays = [_array(leaf) for leaf in leaves]
        try:
            return join(arrays)
        except ValueError as error:
            raise ValueError(
                f"split_dataset(): the samples do not have one shape: {error}. Take batches apart first, such as by "
                "dataset.unbatch()."
            ) from None

    return tree.map_structure(joined, *items)


def _by_part(dataset: Any) -> Any:
    """A list of numbers or of rows of numbers as one array; arrays in lists and tuples stay apart."""
    if isinstance(dataset, (list, tuple)) and dataset and not hasattr(dataset[0], "__array__"):
        return np.asarray(dataset)
    return dataset


def _array(value: Any) -> np.ndarray:
    return np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
