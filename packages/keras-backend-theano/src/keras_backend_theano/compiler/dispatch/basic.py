"""The Python function of each kind of PyTensor node: a table that falls back on the Op's own `perform`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from pytensor.compile.ops import DeepCopyOp, ViewOp
from pytensor.raise_op import CheckAndRaise
from pytensor.tensor import basic

if TYPE_CHECKING:
    from pytensor.graph.basic import Apply

Function = Callable[..., Any]


@functools.singledispatch
def numpy_funcify(op: Any, node: Apply, used: tuple[bool, ...]) -> Function:
    """A function of a node's inputs that gives its output, or a tuple of its outputs.

    Args:
        op: the node's Op, by whose type the implementation is chosen.
        node: the node.
        used: for each output, whether anything depends on it.
    """
    return by_perform(node)


def by_perform(node: Apply) -> Function:
    """Call the Op's `perform`, which wants arrays even for scalars."""
    op, count = node.op, len(node.outputs)
    dtypes = [getattr(value.type, "numpy_dtype", None) for value in node.outputs]
    scalars = [k for k, value in enumerate(node.inputs) if getattr(value.type, "ndim", None) == 0]

    def run(*values: Any) -> Any:
        inputs = list(values)
        for k in scalars:
            inputs[k] = np.asarray(inputs[k])
        storage: list[list[Any]] = [[None] for _ in range(count)]
        op.perform(node, inputs, storage)
        results = [
            one[0] if dtype is None else np.asarray(one[0], dtype) for one, dtype in zip(storage, dtypes, strict=True)
        ]
        return results[0] if count == 1 else tuple(results)

    return run


@numpy_funcify.register(CheckAndRaise)
def _check(op: CheckAndRaise, node: Apply, used: Any) -> Function:
    def run(value: Any, *conditions: Any) -> Any:
        for condition in conditions:
            if not condition:
                raise op.exc_type(op.msg)
        return value

    return run


@numpy_funcify.register(basic.TensorFromScalar)
@numpy_funcify.register(basic.ScalarFromTensor)
@numpy_funcify.register(ViewOp)
def _same(op: Any, node: Apply, used: Any) -> Function:
    return lambda x: x[()]


@numpy_funcify.register(DeepCopyOp)
def _copy(op: DeepCopyOp, node: Apply, used: Any) -> Function:
    return np.array
