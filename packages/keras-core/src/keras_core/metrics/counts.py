"""How many labels were hit or missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.metrics.confusion import ConfusionMetric, check_thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DTypeLike, Tensor


class _Count(ConfusionMetric):
    _field: str

    def __init__(
        self, thresholds: float | Sequence[float] | None = None, name: str | None = None, dtype: DTypeLike = None
    ) -> None:
        check_thresholds(name or type(self).__name__, thresholds)
        super().__init__(thresholds, None, None, name, dtype, counted=[self._field])

    def result(self) -> Tensor:
        """The weighted count; one for each threshold where several were given."""
        return self._single(self._counts[self._field].value)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        config = self._configured()
        return {key: config[key] for key in ("name", "dtype", "thresholds")}


class TruePositives(_Count):
    """Number of positive labels with a score above the threshold.

    Args:
        thresholds: threshold, or several, in [0, 1], above which a score is positive; None is 0.5. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> float(metrics.TruePositives()([1, 1, 0], [0.9, 0.2, 0.8]))
        1.0
    """

    _field = "true_positives"


class TrueNegatives(_Count):
    """Number of negative labels with a score not above the threshold.

    Args:
        thresholds: threshold, or several, in [0, 1], above which a score is positive; None is 0.5. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [1, 1, 0], [0.9, 0.2, 0.8]
        >>> round(float(metrics.TrueNegatives()(y_true, y_pred)), 4)
        0.0
    """

    _field = "true_negatives"


class FalsePositives(_Count):
    """Number of negative labels with a score above the threshold.

    Args:
        thresholds: threshold, or several, in [0, 1], above which a score is positive; None is 0.5. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [1, 1, 0], [0.9, 0.2, 0.8]
        >>> round(float(metrics.FalsePositives()(y_true, y_pred)), 4)
        1.0
    """

    _field = "false_positives"


class FalseNegatives(_Count):
    """Number of positive labels with a score not above the threshold.

    Args:
        thresholds: threshold, or several, in [0, 1], above which a score is positive; None is 0.5. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [1, 1, 0], [0.9, 0.2, 0.8]
        >>> round(float(metrics.FalseNegatives()(y_true, y_pred)), 4)
        1.0
    """

    _field = "false_negatives"
