"""Windows of a time series as a data set, Keras 3's way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.plain_arguments import plain

from keras_preprocessing.pipelines import into_format

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keras_core.typing import ArrayLike


class TimeseriesDataset:
    """Batches of windows by number, made when they are asked for; what `timeseries_dataset_from_array` returns.

    `fit`, `evaluate` and `predict` of every backend take it, and it can be iterated over.

    Args:
        data: the series, the first axis is time.
        targets: what belongs to the window that begins at the same step; batches have none when None.
        starts: the first step of each window.
        steps: the steps of a window, counted from its first one.
        batch_size: how many windows a batch has; items are single windows when None.
        shuffle: whether each pass has a new order.
        seed: for the order; NumPy's global generator draws it when None.

    Example:
        >>> from keras_preprocessing.sequence import timeseries_dataset_from_array
        >>> batches = timeseries_dataset_from_array([1, 2, 3, 4], None, sequence_length=2, batch_size=2)
        >>> [batch.tolist() for batch in batches]
        [[[1, 2], [2, 3]], [[3, 4]]]
    """

    def __init__(
        self,
        data: np.ndarray,
        targets: np.ndarray | None,
        starts: np.ndarray,
        steps: np.ndarray,
        batch_size: int | None,
        shuffle: bool,
        seed: int | None,
    ) -> None:
        self.data = data
        self.targets = targets
        self.steps = steps
        self.batch_size = batch_size
        self.shuffle = shuffle
        self._rng = np.random.default_rng(np.random.randint(2**31) if seed is None and shuffle else seed)
        self._starts = self._rng.permutation(starts) if shuffle else starts

    def __len__(self) -> int:
        """How many batches there are."""
        return -(-len(self._starts) // (self.batch_size or 1))

    def __getitem__(self, index: int) -> Any:
        """The batch of that number: windows, and targets where there are any."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"The data set has {len(self)} batches; there is none of index {index}.")
        index %= len(self)
        chosen: Any = self._starts[index]
        if self.batch_size is not None:
            chosen = self._starts[index * self.batch_size : (index + 1) * self.batch_size]
        windows = self.data[np.asarray(chosen)[..., None] + self.steps]
        return windows if self.targets is None else (windows, self.targets[chosen])

    def __iter__(self) -> Iterator[Any]:
        """Every batch once, and a new order afterwards if windows are shuffled."""
        for index in range(len(self)):
            yield self[index]
        self.on_epoch_end()

    def on_epoch_end(self) -> None:
        """Put the windows into a new order, if they are shuffled."""
        if self.shuffle:
            self._starts = self._rng.permutation(self._starts)


def timeseries_dataset_from_array(
    data: ArrayLike,
    targets: ArrayLike,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str | None = None,
) -> TimeseriesDataset:
    """Batches of windows of a series, each with the target that stands where the window begins.

    Args:
        data: the series, the first axis is time.
        targets: the target of the window that begins at step i is ``targets[i]``; None for windows alone.
        sequence_length: how many steps a window has.
        sequence_stride: how many steps lie between the starts of two windows. Defaults to 1.
        sampling_rate: how many steps of the series lie between two steps of a window. Defaults to 1.
        batch_size: how many windows a batch has, the last one may have fewer; None gives windows one by one. Defaults
            to 128.
        shuffle: whether each pass has a new order. Defaults to False.
        seed: makes the order reproducible.
        start_index: the first step that is used; 0 when None.
        end_index: the step before which to end; the end of the series when None.
        format: "tf" for a `tf.data.Dataset`, where the backend for TensorFlow is installed; a data set of no framework
            when None.

    Returns:
        A data set that `fit`, `evaluate` and `predict` of every backend take.

    Raises:
        ValueError: for sizes below 1, indices outside of the series, a series too short for one window, and a format.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.sequence import timeseries_dataset_from_array
        >>> series = np.arange(6)
        >>> batches = timeseries_dataset_from_array(series[:-3], series[3:], sequence_length=3)
        >>> x, y = batches[0]
        >>> x.tolist(), y.tolist()
        ([[0, 1, 2]], [3])
    """
    formed = into_format("timeseries_dataset_from_array()", format)
    sizes = {"sequence_length": sequence_length, "sequence_stride": sequence_stride, "sampling_rate": sampling_rate}
    if batch_size is not None:
        sizes["batch_size"] = batch_size
    for name, size in sizes.items():
        if not isinstance(plain(size), int) or size < 1:
            raise ValueError(f"timeseries_dataset_from_array(): {name} must be a positive int, got {size!r}.")
    series = np.asarray(data)
    start, end = start_index or 0, len(series) if end_index is None else end_index
    if not 0 <= start < end <= len(series):
        raise ValueError(
            f"timeseries_dataset_from_array(): start_index={start_index} and end_index={end_index} do not lie in order "
            f"within the {len(series)} steps of the series."
        )
    number = end - start - (sequence_length - 1) * sampling_rate
    wanted = None if targets is None else np.asarray(targets)[start:end]
    if wanted is not None:
        number = min(number, len(wanted))
    if number < 1:
        raise ValueError(
            f"timeseries_dataset_from_array(): no window of {sequence_length} steps, {sampling_rate} apart, with a "
            f"target fits into the {end - start} steps of the series."
        )
    starts, steps = np.arange(0, number, sequence_stride), np.arange(sequence_length) * sampling_rate
    windows = TimeseriesDataset(series[start:end], wanted, starts, steps, batch_size, shuffle, seed)
    return formed(windows)  # type: ignore[no-any-return]
