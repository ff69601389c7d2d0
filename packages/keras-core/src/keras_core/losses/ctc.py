"""Connectionist temporal classification: targets that are not aligned with the steps of the predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.alignment import targets
from keras_core.losses.function_loss import NamedLoss
from keras_core.ops.properties import shape_of

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor

BLANK = 0
"""The class that stands for no label; targets are padded with it."""


@targets("labels")
def ctc(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """Minus the logarithm of the probability of the labels, summed over all ways to align them with the steps.

    Args:
        y_true: class indices, shape (batch, labels), padded with 0, the class that stands for no label.
        y_pred: logits, shape (batch, steps, classes). All steps count; the loss `CTC` leaves out those that a mask
            leaves out.

    Returns:
        Shape (batch,); infinite where there are too few steps for the labels.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([[1]]), np.zeros((1, 2, 2), "float32")  # three of four paths spell "1"
        >>> ops.convert_to_numpy(losses.ctc(y_true, y_pred)).tolist()
        [0.2877]

    Reference: Graves et al., "Connectionist Temporal Classification", 2006.
    """
    steps = ops.full_like(y_pred[:, 0, 0], ops.shape(y_pred)[1], dtype="int32")
    return _ctc(y_true, y_pred, steps)


def _ctc(y_true: Tensor, y_pred: Tensor, steps: Tensor) -> Tensor:
    y_true = ops.cast(y_true, "int32")
    labels = ops.sum(ops.cast(ops.not_equal(y_true, BLANK), "int32"), axis=-1)
    return ops.ctc_loss(y_true, y_pred, labels, steps, mask_index=BLANK)


class CTC(NamedLoss):
    """Connectionist temporal classification; computed by `ctc`.

    A mask of predictions, shape (batch, steps), says how many steps of each sample count, which are the first ones.

    Args:
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "ctc".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Raises:
        ValueError: if `reduction` is unknown.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([[1]]), np.zeros((1, 2, 2), "float32")
        >>> round(float(losses.CTC()(y_true, y_pred)), 4)
        0.2877

    Reference: Graves et al., "Connectionist Temporal Classification", 2006.
    """

    def __init__(
        self, reduction: str | None = "sum_over_batch_size", name: str = "ctc", dtype: DTypeLike = None
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> Tensor:
        """The reduced loss; arguments as of `Loss`."""
        mask = getattr(y_pred, "_keras_mask", None) if mask is None else mask
        if mask is None or len(shape_of(mask)) != 2:
            return super().__call__(y_true, y_pred, sample_weight, mask=mask)
        y_true, y_pred = self._target(y_true), self._prediction(y_pred)
        self.check(shape_of(y_true), shape_of(y_pred))
        values = _ctc(y_true, y_pred, ops.sum(ops.cast(mask, "int32"), axis=1))
        return self.reduce(values, sample_weight)
