"""The base class of callbacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar, TypeAlias

from keras_core.argument_checks import CheckedArguments

LogsLike = Mapping[str, Any] | None


class Callback(CheckedArguments):
    """Something that is told what happens in `fit`, `evaluate` and `predict`.

    A subclass overrides the hooks it wants. Indices count from 0, over an epoch for batches. A hook's
    `logs` are metrics by name, and in a batch-level hook also answer to "batch" and "size"; they are
    fetched from the device when somebody looks, and a number that a callback adds at the end of an epoch
    gets into the history.

    Hooks of batches cost little: several steps run in one call, and are told of one by one afterwards. A hook that
    reads or assigns a weight, or anything else that is trained, sees it as of its batch, for which steps are run once
    more; one that does so in every batch makes training run one step per call. `on_steps_end` is told after every
    compiled call, however many steps it held.

    A callback that remembers something from epoch to epoch names it in `state_attributes`, or overrides `get_state` and
    `set_state`: a training that goes on after an interruption, as `fit(resume=...)` does, gives it back.

    Attributes:
        state_attributes: of the class: names of the attributes that `get_state` and `set_state` are about.
        only_writes: of the class: whether it does nothing but write or print, which one process of a job does.
        reads_weights: with `only_writes`, whether it reads weights, which one process cannot where they are split.
        model: the model that is trained or run.
        params: a dict with "verbose", "epochs" and "steps", and in `fit` "samples", "batch_size", "do_validation" and
            "metrics".
        validation_data: in `fit` with arrays to validate, a list of the inputs, the targets and the weights of the
            samples; else None.

    Example:
        >>> from keras_core.callbacks import Callback
        >>> class StopEarly(Callback):
        ...     def on_epoch_end(self, epoch, logs=None):
        ...         if logs["loss"] < 0.1:
        ...             self.model.stop_training = True
    """

    state_attributes: ClassVar[Sequence[str]] = ()
    only_writes: ClassVar[bool] = False
    reads_weights: bool = False
    model: Any = None
    params: dict[str, Any] | None = None
    validation_data: Any = None

    def set_params(self, params: dict[str, Any]) -> None:
        """Told once, before anything else."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Told once, before anything else."""
        self.model = model

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Called when `fit` begins."""

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Called when `fit` ends."""

    def on_test_begin(self, logs: LogsLike = None) -> None:
        """Called when `evaluate` begins, also for validation in `fit`."""

    def on_test_end(self, logs: LogsLike = None) -> None:
        """Called when `evaluate` ends."""

    def on_predict_begin(self, logs: LogsLike = None) -> None:
        """Called when `predict` begins."""

    def on_predict_end(self, logs: LogsLike = None) -> None:
        """Called when `predict` ends."""

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Called before the first batch of an epoch."""

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Called after the last batch of an epoch and its validation, whose names begin with "val_"."""

    def on_batch_begin(self, batch: int, logs: LogsLike = None) -> None:
        """Keras 2's name of `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: LogsLike = None) -> None:
        """Keras 2's name of `on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: LogsLike = None) -> None:
        """Called before a training step."""
        self.on_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: LogsLike = None) -> None:
        """Called after a training step."""
        self.on_batch_end(batch, logs)

    def on_test_batch_begin(self, batch: int, logs: LogsLike = None) -> None:
        """Called before a step of `evaluate`."""

    def on_test_batch_end(self, batch: int, logs: LogsLike = None) -> None:
        """Called after a step of `evaluate`."""

    def on_predict_batch_begin(self, batch: int, logs: LogsLike = None) -> None:
        """Called before a step of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: LogsLike = None) -> None:
        """Called after a step of `predict`, with its outputs under "outputs"."""

    def on_steps_end(self, steps: int, logs: LogsLike = None) -> None:
        """Called after every compiled call, with the number of steps done in this epoch or run."""

    def on_exception(self, error: BaseException) -> None:
        """Called when an exception ends `fit`, also Ctrl-C; the model is as after its last whole step.

        Args:
            error: the exception, which is raised afterwards.
        """

    def get_state(self) -> dict[str, Any]:
        """What has to be remembered of the training so far.

        Returns:
            A dict whose values are numbers, strings, bools, None, arrays, or nested lists and dicts of them.
        """
        return {name: copy(getattr(self, name)) for name in self.state_attributes}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on from what `get_state` gave; called after `on_train_begin`, where a training continues.

        Args:
            state: the state; a name that is not in it leaves its attribute as it is.
        """
        for name in self.state_attributes:
            if name in state:
                setattr(self, name, state[name])

    def close(self) -> None:
        """Called last, also when training ends by an exception: give back what is held."""


Callbacks: TypeAlias = Callback | Sequence["Callbacks"] | None
"""A callback, or lists of them."""
