"""Gated recurrent unit over a whole sequence, forward and backward.

K. Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014. Gates stand in the
order update, reset, candidate. With `reset_after` the reset gate acts on the recurrent product
(as cuDNN has it), otherwise on the state before the product (as the paper has it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from keras_backend_theano.kernels.recurrence import (
    Steps,
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
    from collections.abc import Callable, Sequence

    from keras_backend_theano.kernels.window import Array


class GRURun(NamedTuple):
    """What `forward` gives.

    Attributes:
        outputs: (batch, time, units) in the order of processing; before the first step that the mask
            keeps they are zero, at later masked steps they repeat.
        h: final state, (batch, units).
        gates: activated gates, (time, batch, 3 * units), for `backward`.
        inner: what the reset gate acted on, (time, batch, units), for `backward`.
    """

    outputs: Array
    h: Array
    gates: Array
    inner: Array


class GRUGradients(NamedTuple):
    """Gradients with respect to the arguments of `forward`."""

    inputs: Array
    h: Array
    kernel: Array
    recurrent: Array
    bias: Array
    recurrent_bias: Array


def forward(
    arguments: Sequence[Any],
    mask: Array | None = None,
    backwards: bool = False,
    reset_after: bool = True,
) -> GRURun:
    """Run the sequence.

    Args:
        arguments: the inputs (batch, time, features); the initial state h (batch, units); the kernel
            (features, 3 * units); the recurrent kernel (units, 3 * units); the bias (3 * units,) or
            None; with `reset_after` also the bias of the recurrent product, (3 * units,) or None.
        mask: (batch, time) of bool; at False the state passes unchanged.
        backwards: whether to begin with the last step.
        reset_after: where the reset gate acts.
    """
    inputs, h, kernel, recurrent, bias, recurrent_bias = arguments
    batch, units = h.shape
    sequence = steps(inputs, mask, backwards)
    scale = gate_scale(units, "sst", inputs.dtype)
    gates = project(sequence.inputs, kernel * scale, None if bias is None else bias * scale)
    weights = recurrent * scale
    shift = None if recurrent_bias is None else recurrent_bias * scale
    hidden = np.empty((len(gates), batch, units), inputs.dtype)
    inner = np.empty_like(hidden)
    split = 2 * units
    with single_blas():
        for step, z in enumerate(gates):
            if reset_after:
                product_h = h @ weights
                if shift is not None:
                    product_h += shift
                _update_and_reset(z, product_h[:, :split])
                inner[step] = product_h[:, split:]
                z[:, split:] += z[:, units:split] * inner[step]
            else:
                _update_and_reset(z, h @ weights[:, :split])
                inner[step] = h
                z[:, split:] += (z[:, units:split] * h) @ weights[:, split:]
            candidate = np.tanh(z[:, split:], out=z[:, split:])
            h_new = np.subtract(h, candidate, out=hidden[step])
            h_new *= z[:, :units]
            h_new += candidate
            if sequence.keep is not None:
                np.copyto(h_new, h, where=sequence.keep[step] == 0)
            h = h_new
    outputs = hidden if sequence.seen is None else hidden * sequence.seen
    return GRURun(to_batch_first(outputs), h.copy(), gates, inner)


def _update_and_reset(z: Array, recurrent: Array) -> None:
    """Activate the first two gates in place; their inputs come halved."""
    both = z[:, : recurrent.shape[-1]]
    both += recurrent
    np.tanh(both, out=both)
    both *= 0.5
    both += 0.5


def backward(
    arguments: Sequence[Any],
    mask: Array | None,
    run: GRURun,
    gradients: Sequence[Array],
    backwards: bool = False,
    reset_after: bool = True,
) -> GRUGradients:
    """Back-propagation through time.

    Args:
        arguments: those of `forward`; the biases may be left out.
        mask: as given to `forward`.
        run: its result.
        gradients: of the loss with respect to `outputs` and the final `h`; each may have axes of length 1, which
            broadcast.
        backwards: as given to `forward`.
        reset_after: as given to `forward`.
    """
    inputs, h, kernel, recurrent = arguments[:4]
    d_outputs, d_h = gradients
    batch, units = h.shape
    sequence = steps(inputs, mask, backwards)
    time = len(run.gates)
    hidden = run.outputs.swapaxes(0, 1)
    d_hidden = np.broadcast_to(d_outputs, (batch, time, units)).swapaxes(0, 1)
    if sequence.seen is not None:
        hidden = np.where(sequence.seen == 0, h, hidden)
        d_hidden = d_hidden * sequence.seen
    h_before = previous(hidden, h)
    d_last = np.broadcast_to(d_h, (batch, units))
    step = _step_after if reset_after else _step_before
    with single_blas():
        d_input, d_recurrent, d_start = _through_time(sequence, run, h_before, d_hidden, d_last, recurrent, step)
    if reset_after:
        d_kernel = product(h_before, d_recurrent)
    else:
        reset = run.gates[..., units : 2 * units]
        d_kernel = np.concatenate(
            [
                product(h_before, d_input[..., : 2 * units]),
                product(reset * h_before, d_input[..., 2 * units :]),
            ],
            axis=1,
        )
    flat = d_input.reshape(-1, 3 * units)
    return GRUGradients(
        to_batch_first(matrix_product(flat, kernel.T).reshape(sequence.inputs.shape), backwards),
        d_start,
        product(sequence.inputs, d_input),
        d_kernel,
        flat.sum(0),
        d_recurrent.reshape(-1, 3 * units).sum(0),
    )


def _through_time(
    sequence: Steps,
    run: GRURun,
    h_before: Array,
    d_hidden: Array,
    d_last: Array,
    recurrent: Array,
    step_back: Callable[..., Array],
) -> tuple[Array, Array, Array]:
    """Gradients by the gates' input part and recurrent part at each step, and by the initial state."""
    d_input = np.empty_like(run.gates)
    d_recurrent = np.empty_like(run.gates)
    transposed = np.ascontiguousarray(recurrent.T)
    dh = np.array(d_last)
    for step in range(len(run.gates) - 1, -1, -1):
        dh += d_hidden[step]
        keep = None if sequence.keep is None else sequence.keep[step]
        passed = 0 if keep is None else dh * (1 - keep)
        dh = dh if keep is None else dh * keep
        dh = step_back(
            dh,
            h_before[step],
            run.gates[step],
            run.inner[step],
            d_input[step],
            d_recurrent[step],
            transposed,
        )
        dh += passed
    return d_input, d_recurrent, dh


