"""LSTM and GRU written as scans of PyTensor's own Ops, for derivatives beyond the fused kernels' first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytensor.tensor as pt

from keras_backend_theano.custom_ops.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytensor.graph.basic import Variable


def lstm(arguments: Sequence[Variable], mask: Any, backwards: bool) -> list[Variable]:
    """An LSTM over whole sequences.

    Args:
        arguments: x (batch, time, features), h and c (batch, units), kernel, recurrent kernel and bias, as `LSTM` has
            them.
        mask: (batch, time) of bool, or None.
        backwards: whether to begin with the last step.

    Returns:
        Outputs in the order of processing (batch, time, units), last h and last c.
    """
    x, h, c, kernel, recurrent, bias = arguments
    units = recurrent.shape[0]

    def cell(row: Any, state: list[Any]) -> list[Any]:
        h, c = state
        z = pt.dot(row, kernel) + pt.dot(h, recurrent) + bias
        i, f, g, o = (z[:, k * units : (k + 1) * units] for k in range(4))
        c = pt.sigmoid(f) * c + pt.sigmoid(i) * pt.tanh(g)
        return [pt.sigmoid(o) * pt.tanh(c), c]

    return _over_time(cell, x, [h, c], mask, backwards)


def gru(arguments: Sequence[Variable], mask: Any, backwards: bool, reset_after: bool) -> list[Variable]:
    """A GRU over whole sequences.

    Args:
        arguments: x (batch, time, features), h (batch, units), kernel, recurrent kernel and both biases, as `GRU` has
            them.
        mask: (batch, time) of bool, or None.
        backwards: whether to begin with the last step.
        reset_after: whether the reset gate acts on the recurrent product.

    Returns:
        Outputs in the order of processing (batch, time, units), and last h.
    """
    x, h, kernel, recurrent, bias, recurrent_bias = arguments
    units = recurrent.shape[0]

    def cell(row: Any, state: list[Any]) -> list[Any]:
        (h,) = state
        of_row = pt.dot(row, kernel) + bias
        of_state = pt.dot(h, recurrent) + (recurrent_bias if reset_after else 0 * recurrent_bias)
        z, r = (
            pt.sigmoid(of_row[:, k * units : (k + 1) * units] + of_state[:, k * units : (k + 1) * units])
            for k in range(2)
        )
        inner = r * of_state[:, 2 * units :] if reset_after else pt.dot(r * h, recurrent[:, 2 * units :])
        return [z * h + (1 - z) * pt.tanh(of_row[:, 2 * units :] + inner)]

    return _over_time(cell, x, [h], mask, backwards)


def _over_time(
    cell: Callable[..., list[Any]], x: Variable, states: list[Any], mask: Any, backwards: bool
) -> list[Variable]:
    """The cell's first state at each step in the order of processing, and its last states."""
    rows = [x.dimshuffle(1, 0, 2)]
    if mask is not None:
        rows.append(mask.dimshuffle(1, 0, "x"))

    def step(carry: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
        first, *others = cell(row[0], carry[1:])
        new = [first, first, *others]
        if mask is not None:
            new = [pt.switch(row[1], one, old) for one, old in zip(new, carry, strict=True)]
        return new, new[:1]

    (_, *last), (outputs,) = scan(step, [pt.zeros_like(states[0]), *states], rows, None, backwards)
    ordered = outputs[::-1] if backwards else outputs
    return [ordered.dimshuffle(1, 0, 2), *last]
