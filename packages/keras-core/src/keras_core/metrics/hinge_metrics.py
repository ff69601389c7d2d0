"""Metrics of margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core.metrics.functions import categorical_hinge, hinge, squared_hinge
from keras_core.metrics.means import MeanMetricWrapper

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike


class Hinge(MeanMetricWrapper):
    """Mean of `hinge` over all samples.

    Args:
        name: name shown in logs. Defaults to "hinge".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[-1.0, 1.0]], "float32"), np.array([[0.5, 2.0]], "float32")
        >>> round(float(metrics.Hinge()(y_true, y_pred)), 4)
        0.75
    """

    def __init__(self, name: str = "hinge", dtype: DTypeLike = None) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """Mean of `squared_hinge` over all samples.

    Args:
        name: name shown in logs. Defaults to "squared_hinge".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[-1.0, 1.0]], "float32"), np.array([[0.5, 2.0]], "float32")
        >>> round(float(metrics.SquaredHinge()(y_true, y_pred)), 4)
        1.125
    """

    def __init__(self, name: str = "squared_hinge", dtype: DTypeLike = None) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """Mean of `categorical_hinge` over all samples.

    Args:
        name: name shown in logs. Defaults to "categorical_hinge".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(metrics.CategoricalHinge()(y_true, y_pred)), 4)
        1.0
    """

    def __init__(self, name: str = "categorical_hinge", dtype: DTypeLike = None) -> None:
        super().__init__(categorical_hinge, name, dtype)
