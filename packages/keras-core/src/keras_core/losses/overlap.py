"""Losses of segmentation: how little two regions overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config, ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor

Axis = int | tuple[int, ...] | list[int] | None


@targets("same")
def tversky(y_true: Tensor, y_pred: Tensor, alpha: float = 0.5, beta: float = 0.5, axis: Axis = None) -> Tensor:
    """``1 - hits / (hits + alpha * false positives + beta * false negatives)``.


    The weights are those of the paper; Keras 3 gives `alpha` to the false negatives instead.

    Args:
        y_true: regions as 0 and 1, shape (batch, ...).
        y_pred: probabilities of that shape.
        alpha: weight of false positives. Defaults to 0.5.
        beta: weight of false negatives. Defaults to 0.5.
        axis: axis, or axes, to sum over; None sums over all, the batch included. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.tversky(y_true, y_pred)).tolist()
        0.4999

    Reference: Salehi et al., 2017, https://arxiv.org/abs/1706.05721
    """
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    hits = ops.sum(ops.multiply(y_true, y_pred), axis=axes)
    false_positives = ops.sum(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=axes)
    false_negatives = ops.sum(ops.multiply(y_true, ops.subtract(1.0, y_pred)), axis=axes)
    misses = ops.add(ops.multiply(false_positives, alpha), ops.multiply(false_negatives, beta))
    numerator = ops.add(hits, config.epsilon())
    return ops.subtract(1.0, ops.divide(numerator, ops.add(numerator, misses)))


@targets("same")
def dice(y_true: Tensor, y_pred: Tensor, axis: Axis = None) -> Tensor:
    """``1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred))`` over `axis` (None: over all).

    Args:
        y_true: regions as 0 and 1, shape (batch, ...).
        y_pred: probabilities of that shape.
        axis: axis, or axes, to sum over; None sums over all, the batch included. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> round(float(losses.dice(np.array([[1.0, 0.0]]), np.array([[1.0, 1.0]]))), 4)
        0.3333

    Reference: Milletari et al., 2016, https://arxiv.org/abs/1606.04797
    """
    axes = tuple(axis) if isinstance(axis, (list, tuple)) else axis
    both = ops.multiply(ops.sum(ops.multiply(y_true, y_pred), axis=axes), 2.0)
    sizes = ops.add(ops.sum(y_true, axis=axes), ops.sum(y_pred, axis=axes))
    return ops.subtract(1.0, ops.divide(both, ops.add(sizes, config.epsilon())))


class Tversky(NamedLoss):
    """Tversky loss of overlap; computed by `tversky`.

    Args:
        alpha: weight of false positives. Defaults to 0.5.
        beta: weight of false negatives. Defaults to 0.5.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "tversky".
        axis: axis, or axes, to sum over; None sums over all, the batch included. Defaults to None.
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.Tversky()(y_true, y_pred)), 4)
        0.5
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str = "tversky",
        axis: Axis = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis)


class Dice(NamedLoss):
    """Dice loss of overlap; computed by `dice`.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "dice".
        axis: axis, or axes, to sum over; None sums over all, the batch included. Defaults to None.
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.Dice()(y_true, y_pred)), 4)
        0.5
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str = "dice",
        axis: Axis = None,
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)
