"""Products of matrices."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from pytensor.tensor import math
from pytensor.tensor.blockwise import Blockwise

from keras_backend_theano.compiler.dispatch.basic import Function, by_perform, numpy_funcify
from keras_backend_theano.compiler.sizes import assumed_sizes
from keras_backend_theano.kernels.threads import product

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytensor.graph.basic import Apply

BLAS_THREADS = 1 << 18
"""Multiplications from which OpenBLAS divides a product among threads."""


@numpy_funcify.register(math.Dot)
def _dot(op: math.Dot, node: Apply, used: Any) -> Function:
    dot: Any = np.dot
    return product if node.outputs[0].type.ndim == 2 else dot


def threaded_products(nodes: Iterable[Apply]) -> bool:
    """Whether a matrix product among the nodes is so large that BLAS would use several threads."""
    for node in nodes:
        if isinstance(node.op, math.Dot):
            a, b = (assumed_sizes(value.type.shape) for value in node.inputs)
            if prod(a) * prod(b[1:]) >= BLAS_THREADS:
                return True
    return False


@numpy_funcify.register(Blockwise)
def _blockwise(op: Blockwise, node: Apply, used: Any) -> Function:
    return np.matmul if isinstance(op.core_op, math.Dot) else by_perform(node)
