"""Several callbacks as one."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from keras_core.callbacks.backup_and_restore import BackupAndRestore
from keras_core.callbacks.callback import Callback, Callbacks, LogsLike
from keras_core.callbacks.history import History
from keras_core.callbacks.logs import Logs
from keras_core.callbacks.progbar_logger import ProgbarLogger
from keras_core.staging.share import is_first_process, reading_group

_BATCH_HOOKS = {
    "on_train_batch_begin": ("on_train_batch_begin", "on_batch_begin"),
    "on_train_batch_end": ("on_train_batch_end", "on_batch_end"),
    **{
        hook: (hook,)
        for hook in (
            "on_test_batch_begin",
            "on_test_batch_end",
            "on_predict_batch_begin",
            "on_predict_batch_end",
            "on_steps_end",
        )
    },
}

# What tells a callback from anything else that is given for one.
_NEEDED = ("set_params", "set_model", "on_epoch_end")

LogsSource: TypeAlias = LogsLike | Callable[[], Mapping[str, Any]]
"""Logs, or a function that fetches them."""


class CallbackList(Callback):
    """Calls the hooks of several callbacks, in order.

    Logs may be given to a hook as a dict or as a function that fetches one; the function is called only
    when a callback looks.

    Of a job of several processes one alone has the callbacks that do nothing but write; the others have all of them.

    Args:
        callbacks: callbacks, also nested lists of them.
        add_history: whether to add a `History` unless there is one; it stands last, but for a `BackupAndRestore`.
        add_progbar: whether to add a `ProgbarLogger` unless there is one; it stands first.
        model: given to every callback.
        **params: "verbose", "epochs", "steps", given to every callback.
    """

    def __init__(
        self,
        callbacks: Callbacks = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        self.callbacks: list[Callback] = list(_flat(callbacks))
        self.add_history, self.add_progbar = add_history, add_progbar
        if add_progbar and not any(isinstance(c, ProgbarLogger) for c in self.callbacks):
            self.callbacks.insert(0, ProgbarLogger())
        if add_history and not any(isinstance(c, History) for c in self.callbacks):
            self.callbacks.append(History())
        _check_readers(self.callbacks, model)
        self._left_out: list[str] = []
        if not is_first_process():
            writers = [one for one in self.callbacks if getattr(one, "only_writes", False)]
            self._left_out = [type(one).__name__ for one in writers]
            self.callbacks = [one for one in self.callbacks if one not in writers]
        self._backup_last()
        self._listeners: dict[str, list[Callable[..., Any]]] = {}
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)

    @property
    def history(self) -> History | None:
        """The `History` among the callbacks."""
        return next((c for c in self.callbacks if isinstance(c, History)), None)

    def append(self, callback: Callback) -> None:
        """Add a callback at the end."""
        self.callbacks.append(callback)
        self._backup_last()
        self._listeners.clear()

    @property
    def backup(self) -> BackupAndRestore | None:
        """The `BackupAndRestore` among the callbacks."""
        return next((c for c in self.callbacks if isinstance(c, BackupAndRestore)), None)

    def _backup_last(self) -> None:
        """Let what saves the state of all callbacks stand behind them."""
        backups = [c for c in self.callbacks if isinstance(c, BackupAndRestore)]
        if len(backups) > 1:
            raise ValueError(
                f"A training is saved in one place, got {', '.join(repr(b.backup_dir) for b in backups)}: give fit() "
                "one BackupAndRestore, or `resume`."
            )
        if backups:
            self.callbacks.remove(backups[0])
            self.callbacks.append(backups[0])

    def __iter__(self) -> Iterator[Callback]:
        return iter(self.callbacks)

    def set_params(self, params: dict[str, Any]) -> None:
        """Hand the parameters to every callback."""
        self.params = params
        for callback in self.callbacks:
            callback.set_params(params)

    def set_model(self, model: Any) -> None:
        """Hand the model to every callback."""
        self.model = model
        for callback in self.callbacks:
            callback.set_model(model)

    def set_validation_data(self, data: list[Any] | None) -> None:
        """Hand the arrays of the validation to every callback: inputs, then targets, then weights of the samples."""
        for callback in self.callbacks:
            callback.validation_data = data

    def wants_batches(self, mode: str) -> bool:
        """Whether a callback overrides a batch-level hook, so that callbacks have to be told of every step.

        Args:
            mode: "train", "test" or "predict".
        """
        return any(self.listens(f"on_{mode}_batch_{end}") for end in ("begin", "end"))

    def listens(self, hook: str) -> bool:
        """Whether a callback overrides a batch-level hook.

        Args:
            hook: its name.
        """
        return bool(self._of(hook))

    def _of(self, hook: str) -> list[Callable[..., Any]]:
        """The bound hooks that do something."""
        if hook not in self._listeners:
            names = _BATCH_HOOKS[hook]
            self._listeners[hook] = [
                getattr(callback, hook)
                for callback in self.callbacks
                if any(_overrides(callback, name) for name in names)
            ]
        return self._listeners[hook]

    def _call(self, hook: str, *args: Any, logs: LogsSource = None) -> None:
        shown = _logs(logs)
        for callback in self.callbacks:
            try:
                getattr(callback, hook)(*args, shown)
            except Exception as error:
                _name_callback(error, callback, hook)
                raise

    def on_batch_hook(self, hook: str, batch: int, logs: LogsSource) -> None:
        """Call a batch-level hook of those that override it.

        Args:
            hook: its name, "on_train_batch_end" for one.
            batch: the number of the batch.
            logs: its logs.
        """
        listeners = self._of(hook)
        if not listeners:
            return
        shown = _logs(logs)
        try:
            for listener in listeners:
                listener(batch, shown)
        except Exception as error:
            _name_callback(error, getattr(listener, "__self__", listener), getattr(listener, "__name__", hook))
            raise

    def on_steps_end(self, steps: int, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self.on_batch_hook("on_steps_end", steps, logs)

    def _end_batch(self, hook: str, batch: int, logs: LogsSource) -> None:
        shown = _logs(logs)
        self.on_batch_hook(hook, batch, shown)
        self.on_steps_end(batch + 1, shown)

    def on_train_begin(self, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._listeners.clear()
        self._call("on_train_begin", logs=logs)

    def on_train_end(self, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_train_end", logs=logs)

    def on_test_begin(self, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_test_begin", logs=logs)

    def on_test_end(self, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_test_end", logs=logs)

    def on_predict_begin(self, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_predict_begin", logs=logs)

    def on_predict_end(self, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_predict_end", logs=logs)

    def on_epoch_begin(self, epoch: int, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_epoch_begin", epoch, logs=logs)

    def on_epoch_end(self, epoch: int, logs: LogsSource = None) -> None:
        """See `Callback`."""
        self._call("on_epoch_end", epoch, logs=logs)

    def on_batch_begin(self, batch: int, logs: LogsSource = None) -> None:
        """Keras 2's name of `on_train_batch_begin`."""
        self.on_train_batch_begin(batch, logs)

    def on_batch_end(self, batch: int, logs: LogsSource = None) -> None:
        """Keras 2's name of `on_train_batch_end`."""
        self.on_train_batch_end(batch, logs)

    def on_train_batch_begin(self, batch: int, logs: LogsSource = None) -> None:
        """See `Callback`; before a compiled call, with the number of its first batch."""
        self.on_batch_hook("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: LogsSource = None) -> None:
        """See `Callback`; after a compiled call, with the number of its last batch."""
        self._end_batch("on_train_batch_end", batch, logs)

    def on_test_batch_begin(self, batch: int, logs: LogsSource = None) -> None:
        """See `on_train_batch_begin`."""
        self.on_batch_hook("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: LogsSource = None) -> None:
        """See `on_train_batch_end`."""
        self._end_batch("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: LogsSource = None) -> None:
        """See `on_train_batch_begin`."""
        self.on_batch_hook("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: LogsSource = None) -> None:
        """See `on_train_batch_end`."""
        self._end_batch("on_predict_batch_end", batch, logs)

    def on_exception(self, error: BaseException) -> None:
        """Tell every callback; what one of them raises is noted in `error`, and the others are told all the same."""
        for callback in self.callbacks:
            told = getattr(callback, "on_exception", None)
            if told is not None:
                try:
                    told(error)
                except Exception as second:
                    error.add_note(f"{type(callback).__name__}.on_exception raised {type(second).__name__}: {second}")

    def get_state(self) -> dict[str, Any]:
        """What each callback has to remember, by its class's name, and a number where there are several of a class."""
        states = {name: callback.get_state() for name, callback in self._stateful()}
        return {name: state for name, state in states.items() if state}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Let each callback go on from what `get_state` gave; warn of states that belong to none of them."""
        callbacks = dict(self._stateful())
        for name, one in state.items():
            if name in callbacks:
                callbacks[name].set_state(one)
        lost = [name for name in state if name not in callbacks and name.partition("_")[0] not in self._left_out]
        if lost:
            warnings.warn(
                f"The interrupted training had the callbacks {', '.join(lost)}, which this one lacks; their state is "
                "left out. Give the same callbacks to continue exactly.",
                stacklevel=2,
            )

    def _stateful(self) -> Iterator[tuple[str, Callback]]:
        """The callbacks that can tell their state, under distinct names."""
        seen: Counter[str] = Counter()
        for callback in self.callbacks:
            if hasattr(callback, "get_state") and hasattr(callback, "set_state"):
                name = type(callback).__name__
                seen[name] += 1
                yield (name if seen[name] == 1 else f"{name}_{seen[name]}"), callback

    def close(self) -> None:
        """Close every callback; to be called in a `finally`."""
        for callback in self.callbacks:
            closing = getattr(callback, "close", None)
            if closing is not None:
                closing()


def _name_callback(error: Exception, callback: object, hook: str) -> None:
    """Note in an error which callback raised it."""
    error.add_note(f"Raised by the callback {type(callback).__name__}, in {hook}().")


def _flat(callbacks: Any) -> Iterable[Callback]:
    if callbacks is None:
        return
    if isinstance(callbacks, (list, tuple, CallbackList)):
        for item in callbacks:
            yield from _flat(item)
    elif all(hasattr(callbacks, name) for name in _NEEDED) and not isinstance(callbacks, type):
        yield callbacks
    else:
        hint = " Make an instance: add parentheses." if isinstance(callbacks, type) else _hint(callbacks)
        raise ValueError(f"callbacks must be Callback objects, got {callbacks!r}.{hint}")


def _hint(given: Any) -> str:
    lacking = [name for name in _NEEDED if not hasattr(given, name)]
    derive = f" It lacks {', '.join(lacking)}: derive its class from keras.callbacks.Callback."
    return derive if len(lacking) < len(_NEEDED) else ""


def _overrides(callback: Any, hook: str) -> bool:
    if hook in vars(callback):
        return True
    own = getattr(type(callback), hook, None)
    return own is not None and own is not getattr(Callback, hook)


def _logs(logs: LogsSource) -> Logs:
    return logs if isinstance(logs, Logs) else Logs(logs)


def _check_readers(callbacks: Sequence[Callback], model: Any) -> None:
    """Refuse callbacks of one process that read weights of which others have parts: they would wait for these."""
    readers = [type(one).__name__ for one in callbacks if getattr(one, "reads_weights", False)]
    if readers and model is not None and reading_group(model) is not None:
        raise NotImplementedError(
            f"{', '.join(readers)}: reads weights in one process, and model {model.name!r} has weights that are split "
            "over processes. Save them by ModelCheckpoint or BackupAndRestore, in which all processes take part."
        )
