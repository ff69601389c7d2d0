"""The loop over epochs and steps of fit, evaluate and predict."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.callbacks.callback_list import CallbackList
from keras_core.graph.nested import map_nested
from keras_core.random.seeds import data_generator
from keras_core.training.data import ArrayData, BatchSource
from keras_core.training.device_data import ArrayFeed, StepsPerCall
from keras_core.training.programs import Logs, concatenate_outputs

if TYPE_CHECKING:
    from keras_core.callbacks import History
    from keras_core.models.model import Model

_FAST_BATCH_BYTES = 2**23
_FAST_BATCH_ROWS = 1024


def fast_batch_size(data: ArrayData) -> int:
    """Rows a call when the user names none: many, but at most some megabytes of input."""
    row = max(1, data.nbytes // data.size)
    return int(max(32, min(_FAST_BATCH_ROWS, _FAST_BATCH_BYTES // row)))


def in_one_call(model: Model, source: ArrayData | BatchSource) -> bool:
    """Whether predict() computes all of its data at once when no batch size is named."""
    return isinstance(source, ArrayData) and source.size <= _rows_a_call(model, source, None)


def _rows_a_call(model: Model, data: ArrayData, batch_size: int | None) -> int:
    return batch_size or _batch_for(model, fast_batch_size(data))


class Fit:
    """One call of `Model.fit`; its parameters are described there."""

    def __init__(
        self,
        model: Model,
        source: ArrayData | BatchSource,
        validation: ArrayData | BatchSource | None,
        batch_size: int,
        epochs: int,
        initial_epoch: int,
        steps_per_epoch: int | None,
        validation_steps: int | None,
        validation_batch_size: int | None,
        validation_freq: int | Sequence[int],
        shuffle: Any,
        verbose: Any,
        callbacks: Any,
    ) -> None:
        self.model = model
        self.epochs = epochs
        self.initial_epoch = initial_epoch
        self.validation_steps = validation_steps
        self.validation_freq = validation_freq
        self.feed: ArrayFeed | BatchSource = (
            ArrayFeed(source, model.backend, batch_size, shuffle) if isinstance(source, ArrayData) else source
        )
        self.validation = validation
        self.validation_feed: ArrayFeed | BatchSource | None = None
        if isinstance(validation, ArrayData):
            size = validation_batch_size or fast_batch_size(validation)
            self.validation_feed = ArrayFeed(validation, model.backend, _batch_for(model, size))
        elif validation is not None:
            self.validation_feed = validation
        self.steps = steps_per_epoch or self.feed.steps
        self.limit = steps_per_epoch
        self.callbacks = CallbackList(
            callbacks,
            add_history=True,
            add_progbar=shown(verbose),
            model=model,
            verbose=_level(verbose),
            epochs=epochs,
            steps=self.steps,
            samples=getattr(source, "size", None),
            batch_size=batch_size,
            do_validation=validation is not None,
            metrics=model.metrics_names,
        )
        hooked = model.steps_per_execution if self.callbacks.wants_batches("train") else None
        self.pace = _pace(model, "train", self.feed, hooked)
        self.validation_pace = _pace(
            model, "test", self.validation_feed, 1 if self.callbacks.wants_batches("test") else None
        )

    def run(self) -> History:
        """Train; returns the history. Whatever interrupts it leaves the model after a whole step."""
        model, callbacks = self.model, self.callbacks
        model.stop_training = False
        callbacks.on_train_begin()
        logs: dict[str, Any] = {}
        try:
            for epoch in range(self.initial_epoch, self.epochs):
                logs = self._epoch(epoch)
                if model.stop_training:
                    break
            if model._optimizer is not None and model._optimizer.use_ema:
                model._optimizer.finalize_variable_values(model._trained_variables())
            callbacks.on_train_end(logs)
        finally:
            callbacks.close()
        history = callbacks.history
        assert history is not None
        return history

    def _epoch(self, epoch: int) -> dict[str, Any]:
        model, callbacks = self.model, self.callbacks
        model.reset_metrics()
        callbacks.on_epoch_begin(epoch)
        found, done = run_steps(model, "train", self.feed, callbacks, self.pace, self.limit)
        logs = dict(found.fetch()) if found is not None else {}
        expected = self.limit or (self.feed.steps if isinstance(self.feed, BatchSource) else None)
        if expected is not None and done < expected and not model.stop_training:
            warnings.warn(
                f"fit(): the data source ended after {done} of {expected} steps in epoch {epoch + 1}; "
                "training stops here. "
                f"Let it yield steps_per_epoch * epochs batches, or give steps_per_epoch={max(done, 1)}.",
                stacklevel=5,
            )
            model.stop_training = True
        if not logs:
            return logs
        if self.validation_feed is not None and self._validates(epoch) and done != 0:
            model.reset_metrics()
            found_val = run_test(
                model, self.validation_feed, callbacks, self.validation_pace, self.validation_steps, "validation_steps"
            )
            logs |= {f"val_{name}": value for name, value in found_val.items()}
        if isinstance(self.feed, BatchSource):
            self.feed.end_epoch()
        callbacks.on_epoch_end(epoch, logs)
        return logs

    def _validates(self, epoch: int) -> bool:
        frequency = self.validation_freq
        if isinstance(frequency, int):
            return (epoch + 1) % frequency == 0
        return epoch + 1 in frequency


def _batch_for(model: Model, size: int) -> int:
    """`size`, or the model's own batch size where its input fixes one."""
    if model._fixed_batch and model.inputs:
        return int(model.inputs[0].shape[0] or size)
    return size


