"""Decorators with which classes written for Keras 2 take Keras 1's arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["legacy_get_updates_support"]


def legacy_get_updates_support(func: F) -> F:
    """Let an optimizer's ``get_updates(loss, params)`` be called as in Keras 1: ``(params, constraints, loss)``.

    Args:
        func: the method.

    Returns:
        The method, which also takes three arguments by place, and leaves out `constraints`.

    Example:
        >>> from keras_legacy.interfaces import legacy_get_updates_support
        >>> class Steps:
        ...     @legacy_get_updates_support
        ...     def get_updates(self, loss, params):
        ...         return loss, params
        >>> Steps().get_updates(["w"], {}, "loss"), Steps().get_updates(loss="loss", params=["w"])
        (('loss', ['w']), ('loss', ['w']))
    """

    @functools.wraps(func)
    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        kwargs.pop("constraints", None)
        if len(args) == 3:
            params, _, loss = args
            args = (loss, params)
        return func(self, *args, **kwargs)

    return wrapper  # type: ignore[return-value]
