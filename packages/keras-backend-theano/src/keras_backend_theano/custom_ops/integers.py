"""Products of matrices of integers of 8 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

if TYPE_CHECKING:
    from collections.abc import Callable


class IntegerProduct(Op):
    """(rows of int8, matrix of int8) → their product in int32.

    Args:
        product: computes it of arrays.
    """

    __props__ = ("product",)

    def __init__(self, product: Callable[[Any, Any], Any]) -> None:
        self.product = product

    def make_node(self, x1: Any, x2: Any) -> Apply:
        x1, x2 = pt.as_tensor_variable(x1), pt.as_tensor_variable(x2)
        return Apply(self, [x1, x2], [TensorType("int32", shape=(*x1.type.shape[:-1], x2.type.shape[1]))()])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[False], [False]]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        return [DisconnectedType()() for _ in inputs]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        outputs[0][0] = self.product(*inputs)
