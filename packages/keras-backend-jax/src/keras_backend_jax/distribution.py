"""Arrays on meshes of devices, and groups of processes."""

from __future__ import annotations

import functools
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from keras_core.backend import active_distribution

from keras_backend_jax.framework import copied_to, exchanged, is_traced, wide_allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import Layout
    from keras_core.typing import Tensor


class Group:
    """The processes that this one works with.

    Attributes:
        timeout: seconds to wait for the others.
    """

    def __init__(self) -> None:
        self.timeout = 300.0
        self._messages = 0

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None:
        """See `Distributes.join`."""
        where = f"process {rank} of {size} at {address}"
        if jax.distributed.is_initialized():
            raise RuntimeError(f"This process has joined a job already ({where}); initialize() is called once.")
        self.timeout = timeout
        if rank == 0:
            _need_free_port(address, where)
        alone = (
            f"Rank {rank} of {size} on {socket.gethostname()} has waited {timeout:.0f} seconds for the others at "
            f"{address}, and JAX ends it. Start all processes, with the address of rank 0 and a rank of its own each; "
            "see what those that did not come have printed."
        )
        reminder = threading.Timer(0.9 * timeout, print, (alone,), {"file": sys.stderr, "flush": True})
        reminder.daemon = True
        reminder.start()
        try:
            jax.distributed.initialize(address, size, rank, initialization_timeout=max(int(timeout), 1))
        except Exception as error:
            _leave()
            raise RuntimeError(
                f"Joining the job failed: {where}: {error}. Start all {size} processes within {timeout:.0f} seconds, "
                "with one address, whose port no other job uses, and a rank of its own each; call initialize() before "
                "anything is computed."
            ) from error
        finally:
            reminder.cancel()
        self.exchange(b"here")  # who was refused a connection hears of it here, and not in the first step

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """See `Distributes.exchange`."""
        self._messages += 1
        if jax.process_count() == 1:
            return [message]
        return exchanged(f"keras/{self._messages}", message, self.timeout if timeout is None else timeout)


def _need_free_port(address: str | None, where: str) -> None:
    """Raise for a port that somebody listens at: JAX would share it with another job and mix the two up."""
    port = int((address or "").rpartition(":")[2])
    try:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of a job that has just ended
            tried.bind(("", port))
    except OSError as error:
        raise RuntimeError(
            f"Port {port} is used by another program, perhaps another job ({where}): {error}. Give this job an address "
            "with a port that is free."
        ) from error


def _leave() -> None:
    try:
        jax.distributed.shutdown()
    except Exception:  # it was not joined
        pass


def all_devices(kind: str | None) -> list[str]:
    """Names of the devices of all processes; of JAX's first platform by default."""
    return [_name(device) for device in jax.devices(kind)]


def _name(device: Any) -> str:
    return f"{device.platform}:{device.id}"


@functools.lru_cache(64)
def mesh_of(mesh: Any) -> Mesh:
    """JAX's mesh of a `DeviceMesh`.

    Raises:
        ValueError: for a device that is not there.
    """
    kinds = {str(name).partition(":")[0] for name in mesh.devices.flat}
    known = {_name(device): device for kind in sorted(kinds) for device in jax.devices(kind)}
    missing = [str(name) for name in mesh.devices.flat if str(name) not in known]
    if missing:
        raise ValueError(f"There is no device {missing[0]!r} here. The devices are: {', '.join(known)}.")
    devices = np.array([known[str(name)] for name in mesh.devices.flat], dtype=object)
    return Mesh(devices.reshape(mesh.shape), mesh.axis_names)


def sharding_of(layout: Layout) -> NamedSharding:
    """JAX's name for a layout."""
    return _sharding(layout.device_mesh, tuple(layout.axes))


@functools.lru_cache(1024)
def _sharding(mesh: Any, axes: tuple[str | None, ...]) -> NamedSharding:
    while axes and axes[-1] is None:
        axes = axes[:-1]
    return NamedSharding(mesh_of(mesh), PartitionSpec(*axes))


def batch_sharding(shape: Sequence[int]) -> NamedSharding | None:
    """How the active distribution splits a batch; None where none is active, or its devices do not divide the rows."""
    active = active_distribution()
    if active is None or not len(shape):
        return None
    layout = active.get_data_layout(shape)
    mesh = layout.device_mesh
    for size, axis in zip(shape, layout.axes, strict=True):
        if axis is not None and (size == 0 or size % mesh.shape[mesh.axis_names.index(axis)]):
            return None
    return sharding_of(layout)


def spread(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Arguments of a program: arrays whose rows are those of a batch lie as the active distribution says.

    Inside a program the framework is told so; an array of NumPy is sent to each device as far as it needs it.
    """
    if active_distribution() is None:
        return list(tensors)
    found = []
    for tensor in tensors:
        sharding = batch_sharding(tensor.shape)
        found.append(tensor if sharding is None else put(tensor, sharding))
    return found


def put(value: Any, sharding: NamedSharding) -> Tensor:
    """An array of NumPy, or of JAX, laid out so: a copy unless it lies so already."""
    if isinstance(value, jax.Array):
        if is_traced(value):
            return value if sharding.num_devices == 1 else jax.lax.with_sharding_constraint(value, sharding)
        if value.sharding == sharding:
            return value
        if not sharding.is_fully_addressable:
            if value.is_fully_addressable:
                return from_parts(np.asarray(value), sharding)
            with wide_allowed():
                return _relaid(sharding)(value)
        return jax.device_put(value, sharding)
    return from_parts(np.asarray(value), sharding)


@functools.lru_cache(256)
def _relaid(sharding: NamedSharding) -> Any:
    return jax.jit(lambda value: value, out_shardings=sharding)


def from_parts(array: np.ndarray, sharding: NamedSharding) -> Tensor:
    """An array of which every process has the whole, and each device gets its part."""
    if sharding.is_fully_replicated:
        return copied_to(array, sharding)
    with jax.enable_x64(True), jax.ensure_compile_time_eval():
        return jax.make_array_from_callback(array.shape, sharding, lambda index: np.array(array[index]))


def from_rows(rows: np.ndarray, sharding: NamedSharding) -> Tensor:
    """A batch of which every process has its rows."""
    with jax.enable_x64(True):
        return jax.make_array_from_process_local_data(sharding, np.array(rows))


def whole(tensor: Tensor) -> np.ndarray:
    """All of an array, a copy; where parts are in other processes, these have to ask for it, too."""
    if not tensor.is_fully_addressable and not tensor.is_fully_replicated:
        tensor = _relaid(NamedSharding(tensor.sharding.mesh, PartitionSpec()))(tensor)
    return np.array(tensor)


def own_parts(tensor: Tensor) -> list[tuple[tuple[int, ...], np.ndarray]]:
    """Copies of parts of an array, and where each begins; all processes together have each element once."""
    shards = [shard for shard in tensor.addressable_shards if shard.replica_id == 0]
    return [(tuple(place.start or 0 for place in shard.index), np.array(shard.data)) for shard in shards]


def for_all(tensor: Tensor) -> Tensor:
    """What a program gives: whole in every process, where there are several; in the others it could not be read."""
    active = active_distribution()
    if active is None or jax.process_count() == 1 or not isinstance(tensor, jax.Array):
        return tensor
    return put(tensor, NamedSharding(mesh_of(active.device_mesh), PartitionSpec()))
