"""What `fit`, `evaluate` and `predict` were asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from keras_core.argument_checks import check_fields
from keras_core.config.switches import is_interactive_logging_enabled, max_epochs, max_steps_per_epoch
from keras_core.data_utils.workers import QUEUE_ARGUMENTS, WorkerOptions
from keras_core.suggestions import not_taken
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource, is_batches
from keras_core.training.class_weights import ClassWeights
from keras_core.training.columns import Columns, are_names, has_columns
from keras_core.training.deadline import seconds_of
from keras_core.training.hugging_face import is_data_set, source_of_data_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keras_core.callbacks.callback import Callbacks
    from keras_core.training.deadline import MaxTime
    from keras_core.training.protocol import HostInputs
    from keras_core.typing import (
        Data,
        Nested,
        NonNegativeInt,
        PathLike,
        PositiveInt,
        PositiveInts,
        TensorTree,
        Verbosity,
    )

Source = ArrayData | BatchSource

VALIDATION = "validation_data of fit"
"""The caller's name in messages about validation data."""

_DRY_RUN: dict[str, Any] = {
    "epochs": 1,
    "initial_epoch": 0,
    "callbacks": None,
    "shuffle": False,
    "steps_per_epoch": None,
    "validation_steps": None,
    "validation_freq": 1,
    "resume": None,
    "limit_batches": None,
    "max_time": None,
    "sanity_steps": 0,
}
"""What a dry run does not do as it was told."""

_QUEUE = ("max_queue_size", "workers", "use_multiprocessing", *QUEUE_ARGUMENTS)


