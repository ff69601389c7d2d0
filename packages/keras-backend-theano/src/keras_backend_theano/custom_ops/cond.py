"""One of two graphs, chosen by a condition; the other is not run."""

from __future__ import annotations

from typing import Any

import pytensor.tensor as pt
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op

from keras_backend_theano.custom_ops.gradients import input_cotangents, vjp, zeros_if_disconnected
from keras_backend_theano.custom_ops.inner_graph import InnerGraph
from keras_backend_theano.symbolic import input_like, is_float


class Cond(Op):
    """(condition, *inputs of both graphs) → outputs of the graph that the condition chooses.

    Args:
        yes: the graph that is run when the condition is true.
        no: the graph that is run otherwise, with the same inputs and the same dtypes of outputs.
    """

    def __init__(self, yes: InnerGraph, no: InnerGraph) -> None:
        self.yes = yes
        self.no = no

    def make_node(self, condition: Any, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in (condition, *inputs)]
        outputs = [
            a.type.clone(shape=tuple(m if m == n else None for m, n in zip(a.type.shape, b.type.shape, strict=True)))()
            for a, b in zip(self.yes.outputs, self.no.outputs, strict=True)
        ]
        return Apply(self, tensors, outputs)

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        condition, *rest = inputs
        for storage, value in zip(outputs, (self.yes if condition else self.no)(*rest), strict=True):
            storage[0] = value

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        condition, *rest = inputs
        weights = zeros_if_disconnected(cotangents, outputs)
        graphs = []
        for graph in (self.yes, self.no):
            given, given_weights = [input_like(v) for v in graph.inputs], [input_like(v) for v in weights]
            results = graph.applied_to(given)
            wrt = [value for value in given if is_float(value)]
            graphs.append(InnerGraph([*given, *given_weights], vjp(results, wrt, given_weights)))
        gradients = Cond(*graphs)(condition, *rest, *weights, return_list=True)
        return [pt.zeros_like(condition, dtype="float32"), *input_cotangents(rest, gradients)]
