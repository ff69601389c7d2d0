"""Nodes that read and write parts of arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from pytensor.graph.basic import Apply, Constant
from pytensor.tensor import subtensor

from keras_backend_theano.compiler.dispatch.basic import Function, by_perform, numpy_funcify
from keras_backend_theano.framework import row_scatter_ops, subtensor_key

SCATTERED_ROWS = 64
"""Rows from which sorting them before they are added is faster than adding one by one."""


@numpy_funcify.register(subtensor.Subtensor)
def _slice(op: subtensor.Subtensor, node: Apply, used: Any) -> Function:
    key_of = subtensor_key(op)
    if key_of is None:
        return by_perform(node)
    fixed = _fixed_key(key_of, node.inputs[1:])
    if fixed is not None:
        return lambda x, *_: x[fixed]
    return lambda x, *parts: x[key_of(parts)]


@numpy_funcify.register(subtensor.IncSubtensor)
def _write_slice(op: subtensor.IncSubtensor, node: Apply, used: Any) -> Function:
    key_of, replace = subtensor_key(op), op.set_instead_of_inc
    if key_of is None:
        return by_perform(node)
    fixed = _fixed_key(key_of, node.inputs[2:])

    def run(x: Any, y: Any, *parts: Any) -> Any:
        key = key_of(parts) if fixed is None else fixed
        result = np.array(x)
        if replace:
            result[key] = y
        else:
            result[key] += y
        return result

    return run


def _fixed_key(key_of: Function, variables: Any) -> tuple[Any, ...] | None:
    """The key of a slicing Op when it is known before the run."""
    if not all(isinstance(value, Constant) for value in variables):
        return None
    return key_of([int(value.data) for value in variables])


def _scatter(op: Any, node: Apply, used: Any) -> Function:
    general = by_perform(node)
    if not _adds_rows(op, node):
        return general

    def run(x: Any, y: Any, rows: Any) -> Any:
        if rows.size < SCATTERED_ROWS or y.shape != (*rows.shape, x.shape[1]):
            return general(x, y, rows)
        return add_rows(x, y.reshape(-1, x.shape[1]), rows.reshape(-1))

    return run


for _kind in row_scatter_ops():
    numpy_funcify.register(_kind)(_scatter)


def _adds_rows(op: Any, node: Apply) -> bool:
    """Whether the node adds rows to a matrix at places given by one tensor of ints."""
    x, y, *indices = node.inputs
    return (
        not op.set_instead_of_inc
        and tuple(getattr(op, "idx_list", (0,))) == (0,)
        and len(indices) == 1
        and indices[0].type.dtype != "bool"
        and x.type.ndim == 2
        and y.type.ndim == indices[0].type.ndim + 1
    )


def add_rows(x: Any, y: Any, rows: Any) -> Any:
    """`x` with rows added to some of its rows: the gradient of an embedding.

    Args:
        x: (rows, columns).
        y: (count, columns), what is added.
        rows: (count,), where; negative ones count from the end, and they may repeat.

    Raises:
        IndexError: when a row is out of range.
    """
    if rows.min() < -len(x) or rows.max() >= len(x):
        raise IndexError(f"Got row {rows.min()} to {rows.max()}, expected rows of {len(x)}.")
    rows = np.where(rows < 0, rows + len(x), rows)
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    result = np.array(x)
    result[ordered[starts]] += np.add.reduceat(y[order], starts, axis=0)
    return result
