"""Recurrent layers over whole sequences, whose weights get their gradient from one product at the end.

JAX differentiates a scan step by step and adds up the gradient of the recurrent kernel in the loop: a product of
small matrices and a sum over the whole kernel at each step. Here the loop leaves the kernel alone. What is added to
``h @ kernel`` at each step has a gradient of its own, which the loop gives for all steps; the kernel's is the
product of these with the states that they belong to.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax
from keras_core import ops
from keras_core.typing import Tensor

from keras_backend_jax.ops.linalg import matmul

Cell = Callable[[Any, Tensor, "list[Tensor]"], "list[Tensor]"]


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
        return ops.simple_rnn.op.body(  # type: ignore[attr-defined]
            inputs, initial_h, kernel, recurrent_kernel, bias, mask, activation, go_backwards, unroll
        )
    rows, keep = _by_time(inputs, mask, go_backwards)
    outputs, (h,) = _run(
        _simple_cell, unroll, None, _projected(rows, kernel, bias), recurrent_kernel, [initial_h], keep
    )
    return jnp.swapaxes(outputs, 0, 1), h


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
        return ops.lstm.op.body(  # type: ignore[attr-defined]
            inputs, initial_h, initial_c, kernel, recurrent_kernel, bias, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    rows, keep = _by_time(inputs, mask, go_backwards)
    states = [initial_h, initial_c]
    outputs, (h, c) = _run(_lstm_cell, unroll, None, _projected(rows, kernel, bias), recurrent_kernel, states, keep)
    return jnp.swapaxes(outputs, 0, 1), h, c


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
        return ops.gru.op.body(  # type: ignore[attr-defined]
            inputs, initial_h, kernel, recurrent_kernel, bias, reset_after, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    rows, keep = _by_time(inputs, mask, go_backwards)
    x = _projected(rows, kernel, None if bias is None else bias[0])
    added = jnp.zeros_like(x) if bias is None else jnp.broadcast_to(bias[1], x.shape)
    outputs, (h,) = _run(_gru_cell, unroll, x, added, recurrent_kernel, [initial_h], keep)
    return jnp.swapaxes(outputs, 0, 1), h


# -- cells: (the step's inputs, what comes of the state, states) -> new states


def _simple_cell(x: None, inner: Tensor, states: list[Tensor]) -> list[Tensor]:
    return [lax.tanh(inner)]


def _lstm_cell(x: None, inner: Tensor, states: list[Tensor]) -> list[Tensor]:
    i, f, g, o = jnp.split(inner, 4, -1)
    c = lax.logistic(f) * states[1] + lax.logistic(i) * lax.tanh(g)
    return [lax.logistic(o) * lax.tanh(c), c]


def _gru_cell(x: Tensor, inner: Tensor, states: list[Tensor]) -> list[Tensor]:
    (xz, xr, xh), (hz, hr, hh) = jnp.split(x, 3, -1), jnp.split(inner, 3, -1)
    z = lax.logistic(xz + hz)
    candidate = lax.tanh(xh + lax.logistic(xr + hr) * hh)
    return [z * states[0] + (1 - z) * candidate]


# -- the loop


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def _run(
    cell: Cell, unroll: bool, x: Any, added: Tensor, kernel: Tensor, states: Sequence[Tensor], keep: Tensor | None
) -> tuple[Tensor, list[Tensor]]:
    """Outputs of all steps (T, batch, units) and the last states."""
    return _scanned(cell, unroll, kernel, keep, x, added, states)[:2]


def _scanned(
    cell: Cell, unroll: bool, kernel: Tensor, keep: Tensor | None, x: Any, added: Tensor, states: Sequence[Tensor]
) -> tuple[Tensor, list[Tensor], Tensor]:
    """Outputs of all steps, the last states, and the first state before each step."""

    def step(carry: tuple[Tensor | None, list[Tensor]], row: Any) -> Any:
        (before, now), (x, more, here) = carry, row
        new = cell(x, now[0] @ kernel + more, now)
        if here is None:
            return (None, new), (new[0], now[0])
        output = jnp.where(here, new[0], before)
        kept = [jnp.where(here, a, b) for a, b in zip(new, now, strict=True)]
        return (output, kept), (output, now[0])

    start = None if keep is None else jnp.zeros_like(states[0]), list(states)
    (_, last), (outputs, earlier) = lax.scan(step, start, (x, added, keep), unroll=bool(unroll) or 1)
    return outputs, last, earlier


def _forward(
    cell: Cell, unroll: bool, x: Any, added: Tensor, kernel: Tensor, states: Sequence[Tensor], keep: Tensor | None
) -> Any:
    def run(x: Any, added: Tensor, states: Sequence[Tensor]) -> Any:
        *results, earlier = _scanned(cell, unroll, kernel, keep, x, added, states)
        return tuple(results), earlier

    results, pull, earlier = jax.vjp(run, x, added, list(states), has_aux=True)
    return results, (pull, earlier)


def _backward(cell: Cell, unroll: bool, kept: Any, upstream: Any) -> Any:
    pull, earlier = kept
    x, added, states = pull(upstream)
    kernel = earlier.reshape(-1, earlier.shape[-1]).T @ added.reshape(-1, added.shape[-1])
    return x, added, kernel, states, None


_run.defvjp(_forward, _backward)


def _by_time(inputs: Tensor, mask: Tensor | None, go_backwards: bool) -> tuple[Tensor, Tensor | None]:
    """Inputs (T, batch, features) and mask (T, batch, 1) in the order of the steps."""
    rows = jnp.swapaxes(inputs, 0, 1)
    keep = None if mask is None else jnp.swapaxes(mask, 0, 1)[..., None].astype(bool)
    if not go_backwards:
        return rows, keep
    return jnp.flip(rows, 0), None if keep is None else jnp.flip(keep, 0)


def _projected(rows: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    product = matmul(rows, kernel)
    return product if bias is None else product + bias
