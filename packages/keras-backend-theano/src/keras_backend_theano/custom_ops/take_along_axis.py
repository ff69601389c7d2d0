"""Elements along an axis by index, and adding to them: each is the other's gradient."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

from keras_backend_theano.symbolic import input_like


def _key(shape: tuple[int, ...], indices: np.ndarray, axis: int) -> tuple[np.ndarray, ...]:
    """The index that picks along an axis; other axes of length 1 broadcast against the indices."""
    lengths = tuple(n if n > 1 or m == 1 else 0 for n, m in zip(shape, indices.shape, strict=True))
    grid = list(_grid(lengths))
    grid[axis] = indices
    return tuple(grid)


@functools.lru_cache(maxsize=64)
def _grid(lengths: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """Positions along each axis, shaped to broadcast; 0 alone for a length of 0."""
    return tuple(
        (np.arange(n) if n else np.zeros(1, int)).reshape([-1 if j == k else 1 for j in range(len(lengths))])
        for k, n in enumerate(lengths)
    )


class TakeAlongAxis(Op):
    """(x, indices of the same rank) → the elements of x at the indices along an axis."""

    __props__ = ("axis",)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def make_node(self, x: Any, indices: Any) -> Apply:
        x, indices = pt.as_tensor_variable(x), pt.as_tensor_variable(indices)
        shape = [
            b if k == self.axis or a == 1 else (a if b == 1 or a is not None else None)
            for k, (a, b) in enumerate(zip(x.type.shape, indices.type.shape, strict=True))
        ]
        return Apply(self, [x, indices], [TensorType(x.type.dtype, shape=shape)()])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        x, indices = inputs
        outputs[0][0] = x[_key(x.shape, indices, self.axis)]

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        x, indices = inputs
        return [AddAlongAxis(self.axis)(cotangents[0], indices, x), DisconnectedType()()]


class AddAlongAxis(Op):
    """(values, indices, a tensor for its shape) → zeros with the values added at the indices."""

    __props__ = ("axis",)

    def __init__(self, axis: int) -> None:
        self.axis = axis

    def make_node(self, values: Any, indices: Any, template: Any) -> Apply:
        inputs = [pt.as_tensor_variable(value) for value in (values, indices, template)]
        return Apply(self, inputs, [input_like(inputs[2], inputs[0].type.dtype)])

    def connection_pattern(self, node: Apply) -> list[list[bool]]:
        return [[True], [False], [False]]

    def perform(self, node: Apply, inputs: Any, outputs: Any) -> None:
        values, indices, template = inputs
        result = np.zeros(template.shape, values.dtype)
        key = _key(template.shape, indices, self.axis)
        once = indices.shape[self.axis] == 1 and values.shape == tuple(
            1 if k == self.axis else n for k, n in enumerate(template.shape)
        )
        if once:
            result[key] = values
        else:
            np.add.at(result, key, values)
        outputs[0][0] = result

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Variable]:
        _, indices, _ = inputs
        by_values = TakeAlongAxis(self.axis)(cotangents[0], indices)
        return [by_values, DisconnectedType()(), DisconnectedType()()]
