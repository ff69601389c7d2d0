"""Convolution as three Ops that are each other's gradients, so that any order of gradient exists."""

from __future__ import annotations

from typing import Any

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.tensor.type import TensorType

from keras_backend_theano.custom_ops.shapes import WindowOp, output_sizes
from keras_backend_theano.kernels import convolution as kernels
from keras_backend_theano.kernels.window import Pads, Window
from keras_backend_theano.symbolic import input_like


class _ConvolutionOp(WindowOp):
    """Strides, padding (see `Window`), dilation and groups, common to the three."""

    __props__ = ("strides", "padding", "dilation", "groups")

    def __init__(self, strides: tuple[int, ...], padding: str | Pads, dilation: tuple[int, ...], groups: int) -> None:
        self.strides = strides
        self.padding = padding
        self.dilation = dilation
        self.groups = groups

    def window(self, size: tuple[int, ...]) -> Window:
        return Window(tuple(size), self.strides, self.padding, self.dilation)

    def _sibling(self, kind: type[_ConvolutionOp]) -> _ConvolutionOp:
        return kind(self.strides, self.padding, self.dilation, self.groups)


class Convolve(_ConvolutionOp):
    """(x, kernel) → output, all with channels last."""

    def make_node(self, x: Any, kernel: Any) -> Apply:
        x, kernel = pt.as_tensor_variable(x), pt.as_tensor_variable(kernel)
        size, sizes = kernel.type.shape[:-2], x.type.shape[1:-1]
        spatial: tuple[int | None, ...] = (None,) * len(sizes)
        if None not in size:
            spatial = output_sizes(sizes, self.window(size))
        shape = (x.type.shape[0], *spatial, kernel.type.shape[-1])
        return Apply(self, [x, kernel], [TensorType(x.type.dtype, shape=shape)()])

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        x, kernel = inputs
        outputs[0][0] = kernels.convolve(x, kernel, self.window(kernel.shape[:-2]), self.groups)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        (x, kernel), (dy,) = inputs, cotangents
        return [
            self._sibling(InputGradient)(kernel, dy, x),
            self._sibling(KernelGradient)(x, dy, kernel),
        ]


class KernelGradient(_ConvolutionOp):
    """(x, gradient w.r.t. the output, a kernel for its shape) → gradient w.r.t. the kernel."""

    def make_node(self, x: Any, dy: Any, template: Any) -> Apply:
        inputs = [pt.as_tensor_variable(value) for value in (x, dy, template)]
        return Apply(self, inputs, [input_like(inputs[2])])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [True], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        x, dy, template = inputs
        window = self.window(template.shape[:-2])
        outputs[0][0] = kernels.kernel_gradient(x, dy, window, self.groups)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        (x, dy, _), (d_kernel,) = inputs, cotangents
        return [
            self._sibling(InputGradient)(d_kernel, dy, x),
            self._sibling(Convolve)(x, d_kernel),
            DisconnectedType()(),
        ]


class InputGradient(_ConvolutionOp):
    """(kernel, gradient w.r.t. the output, an input for its shape) → gradient w.r.t. the input.

    Also the transposed convolution of its second argument.
    """

    def make_node(self, kernel: Any, dy: Any, template: Any) -> Apply:
        inputs = [pt.as_tensor_variable(value) for value in (kernel, dy, template)]
        return Apply(self, inputs, [input_like(inputs[2])])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [True], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        kernel, dy, template = inputs
        window = self.window(kernel.shape[:-2])
        sizes = template.shape[1:-1]
        outputs[0][0] = kernels.input_gradient(kernel, dy, window, sizes, self.groups)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        (kernel, dy, _), (dx,) = inputs, cotangents
        return [
            self._sibling(KernelGradient)(dx, dy, kernel),
            self._sibling(Convolve)(dx, kernel),
            DisconnectedType()(),
        ]
