"""LSTM and GRU over whole sequences by the kernels of oneDNN and cuDNN.

They support only tanh and sigmoid. Anything else is computed step by step, by the op's body. They know no masks: the
masked steps of a row are moved behind the others, where nothing reads their outputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import op_body

from keras_backend_torch.framework import torch
from keras_backend_torch.kernels import cudnn_rnn
from keras_backend_torch.modes import STATE

if TYPE_CHECKING:
    from keras_core.typing import Tensor


_SATURATED = 1e4
"""What a gate gets added to be 0 or 1 exactly."""


def _fits(inputs: Tensor, activation: Any, recurrent_activation: Any) -> bool:
    """Whether a kernel computes the same. The kernels have no second derivatives."""
    usual = activation == "tanh" and recurrent_activation == "sigmoid"
    on_cpu = inputs.device.type == "cpu" and inputs.dtype in (torch.float32, torch.bfloat16)
    supported = on_cpu or cudnn_rnn.is_supported(inputs)
    return usual and supported and inputs.shape[1] > 0 and STATE.depth < 2


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
    if not _fits(inputs, activation, recurrent_activation):
        return op_body("lstm")(
            inputs, initial_h, initial_c, kernel, recurrent_kernel, bias, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    rows = inputs.flip(1) if go_backwards else inputs
    steps = None if mask is None else _Steps(mask.flip(1) if go_backwards else mask)
    if steps is not None:
        rows, kernel = steps.sorted(rows), _with_row_that_keeps_c(kernel)
        rows = torch.cat([rows, steps.masked.unsqueeze(-1).to(rows.dtype)], -1)
    weights = [kernel.t().contiguous(), recurrent_kernel.t().contiguous()]
    weights += [_zeros(kernel) if bias is None else bias, _zeros(kernel)]
    states = (initial_h.unsqueeze(0).contiguous(), initial_c.unsqueeze(0).contiguous())
    if cudnn_rnn.is_supported(inputs):
        outputs, h, c = cudnn_rnn.run_sequence(rows, states, weights)
    else:
        outputs, h, c = torch.lstm(rows, states, weights, True, 1, 0.0, torch.is_grad_enabled(), False, True)
        h, c = h.squeeze(0), c.squeeze(0)
    return (outputs, h, c) if steps is None else (*steps.in_place(outputs, initial_h), c)


def _with_row_that_keeps_c(kernel: Tensor) -> Tensor:
    """The kernel for one more feature, 1 at a masked step: its input gate is 0 and its forget gate 1."""
    gates = kernel[:1].chunk(4, 1)
    row = [torch.full_like(gate, value) for gate, value in zip(gates, (-_SATURATED, _SATURATED, 0, 0), strict=True)]
    return torch.cat([kernel, torch.cat(row, 1)])


class _Steps:
    """The steps of masked sequences in the order that a kernel computes them: those that count come first.

    Args:
        mask: (batch, T), true where a step counts.
    """

    def __init__(self, mask: Tensor) -> None:
        mask = mask.to(torch.bool)
        self._order = mask.logical_not().to(torch.int8).argsort(stable=True, dim=1)
        self._counts = mask.to(torch.int64).cumsum(1)
        #: (batch, T), true where a step, after sorting, does not count.
        self.masked = torch.arange(mask.shape[1], device=mask.device) >= self._counts[:, -1:]

    def sorted(self, rows: Tensor) -> Tensor:
        """(batch, T, features) by step; zeros at masked steps, whatever stood there."""
        found = rows.gather(1, self._order.unsqueeze(-1).expand_as(rows))
        return found.masked_fill(self.masked.unsqueeze(-1), 0)

    def in_place(self, outputs: Tensor, initial: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs as a mask asks for them, the last one again at a masked step and zeros before any, and the last h."""
        places = (self._counts - 1).clamp(min=0).unsqueeze(-1).expand_as(outputs)
        found = outputs.gather(1, places)
        none = (self._counts == 0).unsqueeze(-1)
        return found.masked_fill(none, 0), torch.where(none[:, -1], initial, found[:, -1])


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
    if not (native and _fits(inputs, activation, recurrent_activation)):
        return op_body("gru")(
            inputs, initial_h, kernel, recurrent_kernel, bias, reset_after, mask, activation, recurrent_activation,
            go_backwards, unroll,
        )  # fmt: skip
    weights = [_reset_first(one, -1).t().contiguous() for one in (kernel, recurrent_kernel)]
    biases = [_zeros(kernel)] * 2 if bias is None else list(bias.unbind())
    weights += [_reset_first(one, -1) for one in biases]
    rows = inputs.flip(1) if go_backwards else inputs
    steps = None if mask is None else _Steps(mask.flip(1) if go_backwards else mask)
    start = initial_h.unsqueeze(0).contiguous()
    outputs, h = cudnn_rnn.run_sequence(rows if steps is None else steps.sorted(rows), [start], weights)
    return (outputs, h) if steps is None else steps.in_place(outputs, initial_h)


def _reset_first(weights: Tensor, axis: int) -> Tensor:
    """Gates in Keras's order z r h as gates in PyTorch's order r z h."""
    update, reset, candidate = weights.chunk(3, axis)
    return torch.cat([reset, update, candidate], axis)
