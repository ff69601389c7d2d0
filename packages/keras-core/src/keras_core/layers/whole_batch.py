"""Sums and means over a whole batch, of which each process may have its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops
from keras_core.staging.share import active_share, batch_sum

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def batch_is_split() -> bool:
    """Whether the step in progress computes some rows of a batch alone, and other processes the others."""
    return active_share() is not None


def sum_over_batch(x: Tensor) -> Tensor:
    """The sum of what each process has summed over its rows; `x` itself where the batch is not split.

    Its gradient is that of the loss of the whole batch.

    Args:
        x: a tensor of floats.

    Example:
        >>> from keras_core import layers, ops
        >>> float(layers.sum_over_batch(ops.sum([1.0, 2.0])))
        3.0
    """
    share = active_share()
    return x if share is None else batch_sum(x, share)


def mean_over_batch(x: Tensor) -> Tensor:
    """The mean over all elements of the whole batch.

    Args:
        x: a tensor of floats, the same number for each row that the process has.

    Example:
        >>> from keras_core import layers
        >>> float(layers.mean_over_batch([[1.0, 2.0]]))
        1.5
    """
    share = active_share()
    mean = ops.mean(x)
    return mean if share is None else batch_sum(ops.multiply(mean, share.weight), share)
