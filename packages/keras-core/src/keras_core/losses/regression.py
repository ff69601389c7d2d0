"""Losses between numbers: each is a mean over the last axis, one value per sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core import config, ops
from keras_core.losses.alignment import elementwise, targets
from keras_core.losses.function_loss import NamedLoss

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


@elementwise
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


@elementwise
@targets("same")
def mean_absolute_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``|y_true - y_pred|`` over the last axis.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.mean_absolute_error(y_true, y_pred)).tolist()
        [1.0]
    """
    return ops.mean(ops.absolute(ops.subtract(y_pred, y_true)), axis=-1)


@elementwise
@targets("same")
def mean_absolute_percentage_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``100 * mean(|y_true - y_pred| / |y_true|)`` over the last axis; small divisors become epsilon.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.mean_absolute_percentage_error(y_true, y_pred)).tolist()
        [50.0]
    """
    scale = ops.maximum(ops.absolute(y_true), config.epsilon())
    error = ops.divide(ops.absolute(ops.subtract(y_true, y_pred)), scale)
    return ops.multiply(ops.mean(error, axis=-1), 100.0)


@elementwise
@targets("same")
def mean_squared_logarithmic_error(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``(log(1 + y_true) - log(1 + y_pred))²`` over the last axis; negatives become epsilon.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.mean_squared_logarithmic_error(y_true, y_pred)).tolist()
        [0.1304]
    """
    logs = [ops.log1p(ops.maximum(y, config.epsilon())) for y in (y_true, y_pred)]
    return ops.mean(ops.square(ops.subtract(*logs)), axis=-1)


@elementwise
@targets("same")
def huber(y_true: Tensor, y_pred: Tensor, delta: float = 1.0) -> Tensor:
    """Mean over the last axis of half the squared error up to `delta`, and of a straight line beyond.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.
        delta: error at which the quadratic becomes a line. Defaults to 1.0.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.huber(y_true, y_pred)).tolist()
        [0.75]

    Reference: Huber, 1964, https://doi.org/10.1214/aoms/1177703732
    """
    error = ops.absolute(ops.subtract(y_pred, y_true))
    near = ops.multiply(ops.square(error), 0.5)
    far = ops.multiply(ops.subtract(error, 0.5 * delta), delta)
    return ops.mean(ops.where(ops.less_equal(error, delta), near, far), axis=-1)


@elementwise
@targets("same")
def log_cosh(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Mean of ``log(cosh(y_pred - y_true))`` over the last axis, computed without overflow.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.

    Returns:
        Shape (batch, ...), without the last axis.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.log_cosh(y_true, y_pred)).tolist()
        [0.6625]
    """
    error = ops.subtract(y_pred, y_true)
    value = ops.add(error, ops.softplus(ops.multiply(error, -2.0)))
    return ops.mean(ops.subtract(value, math.log(2.0)), axis=-1)


@targets("same")
def cosine_similarity(y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Minus the cosine of the angle between the vectors along `axis`: -1 where they agree.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.
        axis: axis that a vector extends over. Defaults to -1.

    Returns:
        Shape without `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(losses.cosine_similarity(y_true, y_pred)).tolist()
        [-0.9761]
    """
    product = ops.multiply(ops.normalize(y_true, axis=axis), ops.normalize(y_pred, axis=axis))
    return ops.negative(ops.sum(product, axis=axis))


class MeanSquaredError(NamedLoss):
    """Mean squared error; computed by `mean_squared_error`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "mean_squared_error".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.MeanSquaredError()(y_true, y_pred)), 4)
        2.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_error",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


class MeanAbsoluteError(NamedLoss):
    """Mean absolute error; computed by `mean_absolute_error`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "mean_absolute_error".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.MeanAbsoluteError()(y_true, y_pred)), 4)
        1.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_error",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


class MeanAbsolutePercentageError(NamedLoss):
    """Mean absolute percentage error; computed by `mean_absolute_percentage_error`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "mean_absolute_percentage_error".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.MeanAbsolutePercentageError()(y_true, y_pred)), 4)
        50.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_absolute_percentage_error",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


class MeanSquaredLogarithmicError(NamedLoss):
    """Mean squared error of logarithms; computed by `mean_squared_logarithmic_error`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "mean_squared_logarithmic_error".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.MeanSquaredLogarithmicError()(y_true, y_pred)), 4)
        0.1305
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "mean_squared_logarithmic_error",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


class Huber(NamedLoss):
    """Huber loss: quadratic for small errors, linear for large ones; computed by `huber`.

    Args:
        delta: error at which the quadratic becomes a line. Defaults to 1.0.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "huber_loss".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.Huber()(y_true, y_pred)), 4)
        0.75
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str = "huber_loss",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


class LogCosh(NamedLoss):
    """Logarithm of the hyperbolic cosine of the error; computed by `log_cosh`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "log_cosh".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.LogCosh()(y_true, y_pred)), 4)
        0.6625
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "log_cosh",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)


class CosineSimilarity(NamedLoss):
    """Minus the cosine between targets and predictions; computed by `cosine_similarity`.

    Args:
        axis: axis that a vector extends over. Defaults to -1.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "cosine_similarity".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(losses.CosineSimilarity()(y_true, y_pred)), 4)
        -0.9762
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "cosine_similarity",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)


mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
huber_loss = huber
logcosh = log_cosh
cosine = cosine_proximity = cosine_similarity
