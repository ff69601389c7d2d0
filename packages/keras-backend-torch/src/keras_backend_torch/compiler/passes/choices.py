"""Chosen classes and their comparison with the right ones, as metrics of accuracy have them, in fewer kernels."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from keras_backend_torch.compiler.passes.purity import PureCalls, new_value, use_counts
from keras_backend_torch.compiler.recording import Call, Recording, Value, kernel_name
from keras_backend_torch.framework import torch, without_modes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

aten = torch.ops.aten


def simplify_choices(calls: Sequence[Call], recording: Recording, pure: PureCalls, live_out: set[Value]) -> list[Call]:
    """The calls without what choices and counts of them do not need; what becomes dead stays.

    - The largest of the probabilities that a softmax gives is where their largest logarithm is, which a loss may have
      computed: all are NaN where all probabilities are. Else it is where the largest logit is; the first one where that
      is NaN or infinity, since all are NaN then. Where logits differ by so little that their probabilities are rounded
      to one number, it is one of them, and not always the first.
    - A position that is compared needs not be narrowed first: where the other number was widened elsewhere, that is
      used.
    - A sum of booleans in another dtype converts them itself.

    Args:
        calls: calls in order.
        recording: for the shapes and dtypes of tensors.
        pure: tells which calls may be merged.
        live_out: Values that have to stay.
    """
    fakes, counts = recording.fakes, use_counts(calls, live_out)
    makers: dict[Value, Call] = {}
    widened: dict[Value, Value] = {}
    positions: set[Value] = set()
    logarithms: dict[tuple[Value, int], Value] = {}
    result: list[Call] = []
    for call in calls:
        if pure(call) and call.single:
            if call.kernel is aten.argmax.default:
                *first, call = _of_logits(call, makers, logarithms, counts, recording)
                result += first
                positions.update(value for value in call.results if value is not None)
            elif kernel_name(call) == "_log_softmax" and not call.args[2] and call.results[0] is not None:
                logarithms[call.args[0], call.args[1] % fakes[call.args[0]].ndim] = call.results[0]
            elif call.kernel is aten.eq.Tensor:
                call = _with_positions(call, makers, widened, positions, recording)
            elif call.kernel is aten.sum.dim_IntList:
                call = _of_booleans(call, makers, counts, recording)
            made = call.results[0]
            if made is not None:
                makers[made] = call
                if _is_cast(call) and fakes[made].dtype is torch.int64:
                    widened[call.args[0]] = made
        result.append(call)
    return result


def _is_cast(call: Call | None) -> bool:
    return call is not None and kernel_name(call) == "_to_copy" and [*call.kwargs] == ["dtype"]


def _of_logits(
    call: Call,
    makers: Mapping[Value, Call],
    logarithms: Mapping[tuple[Value, int], Value],
    counts: Mapping[Value, int],
    recording: Recording,
) -> list[Call]:
    source = makers.get(call.args[0])
    if source is None or kernel_name(source) != "_softmax" or counts[call.args[0]] > 1 or len(call.args) < 2:
        return [call]
    logits, axis, _ = source.args
    fake = recording.fakes[logits]
    if call.args[1] is None or call.args[1] % fake.ndim != axis % fake.ndim:
        return [call]
    logarithm = logarithms.get((logits, axis % fake.ndim))
    if logarithm is not None:
        return [replace(call, args=(logarithm, *call.args[1:]))]
    with without_modes(), torch.no_grad():
        found = aten.max.dim(fake, *call.args[1:])
        largest, position, finite = (new_value(recording, one) for one in (*found, found[0] < math.inf))
    return [
        Call(aten.max.dim, (logits, *call.args[1:]), {}, [largest, position], False),
        Call(aten.lt.Scalar, (largest, math.inf), {}, [finite], True),
        replace(call, kernel=aten.mul.Tensor, args=(position, finite)),
    ]


def _with_positions(
    call: Call,
    makers: Mapping[Value, Call],
    widened: Mapping[Value, Value],
    positions: Set[Value],
    recording: Recording,
) -> Call:
    fakes = recording.fakes
    for narrow, other in (call.args, call.args[::-1]):
        cast = makers.get(narrow)
        if cast is None or not _is_cast(cast) or fakes[narrow].dtype is not torch.int32:
            continue
        if cast.args[0] not in positions or not fakes[other].ndim:
            continue
        if fakes[other].dtype is torch.int32:
            return replace(call, args=(widened.get(other, other), cast.args[0]))
    return call


def _of_booleans(call: Call, makers: Mapping[Value, Call], counts: Mapping[Value, int], recording: Recording) -> Call:
    cast = makers.get(call.args[0])
    if cast is None or not _is_cast(cast) or counts[call.args[0]] > 1:
        return call
    dtype = recording.fakes[call.args[0]].dtype
    if recording.fakes[cast.args[0]].dtype is not torch.bool or call.kwargs != {"dtype": dtype}:
        return call
    return replace(call, args=(cast.args[0], *call.args[1:]))


__all__ = ["simplify_choices"]
