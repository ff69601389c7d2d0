"""Nested arguments of calls: lists, tuples, dicts and, unlike in `keras_core.tree`, slices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import TensorTree


def map_nested(function: Callable[[Any], Any], value: TensorTree, leaves: tuple[type, ...] = ()) -> TensorTree:
    """Apply `function` to the leaves of nested lists, tuples, dicts and slices.

    Args:
        function: function of a leaf.
        value: nested lists, tuples, dicts and slices.
        leaves: classes of lists, tuples and dicts that are leaves.
    """
    if isinstance(value, leaves):
        return function(value)
    if isinstance(value, (list, tuple)):
        mapped = [map_nested(function, item, leaves) for item in value]
        if isinstance(value, list):
            return mapped
        return type(value)(*mapped) if hasattr(value, "_fields") else tuple(mapped)
    if isinstance(value, dict):
        return {key: map_nested(function, item, leaves) for key, item in value.items()}
    if isinstance(value, slice):
        return slice(*(map_nested(function, limit, leaves) for limit in (value.start, value.stop, value.step)))
    return function(value)


def leaves_of(value: object, leaves: tuple[type, ...] = ()) -> list[Any]:
    """The leaves of what `map_nested` maps, in order.

    Args:
        value: nested lists, tuples, dicts and slices.
        leaves: classes of lists, tuples and dicts that are leaves.
    """
    found: list[Any] = []
    map_nested(found.append, value, leaves)
    return found
