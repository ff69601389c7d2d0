"""Operators that work element by element, in whatever layout their operands have."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from keras_export.to_onnx.values import Unsupported, Value, to_first

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Shape

    from keras_export.to_onnx.builder import Builder


def common_shape(shapes: Sequence[Shape]) -> Shape:
    """The shape that tensors broadcast to; an unknown size counts as more than 1.

    Args:
        shapes: of the tensors.
    """
    found: list[int | None] = []
    for sizes in zip_longest(*(shape[::-1] for shape in shapes), fillvalue=1):
        known = [size for size in sizes if size not in (None, 1)]
        found.append(known[0] if known else None if None in sizes else 1)
    return tuple(found[::-1])


def elementwise(g: Builder, op: str, *xs: Value, dtype: str | None = None, **attributes: Any) -> Value:
    """The output of an operator that broadcasts.

    Args:
        g: the builder.
        op: the operator's name.
        *xs: its operands.
        dtype: of the result; None for that of the first.
        **attributes: the operator's attributes.
    """
    shape = common_shape([x.shape for x in xs])
    if len(shape) > 2 and any(x.in_first is not None for x in xs):
        moved = [_with_channels_first(g, x, len(shape)) for x in xs]
        if all(one is not None for one in moved):
            found = tuple(shape[axis] for axis in to_first(len(shape)))
            return g.channels_last(g.node(op, *moved, shape=found, dtype=dtype, **attributes))
    return g.node(op, *xs, shape=shape, dtype=dtype, **attributes)


def _with_channels_first(g: Builder, x: Value, rank: int) -> Value | None:
    """An operand as it broadcasts with tensors that have channels first; None where it would have to be moved whole."""
    if x.ndim == 0:
        return x
    if x.ndim == rank and x.first is not None:
        return x.first
    if x.array is not None:
        return g.channels_first(g.reshape(x, (1,) * (rank - x.ndim) + x.array.shape))
    if x.ndim == rank and all(size == 1 for size in x.shape[1:-1]):
        return g.channels_first(x)
    return None


def unary(op: str) -> Callable[[Builder, Value], Value]:
    """A rule for an op of one tensor that is an operator.

    Args:
        op: the operator's name.
    """
    return lambda g, x: elementwise(g, op, x)


def binary(op: str, dtype: str | None = None) -> Callable[[Builder, Value, Value], Value]:
    """A rule for an op of two tensors that is an operator.

    Args:
        op: the operator's name.
        dtype: of the result; None for that of the operands.
    """
    return lambda g, x1, x2: elementwise(g, op, x1, x2, dtype=dtype)


def known_axes(axis: Any, rank: int) -> list[int]:
    """The axes that an op's argument names, sorted; all for None.

    Args:
        axis: an int, a sequence of them, or None.
        rank: of the tensor.

    Raises:
        Unsupported: for axes that are computed.
    """
    if axis is None:
        return list(range(rank))
    if isinstance(axis, Value):
        raise Unsupported("an axis that is computed")
    given = axis if isinstance(axis, (list, tuple)) else [axis]
    return sorted(int(one) % rank for one in given)
