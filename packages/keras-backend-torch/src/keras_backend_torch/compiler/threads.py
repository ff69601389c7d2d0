"""How many threads a program runs its kernels with.

OpenMP's threads spin between two kernels. A program of many small kernels gains nothing from them, and on few cores its
own thread competes with them: such a program runs with one thread. With GNU's OpenMP library the setting is per thread,
so that no other thread of the process notices. What the user set by ``torch.set_num_threads`` is restored when the
program ends.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_backend_torch.compiler.recording import Call, ControlFlow, Recording, Value, kernel_name
from keras_backend_torch.framework import LSTM_ON_CPU, LSTM_ON_CPU_BACKWARD, storage_id, torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor

aten = torch.ops.aten

_OVERHEAD = 2e-6
"""Seconds of one kernel call beside its work."""

_FLOPS = 4e10
"""Floating-point operations per second of one core."""

_BYTES = 1e10
"""Bytes per second that one core moves."""

_LONG = 1e-4
"""Seconds from which on a second thread shortens a kernel."""

_PRODUCTS = {"mm", "addmm", "bmm", "baddbmm", "convolution", "convolution_backward",
             "mkldnn_rnn_layer", "mkldnn_rnn_layer_backward"}  # fmt: skip


_LOOKUPS = {"embedding", "index_select", "index", "gather"}


def _setter() -> Callable[[int], Any]:
    """A function that sets the number of threads for kernels called by this thread."""
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
        (path,) = {line.split()[-1] for line in lines if "libgomp" in line}
        return ctypes.CDLL(path).omp_set_num_threads
    except (OSError, ValueError, AttributeError):
        return torch.set_num_threads


_set_threads = _setter()


def single_threaded_if_small(run: Callable[..., list[Tensor]], recording: Recording) -> Callable[..., list[Tensor]]:
    """`run` with one thread, if its kernels are small.

    Args:
        run: a program.
        recording: what it was generated from.
    """
    if any(tensor.device.type != "cpu" for tensor in recording.fakes.values()) or benefits_from_threads(recording):
        return run
    return single_threaded(run)


def single_threaded(run: Callable[..., list[Tensor]]) -> Callable[..., list[Tensor]]:
    """`run` with one thread.

    Args:
        run: a program.
    """

    def with_one_thread(*args: Any) -> list[Tensor]:
        count = torch.get_num_threads()
        if count == 1:
            return run(*args)
        _set_threads(1)
        try:
            return run(*args)
        finally:
            _set_threads(count)

    return with_one_thread


def is_small(operations: float) -> bool:
    """Whether a kernel of so many floating-point operations gains nothing from a second thread."""
    return operations / _FLOPS <= _LONG


def benefits_from_threads(recording: Recording) -> bool:
    """Whether half of the time is spent in kernels that are long enough to be parallelized."""
    times = [estimated_seconds(call, recording) for call in recording.calls]
    return sum(time for time in times if time > _LONG) > sum(times) / 2


def estimated_seconds(call: Call, recording: Recording) -> float:
    """How long a kernel should take with one thread.

    Args:
        call: one of the recording's calls.
        recording: for the shapes of its tensors.
    """
    if isinstance(call, ControlFlow):
        return max(sum(estimated_seconds(one, recording) for one in calls) for calls, _ in call.bodies)
    made = [recording.fakes[value] for value in call.results if value]
    used = [recording.fakes[value] for value in call.uses()]
    if made and storage_id(made[0]) in map(storage_id, used):
        return _OVERHEAD  # a view
    if made and kernel_name(call) in _LOOKUPS:
        used = [one for one in used if _bytes(one) <= 2 * _bytes(made[0])]  # of a table only rows are read
    moved = sum(map(_bytes, [*made, *used]))
    work = _operations(call, recording) if kernel_name(call) in _PRODUCTS else 0.0
    return _OVERHEAD + work / _FLOPS + moved / _BYTES


def _bytes(tensor: Tensor) -> int:
    return min(tensor.numel(), tensor.untyped_storage().nbytes() // tensor.itemsize) * tensor.itemsize


def _operations(call: Call, recording: Recording) -> float:
    """Multiplications and additions of a product: for each output, twice the length of the sum."""
    tensors = [recording.fakes[arg] for arg in call.args if isinstance(arg, Value)]
    if call.kernel is aten.convolution_backward.default:
        gradient, _, weight = tensors[:3]
        return 4.0 * gradient.numel() * weight[0].numel()
    out = recording.fakes[next(value for value in call.results if value)]
    if call.kernel is LSTM_ON_CPU:
        return 2.0 * out.numel() * (tensors[1].numel() + tensors[2].numel()) / tensors[5].shape[-1]
    if call.kernel is LSTM_ON_CPU_BACKWARD:
        return 4.0 * tensors[7].numel() * (tensors[1].numel() + tensors[2].numel()) / tensors[5].shape[-1]
    if call.kernel is aten.convolution.default:
        return 2.0 * out.numel() * tensors[1][0].numel()
    return 2.0 * out.numel() * tensors[-1].shape[-2]


__all__ = ["benefits_from_threads", "estimated_seconds", "is_small", "single_threaded", "single_threaded_if_small"]
