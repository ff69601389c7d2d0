"""Losses of margins: each is zero where the prediction lies beyond the margin on the right side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.alignment import elementwise, targets
from keras_core.losses.function_loss import NamedLoss

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


def _signs(y_true: Tensor) -> Tensor:
    """Labels as -1 and 1: labels that are all 0 or 1 are converted."""
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    return ops.where(binary, ops.subtract(ops.multiply(y_true, 2.0), 1.0), y_true)


def _margin(y_true: Tensor, y_pred: Tensor) -> Tensor:
    return ops.relu(ops.subtract(1.0, ops.multiply(_signs(y_true), y_pred)))


@elementwise
@targets("same")
def hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``max(1 - y_true * y_pred, 0)`` over the last axis, for labels -1 and 1 (or 0 and 1).

    Args:
        y_true: labels -1 and 1, or 0 and 1, shape (batch, ..., n).
        y_pred: scores of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> np.asarray(losses.hinge(np.array([[-1.0, 1.0]]), np.array([[0.5, 2.0]]))).tolist()
        [0.75]
    """
    return ops.mean(_margin(y_true, y_pred), axis=-1)


@elementwise
@targets("same")
def squared_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``max(1 - y_true * y_pred, 0)²`` over the last axis, for labels -1 and 1 (or 0 and 1).

    Args:
        y_true: labels -1 and 1, or 0 and 1, shape (batch, ..., n).
        y_pred: scores of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[-1.0, 1.0]], "float32"), np.array([[0.5, 2.0]], "float32")
        >>> ops.convert_to_numpy(losses.squared_hinge(y_true, y_pred)).tolist()
        [1.125]
    """
    return ops.mean(ops.square(_margin(y_true, y_pred)), axis=-1)


@targets("same")
def categorical_hinge(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``max(1 + highest wrong score - right score, 0)``, for one-hot targets along the last axis.

    Args:
        y_true: one-hot labels, shape (batch, ..., classes).
        y_pred: scores of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.categorical_hinge(y_true, y_pred)).tolist()
        [1.0]
    """
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.relu(ops.add(ops.subtract(wrong, right), 1.0))


class Hinge(NamedLoss):
    """Mean hinge loss; computed by `hinge`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "hinge".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[-1.0, 1.0]], "float32"), np.array([[0.5, 2.0]], "float32")
        >>> round(float(losses.Hinge()(y_true, y_pred)), 4)
        0.75
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "hinge", dtype: DTypeLike = None
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


class SquaredHinge(NamedLoss):
    """Mean squared hinge loss; computed by `squared_hinge`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "squared_hinge".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[-1.0, 1.0]], "float32"), np.array([[0.5, 2.0]], "float32")
        >>> round(float(losses.SquaredHinge()(y_true, y_pred)), 4)
        1.125
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "squared_hinge",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


class CategoricalHinge(NamedLoss):
    """Hinge loss of one-hot classes; computed by `categorical_hinge`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "categorical_hinge".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.CategoricalHinge()(y_true, y_pred)), 4)
        1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_hinge",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
