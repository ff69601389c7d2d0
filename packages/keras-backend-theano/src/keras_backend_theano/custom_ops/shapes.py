"""Shapes of the Ops that slide a window."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytensor.graph.op import Op
from pytensor.tensor.shape import Shape_i

from keras_backend_theano.framework import shape_node
from keras_backend_theano.kernels.window import Window


def output_sizes(sizes: tuple[int | None, ...], window: Window) -> tuple[int | None, ...]:
    """Output lengths of a window, None where the input's is unknown.

    Args:
        sizes: static spatial shape of the input.
        window: what slides over it.
    """
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


class WindowOp(Op):
    """Base of Ops whose output shape is static except for the batch, and read off the output if not."""

    allocates = True
    """Results are in memory of their own, which generated code may reuse."""

    def infer_shape(self, *request: Any) -> list[Any]:
        """Known lengths as constants; the rest is read off the output."""
        return [
            tuple(np.int64(n) if n is not None else Shape_i(i)(output) for i, n in enumerate(output.type.shape))
            for output in shape_node(request).outputs
        ]
