"""LSTM and GRU by cuDNN, as operators that can be recorded.

PyTorch's own operators return lists among tensors, have no fake implementation of their gradients, and report other
strides for their outputs than these have. The operators defined here return flat lists, time first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import library

from keras_backend_torch.framework import ABSENT, CUDNN_RNN, CUDNN_RNN_BACKWARD, torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

_LIBRARY = library.Library("keras", "FRAGMENT")
_LIBRARY.define("cudnn_rnn(Tensor x, Tensor[] weights, Tensor h, Tensor? c, bool train) -> Tensor[]")
_LIBRARY.define(
    "cudnn_rnn_backward(Tensor x, Tensor[] weights, Tensor h, Tensor? c, Tensor y, Tensor reserve, Tensor packed,"
    " Tensor? dy, Tensor? dh, Tensor? dc) -> Tensor[]"
)


def _settings(h: Tensor, c: Tensor | None, train: bool) -> tuple[Any, ...]:
    """Mode (2: LSTM, 3: GRU), units, no projection, one layer, time first, no dropout, one direction, no lengths."""
    return 3 if c is None else 2, h.shape[-1], 0, 1, False, 0.0, train, False, [], None


def _forward(x: Tensor, weights: list[Tensor], h: Tensor, c: Tensor | None, train: bool) -> list[Tensor]:
    """Outputs (T, batch, units), what the gradient needs, and the last states."""
    y, last_h, last_c, reserve, packed = CUDNN_RNN(x, weights, 4, None, h, c, *_settings(h, c, train))
    return [y, reserve, packed, last_h, *([] if c is None else [last_c])]


def _backward(
    x: Tensor, weights: list[Tensor], h: Tensor, c: Tensor | None, y: Tensor, reserve: Tensor, packed: Tensor,
    dy: Tensor | None, dh: Tensor | None, dc: Tensor | None,
) -> list[Tensor]:  # fmt: skip
    """Gradients with respect to x, the first states, and the weights."""
    output_mask = [True, True, c is not None, True]
    dx, first_h, first_c, of_weights = CUDNN_RNN_BACKWARD(
        x, weights, 4, packed, h, c, y, dy, dh, dc, *_settings(h, c, True), reserve, output_mask
    )
    return [dx, first_h, *([] if c is None else [first_c]), *of_weights]


def _fake_forward(x: Tensor, weights: list[Tensor], h: Tensor, c: Tensor | None, train: bool) -> list[Tensor]:
    """Only cuDNN knows the sizes of what the gradient needs."""
    states = [torch.empty_like(state) for state in (h, c) if state is not None]
    return [x.new_empty((*x.shape[:2], h.shape[-1])), x.new_empty(0, dtype=torch.uint8), x.new_empty(0), *states]


def _fake_backward(x: Tensor, weights: list[Tensor], h: Tensor, c: Tensor | None, *others: Any) -> list[Tensor]:
    return [torch.empty_like(one) for one in (x, h, c, *weights) if one is not None]


for _name, _kernel, _fake in (
    ("cudnn_rnn", _forward, _fake_forward),
    ("cudnn_rnn_backward", _backward, _fake_backward),
):
    _LIBRARY.impl(_name, _kernel, "CompositeExplicitAutograd")
    library.register_fake(f"keras::{_name}", _fake, lib=_LIBRARY)


class _Sequence(torch.autograd.Function):
    """A whole sequence with its gradient."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, h: Tensor, c: Tensor | None, *weights: Tensor) -> tuple[Tensor, ...]:
        y, reserve, packed, *states = torch.ops.keras.cudnn_rnn(x, weights, h, c, True)
        ctx.save_for_backward(x, h, c, y, reserve, packed, *weights)
        ctx.set_materialize_grads(False)
        return y, *states

    @staticmethod
    def backward(ctx: Any, dy: Any, dh: Any, dc: Any = None) -> Any:
        x, h, c, y, reserve, packed, *weights = ctx.saved_tensors
        upstream = [None if one is None else one.contiguous() for one in (dy, dh, dc)]
        found = torch.ops.keras.cudnn_rnn_backward(x, weights, h, c, y, reserve, packed, *upstream)
        return *found[:2], None if c is None else found[2], *found[-len(weights) :]


def is_supported(inputs: Tensor) -> bool:
    """Whether cuDNN computes with tensors of this device and dtype."""
    known = CUDNN_RNN is not ABSENT and CUDNN_RNN_BACKWARD is not ABSENT
    return known and inputs.is_cuda and torch.version.hip is None and torch.backends.cudnn.is_acceptable(inputs)


def run_sequence(rows: Tensor, states: Sequence[Tensor], weights: Sequence[Tensor]) -> Any:
    """Outputs of all steps and the last states.

    Args:
        rows: inputs (batch, T, features).
        states: h and, for an LSTM, c, of shape (1, batch, units).
        weights: kernel, recurrent kernel and their biases, in PyTorch's order of gates.
    """
    x = rows.transpose(0, 1).contiguous()
    h, c = states[0], states[1] if len(states) > 1 else None
    if torch.is_grad_enabled():
        y, *last = _Sequence.apply(x, h, c, *weights)
    else:
        y, _, _, *last = torch.ops.keras.cudnn_rnn(x, list(weights), h, c, False)
    return y.transpose(0, 1), *(state.squeeze(0) for state in last)


__all__ = ["is_supported", "run_sequence"]
