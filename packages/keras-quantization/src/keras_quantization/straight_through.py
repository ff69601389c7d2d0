"""Rounding whose gradient is that of nothing being rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor


def straight_through(rounding: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """What a function gives, with the gradient of the identity.

    Args:
        rounding: takes a tensor and returns one of its shape.
        x: the tensor.

    Reference: Bengio et al., 2013, https://arxiv.org/abs/1308.3432
    """

    @ops.custom_gradient
    def rounded(value: Tensor) -> Any:
        return rounding(value), lambda upstream: upstream

    result: Tensor = rounded(x)
    return result
