"""How far predictions go along with targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.losses.alignment import targets
from keras_core.metrics.means import MeanMetricWrapper

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike, Tensor


@targets("same")
def pearson_correlation(y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Pearson's correlation of targets and predictions along `axis`; 0 where one is constant.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.
        axis: axis along which values are correlated. Defaults to -1.

    Returns:
        Shape without `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> float(metrics.pearson_correlation(np.array([[1.0, 2, 3]]), np.array([[2.0, 4, 6]]))[0])
        1.0
    """
    true, pred = _centred(y_true, axis), _centred(y_pred, axis)
    together = ops.sum(ops.multiply(true, pred), axis=axis)
    lengths = [ops.sqrt(ops.sum(ops.square(x), axis=axis)) for x in (true, pred)]
    return ops.divide_no_nan(together, ops.multiply(*lengths))


@targets("same")
def concordance_correlation(y_true: Tensor, y_pred: Tensor, axis: int = -1) -> Tensor:
    """Lin's concordance along `axis`: correlation that is lowered by another mean or scale.

    Args:
        y_true: targets, shape (batch, ..., n).
        y_pred: predictions of that shape.
        axis: axis along which values are correlated. Defaults to -1.

    Returns:
        Shape without `axis`.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics, ops
        >>> y_true, y_pred = np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 3.0, 5.0]])
        >>> ops.convert_to_numpy(metrics.concordance_correlation(y_true, y_pred)).tolist()
        [0.6153]

    Reference: Lin, 1989, https://doi.org/10.2307/2532051
    """
    true, pred = _centred(y_true, axis), _centred(y_pred, axis)
    together = ops.mean(ops.multiply(true, pred), axis=axis)
    spread = [ops.mean(ops.square(x), axis=axis) for x in (true, pred)]
    shift = ops.square(ops.mean(ops.subtract(y_true, y_pred), axis=axis))
    return ops.divide_no_nan(ops.multiply(together, 2.0), ops.add(ops.add(*spread), shift))


def _centred(x: Tensor, axis: int) -> Tensor:
    """`x` minus its mean; twice, since the mean of what is far from zero is rounded."""
    for _ in range(2):
        x = ops.subtract(x, ops.mean(x, axis=axis, keepdims=True))
    return x


class PearsonCorrelation(MeanMetricWrapper):
    """Mean of `pearson_correlation` over all samples.

    Args:
        name: name shown in logs. Defaults to "pearson_correlation".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        axis: axis along which values are correlated. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 3.0, 5.0]])
        >>> round(float(metrics.PearsonCorrelation()(y_true, y_pred)), 4)
        1.0
    """

    def __init__(self, name: str = "pearson_correlation", dtype: DTypeLike = None, axis: int = -1) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)


class ConcordanceCorrelation(MeanMetricWrapper):
    """Mean of `concordance_correlation` over all samples.

    Args:
        name: name shown in logs. Defaults to "concordance_correlation".
        dtype: dtype of the state, or a policy; None is `keras.config.floatx()`. Defaults to None.
        axis: axis along which values are correlated. Defaults to -1.

    Example:
        >>> import numpy as np
        >>> from keras_core import metrics
        >>> y_true, y_pred = np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 3.0, 5.0]])
        >>> round(float(metrics.ConcordanceCorrelation()(y_true, y_pred)), 4)
        0.6154
    """

    def __init__(self, name: str = "concordance_correlation", dtype: DTypeLike = None, axis: int = -1) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