@dataclass(frozen=True, kw_only=True)
class FitPlan:
    """One call of `Model.fit`, whose parameters are described there."""

    x: Data | None = None
    y: TensorTree = None
    batch_size: PositiveInt | Literal["auto"] | None = None
    epochs: NonNegativeInt = 1
    verbose: Verbosity = "auto"
    callbacks: Callbacks = None
    validation_split: float = 0.0
    validation_data: Data | None = None
    shuffle: bool | Literal["batch"] = True
    class_weight: Mapping[Any, Any] | None = None
    sample_weight: TensorTree = None
    initial_epoch: NonNegativeInt = 0
    steps_per_epoch: PositiveInt | None = None
    validation_steps: PositiveInt | None = None
    validation_batch_size: PositiveInt | None = None
    validation_freq: PositiveInt | PositiveInts = 1
    workers: Mapping[str, Any] | None = None
    resume: PathLike | None = None
    dry_run: bool = False
    overfit_batches: PositiveInt | float | None = None
    limit_batches: PositiveInt | float | None = None
    max_time: MaxTime | None = None
    sanity_steps: NonNegativeInt | None = None
    anomaly: Literal["stop", "raise", "ignore"] = "stop"

    def __post_init__(self) -> None:
        check_fields(self, "fit()")
        WorkerOptions.of(None, self.workers)
        if not 0 <= self.validation_split < 1:
            raise ValueError(f"fit(): validation_split must be at least 0 and below 1, got {self.validation_split!r}.")
        for name in ("overfit_batches", "limit_batches"):
            _check_part(name, getattr(self, name))
        if self.max_time is not None:
            seconds_of(self.max_time)
        if self.batch_size == "auto" and self.resume is not None:
            raise ValueError(
                "fit(): batch_size='auto' may find another one when the training goes on; with resume, give the number."
            )
        _take_limits(self)
        if self.dry_run:
            _replace(self, **_DRY_RUN)
        elif self.overfit_batches is not None:
            _replace(self, shuffle=False, steps_per_epoch=None, validation_steps=None)

    @property
    def size(self) -> int:
        """The batch size where arrays are given; 32 until an automatic one is found."""
        return self.batch_size if isinstance(self.batch_size, int) else 32

    def validates(self, epoch: int) -> bool:
        """Whether epoch number `epoch`, counted from 0, ends with a validation."""
        frequency = self.validation_freq
        return (epoch + 1) % frequency == 0 if isinstance(frequency, int) else epoch + 1 in frequency

    def sources(
        self, output_names: Nested[str] = (), wanted: Sequence[bool] | None = None, inputs: HostInputs | None = None
    ) -> tuple[Source, Source | None]:
        """The data to train with, and those to validate with.

        Args:
            output_names: names of the outputs, nested as they are, for weights of classes by output name.
            wanted: for each output, whether it has a loss; all of them when None.
            inputs: the model's `HostInputs`.

        Raises:
            ValueError: for data of no known form, or a split of what cannot be split.
        """
        source = source_of(
            self.x,
            self.y,
            self.sample_weight,
            "fit",
            self.shuffle,
            continues=True,
            workers=self.workers,
            inputs=inputs,
            batch_size=self.size,
        )
        validation = None
        if self.validation_data is not None:
            validation = self._validation_source(self.validation_data, inputs)
        part = 1 if self.dry_run else self.overfit_batches
        if isinstance(source, BatchSource) and part is None:
            source.need_end(self._whole_batches() or self.steps_per_epoch, "steps_per_epoch")
        if isinstance(validation, BatchSource) and part is None:
            validation.need_end(self._whole_batches() or self.validation_steps, "validation_steps")
        if validation is None and self.validation_split:
            if not isinstance(source, ArrayData):
                raise ValueError("validation_split needs arrays; for a source of batches give validation_data.")
            source, validation = source.split(self.validation_split)
        if part is not None:
            source, validation = self._parts(source, validation, part)
        if self.class_weight is not None:
            source = source.weighted(ClassWeights(self.class_weight, output_names, wanted))
        return source, validation

    def _validation_source(self, data: Any, inputs: HostInputs | None) -> Source:
        size = self.validation_batch_size or self.size
        alone = is_batches(data) or is_data_set(data) or (are_names(self.y) and has_columns(data))
        if alone:
            y, sample_weight = (part if are_names(part) else None for part in (self.y, self.sample_weight))
            return source_of(data, y, sample_weight, VALIDATION, workers=self.workers, inputs=inputs, batch_size=size)
        parts = () if isinstance(data, (str, bytes)) or not hasattr(data, "__len__") else tuple(data)
        if not (1 if isinstance(data, tuple) else 2) <= len(parts) <= 3:
            given = f"{len(parts)} values" if parts else repr(data)
            raise ValueError(
                f"fit(): validation_data must be (x, y), (x, y, sample_weight) or a source of batches, got {given}."
            )
        x, y, sample_weight = (*parts, None, None)[:3]
        return source_of(x, y, sample_weight, VALIDATION, inputs=inputs, batch_size=size)

    def _parts(self, source: Source, validation: Source | None, part: float) -> tuple[Source, Source | None]:
        """The first batches of the data: with `overfit_batches` those of training are validated with, too."""
        size = self.size
        first = _first_batches(source, part, size, "overfit_batches")
        if validation is None:
            return first, None
        if self.dry_run:
            return first, _first_batches(validation, part, self.validation_batch_size or size, "overfit_batches")
        return first, first.again(VALIDATION) if isinstance(first, BatchSource) else first

    def _whole_batches(self) -> int | None:
        return self.limit_batches if isinstance(self.limit_batches, int) else None

    def limited(self, given: int | None, available: int | None) -> int | None:
        """The steps of an epoch or a validation, of which `limit_batches` may leave a part.

        Args:
            given: `steps_per_epoch` or `validation_steps`.
            available: how many steps the data have; None where that is not known.

        Returns:
            The number; None for all that there are.

        Raises:
            ValueError: for a share of a number that is not known.
        """
        if self.limit_batches is None:
            return given
        return _count(self.limit_batches, available if given is None else given, "limit_batches")


@dataclass(frozen=True, kw_only=True)
class PassPlan:
    """One call of `Model.evaluate` or `Model.predict`, whose parameters are described there.

    Args:
        method: the method's name, for messages.
    """

    method: str
    x: Data | None = None
    y: TensorTree = None
    sample_weight: TensorTree = None
    batch_size: PositiveInt | None = None
    verbose: Verbosity = "auto"
    steps: PositiveInt | None = None
    callbacks: Callbacks = None
    workers: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        check_fields(self, f"{self.method}()")
        WorkerOptions.of(None, self.workers)
        _take_limits(self)

    def source(self, inputs: HostInputs | None = None) -> Source:
        """The data.

        Args:
            inputs: the model's `HostInputs`.
        """
        source = source_of(
            self.x,
            self.y,
            self.sample_weight,
            self.method,
            workers=self.workers,
            inputs=inputs,
            batch_size=self.batch_size or 32,
        )
        return source.need_end(self.steps, "steps") if isinstance(source, BatchSource) else source


