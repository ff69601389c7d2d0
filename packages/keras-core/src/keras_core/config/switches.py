"""Switches of Keras 3 for whole programs: where progress is told, how long training may be, what tracebacks show."""

from __future__ import annotations

import warnings

from keras_core.config.settings import _settings


def enable_interactive_logging() -> None:
    """Show progress on standard output, as it is unless switched off."""
    _settings["interactive_logging"] = True


def disable_interactive_logging() -> None:
    """Tell progress to the logger "keras" of Python's `logging`, a line for each epoch, and nothing to the screen.

    With ``verbose="auto"``, `fit`, `evaluate` and `predict` write a line where they would draw a bar.

    Example:
        >>> disable_interactive_logging()
        >>> is_interactive_logging_enabled()
        False
        >>> enable_interactive_logging()
    """
    _settings["interactive_logging"] = False


def is_interactive_logging_enabled() -> bool:
    """Whether progress is shown on standard output; True unless set."""
    return bool(_settings.get("interactive_logging", True))


def enable_flash_attention() -> None:
    """Let attention layers use the backend's flash attention where it has one and it gives what is asked for."""
    _settings["flash_attention"] = True


def disable_flash_attention() -> None:
    """Let attention layers made from now on, and told nothing of it, compute without flash attention.

    Example:
        >>> disable_flash_attention()
        >>> is_flash_attention_enabled()
        False
        >>> enable_flash_attention()
    """
    _settings["flash_attention"] = False


def is_flash_attention_enabled() -> bool:
    """Whether attention layers may use flash attention; True unless set."""
    return bool(_settings.get("flash_attention", True))


def max_epochs() -> int | None:
    """The most epochs that a `fit` may have; None for as many as it is told."""
    return _settings.get("max_epochs")


def set_max_epochs(max_epochs: int | None) -> None:
    """Let every `fit` end after so many epochs, whatever it is told: to try a long script out.

    Args:
        max_epochs: a positive int, or None for no limit.

    Raises:
        ValueError: for anything else.

    Example:
        >>> set_max_epochs(2)
        >>> max_epochs()
        2
        >>> set_max_epochs(None)
    """
    _settings["max_epochs"] = _limit("max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """The most steps that an epoch, or a pass of `evaluate` or `predict`, may have; None for as many as it is told."""
    return _settings.get("max_steps_per_epoch")


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Let every epoch, and every pass of `evaluate` and `predict`, end after so many steps.

    Args:
        max_steps_per_epoch: a positive int, or None for no limit.

    Raises:
        ValueError: for anything else.
    """
    _settings["max_steps_per_epoch"] = _limit("max_steps_per_epoch", max_steps_per_epoch)


def _limit(name: str, value: int | None) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise ValueError(f"{name} must be a positive int or None, got {value!r}.")
    return value


def enable_traceback_filtering() -> None:
    """Warn that tracebacks show all frames: an error is as it was raised, with a note that names the layer."""
    warnings.warn(
        "Tracebacks are not filtered: an error shows every frame, and a note at its end names the layer. "
        "enable_traceback_filtering() has no effect.",
        stacklevel=2,
    )


def disable_traceback_filtering() -> None:
    """Do nothing, as tracebacks always show all frames."""


def is_traceback_filtering_enabled() -> bool:
    """Whether tracebacks leave out Keras's own frames: False."""
    return False


def enable_unsafe_deserialization() -> None:
    """Warn that code in files is not run whatever is set, so that there is nothing to enable.

    A file that holds a nameless function as bytecode is loaded by giving the function in `custom_objects`.
    """
    warnings.warn(
        "Code in files is never run. enable_unsafe_deserialization() has no effect: define what a file needs and pass "
        "it as load_model(..., custom_objects={'name': function}).",
        stacklevel=2,
    )


def is_nnx_enabled() -> bool:
    """Whether variables are those of Flax's NNX: False, on every backend."""
    return False
