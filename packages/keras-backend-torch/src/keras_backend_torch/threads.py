"""How many threads a program runs its kernels with.

Between two kernels OpenMP's threads wait by spinning. A program of many small kernels gains nothing from them, and on
few cores its own thread has to compete with those that wait: such a program runs with one thread. Where the library is
GNU's, whose setting is one of the calling thread, no other thread of the process notices; the setting that the user
made by ``torch.set_num_threads`` is there again when the program ends.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

from keras_core.typing import Tensor

from keras_backend_torch.framework import torch
from keras_backend_torch.tracing import Block, Call, Recording, Value, memory_of

aten = torch.ops.aten

_CALL = 2e-6
"""Seconds that a kernel takes before it does anything."""

_FLOPS = 4e10
"""Multiplications and additions a second of one core."""

_BYTES = 1e10
"""Bytes a second that one core moves."""

_LONG = 1e-4
"""Seconds from which on a second thread shortens a kernel."""

_PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "convolution", "convolution_backward",
             "mkldnn_rnn_layer", "mkldnn_rnn_layer_backward"}  # fmt: skip


def _setter() -> Callable[[int], Any]:
    """Sets the threads of the calling thread's kernels."""
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
        (path,) = {line.split()[-1] for line in lines if "libgomp" in line}
        return ctypes.CDLL(path).omp_set_num_threads
    except (OSError, ValueError, AttributeError):
        return torch.set_num_threads


_set = _setter()


def sparing(run: Callable[..., list[Tensor]], recording: Recording) -> Callable[..., list[Tensor]]:
    """`run` with one thread, if its kernels are small."""
    if any(tensor.device.type != "cpu" for tensor in recording.specs.values()) or gains(recording):
        return run

    def alone(*args: Any) -> list[Tensor]:
        count = torch.get_num_threads()
        if count == 1:
            return run(*args)
        _set(1)
        try:
            return run(*args)
        finally:
            _set(count)

    return alone


def gains(recording: Recording) -> bool:
    """Whether half of the time goes to kernels that are long enough to be shared."""
    times = [seconds(call, recording) for call in recording.calls]
    return sum(time for time in times if time > _LONG) > sum(times) / 2


def seconds(call: Call, recording: Recording) -> float:
    """What a kernel should take with one thread."""
    if isinstance(call, Block):
        return max(sum(seconds(one, recording) for one in calls) for calls, _ in call.bodies)
    made = [recording.specs[value] for value in call.results if value]
    used = [recording.specs[value] for value in call.uses()]
    if made and memory_of(made[0]) in map(memory_of, used):
        return _CALL  # another view of the same memory
    moved = sum(map(_bytes, [*made, *used]))
    name = call.kernel._schema.name.partition("::")[2]
    work = _products(call, recording) if name in _PRODUCTS else 0.0
    return _CALL + work / _FLOPS + moved / _BYTES


def _bytes(tensor: Tensor) -> int:
    return min(tensor.numel(), tensor.untyped_storage().nbytes() // tensor.itemsize) * tensor.itemsize


def _products(call: Call, recording: Recording) -> float:
    """Multiplications and additions of a product: for each output, twice the length of the sum."""
    tensors = [recording.specs[arg] for arg in call.args if isinstance(arg, Value)]
    if call.kernel is aten.convolution_backward.default:
        gradient, _, weight = tensors[:3]
        return 4.0 * gradient.numel() * weight[0].numel()
    out = recording.specs[next(value for value in call.results if value)]
    if call.kernel is aten.mkldnn_rnn_layer.default:
        return 2.0 * out.numel() * (tensors[1].numel() + tensors[2].numel()) / tensors[5].shape[-1]
    if call.kernel is aten.mkldnn_rnn_layer_backward.default:
        return 4.0 * tensors[7].numel() * (tensors[1].numel() + tensors[2].numel()) / tensors[5].shape[-1]
    if call.kernel is aten.convolution.default:
        return 2.0 * out.numel() * tensors[1][0].numel()
    return 2.0 * out.numel() * tensors[-1].shape[-2]
