"""Fourier transforms of numbers given by their real and imaginary parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType


class Fourier(Op):
    """(real, imag) -> both parts of the transform along the last axis; the inverse has the factor 1 / n."""

    __props__ = ("inverse",)

    def __init__(self, inverse: bool) -> None:
        self.inverse = bool(inverse)

    def make_node(self, real: Any, imag: Any) -> Apply:
        real, imag = pt.as_tensor_variable(real), pt.as_tensor_variable(imag)
        shape = tuple(b if a is None else a for a, b in zip(real.type.shape, imag.type.shape, strict=True))
        return Apply(self, [real, imag], [TensorType(real.type.dtype, shape=shape)() for _ in range(2)])

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        real, imag = inputs
        found = (np.fft.ifft if self.inverse else np.fft.fft)(real + 1j * imag)
        outputs[0][0], outputs[1][0] = (np.ascontiguousarray(part, real.dtype) for part in (found.real, found.imag))

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        # The transform's matrix is symmetric, so its adjoint is the other transform but for the factor.
        given = [
            pt.zeros_like(x) if isinstance(g.type, DisconnectedType) else g
            for x, g in zip(inputs, cotangents, strict=True)
        ]
        length = pt.cast(inputs[0].shape[-1], inputs[0].type.dtype)
        factor = 1 / length if self.inverse else length
        return [part * factor for part in Fourier(not self.inverse)(*given)]
