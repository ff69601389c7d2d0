"""Precision and recall at thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.metrics.confusion import ConfusionMetric, check_thresholds

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, PositiveInt, Tensor


class _Ratio(ConfusionMetric):
    _misses: str

    def __init__(
        self,
        thresholds: Any = None,
        top_k: PositiveInt | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
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
    """Precision: fraction of predicted positives that are positive.

    Args:
        thresholds: threshold, or several, in [0, 1], above which a score is positive; None is 0.5. Defaults to None.
        top_k: number of highest scores, along the last axis, that are positive; None sets no limit. Defaults to None.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> float(metrics.Precision()([1, 1, 0], [0.9, 0.2, 0.8]))
        0.5
    """

    _misses = "false_positives"


class Recall(_Ratio):
    """Recall: fraction of positives that are predicted positive.

    Args:
        thresholds: threshold, or several, in [0, 1], above which a score is positive; None is 0.5. Defaults to None.
        top_k: number of highest scores, along the last axis, that are positive; None sets no limit. Defaults to None.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [1, 1, 0], [0.9, 0.2, 0.8]
        >>> round(float(metrics.Recall()(y_true, y_pred)), 4)
        0.5
    """

    _misses = "false_negatives"
