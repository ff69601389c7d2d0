"""The maximum over axes, whose gradient the greatest cells share."""

from __future__ import annotations

from typing import Any

import pytensor.tensor as pt
from pytensor.tensor.math import Max

from keras_backend_theano.custom_ops.gradients import zeros_if_disconnected


class SharedMax(Max):
    """PyTensor's maximum gives each of several greatest cells the whole gradient; here they divide it."""

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        (x,), (greatest,) = inputs, outputs
        axes = tuple(range(x.ndim)) if self.axis is None else self.axis
        (cotangent,) = zeros_if_disconnected(cotangents, outputs)
        won = pt.cast(pt.eq(x, pt.expand_dims(greatest, axes)), cotangent.type.dtype)
        winners = pt.sum(won, axis=axes, dtype=won.type.dtype, acc_dtype=won.type.dtype, keepdims=True)
        return [won * (pt.expand_dims(cotangent, axes) / winners)]
