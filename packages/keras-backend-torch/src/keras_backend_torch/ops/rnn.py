"""LSTM and GRU over whole sequences by the kernels of oneDNN and cuDNN.

They support only tanh and sigmoid, and no masks. Anything else is computed step by step, by the op's body.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import op_body

from keras_backend_torch.framework import torch
from keras_backend_torch.kernels import cudnn_rnn
from keras_backend_torch.modes import STATE

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def _fits(inputs: Tensor, mask: Tensor | None, activation: Any, recurrent_activation: Any) -> bool:
    """Whether a kernel computes the same. The kernels have no second derivatives."""
    usual = activation == "tanh" and recurrent_activation == "sigmoid"
    on_cpu = inputs.device.type == "cpu" and inputs.dtype in (torch.float32, torch.bfloat16)
    supported = on_cpu or cudnn_rnn.is_supported(inputs)
    return mask is None and usual and supported and inputs.shape[1] > 0 and STATE.depth < 2


def _zeros(kernel: Tensor) -> Tensor:
    return torch.zeros(kernel.shape[1], dtype=kernel.dtype, device=kernel.device)


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
    if not _fits(inputs, mask, activation, recurrent_activation):
        return op_body("lstm")(
            inputs, initial_h, initial_c, kernel, recurrent_kernel, bias, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    weights = [kernel.t().contiguous(), recurrent_kernel.t().contiguous()]
    weights += [_zeros(kernel) if bias is None else bias, _zeros(kernel)]
    states = (initial_h.unsqueeze(0).contiguous(), initial_c.unsqueeze(0).contiguous())
    rows = inputs.flip(1) if go_backwards else inputs
    if cudnn_rnn.is_supported(inputs):
        return cudnn_rnn.run_sequence(rows, states, weights)
    outputs, h, c = torch.lstm(rows, states, weights, True, 1, 0.0, torch.is_grad_enabled(), False, True)
    return outputs, h.squeeze(0), c.squeeze(0)


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
    native = reset_after and cudnn_rnn.is_supported(inputs)  # a CPU has no kernel for it
    if not (native and _fits(inputs, mask, activation, recurrent_activation)):
        return op_body("gru")(
            inputs, initial_h, kernel, recurrent_kernel, bias, reset_after, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    weights = [_reset_first(one, -1).t().contiguous() for one in (kernel, recurrent_kernel)]
    biases = [_zeros(kernel)] * 2 if bias is None else list(bias.unbind())
    weights += [_reset_first(one, -1) for one in biases]
    rows = inputs.flip(1) if go_backwards else inputs
    start = initial_h.unsqueeze(0).contiguous()
    return cudnn_rnn.run_sequence(rows, [start], weights)


def _reset_first(weights: Tensor, axis: int) -> Tensor:
    """Gates in Keras's order z r h as gates in PyTorch's order r z h."""
    update, reset, candidate = weights.chunk(3, axis)
    return torch.cat([reset, update, candidate], axis)
