"""Cross-entropies: minus the logarithm of the probability that was given to what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.alignment import elementwise, targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.losses.smoothing import smoothed_binary, smoothed_categorical
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


@elementwise
@targets("same")
def binary_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Mean over `axis` of ``-y_true * log(y_pred) - (1 - y_true) * log(1 - y_pred)``.

    Args:
        y_true: labels between 0 and 1, shape (batch, ...).
        y_pred: probabilities of that shape, or scores with `from_logits`.
        from_logits: whether `y_pred` is before the sigmoid.
        label_smoothing: s from 0 to 1, which moves labels to ``(1 - s) * y_true + s / 2``.
        axis: axis to take the mean over.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> loss = losses.binary_crossentropy(np.ones((1, 1)), np.full((1, 1), 0.5))
        >>> round(float(loss[0]), 4)
        0.6931
    """
    y_true = smoothed_binary(y_true, label_smoothing)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


@targets("same")
def categorical_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """``-sum(y_true * log(y_pred))`` along `axis`, the axis of the classes.

    Args:
        y_true: one-hot labels, or a distribution, shape (batch, ..., classes).
        y_pred: probabilities of that shape, or scores with `from_logits`.
        from_logits: whether `y_pred` is before the softmax. Defaults to False.
        label_smoothing: s from 0 to 1, which moves labels to ``(1 - s) * y_true + s / classes``. Defaults to 0.0.
        axis: axis of the classes. Defaults to -1.

    Returns:
        Shape (batch, ...).

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.categorical_crossentropy(y_true, y_pred)).tolist()
        [0.6931]
    """
    y_true = smoothed_categorical(y_true, label_smoothing, axis)
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


@targets("indices")
def sparse_categorical_crossentropy(
    y_true: Tensor,
    y_pred: Tensor,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """Minus the logarithm of the probability of class `y_true`.

    Args:
        y_true: class indices, shape (batch, ...), or (batch, ..., 1).
        y_pred: probabilities, shape (batch, ..., classes), or scores with `from_logits`.
        from_logits: whether `y_pred` is before the softmax. Defaults to False.
        ignore_class: number that marks positions without a class; their loss is 0. Defaults to None.
        axis: axis of the classes. Defaults to -1.

    Returns:
        Shape (batch, ...).

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([1]), np.array([[0.5, 0.5]], "float32")
        >>> ops.convert_to_numpy(losses.sparse_categorical_crossentropy(y_true, y_pred)).tolist()
        [0.6931]
    """
    y_true = class_numbers(y_true, y_pred)
    if ignore_class is None:
        return _sparse(y_true, y_pred, from_logits, axis)
    ignored = ops.equal(y_true, ignore_class)
    values = _sparse(ops.where(ignored, 0, y_true), y_pred, from_logits, axis)
    return ops.where(ignored, 0.0, values)


def _sparse(y_true: Tensor, y_pred: Tensor, from_logits: bool, axis: int) -> Tensor:
    return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


def class_numbers(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Integers without a last axis of size 1."""
    y_true = ops.cast(y_true, "int32")
    shape = shape_of(y_true)
    return ops.squeeze(y_true, -1) if len(shape) == len(shape_of(y_pred)) and shape[-1] == 1 else y_true


class BinaryCrossentropy(NamedLoss):
    """Cross-entropy of two classes; computed by `binary_crossentropy`.

    Args:
        from_logits: whether predictions are logits. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / 2``. Defaults to 0.0.
        axis: axis along which values are combined. Defaults to -1.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "binary_crossentropy".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1.0, 0.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.BinaryCrossentropy()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "binary_crossentropy",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=_fraction(name, "label_smoothing", label_smoothing),
            axis=axis,
        )


class CategoricalCrossentropy(NamedLoss):
    """Cross-entropy of one-hot classes; computed by `categorical_crossentropy`.

    Args:
        from_logits: whether predictions are logits. Defaults to False.
        label_smoothing: s in [0, 1]; labels become ``(1 - s) * y_true + s / classes``. Defaults to 0.0.
        axis: axis of the classes. Defaults to -1.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "categorical_crossentropy".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[0.0, 1.0]], "float32"), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.CategoricalCrossentropy()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str = "categorical_crossentropy",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=_fraction(name, "label_smoothing", label_smoothing),
            axis=axis,
        )


class SparseCategoricalCrossentropy(NamedLoss):
    """Cross-entropy of class indices; computed by `sparse_categorical_crossentropy`.

    Positions of `ignore_class` are masked: a mean is over the others.

    Args:
        from_logits: whether predictions are logits. Defaults to False.
        ignore_class: class index that marks positions without a class; None marks none. Defaults to None.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        axis: axis of the classes. Defaults to -1.
        name: name of the loss. Defaults to "sparse_categorical_crossentropy".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([1]), np.array([[0.5, 0.5]], "float32")
        >>> round(float(losses.SparseCategoricalCrossentropy()(y_true, y_pred)), 4)
        0.6931
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str = "sparse_categorical_crossentropy",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
        self.ignore_class = ignore_class

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> Tensor:
        if self.ignore_class is not None:
            mask = getattr(y_pred, "_keras_mask", None) if mask is None else mask
            labels = class_numbers(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
            counts = ops.not_equal(labels, self.ignore_class)
            mask = counts if mask is None else ops.logical_and(counts, mask)
        return super().__call__(y_true, y_pred, sample_weight, mask=mask)


def _fraction(name: str, argument: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"'{name}': {argument} must be from 0 to 1, got {value!r}.")
    return value


bce = BCE = binary_crossentropy
