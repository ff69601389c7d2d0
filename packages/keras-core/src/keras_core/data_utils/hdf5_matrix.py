"""HDF5Matrix: Keras 2's view of a data set in an HDF5 file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import ArrayLike, DType, PathLike


class HDF5Matrix:
    """Rows of a data set in an HDF5 file as `fit`, `evaluate` and `predict` take them; Keras 2's.

    Rows are read when they are needed; `fit` reads all at once where they fit in memory. The file is opened when
    it is first used, in each process by itself. A data set of h5py can be given to `fit` without this class, too.

    Args:
        datapath: path of the file.
        dataset: the data set's name in it.
        start: the first row of the view. Defaults to 0.
        end: the row before which it ends; all rows when None.
        normalizer: is called with the rows that are read and returns what is used.

    Attributes:
        data: the whole data set, h5py's.

    Raises:
        KeyError: when the file has no such data set.
        ValueError: when start and end do not lie in it.

    Example:
        >>> import os, tempfile
        >>> import h5py
        >>> from keras_core.data_utils import HDF5Matrix
        >>> path = os.path.join(tempfile.mkdtemp(), "numbers.h5")
        >>> with h5py.File(path, "w") as file:
        ...     file["x"] = [[0, 1], [2, 3], [4, 5]]
        >>> x = HDF5Matrix(path, "x", start=1, normalizer=lambda rows: rows / 2)
        >>> x.shape, x[0].tolist()
        ((2, 2), [1.0, 1.5])
    """

    def __init__(
        self,
        datapath: PathLike,
        dataset: str,
        start: int = 0,
        end: int | None = None,
        normalizer: Callable[[np.ndarray], ArrayLike] | None = None,
    ) -> None:
        self.datapath = os.fspath(datapath)
        self.dataset = dataset
        self.start = start
        self.normalizer = normalizer
        self._data: Any = None
        rows = len(self.data)
        self.end = rows if end is None else end
        if not 0 <= self.start <= self.end <= rows:
            raise ValueError(
                f"HDF5Matrix: start={start} and end={end} do not lie in order within the {rows} rows of {dataset!r}."
            )

    @property
    def data(self) -> ArrayLike:
        """The whole data set."""
        if self._data is None:
            import h5py

            file = h5py.File(self.datapath, "r")
            if self.dataset not in file:
                raise KeyError(f"HDF5Matrix: {self.datapath} has no {self.dataset!r}; it has {sorted(file)}.")
            self._data = file[self.dataset]
        return self._data

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, key: int | slice | list[int] | np.ndarray) -> np.ndarray:
        """A row, or several in the order asked for; numbers count from `start`."""
        if isinstance(key, slice):
            wanted = range(len(self))[key]
            numbers = np.arange(wanted.start, wanted.stop, wanted.step)
        else:
            numbers = np.asarray(key)
        if numbers.size and not (-len(self) <= np.min(numbers) and np.max(numbers) < len(self)):
            raise IndexError(f"HDF5Matrix has {len(self)} rows; there is none of index {key!r}.")
        places = np.where(numbers < 0, numbers + len(self), numbers) + self.start
        return self._normalized(self._read(places))

    def __array__(self, dtype: DType | None = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[:], dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the view."""
        return (len(self), *self._one_row().shape[1:])

    @property
    def dtype(self) -> np.dtype:
        """The dtype of what is used."""
        return self._one_row().dtype

    @property
    def ndim(self) -> int:
        """How many axes the view has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many numbers the view has."""
        return int(np.prod(self.shape))

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_data": None}  # every process opens the file itself

    def _one_row(self) -> np.ndarray:
        return self._normalized(np.asarray(self.data[self.start : min(self.start + 1, self.end)]))

    def _read(self, places: np.ndarray) -> np.ndarray:
        """What stands at these places, which h5py reads in increasing order only."""
        if not places.ndim:
            return np.asarray(self.data[int(places)])
        if not places.size:
            return np.asarray(self.data[0:0])
        unique, order = np.unique(places, return_inverse=True)
        first, last = int(unique[0]), int(unique[-1]) + 1
        found = np.asarray(self.data[first:last] if last - first == len(unique) else self.data[unique])
        return found if np.array_equal(places, unique) else found[order]

    def _normalized(self, rows: np.ndarray) -> np.ndarray:
        return rows if self.normalizer is None else np.asarray(self.normalizer(rows))
