"""Recurrent layers over whole sequences, where ONNX has them whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_export.to_onnx.values import Unsupported, Value, constant

if TYPE_CHECKING:
    from keras_export.to_onnx.builder import Builder

_ACTIVATIONS = {
    "tanh": ("Tanh", 0.0, 0.0),
    "sigmoid": ("Sigmoid", 0.0, 0.0),
    "relu": ("Relu", 0.0, 0.0),
    "softsign": ("Softsign", 0.0, 0.0),
    "softplus": ("Softplus", 0.0, 0.0),
    "hard_sigmoid": ("HardSigmoid", 1 / 6, 0.5),
    "elu": ("Elu", 1.0, 0.0),
}


def _activations(*names: Any) -> dict[str, Any]:
    if any(not isinstance(name, str) or name not in _ACTIVATIONS for name in names):
        raise Unsupported("this activation")  # composed of other ops
    found = [_ACTIVATIONS[name] for name in names]
    if all(name in ("Tanh", "Sigmoid", "Relu") for name, _, _ in found):
        return {"activations": [name for name, _, _ in found]}
    return {
        "activations": [name for name, _, _ in found],
        "activation_alpha": [alpha for _, alpha, _ in found],
        "activation_beta": [beta for _, _, beta in found],
    }


def _weights(kernel: Value, gates: int, order: list[int]) -> Value:
    """A kernel (inputs, gates * units) as ONNX has it: (1, gates * units, inputs), with the gates in its order."""
    parts = np.split(kernel.known("a kernel"), gates, -1)
    return constant(np.concatenate([parts[k] for k in order], -1).T[None])


def _over_time(
    g: Builder,
    op: str,
    inputs: Value,
    states: list[Value],
    weights: list[Value | None],
    mask: Value | None,
    go_backwards: bool,
    units: int,
    **attributes: Any,
) -> list[Value]:
    """Outputs (batch, T, units) in the order computed, and the last states."""
    if mask is not None:
        raise Unsupported("a mask")  # composed of other ops
    if inputs.dtype not in ("float32", "float64"):
        raise Unsupported("this dtype")
    x = g.transpose(inputs, [1, 0, 2])
    steps, batch, _ = x.shape
    outputs = [Value((steps, 1, batch, units), x.dtype), *(Value((1, batch, units), x.dtype) for _ in states)]
    first = [g.unsqueeze(state, [0]) for state in states]
    way = "reverse" if go_backwards else "forward"
    given: list[Value | None] = [x, *weights, None, *first]
    found, *last = g.nodes_of(op, given, outputs, hidden_size=units, direction=way, **attributes)
    found = g.squeeze(found, [1])
    if go_backwards:
        found = g.slice(found, 0, 2**62, -(2**63), -1)
    return [g.transpose(found, [1, 0, 2]), *(g.squeeze(one, [0]) for one in last)]


def _bias(bias: Value | None, gates: int, order: list[int], dtype: str) -> Value | None:
    """The bias of the inputs, and that of the state where there is one, zeros where not."""
    if bias is None:
        return None
    array = bias.known("a bias")
    rows = array if array.ndim == 2 else np.stack([array, np.zeros_like(array)])
    parts = [np.concatenate([np.split(row, gates)[k] for k in order]) for row in rows]
    return constant(np.concatenate(parts)[None], dtype)


def simple_rnn(
    g: Builder,
    inputs: Value,
    initial_h: Value,
    kernel: Value,
    recurrent_kernel: Value,
    bias: Value | None = None,
    mask: Value | None = None,
    activation: Any = "tanh",
    go_backwards: bool = False,
    unroll: bool = False,
) -> list[Value]:
    given = _activations(activation)
    weights = [_weights(kernel, 1, [0]), _weights(recurrent_kernel, 1, [0]), _bias(bias, 1, [0], inputs.dtype)]
    units = int(recurrent_kernel.known("a kernel").shape[0])
    return _over_time(g, "RNN", inputs, [initial_h], weights, mask, go_backwards, units, **given)


def lstm(
    g: Builder,
    inputs: Value,
    initial_h: Value,
    initial_c: Value,
    kernel: Value,
    recurrent_kernel: Value,
    bias: Value | None = None,
    mask: Value | None = None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> list[Value]:
    given = _activations(recurrent_activation, activation, activation)
    order = [0, 3, 1, 2]  # i f c o -> i o f c
    weights = [_weights(kernel, 4, order), _weights(recurrent_kernel, 4, order), _bias(bias, 4, order, inputs.dtype)]
    units = int(recurrent_kernel.known("a kernel").shape[0])
    return _over_time(g, "LSTM", inputs, [initial_h, initial_c], weights, mask, go_backwards, units, **given)


def gru(
    g: Builder,
    inputs: Value,
    initial_h: Value,
    kernel: Value,
    recurrent_kernel: Value,
    bias: Value | None = None,
    reset_after: bool = True,
    mask: Value | None = None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> list[Value]:
    given = _activations(recurrent_activation, activation)
    order = [0, 1, 2]
    weights = [_weights(kernel, 3, order), _weights(recurrent_kernel, 3, order), _bias(bias, 3, order, inputs.dtype)]
    units = int(recurrent_kernel.known("a kernel").shape[0])
    given["linear_before_reset"] = int(bool(reset_after))
    return _over_time(g, "GRU", inputs, [initial_h], weights, mask, go_backwards, units, **given)
