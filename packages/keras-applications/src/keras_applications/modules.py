"""The modules that Keras 2 passed to every function of the standalone keras_applications."""

from __future__ import annotations

from typing import Any

_MODULES = {"backend", "layers", "models", "utils"}


def check_modules(function: str, given: dict[str, Any]) -> None:
    """Accept `backend`, `layers`, `models` and `utils`, which are not used.

    Args:
        function: name of the function that got them, for the message.
        given: its remaining keyword arguments.

    Raises:
        TypeError: for any other argument.
    """
    if unknown := given.keys() - _MODULES:
        raise TypeError(f"{function}() does not take {', '.join(map(repr, sorted(unknown)))}.")
