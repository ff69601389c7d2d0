"""Classes as vectors of zeros and ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import dtypes
from keras_core.ops.creation import arange
from keras_core.ops.elementwise import (
    cast,
    equal,
)
from keras_core.ops.op import derived
from keras_core.ops.reduction import max as greatest
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import expand_dims, ndim, reshape

if TYPE_CHECKING:
    from keras_core.typing import DType, NonNegativeInt, Tensor


@derived(tensors=("x",))
def one_hot(
    x: Tensor, num_classes: NonNegativeInt, axis: int = -1, dtype: DType | None = None, sparse: bool = False
) -> Tensor:
    """A new axis of length `num_classes` with 1 at the class and 0 elsewhere; all 0 for classes outside.

    Args:
        x: int tensor of classes.
        num_classes: number of classes.
        axis: position of the class axis in the result. Defaults to -1.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.
        sparse: accepted for Keras 3; only dense tensors exist. Defaults to False.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.one_hot([2, 0], 3)).tolist()
        [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    rules.dense_only(sparse)
    rank = ndim(x)
    position = rules.axis_of(axis, rank + 1)
    sizes = [1] * (rank + 1)
    sizes[position] = num_classes
    classes = reshape(arange(num_classes, dtype="int32"), sizes)
    return cast(equal(expand_dims(cast(x, "int32"), position), classes), dtypes.standardize(dtype))


@derived(tensors=("inputs",))
def multi_hot(
    inputs: Tensor, num_classes: NonNegativeInt, axis: int = -1, dtype: DType | None = None, sparse: bool = False
) -> Tensor:
    """1 for every class that occurs along the last axis (or in a scalar), along the axis `axis`.

    Args:
        inputs: int tensor (..., n) of classes.
        num_classes: number of classes.
        axis: position of the class axis in the result. Defaults to -1.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.
        sparse: accepted for Keras 3; only dense tensors exist. Defaults to False.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.multi_hot([2, 0], 4)).tolist()
        [1.0, 0.0, 1.0, 0.0]
    """
    rules.dense_only(sparse)
    if ndim(inputs) == 0:
        return one_hot(inputs, num_classes, axis, dtype)
    return greatest(one_hot(inputs, num_classes, axis, dtype), -1 if axis == 0 else -2)
