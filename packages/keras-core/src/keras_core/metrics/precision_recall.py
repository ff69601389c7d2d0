"""Precision and recall at thresholds."""

from __future__ import annotations

from typing import Any

from keras_core import ops
from keras_core.metrics.confusion import ConfusionMetric, check_thresholds
from keras_core.typing import Tensor


class _Ratio(ConfusionMetric):
    _misses: str

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        check_thresholds(name or type(self).__name__, thresholds)
        counted = ["true_positives", self._misses]
        super().__init__(thresholds, top_k, class_id, name, dtype, counted=counted)

    def result(self) -> Tensor:
        """The ratio; one for each threshold where several were given."""
        hits, misses = self._counts["true_positives"], self._counts[self._misses]
        return self._single(ops.divide_no_nan(hits, ops.add(hits, misses)))

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return self._configured()


class Precision(_Ratio):
    """Share of what was called positive that is.

    Args:
        thresholds: scores above it are positive; a number or several, 0.5 by default.
        top_k: only the k highest scores along the last axis are positive.
        class_id: only this class (index of the last axis) is looked at.
        name, dtype: see `Metric`.

    Example:
        >>> from keras_core import metrics
        >>> float(metrics.Precision()([1, 1, 0], [0.9, 0.2, 0.8]))
        0.5
    """

    _misses = "false_positives"


class Recall(_Ratio):
    """Share of what is positive that was called so; arguments as of `Precision`."""

    _misses = "false_negatives"
