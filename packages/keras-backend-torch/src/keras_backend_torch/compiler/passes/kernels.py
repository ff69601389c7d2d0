"""Weights of convolutions, put into the order of PyTorch's axes once, for the convolution and its gradient.

Keras's axes are (*space, in, out) and PyTorch's (out, in, *space). A convolution copies a weight that is not laid out
as it wants it, and so does its gradient, an element at a time. Channels last, the copy is a transpose of a matrix, for
which PyTorch has a kernel that is three times as fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_backend_torch.compiler.passes.purity import new_view
from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

aten = torch.ops.aten

_WEIGHT = {aten.convolution.default: 1, aten.convolution_backward.default: 2}
"""Kernels, and which of their arguments is the weight."""

_INPUT = {aten.convolution.default: 0, aten.convolution_backward.default: 1}

_CHANNELS_LAST = {4: torch.channels_last, 5: torch.channels_last_3d}

_SMALL = 1024
"""Of fewer elements a copy costs less than the calls that make it faster."""


def arrange_kernels(calls: Sequence[Call], recording: Recording) -> list[Call]:
    """The calls with each weight of convolutions laid out once.

    Args:
        calls: calls in order.
        recording: gets fake tensors for new Values.
    """
    if any(call.mutates for call in calls):
        return list(calls)
    makers = {call.results[0]: call for call in calls if call.single}
    arranged: dict[Value, Value] = {}
    left: list[Call] = []
    for call in calls:
        place = _WEIGHT.get(call.kernel)
        weight = None if place is None else call.args[place]
        if weight is not None and weight not in arranged and _is_view_of_variable(makers.get(weight), recording):
            made = _arrangement(makers[weight], recording.fakes[call.args[_INPUT[call.kernel]]], recording)
            arranged[weight] = made[-1].results[0]  # type: ignore[assignment]
            left += made
        left.append(call.renamed({weight: arranged[weight]}) if weight in arranged else call)
    return left


def _is_view_of_variable(view: Call | None, recording: Recording) -> bool:
    """Whether a call puts the axes of a variable that is in the memory of a CPU into another order."""
    if view is None or view.kernel is not aten.permute.default or view.args[0] not in recording.reads.values():
        return False
    fake = recording.fakes[view.args[0]]
    return fake.device.type == "cpu" and fake.numel() >= _SMALL and fake.is_contiguous()


def _arrangement(view: Call, inputs: Any, recording: Recording) -> list[Call]:
    """Calls that lay a weight out as a convolution of such inputs takes it."""
    source, axes = view.args
    shape = list(recording.fakes[source].shape)
    count = len(shape)
    last = _CHANNELS_LAST.get(count)
    channels_last = last is not None and inputs.is_contiguous(memory_format=last)
    if not channels_last or list(axes) != [count - 1, count - 2, *range(count - 2)]:
        kernels: list[tuple[Any, tuple[Any, ...]]] = [(aten.permute.default, (axes,)), (aten.clone.default, ())]
    else:
        out_first = [shape[-1], *shape[:-1]]
        kernels = [(aten.view.default, ([-1, shape[-1]],)), (aten.t.default, ()), (aten.clone.default, ())]
        kernels += [(aten.view.default, (out_first,)), (aten.permute.default, ([0, count - 1, *range(1, count - 1)],))]
    calls = []
    for kernel, args in kernels:
        options = {"memory_format": torch.contiguous_format} if kernel is aten.clone.default else {}
        made = new_view(recording, source, lambda fake: kernel(fake, *args, **options))  # noqa: B023
        calls.append(Call(kernel, (source, *args), options, [made], True))
        source = made
    return calls


__all__ = ["arrange_kernels"]
