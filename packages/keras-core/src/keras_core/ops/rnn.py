"""Recurrent layers over whole sequences, as scans over the time axis.

Inputs are (batch, T, features); states (batch, units). A masked step repeats the previous output (zeros
before the first) and carries the state on. Gates stand in the order i f c o (LSTM) and z r h (GRU).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras_core.ops.control import scan
from keras_core.ops.creation import zeros_like
from keras_core.ops.elementwise import add, cast, greater, multiply, subtract, tanh, where
from keras_core.ops.linalg import matmul
from keras_core.ops.nn import activation as activations
from keras_core.ops.op import derived
from keras_core.ops.reduction import cumsum
from keras_core.ops.shaping import concatenate, expand_dims, flip, getitem, split, swapaxes
from keras_core.typing import Tensor

Activation = str | Callable[[Tensor], Tensor]
Cell = Callable[[Tensor, list[Tensor]], list[Tensor]]


@derived(
    tensors=("inputs", "initial_h", "kernel", "recurrent_kernel", "bias", "mask"),
    cast={"float": ("inputs", "initial_h", "kernel", "recurrent_kernel", "bias")},
)
def simple_rnn(
    inputs: Tensor,
    initial_h: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    activation: Activation = "tanh",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor]:
    """Simple recurrence over time: h' = activation(x @ kernel + bias + h @ recurrent_kernel).

    Args:
        inputs: (batch, T, features).
        initial_h: (batch, units).
        kernel: (features, units).
        recurrent_kernel: (units, units).
        bias: (units,) or None. Defaults to None.
        mask: bool (batch, T), true where a step counts; None counts all. Defaults to None.
        activation: name of an op, or a function of a tensor. Defaults to "tanh".
        go_backwards: whether to run from the last step to the first; outputs are in the order computed. Defaults to
            False.
        unroll: whether to unroll the loop, for a known T. Defaults to False.

    Returns:
        outputs (batch, T, units), the last h.

    Example:
        >>> from keras_core import ops
        >>> x, h = ops.ones((2, 3, 5)), ops.zeros((2, 4))
        >>> outputs, *states = ops.simple_rnn(x, h, ops.ones((5, 4)), ops.ones((4, 4)))
        >>> tuple(outputs.shape), len(states)
        ((2, 3, 4), 1)
    """
    act = activation_of(activation)

    def cell(x: Tensor, state: list[Tensor]) -> list[Tensor]:
        return [act(add(x, matmul(state[0], recurrent_kernel)))]

    outputs, (h,) = run_over_time(cell, _project(inputs, kernel, bias), [initial_h], mask, go_backwards, unroll)
    return outputs, h


@derived(
    tensors=("inputs", "initial_h", "initial_c", "kernel", "recurrent_kernel", "bias", "mask"),
    cast={"float": ("inputs", "initial_h", "initial_c", "kernel", "recurrent_kernel", "bias")},
)
def lstm(
    inputs: Tensor,
    initial_h: Tensor,
    initial_c: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    activation: Activation = "tanh",
    recurrent_activation: Activation = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor, Tensor]:
    """Long short-term memory over time.

    With z = x @ kernel + h @ recurrent_kernel + bias split into i, f, g, o:
    c' = sigma(f) c + sigma(i) act(g) and h' = sigma(o) act(c').

    Args:
        inputs: (batch, T, features).
        initial_h: first h (batch, units).
        initial_c: first c (batch, units).
        kernel: (features, 4 units), gates i f c o.
        recurrent_kernel: (units, 4 units).
        bias: (4 units,) or None. Defaults to None.
        mask: bool (batch, T), true where a step counts; None counts all. Defaults to None.
        activation: name of an op, or a function of a tensor. Defaults to "tanh".
        recurrent_activation: activation of the gates: name of an op, or a function of a tensor. Defaults to "sigmoid".
        go_backwards: whether to run from the last step to the first; outputs are in the order computed. Defaults to
            False.
        unroll: whether to unroll the loop, for a known T. Defaults to False.

    Returns:
        outputs (batch, T, units), the last h, the last c.

    Example:
        >>> from keras_core import ops
        >>> x, h = ops.ones((2, 3, 5)), ops.zeros((2, 4))
        >>> outputs, *states = ops.lstm(x, h, h, ops.ones((5, 16)), ops.ones((4, 16)))
        >>> tuple(outputs.shape), len(states)
        ((2, 3, 4), 2)

    Reference: Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997.
    """
    act, gate = activation_of(activation), activation_of(recurrent_activation)

    def cell(x: Tensor, state: list[Tensor]) -> list[Tensor]:
        h, c = state
        i, f, g, o = split(add(x, matmul(h, recurrent_kernel)), 4, -1)
        c = add(multiply(gate(f), c), multiply(gate(i), act(g)))
        return [multiply(gate(o), act(c)), c]

    states = [initial_h, initial_c]
    outputs, (h, c) = run_over_time(cell, _project(inputs, kernel, bias), states, mask, go_backwards, unroll)
    return outputs, h, c


@derived(
    tensors=("inputs", "initial_h", "kernel", "recurrent_kernel", "bias", "mask"),
    cast={"float": ("inputs", "initial_h", "kernel", "recurrent_kernel", "bias")},
)
def gru(
    inputs: Tensor,
    initial_h: Tensor,
    kernel: Tensor,
    recurrent_kernel: Tensor,
    bias: Tensor | None = None,
    reset_after: bool = True,
    mask: Tensor | None = None,
    activation: Activation = "tanh",
    recurrent_activation: Activation = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, Tensor]:
    """Gated recurrent unit over time: h' = z h + (1 - z) act(candidate).

    Args:
        inputs: (batch, T, features).
        initial_h: (batch, units).
        kernel: (features, 3 units), gates z r h.
        recurrent_kernel: (units, 3 units).
        bias: None, (3 units,), or with `reset_after` (2, 3 units): of the inputs and of the state. Defaults to None.
        reset_after: apply the reset gate to the state's product with its kernel, else to the state. Defaults to True.
        mask: bool (batch, T), true where a step counts; None counts all. Defaults to None.
        activation: name of an op, or a function of a tensor. Defaults to "tanh".
        recurrent_activation: activation of the gates: name of an op, or a function of a tensor. Defaults to "sigmoid".
        go_backwards: whether to run from the last step to the first; outputs are in the order computed. Defaults to
            False.
        unroll: whether to unroll the loop, for a known T. Defaults to False.

    Returns:
        outputs (batch, T, units), the last h.

    Example:
        >>> from keras_core import ops
        >>> x, h = ops.ones((2, 3, 5)), ops.zeros((2, 4))
        >>> outputs, *states = ops.gru(x, h, ops.ones((5, 12)), ops.ones((4, 12)), reset_after=False)
        >>> tuple(outputs.shape), len(states)
        ((2, 3, 4), 1)

    Reference: Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder", 2014.
    """
    act, gate = activation_of(activation), activation_of(recurrent_activation)
    state_bias = None
    if bias is not None and reset_after:
        bias, state_bias = getitem(bias, 0), getitem(bias, 1)
    *gate_kernels, candidate_kernel = split(recurrent_kernel, 3, -1)
    gates_kernel = concatenate(gate_kernels, -1)

    def after(x: Tensor, state: list[Tensor]) -> list[Tensor]:
        (h,) = state
        inner = matmul(h, recurrent_kernel)
        inner = inner if state_bias is None else add(inner, state_bias)
        (xz, xr, xh), (hz, hr, hh) = split(x, 3, -1), split(inner, 3, -1)
        z, r = gate(add(xz, hz)), gate(add(xr, hr))
        return [_between(z, h, act(add(xh, multiply(r, hh))))]

    def before(x: Tensor, state: list[Tensor]) -> list[Tensor]:
        (h,) = state
        (xz, xr, xh), (hz, hr) = split(x, 3, -1), split(matmul(h, gates_kernel), 2, -1)
        z, r = gate(add(xz, hz)), gate(add(xr, hr))
        return [_between(z, h, act(add(xh, matmul(multiply(r, h), candidate_kernel))))]

    cell = after if reset_after else before
    outputs, (h,) = run_over_time(cell, _project(inputs, kernel, bias), [initial_h], mask, go_backwards, unroll)
    return outputs, h


def activation_of(activation: str | Callable[[Tensor], Tensor] | None) -> Callable[[Tensor], Tensor]:
    """The function that a name such as "tanh" or "sigmoid" stands for; a function is returned as it is."""
    if callable(activation):
        return activation
    if activation in (None, "linear"):
        return lambda x: x
    function: Callable[[Tensor], Tensor] | None = (
        tanh if activation == "tanh" else getattr(activations, str(activation), None)
    )
    if function is None:
        raise ValueError(f"Unknown activation {activation!r} of a recurrent op; give an op's name or a function.")
    return function


def run_over_time(
    cell: Cell,
    inputs: Tensor,
    states: list[Tensor],
    mask: Tensor | None = None,
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Tensor, list[Tensor]]:
    """Run ``cell(x, states) -> new states`` along axis 1; the first new state is the output.

    Returns:
        outputs (batch, T, units) in the order computed, and the last states.
    """
    rows = swapaxes(inputs, 0, 1)
    keep = None if mask is None else expand_dims(cast(swapaxes(mask, 0, 1), "bool"), -1)
    if go_backwards:
        rows = flip(rows, 0)
        keep = None if keep is None else flip(keep, 0)

    def step(carry: list[Any], row: Tensor) -> tuple[Any, Any]:
        new = cell(row, carry)
        return new, new[0]

    def masked_step(carry: list[Any], row: list[Any]) -> tuple[Any, Any]:
        x, here = row
        kept = [where(here, a, b) for a, b in zip(cell(x, carry), carry, strict=True)]
        return kept, kept[0]

    if keep is None:
        last, outputs = scan(step, states, rows, unroll=unroll or 1)
    else:
        last, outputs = scan(masked_step, states, [rows, keep], unroll=unroll or 1)
        begun = greater(cumsum(cast(keep, "int32"), 0), 0)
        outputs = where(begun, outputs, zeros_like(outputs))  # before the first step that counts
    return swapaxes(outputs, 0, 1), last


def _project(inputs: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    product = matmul(inputs, kernel)
    return product if bias is None else add(product, bias)


def _between(share: Tensor, old: Tensor, new: Tensor) -> Tensor:
    return add(multiply(share, old), multiply(subtract(1, share), new))
