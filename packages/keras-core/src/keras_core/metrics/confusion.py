"""Counting hits and misses at thresholds, for the metrics made of such counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from keras_core import config, ops
from keras_core.config.loading_limits import take_steps
from keras_core.losses.alignment import align, align_weights, check_targets
from keras_core.metrics.metric import Metric
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.staging.variable import Variable
    from keras_core.typing import DTypeLike, PositiveInt, Tensor

# Below every score: what is left out when only the best `top_k` count.
_LOWEST = -1e10


class Counts(NamedTuple):
    """Weighted counts at each threshold, shape (thresholds,) or (thresholds, labels)."""

    true_positives: Tensor
    true_negatives: Tensor
    false_positives: Tensor
    false_negatives: Tensor


class ConfusionMetric(Metric):
    """Base of metrics that count hits and misses.

    Args:
        thresholds: scores above it are positive; a number or several.
        top_k: only the k highest scores along the last axis can be positive.
        class_id: only this index of the last axis is looked at.
        name, dtype: see `Metric`.
        labels: how many labels are counted apart; None counts all as one.
        counted: which of `Counts` are kept.
    """

    def __init__(
        self,
        thresholds: float | Sequence[float] | None,
        top_k: PositiveInt | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: DTypeLike = None,
        *,
        labels: int | None = None,
        counted: Sequence[str] = Counts._fields,
    ) -> None:
        super().__init__(dtype, name)
        self.init_thresholds = listed(thresholds)
        self.top_k = top_k
        self.class_id = class_id
        self._labels = labels
        self.thresholds = (
            [0.5 if top_k is None else _LOWEST] if thresholds is None else [float(t) for t in np.ravel(thresholds)]
        )
        self._counts: dict[str, Variable] = {}
        self._make_counts(counted)

    def _make_counts(self, counted: Sequence[str]) -> None:
        shape = (len(self.thresholds),) if self._labels is None else (len(self.thresholds), self._labels)
        self._counts = {field: self.add_variable(shape, "zeros", name=field) for field in counted}

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Count a batch.

        Args:
            y_true: labels: 0 is negative, everything else positive.
            y_pred: scores from 0 to 1 of the same shape.
            sample_weight: weight of each sample, shape (batch,), or of each score.
        """
        y_true = ops.cast(ops.convert_to_tensor(y_true), self.dtype)
        y_pred = ops.cast(ops.convert_to_tensor(y_pred), self.dtype)
        check_targets(self.name, "same", shape_of(y_true), shape_of(y_pred))
        y_true, y_pred = align(y_true, y_pred)
        weights = ops.ones_like(y_pred)
        if sample_weight is not None:
            given = ops.cast(ops.convert_to_tensor(sample_weight), self.dtype)
            weights = ops.multiply(weights, align_weights(self.name, given, weights))
        if self.top_k is not None:
            y_pred = _only_top(y_pred, self.top_k)
        if self.class_id is not None:
            y_true, y_pred, weights = (x[..., self.class_id] for x in (y_true, y_pred, weights))
        self._count(y_true, y_pred, weights)

    def _count(self, y_true: Tensor, y_pred: Tensor, weights: Tensor) -> None:
        shape = (-1,) if self._labels is None else (-1, self._labels)
        y_true, y_pred, weights = (ops.reshape(x, shape) for x in (y_true, y_pred, weights))
        found = count(y_true, y_pred, weights, self.thresholds)
        for field, variable in self._counts.items():
            variable.assign(ops.add(variable, getattr(found, field)))

    def _configured(self) -> dict[str, Any]:
        """Name, dtype, thresholds and what is looked at."""
        return {
            **super().get_config(),
            "thresholds": self.init_thresholds,
            "top_k": self.top_k,
            "class_id": self.class_id,
        }

    def _single(self, values: Tensor) -> Tensor:
        """A scalar where there is one threshold."""
        return values[0] if len(self.thresholds) == 1 else values

    def __getattr__(self, name: str) -> Any:
        counts = self.__dict__.get("_counts", {})
        if name in counts:
            return counts[name]
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")


def count(y_true: Tensor, y_pred: Tensor, weights: Tensor, thresholds: Sequence[float]) -> Counts:
    """Weighted counts at each threshold.

    Args:
        y_true: labels 0 and 1, shape (n,) or (n, labels).
        y_pred: scores of that shape.
        weights: weights of that shape.
        thresholds: what a score has to exceed to be positive.
    """
    column = np.reshape(thresholds, (-1,) + (1,) * len(shape_of(y_pred)))
    dtype = dtype_of(y_pred)
    above = ops.cast(ops.greater(ops.expand_dims(y_pred, 0), ops.cast(column, dtype)), dtype)
    positive = ops.multiply(weights, ops.cast(ops.not_equal(y_true, 0), dtype))
    negative = ops.subtract(weights, positive)
    hits, false_alarms = (ops.sum(ops.multiply(above, x), axis=1) for x in (positive, negative))
    return Counts(
        true_positives=hits,
        false_positives=false_alarms,
        true_negatives=ops.subtract(ops.sum(negative, axis=0), false_alarms),
        false_negatives=ops.subtract(ops.sum(positive, axis=0), hits),
    )


def _only_top(scores: Tensor, k: int) -> Tensor:
    """Scores with all but the k highest along the last axis (the first of equal ones) put below everything."""
    classes = shape_of(scores)[-1]
    if classes is None:
        raise ValueError(f"top_k={k} needs predictions whose last axis has a known size.")
    _, best = ops.top_k(scores, k)
    kept = ops.any(ops.cast(ops.one_hot(best, classes), "bool"), axis=-2)
    return ops.where(kept, scores, _LOWEST)


def check_thresholds(name: str, thresholds: float | Sequence[float] | None) -> None:
    """Raise ValueError when one is outside 0 to 1."""
    if thresholds is not None and any(not 0 <= t <= 1 for t in np.ravel(thresholds)):
        raise ValueError(f"'{name}': thresholds must be from 0 to 1, got {thresholds!r}.")


def even_thresholds(name: str, number: int, beyond: bool) -> list[float]:
    """`number` thresholds from 0 to 1; with `beyond`, the first and last lie just outside.

    Raises:
        ValueError: for fewer than two.
    """
    if number < 2:
        raise ValueError(f"'{name}': num_thresholds must be 2 or more, got {number}.")
    take_steps(number, f"'{name}' with num_thresholds={number}")
    inner = [i / (number - 1) for i in range(1, number - 1)]
    margin = config.epsilon() if beyond else 0.0
    return [-margin, *inner, 1.0 + margin]
