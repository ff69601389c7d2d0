"""What functions of users returned."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def something(value: T | None, who: str, expected: str) -> T:
    """What a function returned, unless that is None, as of one that forgot its return.

    Args:
        value: what it returned.
        who: the function, as a message names it.
        expected: what it should return.

    Raises:
        ValueError: for None.

    Example:
        >>> from keras_core.returned import something
        >>> something(3, "Loss 'mine'", "a tensor")
        3
        >>> something(None, "Loss 'mine'", "a tensor")
        Traceback (most recent call last):
            ...
        ValueError: Loss 'mine' returned None, expected a tensor. Does its function end with a return?
    """
    if value is None:
        raise ValueError(f"{who} returned None, expected {expected}. Does its function end with a return?")
    return value
