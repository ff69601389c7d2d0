"""Values that pass unchanged, and the gradient that they have by other values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op

from keras_backend_theano.custom_ops.gradients import zeros_if_disconnected
from keras_backend_theano.symbolic import tensor

if TYPE_CHECKING:
    from collections.abc import Callable


class CustomGradient(Op):
    """(results, arguments) → results; gradients go to the arguments by a function of the graph's builder.

    Args:
        grad: takes the cotangents of the results, returns those of the arguments, None for none.
        count: how many inputs are results.
    """

    def __init__(self, grad: Callable[..., list[Any]], count: int) -> None:
        self.grad = grad
        self.count = count

    def make_node(self, *inputs: Variable) -> Apply:
        return Apply(self, list(inputs), [value.type() for value in inputs[: self.count]])

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        for storage, value in zip(outputs, inputs[: self.count], strict=True):
            storage[0] = np.array(value)

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        arguments = len(node.inputs) - self.count
        return [[False] * self.count] * self.count + [[True] * self.count] * arguments

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        arguments = inputs[self.count :]
        found = self.grad(*zeros_if_disconnected(cotangents, outputs))
        given = [
            pt.zeros_like(argument) if gradient is None else tensor(gradient, argument.type.dtype)
            for gradient, argument in zip(found, arguments, strict=True)
        ]
        return [*(DisconnectedType()() for _ in range(self.count)), *given]
