"""The harmonic mean of precision and recall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import config, ops
from keras_core.losses.alignment import align, align_weights, check_targets
from keras_core.metrics.metric import Metric
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Shape, Tensor

_AVERAGES = (None, "micro", "macro", "weighted")


class FBetaScore(Metric):
    """``(1 + b²) * precision * recall / (b² * precision + recall)`` for each class, or an average.


    Targets and predictions have shape (batch, classes).

    Args:
        average: None for a number per class; "micro" counts all classes as one, "macro" averages the classes,
            "weighted" averages them by how often they occur. Defaults to None.
        beta: how many times more recall counts than precision. Defaults to 1.0.
        threshold: score above which a class is predicted; None predicts the class with the highest score. Defaults to
            None.
        name: name shown in logs. Defaults to "fbeta_score".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if `average` is unknown, or `beta` or `threshold` is out of range.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1, 1, 0]]), np.array([[0.9, 0.1, 0.2]])
        >>> round(float(metrics.FBetaScore("micro", beta=2.0, threshold=0.5)(y_true, y_pred)), 4)
        0.5556
    """

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str = "fbeta_score",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(dtype, name)
        if average not in _AVERAGES:
            raise ValueError(f"'{name}': average must be one of {_AVERAGES}, got {average!r}.")
        if not beta > 0:
            raise ValueError(f"'{name}': beta must be positive, got {beta!r}.")
        if threshold is not None and not 0 < threshold <= 1:
            raise ValueError(f"'{name}': threshold must be above 0 and at most 1, got {threshold!r}.")
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.built = False

    def build(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the counts for so many classes."""
        if self.built:
            return
        if len(y_pred_shape) != 2 or y_pred_shape[-1] is None:
            raise ValueError(f"'{self.name}' needs predictions of shape (batch, classes), got {tuple(y_pred_shape)}.")
        shape = () if self.average == "micro" else (y_pred_shape[-1],)
        self.true_positives = self.add_variable(shape, name="true_positives")
        self.false_positives = self.add_variable(shape, name="false_positives")
        self.false_negatives = self.add_variable(shape, name="false_negatives")
        self.built = True

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Count a batch.

        Args:
            y_true: labels 0 and 1, shape (batch, classes).
            y_pred: scores of that shape.
            sample_weight: weight of each sample.
        """
        y_true = ops.cast(ops.convert_to_tensor(y_true), self.dtype)
        y_pred = ops.cast(ops.convert_to_tensor(y_pred), self.dtype)
        check_targets(self.name, "same", shape_of(y_true), shape_of(y_pred))
        y_true, y_pred = align(y_true, y_pred)
        self.build(shape_of(y_true), shape_of(y_pred))
        if self.threshold is None:
            positive = ops.greater_equal(y_pred, ops.max(y_pred, axis=-1, keepdims=True))
        else:
            positive = ops.greater(y_pred, self.threshold)
        called = ops.cast(positive, self.dtype)
        weights = ops.ones_like(called)
        if sample_weight is not None:
            given = ops.cast(ops.convert_to_tensor(sample_weight), self.dtype)
            weights = ops.multiply(weights, align_weights(self.name, given, weights))
        axis = None if self.average == "micro" else 0
        for variable, hits in (
            (self.true_positives, ops.multiply(called, y_true)),
            (self.false_positives, ops.multiply(called, ops.subtract(1.0, y_true))),
            (self.false_negatives, ops.multiply(ops.subtract(1.0, called), y_true)),
        ):
            variable.assign(ops.add(variable, ops.sum(ops.multiply(hits, weights), axis=axis)))

    def result(self) -> Tensor:
        """The score, or a score for each class."""
        if not self.built:
            return ops.zeros((), self.dtype)
        hits, epsilon = self.true_positives.value, config.epsilon()
        occurred = ops.add(hits, self.false_negatives)
        precision = ops.divide(hits, ops.add(ops.add(hits, self.false_positives), epsilon))
        recall = ops.divide(hits, ops.add(occurred, epsilon))
        square = self.beta**2
        below = ops.add(ops.add(ops.multiply(precision, square), recall), epsilon)
        scores = ops.divide(ops.multiply(ops.multiply(precision, recall), 1 + square), below)
        if self.average == "weighted":
            return ops.sum(ops.multiply(scores, ops.divide_no_nan(occurred, ops.sum(occurred))))
        return ops.mean(scores) if self.average == "macro" else scores

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            **super().get_config(),
            "average": self.average,
            "beta": self.beta,
            "threshold": self.threshold,
        }


class F1Score(FBetaScore):
    """`FBetaScore` with beta 1.

    Args:
        average: None for a number per class; "micro" counts all classes as one, "macro" averages the classes,
            "weighted" averages them by how often they occur. Defaults to None.
        threshold: score above which a class is predicted; None predicts the class with the highest score. Defaults to
            None.
        name: name shown in logs. Defaults to "f1_score".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> metric = metrics.F1Score(average="micro", threshold=0.5)
        >>> round(float(metric(np.array([[1, 1, 0]]), np.array([[0.9, 0.1, 0.2]]))), 4)
        0.6667
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str = "f1_score",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {key: value for key, value in super().get_config().items() if key != "beta"}
