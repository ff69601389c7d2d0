"""What code of Keras 2 asks of losses, metrics and gradients by functions of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import losses, metrics, ops

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def is_categorical_crossentropy(loss: Any) -> bool:
    """Whether a loss is the categorical cross-entropy of one-hot targets.

    Args:
        loss: a loss, a function, a name, or anything else, which is none.

    Example:
        >>> from keras_legacy import is_categorical_crossentropy
        >>> is_categorical_crossentropy("categorical_crossentropy"), is_categorical_crossentropy("mse")
        (True, False)
    """
    try:
        found = losses.get(loss)
    except ValueError:
        return False
    return getattr(found, "fn", found) is losses.categorical_crossentropy


def clone_metric(metric: Any) -> Any:
    """An equal metric without what the other has gathered; anything but a `Metric`, such as a function, is itself.

    Args:
        metric: a metric, or what may stand for one.

    Example:
        >>> from keras_core import metrics
        >>> from keras_legacy import clone_metric
        >>> mean = metrics.Mean("average")
        >>> mean.update_state([3.0])
        >>> again = clone_metric(mean)
        >>> again.name, float(again.result())
        ('average', 0.0)
    """
    return type(metric).from_config(metric.get_config()) if isinstance(metric, metrics.Metric) else metric


def clone_metrics(metrics: Any) -> Any:
    """`clone_metric` of every metric in a list, or a dict by output; anything else is itself.

    Args:
        metrics: what `compile` takes for metrics.

    Example:
        >>> from keras_legacy import clone_metrics
        >>> clone_metrics({"digit": ["accuracy"], "style": "mse"})
        {'digit': ['accuracy'], 'style': 'mse'}
    """
    if isinstance(metrics, dict):
        return {name: clone_metrics(one) for name, one in metrics.items()}
    if isinstance(metrics, (list, tuple)):
        return [clone_metrics(one) for one in metrics]
    return clone_metric(metrics)


def clip_norm(g: Tensor, c: float, n: Tensor) -> Tensor:
    """A gradient, scaled down where its norm exceeds a limit.

    Args:
        g: the gradient.
        c: the limit; none at 0 or below.
        n: the L2 norm of the gradient, or of all gradients that are to be scaled alike.

    Example:
        >>> from keras_core import ops
        >>> from keras_legacy import clip_norm
        >>> ops.convert_to_numpy(clip_norm([3.0, 4.0], 1.0, 5.0)).round(2).tolist()
        [0.6, 0.8]
    """
    if c <= 0:
        return g
    return ops.multiply(g, ops.divide(c, ops.maximum(n, c)))
