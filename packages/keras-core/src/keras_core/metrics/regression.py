"""Metrics between numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import ops
from keras_core.losses.alignment import align, check_targets
from keras_core.metrics.functions import (
    cosine_similarity,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from keras_core.metrics.means import Mean, MeanMetricWrapper
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from keras_core.metrics.metric import Metric
    from keras_core.typing import ArrayLike, DTypeLike, Tensor


class MeanSquaredError(MeanMetricWrapper):
    """Mean of `mean_squared_error` over all samples.

    Args:
        name: name shown in logs. Defaults to "mean_squared_error".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.MeanSquaredError()(y_true, y_pred)), 4)
        2.0
    """

    def __init__(self, name: str = "mean_squared_error", dtype: DTypeLike = None) -> None:
        super().__init__(mean_squared_error, name, dtype)


class MeanAbsoluteError(MeanMetricWrapper):
    """Mean of `mean_absolute_error` over all samples.

    Args:
        name: name shown in logs. Defaults to "mean_absolute_error".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.MeanAbsoluteError()(y_true, y_pred)), 4)
        1.0
    """

    def __init__(self, name: str = "mean_absolute_error", dtype: DTypeLike = None) -> None:
        super().__init__(mean_absolute_error, name, dtype)


class MeanAbsolutePercentageError(MeanMetricWrapper):
    """Mean of `mean_absolute_percentage_error` over all samples.

    Args:
        name: name shown in logs. Defaults to "mean_absolute_percentage_error".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.MeanAbsolutePercentageError()(y_true, y_pred)), 4)
        50.0
    """

    def __init__(self, name: str = "mean_absolute_percentage_error", dtype: DTypeLike = None) -> None:
        super().__init__(mean_absolute_percentage_error, name, dtype)


class MeanSquaredLogarithmicError(MeanMetricWrapper):
    """Mean of `mean_squared_logarithmic_error` over all samples.

    Args:
        name: name shown in logs. Defaults to "mean_squared_logarithmic_error".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.MeanSquaredLogarithmicError()(y_true, y_pred)), 4)
        0.1305
    """

    def __init__(self, name: str = "mean_squared_logarithmic_error", dtype: DTypeLike = None) -> None:
        super().__init__(mean_squared_logarithmic_error, name, dtype)


class LogCoshError(MeanMetricWrapper):
    """Mean of `log_cosh` over all samples.

    Args:
        name: name shown in logs. Defaults to "logcosh".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.LogCoshError()(y_true, y_pred)), 4)
        0.6625
    """

    def __init__(self, name: str = "logcosh", dtype: DTypeLike = None) -> None:
        super().__init__(log_cosh, name, dtype)


class CosineSimilarity(MeanMetricWrapper):
    """Mean cosine between targets and predictions along `axis`: 1 where they agree.

    Args:
        name: name shown in logs. Defaults to "cosine_similarity".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        axis: axis that a vector extends over. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.CosineSimilarity()(y_true, y_pred)), 4)
        0.9762
    """

    def __init__(self, name: str = "cosine_similarity", dtype: DTypeLike = None, axis: int = -1) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)


class RootMeanSquaredError(Mean):
    """Square root of the mean squared error over all elements.

    Args:
        name: name shown in logs. Defaults to "root_mean_squared_error".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> float(metrics.RootMeanSquaredError()(np.zeros((2, 1)), np.full((2, 1), 3.0)))
        3.0
    """

    def __init__(self, name: str = "root_mean_squared_error", dtype: DTypeLike = None) -> None:
        super().__init__(name, dtype)

    def update_state(  # type: ignore[override]
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> None:
        """Take in a batch; arguments as of `MeanMetricWrapper.update_state`."""
        y_true, y_pred, mask = prepared(self, y_true, y_pred, mask)
        error = ops.square(ops.subtract(y_pred, y_true))
        super().update_state(error, sample_weight, mask=mask)

    def result(self) -> Tensor:
        """The root of the mean so far."""
        return ops.sqrt(super().result())


class MeanRelativeError(Mean):
    """Mean of ``|y_true - y_pred| / normalizer`` over all elements; 0 where the divisor is 0.

    Args:
        normalizer: number or array that broadcasts to the targets.
        name: name shown in logs. Defaults to "mean_relative_error".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.MeanRelativeError([1.0, 2.0])(y_true, y_pred)), 4)
        0.5
    """

    def __init__(self, normalizer: ArrayLike, name: str = "mean_relative_error", dtype: DTypeLike = None) -> None:
        super().__init__(name, dtype)
        self.normalizer = np.asarray(normalizer)

    def update_state(  # type: ignore[override]
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> None:
        """Take in a batch; arguments as of `MeanMetricWrapper.update_state`."""
        y_true, y_pred, mask = prepared(self, y_true, y_pred, mask)
        normalizer = ops.cast(self.normalizer, self.dtype)
        error = ops.divide_no_nan(ops.absolute(ops.subtract(y_true, y_pred)), normalizer)
        super().update_state(error, sample_weight, mask=mask)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {**super().get_config(), "normalizer": self.normalizer.tolist()}


def prepared(metric: Metric, y_true: Tensor, y_pred: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor, Any]:
    """Targets and predictions as tensors of one shape and the metric's dtype, and the mask."""
    mask = getattr(y_pred, "_keras_mask", None) if mask is None else mask
    y_true = ops.cast(ops.convert_to_tensor(y_true), metric.dtype)
    y_pred = ops.cast(ops.convert_to_tensor(y_pred), metric.dtype)
    check_targets(metric.name, "same", shape_of(y_true), shape_of(y_pred))
    return (*align(y_true, y_pred), mask)
