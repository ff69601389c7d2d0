"""Metrics between distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.crossentropy import class_numbers
from keras_core.metrics.functions import (
    binary_crossentropy,
    categorical_crossentropy,
    kl_divergence,
    poisson,
    sparse_categorical_crossentropy,
)
from keras_core.metrics.means import MeanMetricWrapper

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


class KLDivergence(MeanMetricWrapper):
    """Mean Kullback-Leibler divergence; computed by `kl_divergence`.

    Args:
        name: name shown in logs. Defaults to "kl_divergence".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(metrics.KLDivergence()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(self, name: str = "kl_divergence", dtype: DTypeLike = None) -> None:
        super().__init__(kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """Mean Poisson loss; computed by `poisson`.

    Args:
        name: name shown in logs. Defaults to "poisson".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> round(float(metrics.Poisson()(y_true, y_pred)), 4)
        1.1137
    """

    def __init__(self, name: str = "poisson", dtype: DTypeLike = None) -> None:
        super().__init__(poisson, name, dtype)


class BinaryCrossentropy(MeanMetricWrapper):
    """Mean binary cross-entropy; computed by `binary_crossentropy`.

    Args:
        name: name shown in logs. Defaults to "binary_crossentropy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        from_logits: whether predictions are logits. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / 2``. Defaults to 0.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(metrics.BinaryCrossentropy()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: DTypeLike = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )


class CategoricalCrossentropy(MeanMetricWrapper):
    """Mean categorical cross-entropy; computed by `categorical_crossentropy`.

    Args:
        name: name shown in logs. Defaults to "categorical_crossentropy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        from_logits: whether predictions are logits. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / classes``. Defaults to 0.
        axis: axis of the classes. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(metrics.CategoricalCrossentropy()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: DTypeLike = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class SparseCategoricalCrossentropy(MeanMetricWrapper):
    """Mean cross-entropy of class indices; computed by `sparse_categorical_crossentropy`.

    Positions of `ignore_class` do not count.

    Args:
        name: name shown in logs. Defaults to "sparse_categorical_crossentropy".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        from_logits: whether predictions are logits. Defaults to False.
        ignore_class: class index that marks positions without a class; None marks none. Defaults to None.
        axis: axis of the classes. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([1]), np.array([[0.5, 0.5]], "float32")
        >>> round(float(metrics.SparseCategoricalCrossentropy()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: DTypeLike = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
        self.ignore_class = ignore_class

    def update_state(  # type: ignore[override]
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> None:
        """Take in a batch; arguments as of `MeanMetricWrapper.update_state`."""
        if self.ignore_class is not None:
            mask = getattr(y_pred, "_keras_mask", None) if mask is None else mask
            labels = class_numbers(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
            counts = ops.not_equal(labels, self.ignore_class)
            mask = counts if mask is None else ops.logical_and(counts, mask)
        super().update_state(y_true, y_pred, sample_weight, mask=mask)
