"""Static and symbolic shapes of the Ops that slide a window."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.op import Op
from pytensor.tensor.type import TensorType

from keras_backend_theano.kernels.window import Window


def slid(sizes: tuple[int | None, ...], window: Window) -> tuple[int | None, ...]:
    """Output lengths of a window, None where the input's is unknown."""
    lengths: list[int | None] = []
    for axis, n in enumerate(sizes):
        padding = window.padding
        alone = Window(
            window.size[axis : axis + 1],
            window.strides[axis : axis + 1],
            padding if isinstance(padding, str) else padding[axis : axis + 1],
            window.dilation[axis : axis + 1],
        )
        lengths.append(None if n is None else alone.output((n,))[0])
    return tuple(lengths)


def like(variable: Variable, dtype: str | None = None) -> Variable:
    """A fresh variable of the same static shape."""
    return TensorType(dtype or variable.type.dtype, shape=variable.type.shape)()


class WindowOp(Op):
    """Base of Ops whose output shape is static except for the batch, and read off the output if not."""

    def infer_shape(self, *given: Any) -> list[Any]:
        """Known lengths as constants; the rest is asked of the output.

        PyTensor gives node and shapes of the inputs, before 3.1 behind the graph.
        """
        from pytensor.tensor.shape import Shape_i

        node: Apply = given[-2]
        return [
            tuple(np.int64(n) if n is not None else Shape_i(i)(output) for i, n in enumerate(output.type.shape))
            for output in node.outputs
        ]
