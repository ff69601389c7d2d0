"""How often a prediction is right."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.losses.alignment import align, as_float, targets
from keras_core.losses.crossentropy import class_numbers
from keras_core.metrics.means import MeanMetricWrapper
from keras_core.ops.properties import dtype_of
from keras_core.typing import Tensor


def accuracy(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Share of equal elements along the last axis.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape, such as class indices.

    Returns:
        Shape (batch, ...).
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true, y_pred = align(ops.cast(y_true, dtype_of(y_pred)), y_pred)
    return _mean(ops.equal(y_true, y_pred))


@targets("same")
def binary_accuracy(y_true: Tensor, y_pred: Tensor, threshold: float = 0.5) -> Tensor:
    """Share along the last axis of labels 0 and 1 that ``y_pred > threshold`` hits.

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
    """
    best = ops.argmax(y_pred, axis=-1)
    return as_float(ops.equal(ops.cast(class_numbers(y_true, y_pred), dtype_of(best)), best))


@targets("same")
def top_k_categorical_accuracy(y_true: Tensor, y_pred: Tensor, k: int = 5) -> Tensor:
    """1 where the class of the one-hot target is among the `k` highest scores, else 0."""
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k)


@targets("indices")
def sparse_top_k_categorical_accuracy(
    y_true: Tensor, y_pred: Tensor, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """1 where class `y_true` is among the `k` highest scores, else 0.

    Args:
        y_true: class indices, shape (batch, ...), or (batch, ..., 1).
        y_pred: scores, shape (batch, ..., classes); with `from_sorted_ids` class indices, best first.
        k: how many count.
        from_sorted_ids: what `y_pred` holds.
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
    """How often predictions equal targets; see `accuracy`, and `Metric` for the arguments.

    The string "accuracy" in `compile` stands for this with labels: binary, categorical or sparse
    categorical accuracy is chosen by the loss and the shapes.
    """

    def __init__(self, name: str = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """Accuracy of labels 0 and 1; see `binary_accuracy`."""

    def __init__(self, name: str = "binary_accuracy", dtype: Any = None, threshold: float = 0.5) -> None:
        if threshold is not None and not 0 < threshold < 1:
            raise ValueError(f"'{name}': threshold must be between 0 and 1, got {threshold!r}.")
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


class CategoricalAccuracy(MeanMetricWrapper):
    """Accuracy of one-hot targets; see `categorical_accuracy`."""

    def __init__(self, name: str = "categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(categorical_accuracy, name, dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """Accuracy of class indices; see `sparse_categorical_accuracy`."""

    def __init__(self, name: str = "sparse_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """How often a one-hot target is among the best `k`; see `top_k_categorical_accuracy`."""

    def __init__(self, k: int = 5, name: str = "top_k_categorical_accuracy", dtype: Any = None) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """How often a class index is among the best `k`; see `sparse_top_k_categorical_accuracy`."""

    def __init__(
        self,
        k: int = 5,
        name: str = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(sparse_top_k_categorical_accuracy, name, dtype, k=k, from_sorted_ids=from_sorted_ids)
