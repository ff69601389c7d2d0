"""What users do to labels, arrays and batches around training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, ops
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor, TensorTree


def to_categorical(
    x: ArrayLike = None, num_classes: int | None = None, dtype: str = "float32", *, y: ArrayLike = None
) -> Tensor:
    """Class indices as rows with a 1 at the class.

    Args:
        x: integers from 0 to num_classes - 1, of any shape; a last axis of length 1 is dropped.
        num_classes: number of classes; one more than the highest number when None.
        dtype: dtype of the result.
        y: Keras 2's name of `x`.

    Returns:
        An array with one more axis, or a tensor where a tensor was given.

    Raises:
        ValueError: when a number is negative or not below `num_classes`.

    Example:
        >>> from keras_core.data_utils import to_categorical
        >>> to_categorical([0, 2]).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    labels = y if x is None else x
    if isinstance(labels, (KerasTensor, Variable)) or (ops.is_tensor(labels) and not isinstance(labels, np.ndarray)):
        if num_classes is None:
            raise ValueError("to_categorical() of a tensor needs num_classes.")
        return ops.one_hot(ops.cast(labels, "int32"), num_classes, dtype=dtype)
    numbers = np.asarray(labels).astype("int64")
    if numbers.ndim > 1 and numbers.shape[-1] == 1:
        numbers = numbers[..., 0]
    classes = int(numbers.max()) + 1 if num_classes is None else int(num_classes)
    if numbers.size and not 0 <= int(numbers.min()) <= int(numbers.max()) < classes:
        raise ValueError(
            f"to_categorical() got labels from {int(numbers.min())} to {int(numbers.max())} for {classes} classes; "
            f"expected 0 to {classes - 1}."
        )
    result = np.zeros((numbers.size, classes), dtype=dtypes.numpy_dtype(dtype))
    result[np.arange(numbers.size), numbers.ravel()] = 1
    return result.reshape((*numbers.shape, classes))


def normalize(x: ArrayLike, axis: int = -1, order: int = 2) -> Tensor:
    """`x` divided by its norm of that order along an axis; a norm of 0 counts as 1.

    Args:
        x: array.
        axis: axis along which norms are computed. Defaults to -1.
        order: order of the norm. Defaults to 2.

    Example:
        >>> from keras_core.data_utils import normalize
        >>> normalize([[3.0, 4.0]]).tolist()
        [[0.6, 0.8]]
    """
    if isinstance(x, (KerasTensor, Variable)) or (ops.is_tensor(x) and not isinstance(x, np.ndarray)):
        return ops.normalize(x, axis, order)
    norms = np.atleast_1d(np.linalg.norm(x, order, axis))
    return x / np.expand_dims(np.where(norms == 0, 1, norms), axis)


def pack_x_y_sample_weight(x: TensorTree, y: TensorTree = None, sample_weight: TensorTree = None) -> TensorTree:
    """A batch as `train_step` gets it: `x` alone, (x, y) or (x, y, sample_weight).

    Args:
        x: inputs.
        y: targets; None leaves them out. Defaults to None.
        sample_weight: weights of the samples; None leaves them out. Defaults to None.

    Example:
        >>> from keras_core.data_utils import pack_x_y_sample_weight
        >>> pack_x_y_sample_weight(1, 2)
        (1, 2)
    """
    if y is None:
        return (x,) if isinstance(x, (list, tuple)) else x
    return (x, y) if sample_weight is None else (x, y, sample_weight)


def unpack_x_y_sample_weight(data: TensorTree) -> tuple[Any, Any, Any]:
    """Split a batch into x, y and sample_weight; what is not there is None.

    Raises:
        ValueError: for a tuple of more than three.

    Example:
        >>> from keras_core.data_utils import unpack_x_y_sample_weight
        >>> unpack_x_y_sample_weight(("inputs", "targets"))
        ('inputs', 'targets', None)
    """
    if isinstance(data, list):
        data = tuple(data)
    parts = data if isinstance(data, tuple) else (data,)
    if not 1 <= len(parts) <= 3:
        raise ValueError(f"A batch is x, (x, y) or (x, y, sample_weight); got a tuple of {len(parts)}.")
    x, y, sample_weight = (*parts, None, None, None)[:3]
    return x, y, sample_weight
