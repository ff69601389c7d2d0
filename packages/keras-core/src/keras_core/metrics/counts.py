"""How many labels were hit or missed."""

from __future__ import annotations

from typing import Any

from keras_core.metrics.confusion import ConfusionMetric, check_thresholds
from keras_core.typing import Tensor


class _Count(ConfusionMetric):
    _field: str

    def __init__(self, thresholds: Any = None, name: str | None = None, dtype: Any = None) -> None:
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
    """Number of positive labels with a score above the threshold (0.5 by default).

    Args:
        thresholds: a number or several, from 0 to 1.
        name, dtype: see `Metric`.

    Example:
        >>> from keras_core import metrics
        >>> float(metrics.TruePositives()([1, 1, 0], [0.9, 0.2, 0.8]))
        1.0
    """

    _field = "true_positives"


class TrueNegatives(_Count):
    """Number of negative labels with a score not above the threshold; see `TruePositives`."""

    _field = "true_negatives"


class FalsePositives(_Count):
    """Number of negative labels with a score above the threshold; see `TruePositives`."""

    _field = "false_positives"


class FalseNegatives(_Count):
    """Number of positive labels with a score not above the threshold; see `TruePositives`."""

    _field = "false_negatives"
