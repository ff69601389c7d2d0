"""Max and average pooling, closed under gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.tensor.type import TensorType

from keras_backend_theano.custom_ops.shapes import WindowOp, output_sizes
from keras_backend_theano.kernels import pooling as kernels
from keras_backend_theano.symbolic import input_like

if TYPE_CHECKING:
    from keras_backend_theano.kernels.window import Window


class _PoolingOp(WindowOp):
    __props__ = ("window",)

    def __init__(self, window: Window) -> None:
        self.window = window

    def _pooled(self, x: Variable) -> tuple[int | None, ...]:
        shape = x.type.shape
        return (shape[0], *output_sizes(shape[1:-1], self.window), shape[-1])


class MaxPool(_PoolingOp):
    """x → (largest value of each window, its index in the window)."""

    def make_node(self, x: Any) -> Apply:
        x = pt.as_tensor_variable(x)
        shape = self._pooled(x)
        winner = TensorType(kernels.winner_dtype(self.window), shape=shape)()
        return Apply(self, [x], [TensorType(x.type.dtype, shape=shape)(), winner])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True, False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        outputs[0][0], outputs[1][0] = kernels.max_pool(inputs[0], self.window)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return [Unpool(self.window)(cotangents[0], outputs[1], inputs[0])]


class Unpool(_PoolingOp):
    """(values, winner, an input for its shape) → each value at the element that was the largest."""

    def make_node(self, dy: Any, winner: Any, template: Any) -> Apply:
        inputs = [pt.as_tensor_variable(value) for value in (dy, winner, template)]
        return Apply(self, inputs, [input_like(inputs[2], inputs[0].type.dtype)])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [False], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        dy, winner, template = inputs
        outputs[0][0] = kernels.unpool(dy, winner, self.window, template.shape[1:-1])

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        dy = Pick(self.window)(cotangents[0], inputs[1])
        return [dy, DisconnectedType()(), DisconnectedType()()]


class Pick(_PoolingOp):
    """(x, winner) → the elements of x that were the largest of their windows."""

    def make_node(self, x: Any, winner: Any) -> Apply:
        x, winner = pt.as_tensor_variable(x), pt.as_tensor_variable(winner)
        return Apply(self, [x, winner], [input_like(winner, x.type.dtype)])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        outputs[0][0] = kernels.pick(inputs[0], inputs[1], self.window)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        x, winner = inputs
        return [Unpool(self.window)(cotangents[0], winner, x), DisconnectedType()()]


class AveragePool(_PoolingOp):
    """x → mean of each window; padding does not count."""

    def make_node(self, x: Any) -> Apply:
        x = pt.as_tensor_variable(x)
        return Apply(self, [x], [TensorType(x.type.dtype, shape=self._pooled(x))()])

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        outputs[0][0] = kernels.average_pool(inputs[0], self.window)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return [AverageUnpool(self.window)(cotangents[0], inputs[0])]


class AverageUnpool(_PoolingOp):
    """(values, an input for its shape) → each value spread over its window."""

    def make_node(self, dy: Any, template: Any) -> Apply:
        dy, template = pt.as_tensor_variable(dy), pt.as_tensor_variable(template)
        return Apply(self, [dy, template], [input_like(template, dy.type.dtype)])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        dy, template = inputs
        outputs[0][0] = kernels.average_unpool(dy, self.window, template.shape[1:-1])

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return [AveragePool(self.window)(cotangents[0]), DisconnectedType()()]
