"""JAX as it is used beyond its public API: 64-bit numbers by name, and transfers without detours.

JAX makes 32-bit numbers of all others unless `jax_enable_x64` is set, which changes what ``jnp.ones(3)`` gives in the
user's own code. `jax.device_put` may share the memory of a NumPy array, which its owner goes on writing to, and
`jnp.array` costs five times as much as the transfer itself. Each function that uses a private API does without it where
a version of JAX does not have it.
"""

from __future__ import annotations

import functools
import socket
import time
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax.sharding import SingleDeviceSharding
from keras_core.backend.toolkit import optional_attribute

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor

_explicit_x64_dtypes = optional_attribute("jax._src.config", "explicit_x64_dtypes")
_tracing = optional_attribute("jax._src.core", "trace_ctx")
_ShapedArray = optional_attribute("jax._src.core", "ShapedArray")
_group = optional_attribute("jax._src.distributed", "global_state")
_allgather = optional_attribute("jax.experimental.multihost_utils", "process_allgather")
_batched_device_put = getattr(optional_attribute("jax._src.lib", "xla_client"), "batched_device_put", None)


def wide_allowed() -> Any:
    """A context in which "float64", "int64" and their like mean what they say, and defaults stay as they are.

    Without the private API 64-bit numbers are enabled inside, so that a function of JAX without a
    dtype argument may give them, too.
    """
    return jax.enable_x64(True) if _explicit_x64_dtypes is None else _explicit_x64_dtypes("allow")


def is_traced(array: Tensor) -> bool:
    """Whether the array stands for values in a function that is traced."""
    return isinstance(array, jax.core.Tracer)


def host_view(array: Tensor) -> np.ndarray | None:
    """Values that are in the memory of a single CPU, not copied; None for others and while a function is traced."""
    if isinstance(array, np.ndarray):  # borrowed for a call
        return array
    if is_traced(array) or not array.is_fully_addressable:
        return None
    devices = array.devices()
    return np.asarray(array) if len(devices) == 1 and next(iter(devices)).platform == "cpu" else None


def calls_host(compiled: Any, *given: Any) -> bool:
    """Whether a compiled function calls back into Python, which may raise an error while it runs; nothing else may.

    Args:
        compiled: what `jax.jit` gave.
        *given: its arguments.
    """
    return "callback" in str(compiled.trace(*given).jaxpr)


def is_live(array: Tensor) -> bool:
    """Whether the array means something here, which one does not that outlasted the tracing that it is from.

    Without the private API it is taken to; JAX raises an error then when it is used.
    """
    if _tracing is None or not is_traced(array):
        return True
    own, trace = getattr(array, "_trace", None), _tracing.trace
    while trace is not None and trace is not own:
        trace = getattr(trace, "parent_trace", None)
    return trace is own


@functools.lru_cache
def _place(device: Any) -> tuple[Any, list[Any]]:
    return SingleDeviceSharding(device), [device]


@functools.lru_cache(1024)
def _kind(shape: Shape, dtype: np.dtype) -> Any:
    return _ShapedArray(shape, dtype)


def placeholder(shape: Shape, dtype: np.dtype) -> Any:
    """An argument of `jax.eval_shape`, 64-bit also where `jax.ShapeDtypeStruct` would be narrowed.

    Args:
        shape: static sizes.
        dtype: NumPy's.
    """
    return jax.ShapeDtypeStruct(shape, dtype) if _ShapedArray is None else _kind(shape, dtype)


def adopted(array: np.ndarray, device: Any, committed: bool) -> Tensor:
    """An array of JAX in the memory of `array`, which nothing else refers to, or a copy where JAX makes one.

    Args:
        array: of any dtype but strings and objects.
        device: where to put it.
        committed: whether it stays there in operations with arrays of other devices.
    """
    with jax.enable_x64(True), jax.ensure_compile_time_eval(), jax.default_device(device):
        return jax.device_put(array, device if committed else None)


def copied_to(array: np.ndarray, sharding: Any) -> Tensor:
    """A copy of `array` on each device of this process that a sharding names, concrete also while a function is traced.

    Args:
        array: of any dtype but strings and objects.
        sharding: one by which every device has all of it.
    """
    if _batched_device_put is None or _ShapedArray is None:
        with jax.enable_x64(True), jax.ensure_compile_time_eval():
            return jax.make_array_from_callback(array.shape, sharding, lambda index: np.array(array[index]))
    devices = _local_devices(sharding)
    kind = _kind(array.shape, array.dtype)
    return _batched_device_put(kind, sharding, [array] * len(devices), devices, True, True, enable_x64=True)


@functools.lru_cache
def _local_devices(sharding: Any) -> list[Any]:
    return list(sharding._addressable_device_assignment)


def copied(array: np.ndarray, device: Any, committed: bool) -> Tensor:
    """A copy of `array` in its dtype, concrete also while a function is traced, where it becomes a constant.

    Args:
        array: of any dtype but strings and objects.
        device: where to put it.
        committed: whether it stays there in operations with arrays of other devices.
    """
    if _batched_device_put is None or _ShapedArray is None:
        return adopted(np.array(array), device, committed)
    sharding, place = _place(device)
    kind = _kind(array.shape, array.dtype)
    return _batched_device_put(kind, sharding, [array], place, committed, True, enable_x64=True)


def exchanged(key: str, message: bytes, timeout: float) -> list[bytes]:
    """What each process of the group says under a key that is used once, by rank.

    Without the private API, by which processes talk to rank 0 and not through their devices, all messages travel as
    arrays and no time-out holds.

    Args:
        key: the same in every process.
        message: what this one says.
        timeout: seconds to wait for the others.

    Raises:
        RuntimeError: names the ranks that said nothing in time.
    """
    size, rank = jax.process_count(), jax.process_index()
    client = getattr(_group, "client", None)
    if client is None:
        return _gathered(message)
    client.key_value_set_bytes(f"{key}/{rank}", message)
    end, found, silent = time.monotonic() + timeout, [], []
    for other in range(size):
        try:
            left = max(int((end - time.monotonic()) * 1000), 1)
            found.append(client.blocking_key_value_get_bytes(f"{key}/{other}", left))
        except Exception:  # JAX's own kinds of errors differ by version
            silent.append(other)
    if silent:
        raise RuntimeError(
            f"Process {rank} of {size} on {socket.gethostname()} has heard nothing of rank "
            f"{', '.join(map(str, silent))} for {timeout:.0f} seconds. See what its output says, and start all "
            "processes again."
        )
    return found


def _gathered(message: bytes) -> list[bytes]:
    sizes = _allgather(np.array(len(message), "int32"))
    padded = np.zeros(int(sizes.max()), "uint8")
    padded[: len(message)] = np.frombuffer(message, "uint8")
    rows = _allgather(padded)
    return [row[:size].tobytes() for row, size in zip(rows, sizes, strict=True)]
