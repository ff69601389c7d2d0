"""Means: one that is multiplied by the number of its elements, as means over several batches are, is a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.compiler.passes.purity import PureCalls, use_counts
from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import Tensor

aten = torch.ops.aten


def sum_means(
    calls: Sequence[Call],
    recording: Recording,
    constants: Mapping[Value, Tensor],
    pure: PureCalls,
    live_out: set[Value],
) -> list[Call]:
    """The calls with a sum in place of such a mean and the product, which are a sum, a quotient and a product.

    Args:
        calls: calls in order.
        recording: for the shapes and dtypes of tensors.
        constants: all constants.
        pure: tells which calls may be merged.
        live_out: Values that have to stay.
    """
    counts = use_counts(calls, live_out)
    means: dict[Value, Call] = {}
    result: list[Call] = []
    for call in calls:
        if pure(call) and call.single and call.results[0] is not None:
            if call.kernel is aten.mean.dim and not call.kwargs:
                means[call.results[0]] = call
            elif call.kernel is aten.mul.Tensor:
                call = _summed(call, means, counts, recording, constants)
        result.append(call)
    return result


def _summed(
    call: Call,
    means: Mapping[Value, Call],
    counts: Mapping[Value, int],
    recording: Recording,
    constants: Mapping[Value, Tensor],
) -> Call:
    fakes = recording.fakes
    for value, factor in (call.args, call.args[::-1]):
        constant = constants.get(factor)
        if value not in means or counts[value] > 1 or constant is None or constant.dim():
            continue
        source, mean, product = fakes[means[value].args[0]], fakes[value], fakes[call.results[0]]  # type: ignore[index]
        same = source.dtype is mean.dtype is product.dtype and mean.dtype in (torch.float32, torch.float64)
        if same and mean.numel() and float(constant) * mean.numel() == source.numel() > 0:
            return Call(aten.sum.dim_IntList, means[value].args, {}, call.results, True, rerun=call.rerun)
    return call


__all__ = ["sum_means"]
