"""Clamps: a minimum of a maximum, both with a number, is one kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.compiler.passes.purity import PureCalls, use_counts
from keras_backend_torch.compiler.recording import Call, Recording, Value
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.typing import Tensor

aten = torch.ops.aten


def fuse_clamps(
    calls: Sequence[Call],
    recording: Recording,
    constants: Mapping[Value, Tensor],
    pure: PureCalls,
    live_out: set[Value],
) -> list[Call]:
    """The calls with one clamp in place of a maximum and a minimum, whose bounds are numbers.

    Args:
        calls: calls in order.
        recording: for the shapes and dtypes of tensors.
        constants: all constants.
        pure: tells which calls may be merged.
        live_out: Values that have to stay.
    """
    counts = use_counts(calls, live_out)
    greater: dict[Value, tuple[Value, float]] = {}
    result: list[Call] = []
    for call in calls:
        value, number = _with_number(call, recording, constants) if pure(call) else (None, None)
        if value is not None and number is not None:
            if call.kernel is aten.minimum.default and value in greater and counts[value] == 1:
                inner, least = greater[value]
                if least <= number:
                    call = Call(aten.clamp.default, (inner, least, number), {}, call.results, True)
            elif call.kernel is aten.maximum.default and call.results[0] is not None:
                greater[call.results[0]] = value, number
        result.append(call)
    return result


def _with_number(
    call: Call, recording: Recording, constants: Mapping[Value, Tensor]
) -> tuple[Value | None, float | None]:
    """The tensor and the number that a minimum or maximum is of."""
    if call.kernel not in (aten.minimum.default, aten.maximum.default):
        return None, None
    x, bound = call.args
    fake, constant = recording.fakes[x], constants.get(bound)
    if constant is None or constant.dim() or x in constants or fake.dtype is not constant.dtype:
        return None, None
    if not fake.dtype.is_floating_point:
        return None, None
    number = float(constant)
    return (x, number) if number == number else (None, None)


__all__ = ["fuse_clamps"]
