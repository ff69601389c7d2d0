"""What `fit`, `evaluate` and `predict` were asked to do."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from keras_core.plain_arguments import plain
from keras_core.suggestions import not_taken
from keras_core.training.array_data import ArrayData
from keras_core.training.batch_source import BatchSource, is_batches
from keras_core.training.class_weights import ClassWeights

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from keras_core.callbacks.callback import Callbacks
    from keras_core.typing import Data, Nested, TensorTree

Source = ArrayData | BatchSource

VALIDATION = "validation_data of fit"
"""The caller's name in messages about validation data."""

_DATA = frozenset({"x", "y", "sample_weight", "validation_data", "callbacks"})
_IGNORED = ("max_queue_size", "workers", "use_multiprocessing", "max_q_size", "nb_worker", "pickle_safe")


@dataclass(frozen=True, kw_only=True)
class FitPlan:
    """One call of `Model.fit`, whose parameters are described there."""

    x: Data | None = None
    y: TensorTree = None
    batch_size: int | None = None
    epochs: int = 1
    verbose: int | str = "auto"
    callbacks: Callbacks = None
    validation_split: float = 0.0
    validation_data: Data | None = None
    shuffle: bool | str = True
    class_weight: Mapping[Any, Any] | None = None
    sample_weight: TensorTree = None
    initial_epoch: int = 0
    steps_per_epoch: int | None = None
    validation_steps: int | None = None
    validation_batch_size: int | None = None
    validation_freq: int | Collection[int] = 1

    def __post_init__(self) -> None:
        _take_plain(self)
        need_positive(
            "fit",
            batch_size=self.batch_size,
            steps_per_epoch=self.steps_per_epoch,
            validation_steps=self.validation_steps,
            validation_batch_size=self.validation_batch_size,
        )

    def validates(self, epoch: int) -> bool:
        """Whether epoch number `epoch`, counted from 0, ends with a validation."""
        frequency = self.validation_freq
        return (epoch + 1) % frequency == 0 if isinstance(frequency, int) else epoch + 1 in frequency

    def sources(
        self, output_names: Nested[str] = (), wanted: Sequence[bool] | None = None
    ) -> tuple[Source, Source | None]:
        """The data to train with, and those to validate with.

        Args:
            output_names: names of the outputs, nested as they are, for weights of classes by output name.
            wanted: for each output, whether it has a loss; all of them when None.

        Raises:
            ValueError: for data of no known form, or a split of what cannot be split.
        """
        source = source_of(self.x, self.y, self.sample_weight, "fit", self.shuffle, continues=True)
        validation = None if self.validation_data is None else _validation_source(self.validation_data)
        if validation is None and self.validation_split:
            if not isinstance(source, ArrayData):
                raise ValueError("validation_split needs arrays; for a source of batches give validation_data.")
            source, validation = source.split(self.validation_split)
        if self.class_weight is not None:
            source = source.weighted(ClassWeights(self.class_weight, output_names, wanted))
        return source, validation


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
    batch_size: int | None = None
    verbose: int | str = "auto"
    steps: int | None = None
    callbacks: Callbacks = None

    def __post_init__(self) -> None:
        _take_plain(self)
        need_positive(self.method, batch_size=self.batch_size, steps=self.steps)

    def source(self) -> Source:
        """The data."""
        return source_of(self.x, self.y, self.sample_weight, self.method)


def _take_plain(plan: FitPlan | PassPlan) -> None:
    """Replace numbers of NumPy among what is no data by Python's."""
    for field in fields(plan):
        if field.name not in _DATA:
            object.__setattr__(plan, field.name, plain(getattr(plan, field.name)))


def source_of(
    x: Data | None,
    y: TensorTree,
    sample_weight: TensorTree,
    method: str,
    shuffle: bool | str = False,
    continues: bool = False,
) -> Source:
    """Arrays, or a source of batches, in the one form of each.

    Args:
        x: data or a source of batches, as the method was given it.
        y: targets.
        sample_weight: weights of the samples.
        method: the method's name, for messages.
        shuffle: whether a source with random access is visited in a new order in each pass.
        continues: whether an epoch of some batches of a source begins where the last one stopped.

    Raises:
        ValueError: for a source of batches with targets or weights beside it, and for what is no data.
    """
    if not is_batches(x):
        return ArrayData(x, y, sample_weight, method)
    if y is not None or sample_weight is not None:
        raise ValueError(f"{method}(): x is a source of batches, which yields y itself; leave y and sample_weight out.")
    return BatchSource(x, method, bool(shuffle), continues)


def _validation_source(data: Any) -> Source:
    if is_batches(data):
        return source_of(data, None, None, VALIDATION)
    parts = tuple(data)
    if not 2 <= len(parts) <= 3:
        raise ValueError(f"validation_data must be (x, y) or (x, y, sample_weight), got {len(parts)} values.")
    x, y, sample_weight = (*parts, None)[:3]
    return source_of(x, y, sample_weight, VALIDATION)


def first_batch(source: Source) -> tuple[Any, ...]:
    """All arrays, or the first batch of a source."""
    return source.batch if isinstance(source, ArrayData) else source.peek()


def verbosity(verbose: int | str) -> int:
    """0 for silence, 1 for a progress bar, 2 for a line per epoch; "auto" is 1."""
    return 1 if verbose == "auto" else int(verbose)


def need_positive(method: str, **given: int | None) -> None:
    """Raise ValueError for a number that is given and less than 1."""
    for name, value in given.items():
        if value is not None and value < 1:
            raise ValueError(f"{method}(): {name} must be a positive integer, got {value}.")


def refuse_unknown(method: Callable[..., Any], kwargs: Iterable[str]) -> None:
    """Raise TypeError for keyword arguments that a method does not take; those of Keras 2's queues are ignored."""
    unknown: Sequence[str] = [name for name in kwargs if name not in _IGNORED]
    if unknown:
        raise TypeError(not_taken(method.__name__, unknown, method))


def without_queue(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments without those of Keras 2's queues."""
    return {name: value for name, value in kwargs.items() if name not in _IGNORED}
