"""Arguments that have had several names."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_R = TypeVar("_R")


def also_named(**others: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Decorate a function so that arguments may be given by another name, too.

    Args:
        **others: the argument's name → the other one.

    Returns:
        The decorator. What it makes raises a TypeError for an argument that is given by both names.

    Example:
        >>> from keras_core.argument_names import also_named
        >>> @also_named(value="x")
        ... def double(value):
        ...     return 2 * value
        >>> double(x=2)
        4
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def accept(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            if not kwargs:
                return function(*args, **kwargs)
            given = {name: kwargs.pop(other) for name, other in others.items() if other in kwargs}
            for name in given.keys() & signature.bind_partial(*args, **kwargs).arguments.keys():
                raise TypeError(
                    f"{function.__name__}() got {name!r} and {others[name]!r}, which are the same: give one."
                )
            kwargs.update(given)
            return function(*args, **kwargs)

        more = [inspect.Parameter(other, inspect.Parameter.KEYWORD_ONLY, default=None) for other in others.values()]
        accept.__signature__ = signature.replace(  # type: ignore[attr-defined]
            parameters=[*signature.parameters.values(), *more]
        )
        return accept

    return decorate
