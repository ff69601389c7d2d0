"""Memory that is used again: an elementwise call writes into a tensor of the same kind that nothing uses any more.

New memory of a few megabytes comes from the system at each call, which fills every page of it with zeros; that can take
longer than the computing.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from keras_backend_torch.compiler.recording import Call, ControlFlow, Recording, Value
from keras_backend_torch.framework import storage_id, torch
from keras_backend_torch.kernels.chosen_blocks import chosen_blocks

aten = torch.ops.aten

_LARGE = 1 << 16
"""Bytes of a tensor from which on its memory is used again."""

_INTO = {
    aten.abs.default: aten.abs.out,
    aten.add.Tensor: aten.add.out,
    aten.bitwise_and.Tensor: aten.bitwise_and.Tensor_out,
    aten.bitwise_xor.Tensor: aten.bitwise_xor.Tensor_out,
    aten.clamp.default: aten.clamp.out,
    aten.div.Tensor: aten.div.out,
    aten.exp.default: aten.exp.out,
    aten.floor.default: aten.floor.out,
    aten.maximum.default: aten.maximum.out,
    aten.minimum.default: aten.minimum.out,
    aten.mul.Tensor: aten.mul.out,
    aten.neg.default: aten.neg.out,
    aten.round.default: aten.round.out,
    aten.sigmoid.default: aten.sigmoid.out,
    aten.sqrt.default: aten.sqrt.out,
    aten.sub.Tensor: aten.sub.out,
    aten.tanh.default: aten.tanh.out,
    aten.where.self: aten.where.self_out,
    chosen_blocks.default: chosen_blocks.out,
}
"""Kernels that compute each number by itself, and those that write what they compute into a tensor."""

_MAKE = {*_INTO, aten.clone.default, aten.constant_pad_nd.default, aten.flip.default, aten.index_select.default}
"""Kernels whose results have memory of their own."""


def reuse_memory(recording: Recording) -> Recording:
    """The recording with results in memory of tensors that nothing uses any more.

    For programs that run all calls in this order, without gradients through them.

    Args:
        recording: after all other passes.
    """
    calls, fakes = recording.calls, recording.fakes
    if any(isinstance(call, ControlFlow) or call.mutates for call in calls):
        return recording
    if any(tensor.device.type != "cpu" for tensor in fakes.values()):
        return recording
    last: dict[Any, int] = {
        storage_id(fakes[value]): index for index, call in enumerate(calls) for value in call.uses()
    }
    kept = (*recording.outputs, *recording.writes.values(), *recording.inputs, *recording.reads.values())
    last |= {storage_id(fakes[value]): len(calls) for value in (*kept, *recording.constants)}
    free: dict[Any, list[Value]] = {}
    made: dict[Any, Value] = {}
    result = []
    for index, call in enumerate(calls):
        value = call.results[0] if call.single and call.results else None
        ending = [storage_id(fakes[used]) for used in dict.fromkeys(call.uses())]
        own = {one: made.pop(one) for one in ending if last[one] == index and one in made}
        target = _target(call, value, own, free, fakes) if value is not None else None
        if target is not None and value is not None:
            call = dataclasses.replace(call, kernel=_INTO[call.kernel], kwargs={**call.kwargs, "out": target})
            made[storage_id(fakes[value])] = value
        elif value is not None and call.kernel in _MAKE and _kind(fakes[value]) is not None:
            made[storage_id(fakes[value])] = value
        for one in own.values():
            if one is not target:
                free.setdefault(_kind(fakes[one]), []).append(one)
        result.append(call)
    return dataclasses.replace(recording, calls=result)


def _target(
    call: Call, value: Value, own: dict[Any, Value], free: dict[Any, list[Value]], fakes: dict[Value, Any]
) -> Value | None:
    """What the call may write into: the memory of an argument, else of what was used before."""
    kind = _kind(fakes[value])
    if call.kernel not in _INTO or kind is None:
        return None
    for one in own.values():
        if _kind(fakes[one]) == kind and all(_is_elsewhere(used, one, fakes) for used in call.uses()):
            return one
    return free[kind].pop() if free.get(kind) else None


def _is_elsewhere(used: Value, target: Value, fakes: dict[Value, Any]) -> bool:
    """Whether a call that writes into `target` reads each number of `used` before it is overwritten."""
    one, other = fakes[used], fakes[target]
    if storage_id(one) != storage_id(other):
        return True
    return bool(
        one.shape == other.shape and one.stride() == other.stride() and one.storage_offset() == other.storage_offset()
    )


def _kind(tensor: Any) -> Any:
    """What has to be the same for a tensor to be written in another one's memory; None for tensors that are not."""
    size = tensor.numel() * tensor.itemsize
    if size < _LARGE or not tensor.is_contiguous() or tensor.untyped_storage().nbytes() != size:
        return None
    return tuple(tensor.shape), tensor.dtype


__all__ = ["reuse_memory"]
