"""Long short-term memory over a whole sequence, forward and backward.

S. Hochreiter, J. Schmidhuber, "Long short-term memory", Neural Computation 9(8), 1997, with the
forget gate of F. Gers et al., 2000. Gates stand in the order input, forget, cell, output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from keras_backend_theano.kernels.recurrence import (
    gate_scale,
    previous,
    product,
    project,
    steps,
    to_batch_first,
)
from keras_backend_theano.kernels.threads import product as matrix_product
from keras_backend_theano.kernels.threads import single_blas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_backend_theano.kernels.window import Array

GATES = "ssts"


class LSTMRun(NamedTuple):
    """What `forward` gives.

    Attributes:
        outputs: (batch, time, units) in the order of processing; before the first step that the mask
            keeps they are zero, at later masked steps they repeat.
        h: final hidden state, (batch, units).
        c: final cell state, (batch, units).
        gates: activated gates, (time, batch, 4 * units), for `backward`.
        cells: cell state after each step, (time, batch, units), for `backward`.
    """

    outputs: Array
    h: Array
    c: Array
    gates: Array
    cells: Array


class LSTMGradients(NamedTuple):
    """Gradients with respect to the arguments of `forward`."""

    inputs: Array
    h: Array
    c: Array
    kernel: Array
    recurrent: Array
    bias: Array


def forward(arguments: Sequence[Any], mask: Array | None = None, backwards: bool = False) -> LSTMRun:
    """Run the sequence.

    Args:
        arguments: the inputs (batch, time, features); the initial states h and c (batch, units); the
            kernel (features, 4 * units); the recurrent kernel (units, 4 * units); the bias
            (4 * units,) or None.
        mask: (batch, time) of bool; at False the states pass unchanged.
        backwards: whether to begin with the last step.
    """
    inputs, h, c, kernel, recurrent, bias = arguments
    batch, units = h.shape
    sequence = steps(inputs, mask, backwards)
    scale = gate_scale(units, GATES, inputs.dtype)
    shift = 1 - scale
    shift[scale == 1] = 0
    scaled_bias = None if bias is None else bias * scale
    gates = project(sequence.inputs, kernel * scale, scaled_bias)
    weights = recurrent * scale
    hidden = np.empty((len(gates), batch, units), inputs.dtype)
    cells = np.empty_like(hidden)
    buffer = np.empty((batch, 4 * units), inputs.dtype)
    with single_blas():
        for step, z in enumerate(gates):
            z += np.matmul(h, weights, out=buffer)
            np.tanh(z, out=z)
            z *= scale
            z += shift
            i, f, g, o = (z[:, k * units : (k + 1) * units] for k in range(4))
            c_new = np.multiply(f, c, out=cells[step])
            c_new += i * g
            h_new = np.tanh(c_new, out=hidden[step])
            h_new *= o
            if sequence.keep is not None:
                skip = sequence.keep[step] == 0
                np.copyto(c_new, c, where=skip)
                np.copyto(h_new, h, where=skip)
            h, c = h_new, c_new
    outputs = hidden if sequence.seen is None else hidden * sequence.seen
    return LSTMRun(to_batch_first(outputs), h.copy(), c.copy(), gates, cells)


def backward(
    arguments: Sequence[Any],
    mask: Array | None,
    run: LSTMRun,
    gradients: Sequence[Array],
    backwards: bool = False,
) -> LSTMGradients:
    """Back-propagation through time.

    Args:
        arguments: those of `forward`; the bias may be left out.
        mask: as given to `forward`.
        run: its result.
        gradients: of the loss with respect to `outputs`, the final `h` and the final `c`; each may have axes of
            length 1, which broadcast.
        backwards: as given to `forward`.
    """
    inputs, h, c, kernel, recurrent = arguments[:5]
    d_outputs, d_h, d_c = gradients
    batch, units = h.shape
    sequence = steps(inputs, mask, backwards)
    time = len(run.gates)
    hidden = run.outputs.swapaxes(0, 1)
    d_hidden = np.broadcast_to(d_outputs, (batch, time, units)).swapaxes(0, 1)
    if sequence.seen is not None:
        hidden = np.where(sequence.seen == 0, h, hidden)
        d_hidden = d_hidden * sequence.seen
    h_before, c_before = previous(hidden, h), previous(run.cells, c)
    dz = _slopes(run.gates, units)
    tanh_c = np.tanh(run.cells)
    c_slope = 1 - tanh_c * tanh_c
    dh = np.array(np.broadcast_to(d_h, (batch, units)))
    dc = np.array(np.broadcast_to(d_c, (batch, units)))
    transposed = np.ascontiguousarray(recurrent.T)
    with single_blas():
        for step in range(time - 1, -1, -1):
            dh += d_hidden[step]
            keep = None if sequence.keep is None else sequence.keep[step]
            if keep is not None:
                passed_h, passed_c = dh * (1 - keep), dc * (1 - keep)
                dh, dc = dh * keep, dc * keep
            i, f, g, o = (run.gates[step, :, k * units : (k + 1) * units] for k in range(4))
            di, df, dg, do = (dz[step, :, k * units : (k + 1) * units] for k in range(4))
            do *= dh * tanh_c[step]
            dh *= o
            dh *= c_slope[step]
            dc += dh
            di *= dc * g
            df *= dc * c_before[step]
            dg *= dc * i
            dc *= f
            dh = dz[step] @ transposed
            if keep is not None:
                dh += passed_h
                dc += passed_c
    flat = dz.reshape(-1, 4 * units)
    d_inputs = matrix_product(flat, kernel.T).reshape(sequence.inputs.shape)
    return LSTMGradients(
        to_batch_first(d_inputs, backwards),
        dh,
        dc,
        product(sequence.inputs, dz),
        product(h_before, dz),
        flat.sum(0),
    )


def _slopes(gates: Array, units: int) -> Array:
    """Derivative of each activation at its value."""
    slopes = gates * (1 - gates)
    cell = gates[..., 2 * units : 3 * units]
    slopes[..., 2 * units : 3 * units] = 1 - cell * cell
    return slopes
