"""A loss of embeddings: near for equal labels, far apart for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.losses.alignment import as_float
from keras_core.losses.loss import Loss

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor

_EXCLUDED = -1e9  # the exponent of a pair that does not count


def circle(
    y_true: Tensor,
    y_pred: Tensor,
    ref_labels: Tensor | None = None,
    ref_embeddings: Tensor | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Tensor:
    """Circle loss of each embedding against all others, or against references.

    Args:
        y_true: labels, shape (batch,) or (batch, 1).
        y_pred: embeddings of length 1, shape (batch, size).
        ref_labels: labels of the references; None takes the batch itself. Defaults to None.
        ref_embeddings: embeddings of the references; None takes the batch itself. Defaults to None.
        remove_diagonal: whether an embedding is not compared with its own place among the references. Defaults to True.
        gamma: how sharply pairs are told apart. Defaults to 80.
        margin: cosines of equal labels should exceed ``1 - margin``, those of others stay below it. Defaults to 0.4.

    Returns:
        Shape (batch,); 0 for an embedding that has no equal, or no other.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses, ops
        >>> y_true, y_pred = np.array([0, 0, 1]), np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], "float32")
        >>> ops.convert_to_numpy(losses.circle(y_true, y_pred)).tolist()
        [7.6218e-12, 7.6218e-12, 0.0]

    Reference: Sun et al., 2020, https://arxiv.org/abs/2002.10857
    """
    y_pred = as_float(y_pred)
    others = y_pred if ref_embeddings is None else as_float(ref_embeddings)
    cosines = ops.matmul(y_pred, ops.transpose(others))
    equal, unequal = _pairs(y_true, y_true if ref_labels is None else ref_labels, remove_diagonal)
    # Pairs weigh more the further they are from where they should be.
    pull = ops.multiply(ops.relu(1 + margin - cosines), cosines - (1 - margin))
    push = ops.multiply(ops.relu(cosines + margin), cosines - margin)
    near = ops.logsumexp(ops.where(equal, ops.multiply(pull, -gamma), _EXCLUDED), axis=-1)
    far = ops.logsumexp(ops.where(unequal, ops.multiply(push, gamma), _EXCLUDED), axis=-1)
    return ops.where(_has_both(equal, unequal), ops.softplus(ops.add(near, far)), 0.0)


def _pairs(labels: Tensor, others: Tensor, remove_diagonal: bool) -> tuple[Tensor, Tensor]:
    """Which pairs have equal labels and which have not, shape (labels, others) each."""
    rows = ops.reshape(ops.convert_to_tensor(labels), (-1, 1))
    columns = ops.reshape(ops.convert_to_tensor(others), (1, -1))
    equal = ops.equal(rows, columns)
    unequal = ops.logical_not(equal)
    if remove_diagonal:
        places = [ops.arange(size) for size in ops.shape(equal)]
        elsewhere = ops.not_equal(ops.expand_dims(places[0], 1), ops.expand_dims(places[1], 0))
        equal = ops.logical_and(equal, elsewhere)
    return equal, unequal


def _has_both(equal: Tensor, unequal: Tensor) -> Tensor:
    return ops.logical_and(ops.any(equal, axis=-1), ops.any(unequal, axis=-1))


class Circle(Loss):
    """Circle loss of a batch of embeddings; computed by `circle`.

    A mean is over the embeddings that have an equal and another one in the batch.

    Args:
        gamma: scale of the similarities. Defaults to 80.0.
        margin: relaxation: cosines of equal labels should exceed ``1 - margin``, others stay below it. Defaults to 0.4.
        remove_diagonal: whether an embedding is not compared with itself. Defaults to True.
        reduction: how the values of a batch become one: "sum_over_batch_size" or "mean" for the mean, "sum",
            "mean_with_sample_weight" for the weighted mean, "none" to keep them. Defaults to "sum_over_batch_size".
        name: name of the loss. Defaults to "circle".
        dtype: dtype of the computation, or a policy; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> import numpy as np
        >>> from keras_core import losses
        >>> y_true, y_pred = np.array([0, 0, 1]), np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], "float32")
        >>> round(float(losses.Circle()(y_true, y_pred)), 4)
        0.0
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = "sum_over_batch_size",
        name: str = "circle",
        dtype: DTypeLike = None,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.gamma = gamma
        self.margin = margin
        self.remove_diagonal = remove_diagonal

    def __call__(
        self, y_true: Tensor, y_pred: Tensor, sample_weight: Tensor | None = None, *, mask: Tensor | None = None
    ) -> Tensor:
        counts = _has_both(*_pairs(y_true, y_true, self.remove_diagonal))
        mask = counts if mask is None else ops.logical_and(mask, counts)
        return super().__call__(y_true, y_pred, sample_weight, mask=mask)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """One value an embedding."""
        return circle(
            y_true,
            y_pred,
            remove_diagonal=self.remove_diagonal,
            gamma=self.gamma,
            margin=self.margin,
        )

    def get_config(self) -> dict[str, Any]:
        """All arguments."""
        return {
            **super().get_config(),
            "gamma": self.gamma,
            "margin": self.margin,
            "remove_diagonal": self.remove_diagonal,
        }
