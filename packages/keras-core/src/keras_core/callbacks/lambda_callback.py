"""A callback made of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.callbacks.callback import Callback
from keras_core.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

_HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


class LambdaCallback(Callback):
    """Calls the given functions as hooks.

    Args:
        on_epoch_begin: functions of ``(epoch, logs)``. Defaults to None.
        on_epoch_end: functions of ``(epoch, logs)``. Defaults to None.
        on_train_begin: functions of ``(logs)``. Defaults to None.
        on_train_end: functions of ``(logs)``. Defaults to None.
        on_train_batch_begin: functions of ``(batch, logs)``. Defaults to None.
        on_train_batch_end: functions of ``(batch, logs)``. Defaults to None.
        **hooks: any other hook of `Callback` by its name, `on_batch_end` for one; what has another name becomes an
            attribute, as a hook that only the caller's own loop calls.

    Raises:
        TypeError: for a name that only nearly is a hook's.

    Example:
        >>> from keras_core.callbacks import LambdaCallback
        >>> said = LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
        >>> said.on_epoch_end(0, {"loss": 0.5})
        0 0.5
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **hooks: Any,
    ) -> None:
        given = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **hooks,
        }
        for name, function in given.items():
            hint = "" if name in _HOOKS else did_you_mean([name], _HOOKS)
            if hint:
                raise TypeError(f"LambdaCallback has no hook {name!r}.{hint} There are {', '.join(_HOOKS)}.")
            if function is not None:
                setattr(self, name, function)
