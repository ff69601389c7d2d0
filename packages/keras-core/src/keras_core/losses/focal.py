"""Cross-entropies in which examples that are already right count less.

Reference: Lin et al., 2017, https://arxiv.org/abs/1708.02002
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import config, ops
from keras_core.losses.alignment import elementwise, targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.losses.smoothing import smoothed_binary, smoothed_categorical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DTypeLike, Tensor


@elementwise
@targets("same")
def binary_focal_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Mean over `axis` of the binary cross-entropy times ``(1 - p)**gamma``.

    p is the probability given to the right class.

    Args:
        y_true: labels between 0 and 1, shape (batch, ...).
        y_pred: probabilities of that shape, or scores with `from_logits`.
        apply_class_balancing: whether class 1 counts `alpha` and class 0 ``1 - alpha``. Defaults to False.
        alpha: weight of class 1. Defaults to 0.25.
        gamma: how much less easy examples count. Defaults to 2.0.
        from_logits: whether `y_pred` is before the sigmoid. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / 2``. Defaults to 0.0.
        axis: axis to take the mean over. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.binary_focal_crossentropy(y_true, y_pred)).tolist()
        [0.1732]

    Reference: Lin et al., 2017, https://arxiv.org/abs/1708.02002
    """
    y_true = smoothed_binary(y_true, label_smoothing)
    y_pred = ops.sigmoid(y_pred) if from_logits else y_pred
    both_ways = ops.multiply(ops.multiply(y_true, y_pred), 2.0)
    wrong = ops.subtract(ops.add(y_true, y_pred), both_ways)  # 1 - p
    values = ops.multiply(ops.power(wrong, gamma), ops.binary_crossentropy(y_true, y_pred))
    if apply_class_balancing:
        weights = ops.add(ops.multiply(y_true, 2 * alpha - 1), 1 - alpha)
        values = ops.multiply(values, weights)
    return ops.mean(values, axis=axis)


@targets("same")
def categorical_focal_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """``-sum(alpha * (1 - y_pred)**gamma * y_true * log(y_pred))`` along `axis`.

    Args:
        y_true: one-hot labels, shape (batch, ..., classes).
        y_pred: probabilities of that shape, or scores with `from_logits`.
        alpha: a weight, or one for each class. Defaults to 0.25.
        gamma: how much less easy examples count. Defaults to 2.0.
        from_logits: whether `y_pred` is before the softmax. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / classes``. Defaults to 0.0.
        axis: axis of the classes. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.categorical_focal_crossentropy(y_true, y_pred)).tolist()
        [0.0433]

    Reference: Lin et al., 2017, https://arxiv.org/abs/1708.02002
    """
    y_true = smoothed_categorical(y_true, label_smoothing, axis)
    y_pred = ops.softmax(y_pred, axis=axis) if from_logits else y_pred
    y_pred = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
    y_pred = ops.clip(y_pred, config.epsilon(), 1.0 - config.epsilon())
    factor = ops.multiply(ops.power(ops.subtract(1.0, y_pred), gamma), alpha)
    return ops.negative(ops.sum(ops.multiply(ops.multiply(factor, y_true), ops.log(y_pred)), axis=axis))


class BinaryFocalCrossentropy(NamedLoss):
    """Focal cross-entropy of two classes; computed by `binary_focal_crossentropy`.

    Args:
        apply_class_balancing: whether class 1 is weighted by `alpha` and class 0 by ``1 - alpha``. Defaults to False.
        alpha: weight of class 1. Defaults to 0.25.
        gamma: focusing exponent; higher values give easy examples less weight. Defaults to 2.0.
        from_logits: whether predictions are logits. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / 2``. Defaults to 0.0.
        axis: axis along which values are combined. Defaults to -1.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "binary_focal_crossentropy".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.BinaryFocalCrossentropy()(y_true, y_pred)), 4)
        0.1733
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_focal_crossentropy",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction,
            name,
            dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


class CategoricalFocalCrossentropy(NamedLoss):
    """Focal cross-entropy of one-hot classes; computed by `categorical_focal_crossentropy`.

    Args:
        alpha: weight, or one for each class. Defaults to 0.25.
        gamma: focusing exponent; higher values give easy examples less weight. Defaults to 2.0.
        from_logits: whether predictions are logits. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / classes``. Defaults to 0.0.
        axis: axis of the classes. Defaults to -1.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "categorical_focal_crossentropy".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.CategoricalFocalCrossentropy()(y_true, y_pred)), 4)
        0.0433
    """

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_focal_crossentropy",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
