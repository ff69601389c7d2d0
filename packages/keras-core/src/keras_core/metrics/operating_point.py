"""The best of one rate at a given other rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.metrics.confusion import ConfusionMetric, even_thresholds

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor

# Rates as shares: (what is counted, what it is a share of besides).
_RATES = {
    "sensitivity": ("true_positives", "false_negatives"),
    "recall": ("true_positives", "false_negatives"),
    "specificity": ("true_negatives", "false_positives"),
    "precision": ("true_positives", "false_positives"),
}


class SensitivitySpecificityBase(ConfusionMetric):
    """Counts hits and misses at evenly spread thresholds, for metrics that give one rate at a given other one.

    A subclass defines ``result()`` by its attributes `true_positives`, `true_negatives`, `false_positives` and
    `false_negatives`, which hold a number for each threshold, and `value`.

    Args:
        value: the given rate, in [0, 1].
        num_thresholds: number of thresholds, spread evenly from 0 to 1. Defaults to 200.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.

    Raises:
        ValueError: if the given rate is not in [0, 1].

    Example:
        >>> from keras_core import metrics, ops
        >>> class MissesAt(metrics.SensitivitySpecificityBase):
        ...     def result(self):
        ...         return self.false_negatives[int(self.value * (self.num_thresholds - 1))]
        >>> float(MissesAt(0.5, num_thresholds=3)([0, 1, 1], [0.1, 0.4, 0.8]))
        1.0
    """

    _given = "value"
    _wanted = ""

    def __init__(
        self,
        value: float,
        num_thresholds: int = 200,
        name: str | None = None,
        dtype: DTypeLike = None,
        class_id: int | None = None,
    ) -> None:
        shown = name or type(self).__name__
        if not 0 <= value <= 1:
            raise ValueError(f"'{shown}': {self._given} must be from 0 to 1, got {value!r}.")
        thresholds = even_thresholds(shown, num_thresholds, beyond=False) if num_thresholds > 1 else [0.5]
        super().__init__(thresholds, None, class_id, name, dtype)
        self.num_thresholds = num_thresholds
        self.value = value

    def __getattr__(self, name: str) -> Any:
        if name == self._given and "value" in self.__dict__:
            return self.value
        return super().__getattr__(name)

    def _rate(self, name: str) -> Tensor:
        share, rest = (self._counts[field] for field in _RATES[name])
        return ops.divide_no_nan(share, ops.add(share, rest))

    def result(self) -> Tensor:
        """The best rate, 0 where no threshold reaches the given one."""
        if not self._wanted:
            raise NotImplementedError(f"{type(self).__name__} must define result().")
        reached = ops.greater_equal(self._rate(self._given), self.value)
        return ops.max(ops.where(reached, self._rate(self._wanted), 0.0))

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            "name": self.name,
            "dtype": self.dtype,
            self._given: self.value,
            "num_thresholds": self.num_thresholds,
            "class_id": self.class_id,
        }


class SensitivityAtSpecificity(SensitivitySpecificityBase):
    """Highest sensitivity (recall) at thresholds of at least a specificity.

    Args:
        specificity: least fraction of negatives that are predicted negative, in [0, 1].
        num_thresholds: number of thresholds, spread evenly from 0 to 1. Defaults to 200.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if the given rate is not in [0, 1].

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
        >>> round(float(metrics.SensitivityAtSpecificity(0.5)(y_true, y_pred)), 4)
        1.0
    """

    _given, _wanted = "specificity", "sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, name, dtype, class_id)


class SpecificityAtSensitivity(SensitivitySpecificityBase):
    """Highest specificity at thresholds of at least a sensitivity (recall).

    Args:
        sensitivity: least fraction of positives that are predicted positive, in [0, 1].
        num_thresholds: number of thresholds, spread evenly from 0 to 1. Defaults to 200.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if the given rate is not in [0, 1].

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
        >>> round(float(metrics.SpecificityAtSensitivity(0.5)(y_true, y_pred)), 4)
        1.0
    """

    _given, _wanted = "sensitivity", "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, name, dtype, class_id)


class PrecisionAtRecall(SensitivitySpecificityBase):
    """Highest precision at thresholds of at least a recall.

    Args:
        recall: least recall, in [0, 1].
        num_thresholds: number of thresholds, spread evenly from 0 to 1. Defaults to 200.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if the given rate is not in [0, 1].

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
        >>> round(float(metrics.PrecisionAtRecall(0.5)(y_true, y_pred)), 4)
        1.0
    """

    _given, _wanted = "recall", "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(recall, num_thresholds, name, dtype, class_id)


class RecallAtPrecision(SensitivitySpecificityBase):
    """Highest recall at thresholds of at least a precision.

    Args:
        precision: least precision, in [0, 1].
        num_thresholds: number of thresholds, spread evenly from 0 to 1. Defaults to 200.
        class_id: index, on the last axis, of the only class to evaluate; None evaluates all. Defaults to None.
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if the given rate is not in [0, 1].

    Example:
        >>> from keras_core import metrics
        >>> y_true, y_pred = [0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]
        >>> round(float(metrics.RecallAtPrecision(0.5)(y_true, y_pred)), 4)
        1.0
    """

    _given, _wanted = "precision", "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(precision, num_thresholds, name, dtype, class_id)