def _step_after(dh: Array, h: Array, gates: Array, inner: Array, d_in: Array, d_rec: Array, transposed: Array) -> Array:
    """One step back with the reset gate after the recurrent product; returns the gradient with respect to `h`."""
    units = h.shape[1]
    z, r, candidate = gates[:, :units], gates[:, units : 2 * units], gates[:, 2 * units :]
    d_candidate = dh * (1 - z) * (1 - candidate * candidate)
    d_in[:, :units] = dh * (h - candidate) * z * (1 - z)
    d_in[:, units : 2 * units] = d_candidate * inner * r * (1 - r)
    d_in[:, 2 * units :] = d_candidate
    d_rec[...] = d_in
    d_rec[:, 2 * units :] *= r
    return dh * z + d_rec @ transposed


def _step_before(
    dh: Array, h: Array, gates: Array, inner: Array, d_in: Array, d_rec: Array, transposed: Array
) -> Array:
    """One step back with the reset gate before the recurrent product; returns the gradient with respect to `h`."""
    units = h.shape[1]
    z, r, candidate = gates[:, :units], gates[:, units : 2 * units], gates[:, 2 * units :]
    d_candidate = dh * (1 - z) * (1 - candidate * candidate)
    d_reset = d_candidate @ transposed[2 * units :]
    d_in[:, :units] = dh * (h - candidate) * z * (1 - z)
    d_in[:, units : 2 * units] = d_reset * h * r * (1 - r)
    d_in[:, 2 * units :] = d_candidate
    d_rec[...] = d_in
    return dh * z + d_reset * r + d_in[:, : 2 * units] @ transposed[: 2 * units]
