"""LSTM and GRU as one Op a sequence; other activations than the usual ones take the op's own body."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor.tensor as pt
from keras_core.backend.toolkit import op_body

from keras_backend_theano.custom_ops.recurrent import GRU, LSTM
from keras_backend_theano.kernels import gru as gru_kernel
from keras_backend_theano.kernels import lstm as lstm_kernel
from keras_backend_theano.symbolic import is_symbolic, tensor


def _usual(activation: Any, recurrent_activation: Any) -> bool:
    return activation == "tanh" and recurrent_activation == "sigmoid"


def lstm(
    inputs: Any,
    initial_h: Any,
    initial_c: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any = None,
    mask: Any = None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Any, Any, Any]:
    """Long short-term memory over whole sequences.

    Args:
        inputs: (batch, time, features).
        initial_h: (batch, units).
        initial_c: (batch, units).
        kernel: (features, 4 * units).
        recurrent_kernel: (units, 4 * units).
        bias: (4 * units,), or None.
        mask: (batch, time) of bool, or None; at False the state passes unchanged.
        activation: the kernel computes "tanh"; others take the op's own body.
        recurrent_activation: the kernel computes "sigmoid"; others take the op's own body.
        go_backwards: whether to begin with the last step.
        unroll: makes no difference to the kernel.

    Returns:
        Outputs in the order of processing (batch, time, units), last h and last c.
    """
    weights = [inputs, initial_h, initial_c, kernel, recurrent_kernel]
    if not _usual(activation, recurrent_activation):
        rest = (bias, mask, activation, recurrent_activation, go_backwards, unroll)
        return op_body("lstm")(*weights, *rest)
    if not is_symbolic([*weights, bias, mask]):
        flags = None if mask is None else np.asarray(mask, bool)
        return lstm_kernel.forward([*weights, bias], flags, go_backwards)[:3]
    weights.append(_zeros(inputs, kernel) if bias is None else bias)
    if mask is not None:
        weights.append(tensor(mask, "bool"))
    outputs, h, c, *_ = LSTM(mask is not None, bool(go_backwards))(*map(tensor, weights))
    return outputs, h, c


def gru(
    inputs: Any,
    initial_h: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any = None,
    reset_after: bool = True,
    mask: Any = None,
    activation: Any = "tanh",
    recurrent_activation: Any = "sigmoid",
    go_backwards: bool = False,
    unroll: bool = False,
) -> tuple[Any, Any]:
    """Gated recurrent unit over whole sequences.

    Args:
        inputs: (batch, time, features).
        initial_h: (batch, units).
        kernel: (features, 3 * units).
        recurrent_kernel: (units, 3 * units).
        bias: (3 * units,), or (2, 3 * units) with `reset_after`, or None.
        reset_after: whether the reset gate acts on the recurrent product.
        mask: (batch, time) of bool, or None; at False the state passes unchanged.
        activation: the kernel computes "tanh"; others take the op's own body.
        recurrent_activation: the kernel computes "sigmoid"; others take the op's own body.
        go_backwards: whether to begin with the last step.
        unroll: makes no difference to the kernel.

    Returns:
        Outputs in the order of processing (batch, time, units), and last h.
    """
    weights = [inputs, initial_h, kernel, recurrent_kernel]
    if not _usual(activation, recurrent_activation):
        rest = (bias, reset_after, mask, activation, recurrent_activation, go_backwards, unroll)
        return op_body("gru")(*weights, *rest)
    both = bias is not None and reset_after
    of_inputs, of_state = (bias[0], bias[1]) if both else (bias, None)
    if not is_symbolic([*weights, bias, mask]):
        flags = None if mask is None else np.asarray(mask, bool)
        run = gru_kernel.forward([*weights, of_inputs, of_state], flags, go_backwards, bool(reset_after))
        return run[:2]
    zeros = _zeros(inputs, kernel)
    weights += [zeros if one is None else one for one in (of_inputs, of_state)]
    if mask is not None:
        weights.append(tensor(mask, "bool"))
    node = GRU(mask is not None, bool(go_backwards), bool(reset_after))
    outputs, h, *_ = node(*map(tensor, weights))
    return outputs, h


def _zeros(inputs: Any, kernel: Any) -> Any:
    gates = kernel.shape[1] if isinstance(kernel, np.ndarray) else kernel.type.shape[1]
    return pt.zeros((gates,), dtype=str(inputs.dtype))