def _take_limits(plan: FitPlan | PassPlan) -> None:
    """Shorten a plan to what `keras.config` allows a whole program."""
    steps = max_steps_per_epoch()
    limits = {"epochs": max_epochs(), "steps_per_epoch": steps, "validation_steps": steps, "steps": steps}
    for name, limit in limits.items():
        if limit is not None and name in plan.__dataclass_fields__:  # a FitPlan has a method `steps`
            given = getattr(plan, name)
            _replace(plan, **{name: limit if given is None else min(given, limit)})


def _replace(plan: FitPlan | PassPlan, **values: Any) -> None:
    for name, value in values.items():
        object.__setattr__(plan, name, value)


def _check_part(name: str, part: float | None) -> None:
    whole = isinstance(part, int) and not isinstance(part, bool) and part >= 1
    if part is None or whole or (isinstance(part, float) and 0 < part <= 1):
        return
    raise ValueError(
        f"fit(): {name} must be a number of batches, or a share of them above 0.0 and up to 1.0, got {part!r}."
    )


def _count(part: float, available: int | None, argument: str) -> int:
    """How many batches a number or a share of them is."""
    if isinstance(part, int):
        return part if available is None else min(part, available)
    if available is None:
        raise ValueError(
            f"fit(): {argument}={part} is a share of the batches, and the data source does not tell how many it has. "
            f"Give a whole number of batches, for example {argument}=10."
        )
    return max(1, round(part * available))


def _first_batches(source: Source, part: float, batch_size: int, argument: str) -> Source:
    if isinstance(source, ArrayData):
        return source.first(batch_size * _count(part, -(-source.size // batch_size), argument))
    return source.first(_count(part, source.steps, argument))


def source_of(
    x: Data | None,
    y: TensorTree,
    sample_weight: TensorTree,
    method: str,
    shuffle: bool | str = False,
    continues: bool = False,
    workers: Mapping[str, Any] | None = None,
    inputs: HostInputs | None = None,
    batch_size: int = 32,
) -> Source:
    """Arrays, or a source of batches, in the one form of each.

    Args:
        x: data or a source of batches, as the method was given it.
        y: targets.
        sample_weight: weights of the samples.
        method: the method's name, for messages.
        shuffle: whether a source with random access is visited in a new order in each pass.
        continues: whether an epoch of some batches of a source begins where the last one stopped.
        workers: arguments for workers that the method was given.
        inputs: the model's `HostInputs`, by which x may hold strings.
        batch_size: rows of a batch of a data set that is streamed.

    Raises:
        ValueError: for a source of batches with targets or weights beside it that are no names of columns, and for
            what is no data.
    """
    by_name = [part for part in (y, sample_weight) if part is not None]
    named = all(map(are_names, by_name))
    columns = partial(Columns, y, sample_weight, None if inputs is None else inputs.keys, method)
    if is_data_set(x):
        if not named:
            raise ValueError(
                f"{method}(): x is a data set with columns; give y and sample_weight as names of columns, such as "
                "y='label'."
            )
        return source_of_data_set(x, columns(), batch_size, shuffle, continues, workers, inputs)
    if not is_batches(x):
        if by_name and named and has_columns(x):
            x, y, sample_weight = columns().split(x)
        elif isinstance(y, str):
            raise ValueError(
                f"{method}(): y={y!r} is the name of a column, and x is a {type(x).__name__}, which has none. Give x "
                "as a dict of arrays or a frame, or y as an array."
            )
        return ArrayData(x, y, sample_weight, method, inputs)
    if not named:
        raise ValueError(
            f"{method}(): x is a source of batches, which yields y itself; leave y and sample_weight out, or give the "
            "names of their columns where batches are dicts."
        )
    return BatchSource(x, method, bool(shuffle), continues, workers, inputs, columns() if by_name else None)


def first_batch(source: Source) -> tuple[Any, ...]:
    """All arrays, or the first batch of a source."""
    return source.batch if isinstance(source, ArrayData) else source.peek()


def verbosity(verbose: Verbosity) -> int:
    """0 for silence, 1 for a progress bar, 2 for a line per epoch; "auto" is 1 where there is a screen to draw on."""
    return (1 if is_interactive_logging_enabled() else 2) if verbose == "auto" else int(verbose)


def take_workers(method: Callable[..., Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Take the arguments for workers, which have Keras 1's or 2's names, out of a method's keyword arguments.

    Raises:
        TypeError: for other arguments, with the nearest names.
    """
    workers = {name: kwargs.pop(name) for name in _QUEUE if name in kwargs}
    if kwargs:
        raise TypeError(not_taken(method.__name__, list(kwargs), method))
    return workers
