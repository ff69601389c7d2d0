"""Losses between numbers: each is a mean over the last axis, one value a sample."""

from __future__ import annotations

import math
from typing import Any

from keras_core import config, ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.typing import Tensor


@targets("same")
def mean_squared_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``(y_true - y_pred)²`` over the last axis.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.

    Returns:
        Shape (batch, ...).

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> np.asarray(losses.mean_squared_error(np.zeros((1, 2)), np.array([[1.0, 3.0]]))).tolist()
        [5.0]
    """
    return ops.mean(ops.square(ops.subtract(y_pred, y_true)), axis=-1)


@targets("same")
def mean_absolute_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``|y_true - y_pred|`` over the last axis."""
    return ops.mean(ops.absolute(ops.subtract(y_pred, y_true)), axis=-1)


@targets("same")
def mean_absolute_percentage_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``100 * mean(|y_true - y_pred| / |y_true|)`` over the last axis; small divisors become epsilon."""
    scale = ops.maximum(ops.absolute(y_true), config.epsilon())
    error = ops.divide(ops.absolute(ops.subtract(y_true, y_pred)), scale)
    return ops.multiply(ops.mean(error, axis=-1), 100.0)


@targets("same")
def mean_squared_logarithmic_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``(log(1 + y_true) - log(1 + y_pred))²`` over the last axis; negatives become epsilon."""
    logs = [ops.log1p(ops.maximum(y, config.epsilon())) for y in (y_true, y_pred)]
    return ops.mean(ops.square(ops.subtract(*logs)), axis=-1)


@targets("same")
def huber(y_true: Tensor, y_pred: Tensor, delta: float = 1.0) -> Tensor:
    """Mean over the last axis of half the squared error up to `delta`, and of a straight line beyond.

    Reference: Huber, 1964, https://doi.org/10.1214/aoms/1177703732
    """
    error = ops.absolute(ops.subtract(y_pred, y_true))
    near = ops.multiply(ops.square(error), 0.5)
    far = ops.multiply(ops.subtract(error, 0.5 * delta), delta)
    return ops.mean(ops.where(ops.less_equal(error, delta), near, far), axis=-1)


@targets("same")
def log_cosh(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``log(cosh(y_pred - y_true))`` over the last axis, computed without overflow."""
    error = ops.subtract(y_pred, y_true)
    value = ops.add(error, ops.softplus(ops.multiply(error, -2.0)))
    return ops.mean(ops.subtract(value, math.log(2.0)), axis=-1)


@targets("same")
def cosine_similarity(y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Minus the cosine of the angle between the vectors along `axis`: -1 where they agree."""
    product = ops.multiply(ops.normalize(y_true, axis=axis), ops.normalize(y_pred, axis=axis))
    return ops.negative(ops.sum(product, axis=axis))


class MeanSquaredError(NamedLoss):
    """Mean squared error; see `mean_squared_error`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(NamedLoss):
    """Mean absolute error; see `mean_absolute_error`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(NamedLoss):
    """Relative error in percent; see `mean_absolute_percentage_error`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(NamedLoss):
    """Squared error of logarithms; see `mean_squared_logarithmic_error`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


class Huber(NamedLoss):
    """Squared error for small errors, absolute for large ones; see `huber`.

    Args:
        delta: where one becomes the other.
        reduction, name, dtype: see `Loss`.
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(NamedLoss):
    """Logarithm of the error's hyperbolic cosine; see `log_cosh`, and `Loss` for the arguments."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "log_cosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)


class CosineSimilarity(NamedLoss):
    """Minus the cosine between targets and predictions; see `cosine_similarity`.

    Args:
        axis: axis that a vector extends over.
        reduction, name, dtype: see `Loss`.
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)


mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
huber_loss = huber
logcosh = log_cosh
cosine = cosine_proximity = cosine_similarity
