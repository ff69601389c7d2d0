"""Reductions over processes are begun as soon as what they reduce is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_backend_torch.compiler.recording import Call, ControlFlow, Recording, Value
from keras_backend_torch.distribution import BEGINS, REDUCE_END
from keras_backend_torch.framework import storage_id
from keras_backend_torch.parts import GATHER

if TYPE_CHECKING:
    from collections.abc import Sequence


def begin_reductions_early(calls: Sequence[Call], recording: Recording) -> list[Call]:
    """The calls with those that begin reductions moved up, so that gradients are reduced while others are computed.

    All processes exchange tensors in the same order, which stays as it is.

    Args:
        calls: calls in order.
        recording: knows which Values share memory.
    """
    found: list[Call] = []
    earliest = 0  # behind the last call that begins or ends a reduction, or depends on values
    for call in calls:
        if call.kernel in BEGINS:
            place = max(earliest, _first_place(call, found, recording))
            found.insert(place, call)
            earliest = place + 1
            continue
        found.append(call)
        if call.kernel in (REDUCE_END, GATHER) or isinstance(call, ControlFlow):
            earliest = len(found)
    return found


def _first_place(call: Call, before: Sequence[Call], recording: Recording) -> int:
    """Behind the last call that makes, or writes into, what this one takes."""
    used = call.uses()
    storages = {storage_id(recording.fakes[value]) for value in used}
    for place in range(len(before), 0, -1):
        earlier = before[place - 1]
        if not set(used).isdisjoint(earlier.results) or (earlier.mutates and _writes(earlier, storages, recording)):
            return place
    return 0


def _writes(call: Call, storages: set[int], recording: Recording) -> bool:
    def shares(value: Value) -> bool:
        return storage_id(recording.fakes[value]) in storages

    return any(map(shares, call.uses()))


__all__ = ["begin_reductions_early"]
