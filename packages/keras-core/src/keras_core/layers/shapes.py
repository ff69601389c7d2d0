"""Shapes as layers are given them: one, or several in lists, tuples and dicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.graph.nested import map_nested
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import ShapeTree, TensorTree


def is_shape(value: object) -> bool:
    """Whether `value` is one shape: a list or tuple of sizes, None where unknown.

    Example:
        >>> is_shape((None, 3)), is_shape([(None, 3), (None, 4)])
        (True, False)
    """
    return isinstance(value, (list, tuple)) and all(d is None or isinstance(d, (int, np.integer)) for d in value)


def map_shapes(function: Callable[[Any], Any], value: ShapeTree) -> ShapeTree:
    """`function` of each shape in `value`, in the same structure; tuples of shapes become lists."""
    if is_shape(value):
        return function(value)
    if isinstance(value, dict):
        return {k: map_shapes(function, v) for k, v in value.items()}
    return [map_shapes(function, v) for v in value]


def shapes_of(value: TensorTree) -> ShapeTree:
    """The shapes of nested tensors and arrays, None for anything else."""
    return map_nested(lambda t: shape_of(t) if hasattr(t, "shape") else None, value)


def shapes_from_json(value: ShapeTree) -> ShapeTree:
    """Shapes as JSON gives them, with tuples for its lists of sizes.

    Example:
        >>> shapes_from_json([[None, 3], [None, 4]])
        [(None, 3), (None, 4)]
    """
    if is_shape(value):
        return tuple(value)
    if isinstance(value, list):
        return [shapes_from_json(v) for v in value]
    return {k: shapes_from_json(v) for k, v in value.items()} if isinstance(value, dict) else value
