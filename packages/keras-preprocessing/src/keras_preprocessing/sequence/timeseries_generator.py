"""Windows of a time series, batch by batch."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.argument_checks import CheckedArguments

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Config


class TimeseriesGenerator(CheckedArguments):
    """Batches of windows of a series, each with the target of the step that follows it.

    `fit`, `evaluate` and `predict` of every backend take it: it has a length and batches by number.

    Args:
        data: the series, the first axis is time; an array, or a list of arrays or numbers.
        targets: one target for each step of `data`.
        length: how many steps a window spans.
        sampling_rate: every how many steps of a window one is taken; a window has length / sampling_rate steps.
            Defaults to 1.
        stride: how many steps lie between the starts of two windows. Defaults to 1.
        start_index: the first step that is used. Defaults to 0.
        end_index: the last step that is used, as a target; the last one of the series when None.
        shuffle: whether windows are drawn at random instead of in order, again for each batch. Defaults to False.
        reverse: whether each window runs backwards in time. Defaults to False.
        batch_size: how many windows a batch has; the last one may have fewer. Defaults to 128.

    Raises:
        ValueError: for data and targets of different lengths, and where no window fits.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.sequence import TimeseriesGenerator
        >>> series = np.arange(6)
        >>> x, y = TimeseriesGenerator(series, series, length=3, batch_size=2)[0]
        >>> x.tolist(), y.tolist()
        ([[0, 1, 2], [1, 2, 3]], [3, 4])
    """

    def __init__(
        self,
        data: ArrayLike,
        targets: ArrayLike,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        if len(data) != len(targets):
            raise ValueError(
                f"TimeseriesGenerator: each step of data needs a target; there are {len(data)} steps and "
                f"{len(targets)} targets."
            )
        sizes = {"length": length, "sampling_rate": sampling_rate, "stride": stride, "batch_size": batch_size}
        for name, size in sizes.items():
            if size < 1:
                raise ValueError(f"TimeseriesGenerator: {name} must be at least 1, got {size!r}.")
        self.data = data
        self.targets = targets
        self.length = length
        self.sampling_rate = sampling_rate
        self.stride = stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle = shuffle
        self.reverse = reverse
        self.batch_size = batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"TimeseriesGenerator: no window of {length} steps fits between start_index={start_index} and "
                f"end_index={self.end_index}. Take a shorter length or a longer series."
            )
        if self.end_index >= len(data):
            raise ValueError(f"TimeseriesGenerator: end_index={end_index} lies behind the last step, {len(data) - 1}.")

    def __len__(self) -> int:
        """How many batches there are."""
        windows = (self.end_index - self.start_index) // self.stride + 1
        return -(-windows // self.batch_size)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """The batch of that number: windows and targets."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"TimeseriesGenerator has {len(self)} batches; there is none of index {index}.")
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * (index % len(self))
            last = min(first + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(first, last, self.stride)
        steps = np.arange(-self.length, 0, self.sampling_rate)
        if self.reverse:
            steps = steps[::-1]
        return _take(self.data, rows[:, None] + steps), _take(self.targets, rows)

    def get_config(self) -> Config:
        """The arguments that make it again, data included, as JSON can hold them.

        Raises:
            TypeError: when data or targets hold what JSON cannot.
        """
        config = {"data": _plain(self.data), "targets": _plain(self.targets)}
        names = ("length", "sampling_rate", "stride", "start_index", "end_index", "shuffle", "reverse", "batch_size")
        config |= {name: getattr(self, name) for name in names}
        config["start_index"] -= self.length
        for name in ("data", "targets"):
            try:
                json.dumps(config[name])
            except TypeError as error:
                raise TypeError(f"TimeseriesGenerator: {name} cannot be written as JSON: {error}") from None
        return config

    def to_json(self, **kwargs: Any) -> str:
        """The generator, data included, as JSON.

        Args:
            **kwargs: for `json.dumps`.
        """
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def timeseries_generator_from_json(json_string: str) -> TimeseriesGenerator:
    """The generator that `TimeseriesGenerator.to_json` wrote.

    Args:
        json_string: what it wrote. Data and targets may be strings of JSON, as in files of Keras 2.

    Raises:
        ValueError: for JSON of something else.

    Example:
        >>> from keras_preprocessing import sequence
        >>> generator = sequence.TimeseriesGenerator([1, 2, 3], [1, 2, 3], length=2)
        >>> len(sequence.timeseries_generator_from_json(generator.to_json()))
        1
    """
    found = json.loads(json_string)
    config = found.get("config") if isinstance(found, dict) else None
    if not isinstance(config, dict) or not {"data", "targets", "length"} <= config.keys():
        raise ValueError('timeseries_generator_from_json() takes what to_json() wrote: {"class_name", "config"}.')
    parsed = {key: json.loads(value) if isinstance(value, str) else value for key, value in config.items()}
    return TimeseriesGenerator(**parsed)


def _take(values: Any, indices: np.ndarray) -> np.ndarray:
    """What stands at the indices of an array, or of a list of numbers or arrays."""
    if hasattr(values, "to_numpy"):
        values = values.to_numpy()
    if not isinstance(values, np.ndarray):
        found = np.array([values[index] for index in indices.ravel().tolist()])
        return found.reshape(*indices.shape, *found.shape[1:])
    taken: np.ndarray = values[indices]
    return taken


def _plain(values: Any) -> Any:
    """Lists in place of arrays."""
    if isinstance(values, (list, tuple)):
        return [_plain(one) for one in values]
    return values.tolist() if hasattr(values, "tolist") else values