def _pace(model: Model, mode: str, feed: ArrayFeed | BatchSource | None, fixed: int | None) -> StepsPerCall:
    """How many steps to run in a call; what earlier calls of the model have taught is kept."""
    if fixed is not None or not isinstance(feed, ArrayFeed):
        return StepsPerCall(fixed=fixed)
    return model.programs.paces.setdefault((mode, feed.batch_size), StepsPerCall())


def run_steps(
    model: Model,
    mode: str,
    feed: ArrayFeed | BatchSource,
    callbacks: CallbackList,
    pace: StepsPerCall,
    limit: int | None,
) -> tuple[Logs | None, int]:
    """Run the train or test steps of one epoch; returns the last logs and the number of steps."""
    begin: Callable[..., Any] = getattr(callbacks, f"on_{mode}_batch_begin")
    end: Callable[..., Any] = getattr(callbacks, f"on_{mode}_batch_end")
    programs = model.programs
    logs: Logs | None = None
    done = 0
    if isinstance(feed, ArrayFeed):
        for indices, data in feed.calls(pace, limit):
            begin(done)
            started = time.perf_counter()
            logs = programs.run_many(mode, indices, data)
            if pace.fixed is None:
                logs.fetch()
            pace.record(len(indices), time.perf_counter() - started)
            done += len(indices)
            end(done - 1, logs.fetch)
            if mode == "train" and model.stop_training:
                break
        return logs, done
    feed.begin_epoch()
    batches = feed.epoch(lambda n: data_generator().permutation(n))
    while limit is None or done < limit:
        batch = next(batches, None)
        if batch is None:
            break
        known = model._examine(batch, "fit" if mode == "train" else "evaluate")
        begin(done)
        logs = programs.run(mode, batch, known=known)
        done += 1
        end(done - 1, logs.fetch)
        if mode == "train" and model.stop_training:
            break
    return logs, done


def run_test(
    model: Model,
    feed: ArrayFeed | BatchSource,
    callbacks: CallbackList,
    pace: StepsPerCall,
    limit: int | None,
    argument: str = "steps",
) -> dict[str, Any]:
    """One evaluation; returns the final logs. `argument` is what the user calls the limit."""
    callbacks.on_test_begin()
    found, done = run_steps(model, "test", feed, callbacks, pace, limit)
    _warn_if_short(done, limit, argument)
    logs = dict(found.fetch()) if found is not None else {}
    callbacks.on_test_end(logs)
    return logs


def evaluate_source(
    model: Model,
    source: ArrayData | BatchSource,
    batch_size: int | None,
    steps: int | None,
    verbose: Any,
    callbacks: Any,
) -> dict[str, Any]:
    """What `Model.evaluate` returns, by name."""
    feed: ArrayFeed | BatchSource = (
        source
        if isinstance(source, BatchSource)
        else ArrayFeed(source, model.backend, _rows_a_call(model, source, batch_size))
    )
    listeners = CallbackList(
        callbacks,
        add_progbar=shown(verbose),
        model=model,
        verbose=_level(verbose),
        steps=steps or feed.steps,
        epochs=1,
    )
    pace = _pace(model, "test", feed, 1 if listeners.wants_batches("test") else None)
    model.reset_metrics()
    try:
        return run_test(model, feed, listeners, pace, steps)
    finally:
        listeners.close()


def predict_source(
    model: Model,
    source: ArrayData | BatchSource,
    batch_size: int | None,
    steps: int | None,
    verbose: Any,
    callbacks: Any,
) -> Any:
    """What `Model.predict` returns."""
    backend = model.backend
    programs = model.programs
    if isinstance(source, ArrayData):
        size = _rows_a_call(model, source, batch_size)
        if source.size <= size and not callbacks and not shown(verbose):
            return map_nested(backend.numpy, programs.predict(source.batch[0]))
        count: int | None = -(-source.size // size)
        batches: Any = (
            tree.map_structure(lambda a, i=i: None if a is None else a[i * size : (i + 1) * size], source.batch[0])
            for i in range(count or 0)
        )
    else:
        count = source.steps
        batches = (batch[0] for batch in source.epoch())
    listeners = CallbackList(
        callbacks, add_progbar=shown(verbose), model=model, verbose=_level(verbose), steps=steps or count
    )
    parts: list[Any] = []
    listeners.on_predict_begin()
    try:
        for index, x in enumerate(batches):
            if steps is not None and index >= steps:
                break
            listeners.on_predict_batch_begin(index)
            parts.append(map_nested(backend.numpy, programs.predict(x)))
            listeners.on_predict_batch_end(index, {"outputs": parts[-1]})
        listeners.on_predict_end()
    finally:
        listeners.close()
    if not parts:
        raise ValueError("predict() was given a data source that yields no batch.")
    _warn_if_short(len(parts), steps, "steps")
    return concatenate_outputs(parts)


def _warn_if_short(done: int, limit: int | None, argument: str) -> None:
    if limit is not None and done < limit:
        warnings.warn(
            f"The data source ended after {done} of {argument}={limit} steps. Let it yield more batches, or give "
            f"{argument}={max(done, 1)}.",
            stacklevel=6,
        )


def _level(verbose: Any) -> int:
    return 1 if verbose == "auto" else int(verbose)


def shown(verbose: Any) -> bool:
    """Whether there is to be a progress bar."""
    return _level(verbose) > 0
