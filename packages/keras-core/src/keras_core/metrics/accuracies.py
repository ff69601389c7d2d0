"""How often a prediction is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.alignment import align, as_float, elementwise, targets
from keras_core.losses.crossentropy import class_numbers
from keras_core.metrics.means import MeanMetricWrapper
from keras_core.ops.properties import dtype_of

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, PositiveInt, Tensor


@elementwise
def accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Share of equal elements along the last axis.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape, such as class indices.

    Returns:
        Shape (batch, ...).

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([[1, 2]]), np.array([[1, 0]])
        >>> ops.convert_to_numpy(metrics.accuracy(y_true, y_pred)).tolist()
        [0.5]
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true, y_pred = align(ops.cast(y_true, dtype_of(y_pred)), y_pred)
    return _mean(ops.equal(y_true, y_pred))


@elementwise
@targets("same")
def binary_accuracy(y_true: Tensor, y_pred: Tensor, threshold: float = 0.5) -> Tensor:
    """Share along the last axis of labels 0 and 1 that ``y_pred > threshold`` hits.

    Args:
        y_true: labels 0 and 1, shape (batch, ..., n).
        y_pred: scores of that shape.
        threshold: score above which a prediction is positive. Defaults to 0.5.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> np.asarray(metrics.binary_accuracy(np.array([[1, 0]]), np.array([[0.6, 0.7]]))).tolist()
        [0.5]
    """
    return _mean(ops.equal(y_true, ops.cast(ops.greater(y_pred, threshold), dtype_of(y_pred))))


@targets("same")
def categorical_accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """1 where the class with the highest score is that of the one-hot target, else 0.

    Args:
        y_true: one-hot labels, shape (batch, ..., classes).
        y_pred: scores of that shape.

    Returns:
        Shape (batch, ...).

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> ops.convert_to_numpy(metrics.categorical_accuracy(y_true, y_pred)).tolist()
        [1.0, 0.0]
    """
    return as_float(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)))


@targets("indices")
def sparse_categorical_accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """1 where the class with the highest score has the number `y_true`, else 0.

    Args:
        y_true: class indices, shape (batch, ...), or (batch, ..., 1).
        y_pred: scores, shape (batch, ..., classes).

    Returns:
        Shape (batch, ...).

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([1, 0]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> ops.convert_to_numpy(metrics.sparse_categorical_accuracy(y_true, y_pred)).tolist()
        [1.0, 0.0]
    """
    best = ops.argmax(y_pred, axis=-1)
    return as_float(ops.equal(ops.cast(class_numbers(y_true, y_pred), dtype_of(best)), best))


@targets("same")
def top_k_categorical_accuracy(y_true: Tensor, y_pred: Tensor, k: int = 5) -> Tensor:
    """1 where the class of the one-hot target is among the `k` highest scores, else 0.

    Args:
        y_true: one-hot labels, shape (batch, ..., classes).
        y_pred: scores of that shape.
        k: number of highest scores that count. Defaults to 5.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> ops.convert_to_numpy(metrics.top_k_categorical_accuracy(y_true, y_pred, k=1)).tolist()
        [1.0, 0.0]
    """
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k)


@targets("indices")
def sparse_top_k_categorical_accuracy(
    y_true: Tensor, y_pred: Tensor, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where class `y_true` is among the `k` highest scores, else 0.

    Args:
        y_true: class indices, shape (batch, ...), or (batch, ..., 1).
        y_pred: scores, shape (batch, ..., classes); with `from_sorted_ids` class indices, best first.
        k: how many count. Defaults to 5.
        from_sorted_ids: what `y_pred` holds. Defaults to False.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([1, 0]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> ops.convert_to_numpy(metrics.sparse_top_k_categorical_accuracy(y_true, y_pred, k=1)).tolist()
        [1.0, 0.0]
    """
    numbers = ops.expand_dims(class_numbers(y_true, y_pred), -1)
    if from_sorted_ids:
        best = y_pred[..., :k]
        return as_float(ops.any(ops.equal(ops.cast(numbers, dtype_of(best)), best), axis=-1))
    score = ops.take_along_axis(y_pred, ops.cast(numbers, "int32"), axis=-1)
    better = ops.sum(ops.cast(ops.greater(y_pred, score), "int32"), axis=-1)
    return as_float(ops.less(better, k))


def _mean(hits: Tensor) -> Tensor:
    return ops.mean(as_float(hits), axis=-1)


class Accuracy(MeanMetricWrapper):
    """Fraction of predictions that equal their targets; computed by `accuracy`.

    The string "accuracy" in `compile` stands for this with labels: binary, categorical or sparse
    categorical accuracy is chosen by the loss and the shapes.

    Args:
        name: name shown in logs. Defaults to "accuracy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [1, 2], [1, 0]
        >>> round(float(metrics.Accuracy()(y_true, y_pred)), 4)
        0.5
    """

    def __init__(self, name: str = "accuracy", dtype: DTypeLike = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """Accuracy of labels 0 and 1; computed by `binary_accuracy`.

    Args:
        name: name shown in logs. Defaults to "binary_accuracy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        threshold: score above which a prediction is positive. Defaults to 0.5.

    Raises:
        ValueError: if `threshold` is not in [0, 1].

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1], [1], [0]]), np.array([[0.9], [0.2], [0.8]])
        >>> round(float(metrics.BinaryAccuracy()(y_true, y_pred)), 4)
        0.3333
    """

    def __init__(self, name: str = "binary_accuracy", dtype: DTypeLike = None, threshold: float = 0.5) -> None:
        if threshold is not None and not 0 < threshold < 1:
            raise ValueError(f"'{name}': threshold must be between 0 and 1, got {threshold!r}.")
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """Accuracy of one-hot targets; computed by `categorical_accuracy`.

    Args:
        name: name shown in logs. Defaults to "categorical_accuracy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> round(float(metrics.CategoricalAccuracy()(y_true, y_pred)), 4)
        0.5
    """

    def __init__(self, name: str = "categorical_accuracy", dtype: DTypeLike = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """Accuracy of class indices; computed by `sparse_categorical_accuracy`.

    Args:
        name: name shown in logs. Defaults to "sparse_categorical_accuracy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([1, 0]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> round(float(metrics.SparseCategoricalAccuracy()(y_true, y_pred)), 4)
        0.5
    """

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: DTypeLike = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """Fraction of one-hot targets among the `k` highest scores; computed by `top_k_categorical_accuracy`.

    Args:
        k: number of highest scores that count. Defaults to 5.
        name: name shown in logs. Defaults to "top_k_categorical_accuracy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0, 1], [1, 0]]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> round(float(metrics.TopKCategoricalAccuracy(k=1)(y_true, y_pred)), 4)
        0.5
    """

    def __init__(self, k: PositiveInt = 5, name: str = "top_k_categorical_accuracy", dtype: DTypeLike = None) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """Fraction of targets among the `k` best classes; computed by `sparse_top_k_categorical_accuracy`.

    Args:
        k: number of highest scores that count. Defaults to 5.
        name: name shown in logs. Defaults to "sparse_top_k_categorical_accuracy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        from_sorted_ids: whether predictions are class indices, best first, instead of scores. Defaults to False.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([1, 0]), np.array([[0.2, 0.8], [0.3, 0.7]])
        >>> round(float(metrics.SparseTopKCategoricalAccuracy(k=1)(y_true, y_pred)), 4)
        0.5
    """

    def __init__(
        self,
        k: PositiveInt = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: DTypeLike = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
