"""How much of the variance of targets is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.layers.whole_batch import sum_over_batch
from keras_core.losses.alignment import align, align_weights, check_targets
from keras_core.metrics.metric import Metric
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Shape, Tensor

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """``1 - sum of squared errors / sum of squares around the mean target``.

    The squares are summed around the mean of each batch and these sums combined, so that targets far from zero lose
    no digits (Chan, Golub and LeVeque, 1983).

    Targets and predictions have shape (batch, outputs), or (batch,).

    Args:
        class_aggregation: of several outputs: "uniform_average", "variance_weighted_average", or None for a number
            each. Defaults to "uniform_average".
        num_regressors: number of input variables, for the adjusted score; 0 for the plain one. Defaults to 0.
        name: name shown in logs. Defaults to "r2_score".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if `class_aggregation` is unknown, or `num_regressors` is negative.

    Example:
        >>> from keras_core import metrics
        >>> metric = metrics.R2Score()
        >>> round(float(metric([[1.0], [2.0], [3.0]], [[1.0], [2.0], [2.0]])), 4)
        0.5
    """

    sees_whole_batch = True

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str = "r2_score",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(dtype, name)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(f"'{name}': class_aggregation must be one of {_AGGREGATIONS}, got {class_aggregation!r}.")
        if num_regressors < 0:
            raise ValueError(f"'{name}': num_regressors must not be negative, got {num_regressors}.")
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.built = False

    def build(self, y_true_shape: Shape, y_pred_shape: Shape) -> None:
        """Make the sums for so many outputs."""
        if self.built:
            return
        outputs = y_pred_shape[-1] if len(y_pred_shape) == 2 else 1
        if outputs is None or len(y_pred_shape) > 2:
            raise ValueError(f"'{self.name}' needs predictions of shape (batch, outputs), got {tuple(y_pred_shape)}.")
        self.spread = self.add_variable((outputs,), name="spread")
        self.mean = self.add_variable((outputs,), name="mean")
        self.errors = self.add_variable((outputs,), name="residual")
        self.count = self.add_variable((outputs,), name="count")
        self.samples = self.add_variable((), name="num_samples")
        self.built = True

    def update_state(self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None) -> None:
        """Take in a batch."""
        y_true = ops.cast(ops.convert_to_tensor(y_true), self.dtype)
        y_pred = ops.cast(ops.convert_to_tensor(y_pred), self.dtype)
        check_targets(self.name, "same", shape_of(y_true), shape_of(y_pred))
        y_true, y_pred = align(y_true, y_pred)
        if len(shape_of(y_pred)) == 1:
            y_true, y_pred = ops.expand_dims(y_true, -1), ops.expand_dims(y_pred, -1)
        self.build(shape_of(y_true), shape_of(y_pred))
        weights = ops.ones_like(y_true)
        if sample_weight is not None:
            given = ops.cast(ops.convert_to_tensor(sample_weight), self.dtype)
            weights = ops.multiply(weights, align_weights(self.name, given, weights))
        batch = sum_over_batch(ops.sum(weights, axis=0))
        count = ops.add(self.count, batch)
        # Moments of the batch, around the mean so far, in whose neighbourhood floats lie close together.
        apart = ops.subtract(y_true, self.mean)
        shift = ops.divide_no_nan(sum_over_batch(ops.sum(ops.multiply(apart, weights), axis=0)), batch)
        centred = ops.subtract(apart, shift)
        rest = sum_over_batch(ops.sum(ops.multiply(centred, weights), axis=0))  # what rounding the shift has left
        spread = sum_over_batch(ops.sum(ops.multiply(ops.square(centred), weights), axis=0))
        spread = ops.subtract(spread, ops.divide_no_nan(ops.square(rest), batch))
        share = ops.divide_no_nan(batch, count)
        between = ops.multiply(ops.square(shift), ops.multiply(self.count, share))
        errors = ops.multiply(ops.square(ops.subtract(y_true, y_pred)), weights)
        self.spread.assign(ops.add(ops.add(self.spread, spread), between))
        self.mean.assign(ops.add(self.mean, ops.multiply(shift, share)))
        self.errors.assign(ops.add(self.errors, sum_over_batch(ops.sum(errors, axis=0))))
        self.count.assign(count)
        self.samples.assign(ops.add(self.samples, sum_over_batch(ops.sum(ops.ones_like(y_true[:, 0])))))

    def result(self) -> Tensor:
        """The score, 0 where the targets do not vary."""
        if not self.built:
            return ops.zeros((), self.dtype)
        spread = self.spread.value
        varies = ops.greater(spread, 0)
        ratio = ops.divide(self.errors, ops.where(varies, spread, 1.0))
        scores = ops.where(varies, ops.subtract(1.0, ratio), 0.0)
        if self.class_aggregation == "uniform_average":
            scores = ops.mean(scores)
        elif self.class_aggregation is not None:
            scores = ops.divide_no_nan(ops.sum(ops.multiply(scores, spread)), ops.sum(spread))
        if self.num_regressors == 0:
            return scores
        freedom = ops.subtract(self.samples, self.num_regressors + 1.0)
        factor = ops.divide_no_nan(ops.subtract(self.samples, 1.0), freedom)
        return ops.subtract(1.0, ops.multiply(ops.subtract(1.0, scores), factor))

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            **super().get_config(),
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }
