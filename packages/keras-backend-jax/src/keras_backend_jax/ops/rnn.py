"""Recurrent layers over whole sequences, differentiated by hand.

JAX differentiates a scan step by step: it keeps every intermediate result and adds up the gradient of the kernels
in the loop, products of small matrices and a sum over a whole kernel at each step. Here a step keeps its gates and
no more, the loop back gives the gradients of what goes into the gates, and those of the kernels are one product
each, of all steps at once.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from keras_core.backend.toolkit import op_body

from keras_backend_jax import devices
from keras_backend_jax.ops.linalg import matmul

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
    if activation != "tanh":
        return op_body("simple_rnn")(
            inputs, initial_h, kernel, recurrent_kernel, bias, mask, activation, go_backwards, unroll
        )
    kernels, biases = (kernel, recurrent_kernel), (bias, None)
    outputs, (h,) = _whole(_SIMPLE, inputs, kernels, biases, [initial_h], mask, go_backwards, unroll)
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
    if not (activation == "tanh" and recurrent_activation == "sigmoid"):
        return op_body("lstm")(
            inputs, initial_h, initial_c, kernel, recurrent_kernel, bias, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    kernels, biases = (kernel, recurrent_kernel), (bias, None)
    outputs, (h, c) = _whole(_LSTM, inputs, kernels, biases, [initial_h, initial_c], mask, go_backwards, unroll)
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
    if not (reset_after and activation == "tanh" and recurrent_activation == "sigmoid"):
        return op_body("gru")(
            inputs, initial_h, kernel, recurrent_kernel, bias, reset_after, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    kernels, biases = (kernel, recurrent_kernel), (None, None) if bias is None else (bias[0], bias[1])
    outputs, (h,) = _whole(_GRU, inputs, kernels, biases, [initial_h], mask, go_backwards, unroll)
    return outputs, h


# -- cells


class _Cell(NamedTuple):
    """One step of a layer and its derivative.

    forward(x, inner, states): the new states, and what the derivative needs; `x` is what comes of the step's
        inputs, `inner` what comes of the state.
    backward(kept, states, upstream): the gradients of `x`, of `inner` (None: the same), and of the states besides
        what reaches them through `inner`.
    """

    forward: Callable[[Tensor, Tensor, list[Tensor]], tuple[list[Tensor], Any]]
    backward: Callable[[Any, list[Tensor], list[Tensor]], tuple[Tensor, Tensor | None, list[Tensor]]]


def _simple_step(x: Tensor, inner: Tensor, states: list[Tensor]) -> tuple[list[Tensor], Any]:
    h = lax.tanh(x + inner)
    return [h], h


def _simple_back(h: Tensor, states: list[Tensor], upstream: list[Tensor]) -> Any:
    return upstream[0] * (1 - h * h), None, [jnp.zeros_like(h)]


def _lstm_step(x: Tensor, inner: Tensor, states: list[Tensor]) -> tuple[list[Tensor], Any]:
    i, f, g, o = jnp.split(x + inner, 4, -1)
    i, f, g, o = lax.logistic(i), lax.logistic(f), lax.tanh(g), lax.logistic(o)
    c = f * states[1] + i * g
    squashed = lax.tanh(c)
    return [o * squashed, c], (i, f, g, o, squashed)


def _lstm_back(kept: Any, states: list[Tensor], upstream: list[Tensor]) -> Any:
    i, f, g, o, squashed = kept
    dh, dc = upstream
    dc = dc + dh * o * (1 - squashed * squashed)
    gates = dc * g * i * (1 - i), dc * states[1] * f * (1 - f), dc * i * (1 - g * g), dh * squashed * o * (1 - o)
    return jnp.concatenate(gates, -1), None, [jnp.zeros_like(dh), dc * f]


def _gru_step(x: Tensor, inner: Tensor, states: list[Tensor]) -> tuple[list[Tensor], Any]:
    (xz, xr, xh), (hz, hr, hh) = jnp.split(x, 3, -1), jnp.split(inner, 3, -1)
    z, r = lax.logistic(xz + hz), lax.logistic(xr + hr)
    candidate = lax.tanh(xh + r * hh)
    return [z * states[0] + (1 - z) * candidate], (z, r, candidate, hh)


def _gru_back(kept: Any, states: list[Tensor], upstream: list[Tensor]) -> Any:
    z, r, candidate, hh = kept
    (dh,) = upstream
    dz = dh * (states[0] - candidate) * z * (1 - z)
    dc = dh * (1 - z) * (1 - candidate * candidate)
    dr = dc * hh * r * (1 - r)
    return jnp.concatenate((dz, dr, dc), -1), jnp.concatenate((dz, dr, dc * r), -1), [dh * z]


_SIMPLE, _LSTM, _GRU = _Cell(_simple_step, _simple_back), _Cell(_lstm_step, _lstm_back), _Cell(_gru_step, _gru_back)


# -- the loop

Pair = tuple[Any, Any]
"""What belongs to the inputs, and what belongs to the state."""


class _Loop(NamedTuple):
    """What a program is compiled for besides shapes and dtypes.

    inside: whether a step projects its own inputs: on a CPU all steps' gates at once leave its caches.
    """

    cell: _Cell
    unroll: bool
    inside: bool


def _whole(
    cell: _Cell,
    inputs: Tensor,
    kernels: Pair,
    biases: Pair,
    states: Sequence[Tensor],
    mask: Tensor | None,
    go_backwards: bool,
    unroll: bool,
) -> tuple[Tensor, list[Tensor]]:
    """Outputs (batch, T, units) and the last states, by a program that the next call of this kind finds again."""
    on_cpu = devices.default().platform == "cpu"
    loop = _Loop(cell, bool(unroll), inside=inputs.shape[0] > 1 and on_cpu)
    return _compiled(loop, bool(go_backwards), inputs, kernels, biases, states, mask)


@functools.partial(jax.jit, static_argnums=(0, 1))
def _compiled(
    loop: _Loop,
    go_backwards: bool,
    inputs: Tensor,
    kernels: Pair,
    biases: Pair,
    states: Sequence[Tensor],
    mask: Tensor | None,
) -> tuple[Tensor, list[Tensor]]:
    rows, keep = _by_time(inputs, mask, go_backwards)
    outputs, last = _run(loop, rows, kernels, biases, states, keep)
    return jnp.swapaxes(outputs, 0, 1), last


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _run(
    loop: _Loop, rows: Tensor, kernels: Pair, biases: Pair, states: Sequence[Tensor], keep: Tensor | None
) -> tuple[Tensor, list[Tensor]]:
    """Outputs of all steps (T, batch, units) and the last states."""
    return _scanned(loop, rows, kernels, biases, states, keep)[:2]


def _scanned(
    loop: _Loop,
    rows: Tensor,
    kernels: Pair,
    biases: Pair,
    states: Sequence[Tensor],
    keep: Tensor | None,
    differentiated: bool = False,
) -> tuple[Tensor, list[Tensor], Any]:
    """Outputs of all steps, the last states, and what the loop back needs: the states before each step and more."""
    cell, inside = loop.cell, loop.inside
    (kernel, recurrent), (bias, inner_bias) = kernels, biases

    def step(carry: tuple[Tensor | None, list[Tensor]], row: Any) -> Any:
        (before, now), (x, here) = carry, row
        projected = _product(x, kernel, bias) if inside else x
        new, kept = cell.forward(projected, _product(now[0], recurrent, inner_bias), now)
        saved = (now, kept) if differentiated else None
        if here is None:
            return (None, new), (new[0], saved)
        output = jnp.where(here, new[0], before)
        new = [jnp.where(here, a, b) for a, b in zip(new, now, strict=True)]
        return (output, new), (output, saved)

    start = None if keep is None else jnp.zeros_like(states[0]), list(states)
    feed = rows if inside else _product(rows, kernel, bias)
    (_, last), (outputs, saved) = lax.scan(step, start, (feed, keep), unroll=loop.unroll or 1)
    return outputs, last, saved


def _forward(
    loop: _Loop, rows: Tensor, kernels: Pair, biases: Pair, states: Sequence[Tensor], keep: Tensor | None
) -> Any:
    outputs, last, saved = _scanned(loop, rows, kernels, biases, states, keep, differentiated=True)
    return (outputs, last), (rows, kernels, biases, keep, saved)


def _backward(loop: _Loop, kept: Any, upstream: Any) -> Any:
    rows, (kernel, recurrent), biases, keep, saved = kept
    of_outputs, of_states = upstream

    def step(carry: tuple[Tensor | None, list[Tensor]], row: Any) -> Any:
        (of_before, of_new), (of_output, (states, gates), here) = carry, row
        passed: list[Any] = [0] * len(of_new)
        if here is not None:
            of_output = of_output + of_before
            of_before = jnp.where(here, 0, of_output)
            passed = [jnp.where(here, 0, one) for one in of_new]
            of_output, *of_new = (jnp.where(here, one, 0) for one in (of_output, *of_new))
        of_x, of_inner, direct = loop.cell.backward(gates, states, [of_new[0] + of_output, *of_new[1:]])
        through = matmul(of_x if of_inner is None else of_inner, recurrent.T)
        of_states = [a + b for a, b in zip(direct, passed, strict=True)]
        return (of_before, [of_states[0] + through, *of_states[1:]]), (of_x, of_inner)

    start = None if keep is None else jnp.zeros_like(of_states[0]), list(of_states)
    (_, of_states), (of_x, of_inner) = lax.scan(
        step, start, (of_outputs, saved, keep), reverse=True, unroll=loop.unroll or 1
    )
    of_inner = of_x if of_inner is None else of_inner
    (earlier, *_), _ = saved
    of_kernels = _flat(rows).T @ _flat(of_x), _flat(earlier).T @ _flat(of_inner)
    of_biases = tuple(
        None if bias is None else jnp.sum(of, (0, 1)) for bias, of in zip(biases, (of_x, of_inner), strict=True)
    )
    return matmul(of_x, kernel.T), of_kernels, of_biases, of_states, None


_run.defvjp(_forward, _backward)


def _flat(sequence: Tensor) -> Tensor:
    return sequence.reshape(-1, sequence.shape[-1])


def _product(rows: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    product = matmul(rows, kernel)
    return product if bias is None else product + bias


def _by_time(inputs: Tensor, mask: Tensor | None, go_backwards: bool) -> tuple[Tensor, Tensor | None]:
    """Inputs (T, batch, features) and mask (T, batch, 1) in the order of the steps."""
    rows = jnp.swapaxes(inputs, 0, 1)
    keep = None if mask is None else jnp.swapaxes(mask, 0, 1)[..., None].astype(bool)
    if not go_backwards:
        return rows, keep
    return jnp.flip(rows, 0), None if keep is None else jnp.flip(keep, 0)
