"""Metrics between distributions."""

from __future__ import annotations

from typing import Any

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


class KLDivergence(MeanMetricWrapper):
    """Mean of `kl_divergence` over all samples; see `Metric` for the arguments."""

    def __init__(self, name: str = "kl_divergence", dtype: Any = None) -> None:
        super().__init__(kl_divergence, name, dtype)


class Poisson(MeanMetricWrapper):
    """Mean of `poisson` over all samples; see `Metric` for the arguments."""

    def __init__(self, name: str = "poisson", dtype: Any = None) -> None:
        super().__init__(poisson, name, dtype)


class BinaryCrossentropy(MeanMetricWrapper):
    """Mean binary cross-entropy; see the loss `binary_crossentropy` for the last arguments."""

    def __init__(
        self,
        name: str = "binary_crossentropy",
        dtype: Any = None,
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
    """Mean categorical cross-entropy; see the loss `categorical_crossentropy` for the last arguments."""

    def __init__(
        self,
        name: str = "categorical_crossentropy",
        dtype: Any = None,
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
    """Mean cross-entropy of class indices; see the loss `sparse_categorical_crossentropy`.

    Positions of `ignore_class` do not count.
    """

    def __init__(
        self,
        name: str = "sparse_categorical_crossentropy",
        dtype: Any = None,
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
        self, y_true: Any, y_pred: Any, sample_weight: Any = None, *, mask: Any = None
    ) -> None:
        """Take in a batch; arguments as of `MeanMetricWrapper.update_state`."""
        if self.ignore_class is not None:
            mask = getattr(y_pred, "_keras_mask", None) if mask is None else mask
            labels = class_numbers(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
            counts = ops.not_equal(labels, self.ignore_class)
            mask = counts if mask is None else ops.logical_and(counts, mask)
        super().update_state(y_true, y_pred, sample_weight, mask=mask)
