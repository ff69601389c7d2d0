"""The area under a curve of two rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import ops
from keras_core.metrics.confusion import ConfusionMetric, Counts, check_thresholds, even_thresholds
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DTypeLike, Shape, Tensor

_CURVES = {"roc": "ROC", "pr": "PR", "prgain": "PRGAIN"}
_METHODS = ("interpolation", "minoring", "majoring")


class AUC(ConfusionMetric):
    """Area under the ROC curve, or under that of precision over recall or of their gains, by a sum over thresholds.

    The gains of precision and recall say how far these are above what calling everything positive gives, on a scale
    up to 1. Where nothing was hit they are 1 and 0, and a recall below the share of positives has the gain 0.

    Args:
        num_thresholds: how many thresholds, evenly from 0 to 1. Defaults to 200.
        curve: "ROC", "PR" or "PRGAIN". Defaults to "ROC".
        summation_method: "interpolation" (for PR by Davis and Goadrich), "minoring" or "majoring". Defaults to
            "interpolation".
        name: name shown in logs. Defaults to None.
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        thresholds: thresholds between 0 and 1 to use instead. Defaults to None.
        multi_label: whether each index of the last axis has a curve; the mean of the areas is given. Defaults to False.
        num_labels: size of the last axis with `multi_label`; None takes it from the predictions. Defaults to None.
        label_weights: weight of each label in the mean. Defaults to None.
        from_logits: whether predictions are before the sigmoid. Defaults to False.

    Raises:
        ValueError: if `curve` or `summation_method` is unknown, thresholds are too few or outside [0, 1], or
            predictions have no known number of labels.

    Example:
        >>> from keras_core import metrics
        >>> round(float(metrics.AUC()([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])), 2)
        0.75

    Reference: Davis and Goadrich, 2006, https://doi.org/10.1145/1143844.1143874; Flach and Kull, "Precision-Recall-Gain
    Curves: PR Analysis Done Right", 2015.
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: DTypeLike = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        shown = name or "auc"
        if str(curve).lower() not in _CURVES:
            raise ValueError(f"'{shown}': curve must be 'ROC', 'PR' or 'PRGAIN', got {curve!r}.")
        if str(summation_method).lower() not in _METHODS:
            raise ValueError(
                f"'{shown}': summation_method must be one of {', '.join(_METHODS)}, got {summation_method!r}."
            )
        self._given = None if thresholds is None else sorted(float(t) for t in thresholds)
        check_thresholds(shown, self._given)
        used = even_thresholds(shown, num_thresholds, beyond=True)
        if self._given is not None:
            used = [used[0], *self._given, used[-1]]
        super().__init__(used, None, None, name, dtype, labels=num_labels if multi_label else None, counted=())
        self.num_thresholds = len(used)
        self.curve = _CURVES[str(curve).lower()]
        self.summation_method = str(summation_method).lower()
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = label_weights
        self.from_logits = from_logits
        self.built = False
        if not multi_label or num_labels is not None:
            self._make_counts(Counts._fields)
            self.built = True

    def build(self, y_shape: Shape, out_shape: Shape) -> None:
        """Make the counts, where the number of labels was not given.

        Args:
            y_shape: shape of the targets.
            out_shape: shape of the predictions, whose last axis has the labels.

        Raises:
            ValueError: where the size of that axis is not known.
        """
        if self.built:
            return
        if not out_shape or out_shape[-1] is None:
            raise ValueError(f"'{self.name}': multi_label=True needs num_labels for predictions of shape {out_shape}.")
        self._labels = out_shape[-1]
        self._make_counts(Counts._fields)
        self.built = True

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Count a batch; arguments as of `ConfusionMetric.update_state`."""
        if not self.built:
            self.build(shape_of(y_true), shape_of(y_pred))
        if self.from_logits:
            y_pred = ops.sigmoid(ops.cast(ops.convert_to_tensor(y_pred), self.dtype))
        super().update_state(y_true, y_pred, sample_weight)

    def result(self) -> Tensor:
        """The area, the mean of the areas of several labels."""
        if not self.built:
            return ops.zeros((), self.dtype)
        if self.curve == "PR" and self.summation_method == "interpolation":
            areas = self._interpolated_precision()
        else:
            areas = self._sum_under_curve()
        if not self.multi_label:
            return areas
        if self.label_weights is None:
            return ops.mean(areas)
        weights = np.asarray(self.label_weights, "float64")
        return ops.sum(ops.multiply(areas, ops.cast(weights / weights.sum(), self.dtype)))

    def _sum_under_curve(self) -> Tensor:
        counts = self._counts
        hits = counts["true_positives"]
        recall = ops.divide_no_nan(hits, ops.add(hits, counts["false_negatives"]))
        false_alarms = counts["false_positives"]
        if self.curve == "ROC":
            x = ops.divide_no_nan(false_alarms, ops.add(false_alarms, counts["true_negatives"]))
            y = recall
        elif self.curve == "PR":
            x = recall
            y = ops.divide_no_nan(hits, ops.add(hits, false_alarms))
        else:
            x, y = self._gains()
        higher, lower = y[:-1], y[1:]
        if self.summation_method == "interpolation":
            heights = ops.multiply(ops.add(higher, lower), 0.5)
        else:
            choose = ops.minimum if self.summation_method == "minoring" else ops.maximum
            heights = choose(higher, lower)
        return ops.sum(ops.multiply(ops.subtract(x[:-1], x[1:]), heights), axis=0)

    def _gains(self) -> tuple[Tensor, Tensor]:
        """The gains of recall and of precision: 1 less the odds of a positive, times misses or false alarms a hit."""
        hits, misses, alarms, rest = (
            self._counts[name].value
            for name in ("true_positives", "false_negatives", "false_positives", "true_negatives")
        )
        odds = ops.divide_no_nan(ops.add(hits, misses), ops.add(alarms, rest))
        none = ops.equal(hits, 0)
        recall, precision = (
            ops.where(none, without, ops.subtract(1.0, ops.multiply(odds, ops.divide_no_nan(wrong, hits))))
            for wrong, without in ((misses, 0.0), (alarms, 1.0))
        )
        return ops.maximum(recall, 0.0), precision

    def _interpolated_precision(self) -> Tensor:
        """Between two thresholds hits grow in proportion to what is called positive."""
        hits = self._counts["true_positives"].value
        called = ops.add(hits, self._counts["false_positives"])
        positives = ops.add(hits, self._counts["false_negatives"])[1:]
        new_hits, new_called = hits[:-1] - hits[1:], called[:-1] - called[1:]
        slope = ops.divide_no_nan(new_hits, ops.maximum(new_called, 0.0))
        intercept = ops.subtract(hits[1:], ops.multiply(slope, called[1:]))
        both = ops.logical_and(ops.greater(called[:-1], 0), ops.greater(called[1:], 0))
        ratio = ops.where(both, ops.divide_no_nan(called[:-1], called[1:]), 1.0)
        area = ops.multiply(slope, ops.add(new_hits, ops.multiply(intercept, ops.log(ratio))))
        return ops.sum(ops.divide_no_nan(area, positives), axis=0)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "thresholds": self._given,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self.from_logits,
        }
