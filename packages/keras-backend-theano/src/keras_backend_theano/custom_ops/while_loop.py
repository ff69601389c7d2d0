"""A loop as long as a condition holds, which has no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import grad_not_implemented
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op

from keras_backend_theano.symbolic import input_like

if TYPE_CHECKING:
    from keras_backend_theano.custom_ops.inner_graph import InnerGraph


class WhileLoop(Op):
    """(*state, *fixed of the test, *fixed of the body) → state when the test first fails.

    Args:
        test: graph of (*state, *its fixed inputs) → a bool scalar.
        body: graph of (*state, *its fixed inputs) → new state.
        states: number of state tensors.
    """

    def __init__(self, test: InnerGraph, body: InnerGraph, states: int) -> None:
        self.test = test
        self.body = body
        self.states = states

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        return Apply(self, tensors, [input_like(value) for value in self.body.inputs[: self.states]])

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        state = list(inputs[: self.states])
        middle = len(self.test.inputs)
        of_test, of_body = inputs[self.states : middle], inputs[middle:]
        while self.test(*state, *of_test)[0]:
            state = self.body(*state, *of_body)
        for storage, value in zip(outputs, state, strict=True):
            storage[0] = np.array(value)

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return [
            grad_not_implemented(self, k, value, "A while loop has no gradient here; use scan.")
            for k, value in enumerate(inputs)
        ]
