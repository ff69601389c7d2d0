"""Losses as metrics, under the same names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.alignment import targets
from keras_core.losses.crossentropy import binary_crossentropy as binary_crossentropy
from keras_core.losses.crossentropy import categorical_crossentropy as categorical_crossentropy
from keras_core.losses.crossentropy import (
    sparse_categorical_crossentropy as sparse_categorical_crossentropy,
)
from keras_core.losses.divergence import kl_divergence as kl_divergence
from keras_core.losses.divergence import poisson as poisson
from keras_core.losses.focal import binary_focal_crossentropy as binary_focal_crossentropy
from keras_core.losses.focal import categorical_focal_crossentropy as categorical_focal_crossentropy
from keras_core.losses.hinge_losses import categorical_hinge as categorical_hinge
from keras_core.losses.hinge_losses import hinge as hinge
from keras_core.losses.hinge_losses import squared_hinge as squared_hinge
from keras_core.losses.regression import huber as huber
from keras_core.losses.regression import log_cosh as log_cosh
from keras_core.losses.regression import mean_absolute_error as mean_absolute_error
from keras_core.losses.regression import (
    mean_absolute_percentage_error as mean_absolute_percentage_error,
)
from keras_core.losses.regression import mean_squared_error as mean_squared_error
from keras_core.losses.regression import (
    mean_squared_logarithmic_error as mean_squared_logarithmic_error,
)

if TYPE_CHECKING:
    from keras_core.typing import Tensor


@targets("same")
def cosine_similarity(y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Cosine of the angle between the vectors along `axis`: 1 where they agree.

    The loss of this name has the opposite sign, since a loss is made small.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.
        axis: axis that a vector extends over. Defaults to -1.

    Returns:
        Shape without `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0]], "float32"), np.array([[1.0, 4.0]], "float32")
        >>> ops.convert_to_numpy(metrics.cosine_similarity(y_true, y_pred)).tolist()
        [0.9761]
    """
    product = ops.multiply(ops.normalize(y_true, axis=axis), ops.normalize(y_pred, axis=axis))
    return ops.sum(product, axis=axis)


mse = MSE = mean_squared_error
mae = MAE = mean_absolute_error
mape = MAPE = mean_absolute_percentage_error
msle = MSLE = mean_squared_logarithmic_error
bce = BCE = binary_crossentropy
kld = KLD = kullback_leibler_divergence = kl_divergence
logcosh = log_cosh
cosine = cosine_proximity = cosine_similarity
