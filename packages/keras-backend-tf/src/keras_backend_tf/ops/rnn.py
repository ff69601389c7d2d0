"""Recurrent layers over whole sequences in a graph, differentiated by hand.

TensorFlow differentiates a loop op by op: it keeps every intermediate result of a step in a list of its own, adds up
the gradient of the kernels step by step, and carries lists of zeros for outputs that nothing reads. Here a step keeps
its gates as one tensor, the factors of the loop back are computed of all steps at once, and so is the gradient of the
recurrent kernel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from keras_core.backend.toolkit import op_body

from keras_backend_tf.framework import is_recording, tf
from keras_backend_tf.ops.control import scan
from keras_backend_tf.ops.linalg import matmul

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor


def simple_rnn(
    inputs: Tensor,
    initial_h: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    activation: Any = "tanh",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor]:
    if unroll or activation != "tanh" or not _is_differentiated():
        return op_body("simple_rnn")(
            inputs, initial_h, kernel, recurrent_kernel, bias, mask, activation, go_backwards, unroll
        )
    outputs, (h,) = _whole(_SIMPLE, inputs, kernel, bias, recurrent_kernel, None, [initial_h], mask, go_backwards)
    return outputs, h


def lstm(
    inputs: Tensor,
    initial_h: Tensor,
    initial_c: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    usual = activation == "tanh" and recurrent_activation == "sigmoid"
    if unroll or not usual or not _is_differentiated():
        return op_body("lstm")(
            inputs, initial_h, initial_c, kernel, recurrent_kernel, bias, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    states = [initial_h, initial_c]
    outputs, (h, c) = _whole(_LSTM, inputs, kernel, bias, recurrent_kernel, None, states, mask, go_backwards)
    return outputs, h, c


def gru(
    inputs: Tensor,
    initial_h: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    reset_after: bool = True,
    mask: Tensor | None = None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor]:
    usual = reset_after and activation == "tanh" and recurrent_activation == "sigmoid"
    if unroll or not usual or not _is_differentiated():
        return op_body("gru")(
            inputs, initial_h, kernel, recurrent_kernel, bias, reset_after, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    of_inputs, of_state = (None, None) if bias is None else tf.unstack(bias, 2)
    states = [initial_h]
    outputs, (h,) = _whole(_GRU, inputs, kernel, of_inputs, recurrent_kernel, of_state, states, mask, go_backwards)
    return outputs, h


def _is_differentiated() -> bool:
    """Whether a graph is built whose gradient may be asked for; without one there is nothing to keep."""
    return not tf.executing_eagerly() and is_recording()


# -- cells


class _Cell(NamedTuple):
    """One step of a layer, and its derivative in two parts: of all steps at once, and of one in the loop back.

    forward(x, inner, states): the new states, and what the derivative keeps, as one tensor; `x` is what comes of the
        step's inputs, `inner` what comes of the state.
    factors(kept, before, keep): of all steps, from what they kept and the states before them: tensors that `backward`
        gets row by row. Where `keep` is False, gradients pass to the states before as they are.
    backward(factors, upstream): from the gradients of a step's states, what is kept of it, the gradient of `inner`,
        and those of the states before it, besides what reaches the first through `inner`.
    results(kept, factors): of all steps, what `backward` kept and `factors`: the gradients of `x` and of `inner`.
    """

    forward: Callable[[Tensor, Tensor, list[Tensor]], tuple[list[Tensor], Tensor]]
    factors: Callable[[Tensor, list[Tensor], Tensor | None], list[Tensor]]
    backward: Callable[[list[Tensor], list[Tensor]], tuple[Tensor, Tensor, list[Tensor]]]
    results: Callable[[Tensor, list[Tensor]], tuple[Tensor, Tensor]]


def _simple_step(x: Tensor, inner: Tensor, states: list[Tensor]) -> tuple[list[Tensor], Tensor]:
    h = tf.tanh(x + inner)
    return [h], h


def _simple_factors(h: Tensor, before: list[Tensor], keep: Tensor | None) -> list[Tensor]:
    return [_or(keep, 1 - h * h, 0), *_passing(keep, h)]


def _simple_back(factors: list[Tensor], upstream: list[Tensor]) -> tuple[Tensor, Tensor, list[Tensor]]:
    (slope, *passing), (dh,) = factors, upstream
    gates = dh * slope
    return gates, gates, [dh * one for one in passing]


def _lstm_step(x: Tensor, inner: Tensor, states: list[Tensor]) -> tuple[list[Tensor], Tensor]:
    i, f, g, o = tf.split(x + inner, 4, -1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    c = f * states[1] + i * g
    squashed = tf.tanh(c)
    return [o * squashed, c], tf.concat([i, f, g, o, squashed], -1)


def _lstm_factors(kept: Tensor, before: list[Tensor], keep: Tensor | None) -> list[Tensor]:
    i, f, g, o, squashed = tf.split(kept, 5, -1)
    of_gates = [g * i * (1 - i), before[1] * f * (1 - f), i * (1 - g * g), squashed * o * (1 - o)]
    through = o * (1 - squashed * squashed)
    return [_or(keep, tf.concat(of_gates, -1), 0), _or(keep, through, 0), _or(keep, f, 1), *_passing(keep, f)]


def _lstm_back(factors: list[Tensor], upstream: list[Tensor]) -> tuple[Tensor, Tensor, list[Tensor]]:
    (of_gates, through, f, *passing), (dh, dc) = factors, upstream
    dc = dc + dh * through
    gates = tf.concat([dc, dc, dc, dh], -1) * of_gates
    return gates, gates, [*(dh * one for one in passing), dc * f]


def _gru_step(x: Tensor, inner: Tensor, states: list[Tensor]) -> tuple[list[Tensor], Tensor]:
    (xz, xr, xh), (hz, hr, hh) = tf.split(x, 3, -1), tf.split(inner, 3, -1)
    z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
    candidate = tf.tanh(xh + r * hh)
    return [z * states[0] + (1 - z) * candidate], tf.concat([z, r, candidate, hh], -1)


def _gru_factors(kept: Tensor, before: list[Tensor], keep: Tensor | None) -> list[Tensor]:
    z, r, candidate, hh = tf.split(kept, 4, -1)
    of_candidate = (1 - z) * (1 - candidate * candidate)
    of_gates = [(before[0] - candidate) * z * (1 - z), of_candidate * hh * r * (1 - r), of_candidate * r]
    return [_or(keep, tf.concat(of_gates, -1), 0), _or(keep, z, 1), _or(keep, of_candidate, 0)]


def _gru_back(factors: list[Tensor], upstream: list[Tensor]) -> tuple[Tensor, Tensor, list[Tensor]]:
    (of_gates, z, _), (dh,) = factors, upstream
    return dh, tf.concat([dh, dh, dh], -1) * of_gates, [dh * z]


def _gru_results(dh: Tensor, factors: list[Tensor]) -> tuple[Tensor, Tensor]:
    of_gates, _, of_candidate = factors
    dz, dr, inner = tf.split(tf.concat([dh, dh, dh], -1) * of_gates, 3, -1)
    return tf.concat([dz, dr, dh * of_candidate], -1), tf.concat([dz, dr, inner], -1)


def _or(keep: Tensor | None, value: Tensor, otherwise: float) -> Tensor:
    return value if keep is None else tf.where(keep, value, tf.constant(otherwise, value.dtype))


def _passing(keep: Tensor | None, like: Tensor) -> list[Tensor]:
    """The share of the gradient by h that passes a step: all where it does not count; nothing to do without a mask."""
    return [] if keep is None else [tf.cast(tf.logical_not(keep), like.dtype)]


def _same(gates: Tensor, factors: list[Tensor]) -> tuple[Tensor, Tensor]:
    return gates, gates


_SIMPLE = _Cell(_simple_step, _simple_factors, _simple_back, _same)
_LSTM = _Cell(_lstm_step, _lstm_factors, _lstm_back, _same)
_GRU = _Cell(_gru_step, _gru_factors, _gru_back, _gru_results)


# -- the loops


def _whole(
    cell: _Cell,
    inputs: Tensor,
    kernel: Tensor,
    bias: Tensor | None,
    recurrent: Tensor,
    inner_bias: Tensor | None,
    states: Sequence[Tensor],
    mask: Tensor | None,
    go_backwards: bool,
) -> tuple[Tensor, list[Tensor]]:
    """Outputs (batch, T, units) and the last states."""
    rows = tf.transpose(inputs, (1, 0, 2))
    keep = None if mask is None else tf.transpose(tf.cast(mask, tf.bool))[..., None]
    if go_backwards:
        rows = tf.reverse(rows, (0,))
        keep = None if keep is None else tf.reverse(keep, (0,))
    projected = matmul(rows, kernel)
    projected = projected if bias is None else projected + bias
    biases = [] if inner_bias is None else [inner_bias]

    @tf.custom_gradient
    def run(x: Tensor, recurrent: Tensor, *rest: Tensor) -> Any:
        start, biases = list(rest[: len(states)]), list(rest[len(states) :])
        last, (*histories, kept) = _forward(cell, x, recurrent, biases, start, keep)

        def gradient(of_outputs: Tensor, *of_last: Tensor) -> list[Tensor]:
            before = [tf.concat([one[None], all_[:-1]], 0) for one, all_ in zip(start, histories, strict=True)]
            factors = cell.factors(kept, before, keep)
            of_x, of_inner, of_start = _back(cell, factors, recurrent, of_outputs, list(of_last))
            of_recurrent = tf.matmul(_flat(before[0]), _flat(of_inner), transpose_a=True)
            return [of_x, of_recurrent, *of_start, *(tf.reduce_sum(of_inner, (0, 1)) for _ in biases)]

        return (histories[0], *last), gradient

    outputs, *last = run(projected, recurrent, *states, *biases)
    if keep is not None:  # zeros before the first step that counts
        begun = tf.cumsum(tf.cast(keep, tf.int32), 0) > 0
        outputs = tf.where(begun, outputs, tf.zeros((), outputs.dtype))
    return tf.transpose(outputs, (1, 0, 2)), last


def _forward(
    cell: _Cell, x: Tensor, recurrent: Tensor, biases: list[Tensor], start: list[Tensor], keep: Tensor | None
) -> tuple[list[Tensor], list[Tensor]]:
    """The last states, and of every step the states after it and what the derivative keeps."""

    def step(now: list[Tensor], row: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        x, *here = row
        inner = matmul(now[0], recurrent)
        new, kept = cell.forward(x, inner + biases[0] if biases else inner, now)
        if here:
            new = [tf.where(here[0], a, b) for a, b in zip(new, now, strict=True)]
        return new, [*new, kept]

    return scan(step, start, [x] if keep is None else [x, keep])


def _back(
    cell: _Cell, factors: list[Tensor], recurrent: Tensor, of_outputs: Tensor, of_last: list[Tensor]
) -> tuple[Tensor, Tensor, list[Tensor]]:
    """The gradients of what comes of the inputs and of the states at every step, and of the first states."""
    transposed = tf.transpose(recurrent)

    def step(upstream: list[Tensor], row: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        of_output, *factors = row
        kept, of_inner, direct = cell.backward(factors, [upstream[0] + of_output, *upstream[1:]])
        of_h = matmul(of_inner, transposed)
        if len(direct) == len(upstream):
            of_h, direct = of_h + direct[0], direct[1:]
        return [of_h, *direct], [kept]

    of_start, (kept,) = scan(step, of_last, [of_outputs, *factors], reverse=True)
    return (*cell.results(kept, factors), of_start)


def _flat(sequence: Tensor) -> Tensor:
    return tf.reshape(sequence, (-1, sequence.shape[-1]))
