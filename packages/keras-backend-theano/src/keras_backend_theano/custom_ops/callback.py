"""NumPy functions as nodes of a graph, for what PyTensor has no Op for and needs no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class PureCallback(Op):
    """Calls `function(*arrays)`, which returns an array or a tuple of arrays.

    Args:
        function: the NumPy function; must be pure.
        label: what tells two functions apart, so that equal nodes are merged: equal labels promise
            equal results.
        outputs: (dtype, static shape) of each result.
    """

    __props__ = ("label", "outputs")

    def __init__(
        self,
        function: Callable[..., Any],
        label: tuple[Any, ...],
        outputs: Sequence[tuple[str, tuple[int | None, ...]]],
    ) -> None:
        self.function = function
        self.label = label
        self.outputs = tuple((dtype, tuple(shape)) for dtype, shape in outputs)

    def make_node(self, *inputs: Any) -> Apply:
        tensors = [pt.as_tensor_variable(value) for value in inputs]
        return Apply(self, tensors, [TensorType(d, shape=s)() for d, s in self.outputs])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[False] * len(node.outputs) for _ in node.inputs]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        return [DisconnectedType()() for _ in inputs]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        results = self.function(*inputs)
        if len(outputs) == 1:
            results = (results,)
        for storage, value, (dtype, _) in zip(outputs, results, self.outputs, strict=True):
            storage[0] = np.asarray(value, dtype=dtype)
