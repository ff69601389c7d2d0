"""Arithmetic, comparison, reduction and products, with Keras 2's arguments and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

from keras_legacy.backend.sizes import sizes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, Tensor


def equal(x: Tensor, y: Tensor) -> Tensor:
    """Whether `x == y`, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.equal(x, y)


def not_equal(x: Tensor, y: Tensor) -> Tensor:
    """Whether `x != y`, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.not_equal(x, y)


def greater(x: Tensor, y: Tensor) -> Tensor:
    """Whether `x > y`, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.greater(x, y)


def greater_equal(x: Tensor, y: Tensor) -> Tensor:
    """Whether `x >= y`, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.greater_equal(x, y)


def less(x: Tensor, y: Tensor) -> Tensor:
    """Whether `x < y`, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.less(x, y)


def less_equal(x: Tensor, y: Tensor) -> Tensor:
    """Whether `x <= y`, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.less_equal(x, y)


def maximum(x: Tensor, y: Tensor) -> Tensor:
    """The greater of two, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.maximum(x, y)


def minimum(x: Tensor, y: Tensor) -> Tensor:
    """The smaller of two, element by element.

    Args:
        x: tensor.
        y: tensor that broadcasts against `x`.
    """
    return ops.minimum(x, y)


def pow(x: Tensor, a: Any) -> Tensor:
    """`x` to the power of `a`.

    Args:
        x: tensor.
        a: exponent.
    """
    return ops.power(x, a)


def round(x: Tensor) -> Tensor:
    """The nearest integer; halves go to the even one."""
    return ops.round(x)


def clip(x: Tensor, min_value: float | None, max_value: float | None) -> Tensor:
    """`x` limited to [min_value, max_value]; None is no limit.

    Args:
        x: tensor.
        min_value: lower limit; None is none.
        max_value: upper limit; None is none.
    """
    if min_value is not None and max_value is not None and isinstance(min_value, (int, float)):
        max_value = max_value if not isinstance(max_value, (int, float)) or max_value >= min_value else min_value
    if min_value is not None:
        x = ops.maximum(x, min_value)
    return x if max_value is None else ops.minimum(x, max_value)


def max(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The greatest element along axes.

    Args:
        x: tensor.
        axis: axis, or axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
    """
    return ops.max(x, axis, keepdims)


def min(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest element along axes.

    Args:
        x: tensor.
        axis: axis, or axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
    """
    return ops.min(x, axis, keepdims)


def prod(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The product along axes.

    Args:
        x: tensor.
        axis: axis, or axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
    """
    return ops.prod(x, axis, keepdims)


def argmax(x: Tensor, axis: int = -1) -> Tensor:
    """Where along the axis the greatest element stands.

    Args:
        x: tensor.
        axis: axis to search along. Defaults to -1.
    """
    return ops.argmax(x, axis)


def argmin(x: Tensor, axis: int = -1) -> Tensor:
    """Where along the axis the smallest element stands.

    Args:
        x: tensor.
        axis: axis to search along. Defaults to -1.
    """
    return ops.argmin(x, axis)


def cumsum(x: Tensor, axis: int = 0) -> Tensor:
    """Sums of all elements so far along the axis.

    Args:
        x: tensor.
        axis: axis to accumulate along. Defaults to 0.
    """
    return ops.cumsum(x, axis)


def cumprod(x: Tensor, axis: int = 0) -> Tensor:
    """Products of all elements so far along the axis.

    Args:
        x: tensor.
        axis: axis to accumulate along. Defaults to 0.
    """
    return ops.cumprod(x, axis)


def gather(reference: Tensor, indices: Tensor) -> Tensor:
    """Rows of `reference`, picked along its first axis.

    Args:
        reference: tensor.
        indices: int tensor.
    """
    return ops.take(reference, ops.cast(indices, "int32"), 0)


def dot(x: Tensor, y: Tensor) -> Tensor:
    """Product over the last axis of `x` and the last but one of `y`.

    Args:
        x: tensor.
        y: tensor.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.int_shape(K.dot(K.placeholder((2, 3, 4)), K.placeholder((5, 4, 6))))
        (2, 3, 5, 6)
    """
    if ops.ndim(x) <= 2 and ops.ndim(y) <= 2:
        return ops.matmul(x, y)
    last = ops.ndim(x) - 1
    return ops.tensordot(x, y, axes=([last], [0 if ops.ndim(y) < 2 else ops.ndim(y) - 2]))


def batch_dot(x: Tensor, y: Tensor, axes: int | Sequence[int] | None = None) -> Tensor:
    """Product over one axis of each example.

    Args:
        x: tensor (batch, ...) of at least two axes.
        y: tensor (batch, ...) of at least two axes.
        axes: the axis of `x` and that of `y`, or one number for both; by default the last of `x` and the last but one
            of `y` (the last where `y` has two axes).

    Returns:
        The remaining axes of `x` and of `y` behind the batch; (batch, 1) where none remain.

    Raises:
        ValueError: if a tensor has fewer than two axes, or `axes` names the batch.

    Example:
        >>> from keras_legacy import backend as K
        >>> K.int_shape(K.batch_dot(K.placeholder((8, 3, 4)), K.placeholder((8, 4, 5))))
        (8, 3, 5)
    """
    ranks = ops.ndim(x), ops.ndim(y)
    if ranks[0] < 2 or ranks[1] < 2:
        raise ValueError(f"K.batch_dot() takes tensors of at least two axes, got {ranks[0]} and {ranks[1]}.")
    if axes is None:
        axes = (ranks[0] - 1, ranks[1] - (1 if ranks[1] == 2 else 2))
    pair = sizes(axes)
    pair = pair * 2 if len(pair) == 1 else pair
    first, second = (axis % rank for axis, rank in zip(pair, ranks, strict=True))
    if not first or not second:
        raise ValueError(f"K.batch_dot() cannot reduce the batch axis, got axes={axes}.")
    of_x = [chr(ord("b") + i) for i in range(ranks[0] - 1)]
    of_y = [chr(ord("m") + i) for i in range(ranks[1] - 1)]
    of_x[first - 1] = of_y[second - 1] = "z"
    left = "".join(name for name in of_x + of_y if name != "z")
    product = ops.einsum(f"a{''.join(of_x)},a{''.join(of_y)}->a{left}", x, y)
    return product if left else ops.expand_dims(product, -1)


def transpose(x: Tensor) -> Tensor:
    """`x` with its axes in reverse order."""
    return ops.transpose(x)
