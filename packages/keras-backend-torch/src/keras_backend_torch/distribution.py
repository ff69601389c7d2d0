"""Several processes: PyTorch's process group, and reductions over it as kernels that programs contain.

Each process runs programs of its own. A reduction is two kernels: one starts it, and one waits for it, so that what
is computed between them is computed meanwhile. What the host decides goes through the store by which the processes
found each other; each writes there, too, that it is alive, so that the others can say which one is not.
"""

from __future__ import annotations

import atexit
import os
import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import torch.distributed as dist
from keras_core.backend import toolkit
from torch import library

from keras_backend_torch.devices import known_devices, use_own_gpu
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import Tensor

IS_BUILT = dist.is_available()
"""Whether PyTorch was built with what joins processes."""

_BEAT = 0.5
"""Seconds between two signs of life."""

_SILENCE = 8.0
"""Seconds without a sign of life after which a process is taken for dead: a call of C code may keep the thread off."""

_PATIENCE = 20.0
"""Seconds that rank 0 waits in the end until the others have ended, too."""

_FIRST_BUCKET, _BUCKET = 2**20, 25 * 2**20
"""Bytes that are reduced together: the first ones soon, so that the network is not idle, the others by many."""


class Group:
    """The processes of a job.

    Attributes:
        rank: which of them this is.
        size: how many there are.
        moved: bytes that this process has sent in reductions, by the count of a ring: 2 (size - 1) / size of what is
            reduced.
        begun: how many reductions were begun.
    """

    def __init__(self) -> None:
        self.rank, self.size = 0, 1
        self.moved = self.begun = 0
        self._timeout = 0.0
        self._address = ""
        self._store: Any = None
        self._heart: _Heart | None = None
        self._rounds = 0
        self._ended: set[int] = set()
        self._pending: dict[int, Any] = {}

    # -- joining

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None:
        """Join the group; see `Distributes.join`."""
        if self.size > 1 or dist.is_initialized():
            raise RuntimeError("This process is in a group already: call initialize() once, before anything else.")
        if size == 1:
            return
        if address is None:
            raise RuntimeError(f"Rank {rank} of {size} has no address of rank 0: give one, such as '10.0.0.1:29500'.")
        host, _, port = address.rpartition(":")
        self._address, self._timeout = address, timeout
        store = self._connect(host, int(port), size, rank, timeout)
        self._register(store, size, rank, timeout)
        use_own_gpu(int(os.environ.get("LOCAL_RANK", rank)))
        limit = timedelta(seconds=timeout)
        kinds = "cpu:gloo,cuda:nccl" if torch.cuda.is_available() else "gloo"
        dist.init_process_group(kinds, store=store, world_size=size, rank=rank, timeout=limit)
        self.rank, self.size, self._store = rank, size, store
        self._heart = _Heart(_attempt(dist.TCPStore(host, int(port), None, False, limit)), self)
        atexit.register(self._leave)

    def _connect(self, host: str, port: int, size: int, rank: int, timeout: float) -> Any:
        serves = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != "True"  # torchrun serves itself
        try:
            return _attempt(dist.TCPStore(host, port, None, serves, timedelta(seconds=timeout), wait_for_workers=False))
        except (RuntimeError, ValueError, OSError) as error:
            if serves and "EADDRINUSE" in str(error):
                raise RuntimeError(
                    f"Rank 0 of {size} cannot listen at {host}:{port}, since another program does: end that job, or "
                    "choose another port for this one (MASTER_PORT)."
                ) from error
            raise RuntimeError(
                f"Rank {rank} of {size} on {socket.gethostname()} reached no rank 0 at {host}:{port} within "
                f"{timeout:g} s. Is it running there, and does a firewall let this port through?"
            ) from error

    def _register(self, store: Any, size: int, rank: int, timeout: float) -> None:
        """Enter the list of processes, and wait until all are in it.

        Raises:
            RuntimeError: names who is missing, or what does not fit.
        """
        me = f"{socket.gethostname()}, process {os.getpid()}"
        there = store.compare_set(f"job/{rank}", "", me).decode()
        if there != me:
            raise RuntimeError(
                f"Rank {rank} at {self._address} is {there} already, and not {me}: two jobs use one port. Choose "
                "another one for this job (MASTER_PORT)."
            )
        sizes = store.compare_set("job/size", "", str(size)).decode()
        if sizes != str(size):
            raise RuntimeError(
                f"Rank {rank} was told of {size} processes, and others at {self._address} of {sizes}: two jobs use one "
                "port, or the processes were not started with the same number (WORLD_SIZE)."
            )
        names = [f"job/{one}" for one in range(size)]
        try:
            store.wait(names, timedelta(seconds=timeout))
        except RuntimeError as error:
            missing = [str(one) for one, name in enumerate(names) if not store.check([name])]
            raise RuntimeError(
                f"Rank {rank} of {size} waited for {timeout:g} s at {self._address}, and did not find rank "
                f"{', '.join(missing)}. Did its process start, and is it told the same address?"
            ) from error

    def _leave(self) -> None:
        """Close the connections, so that nobody waits for this process; rank 0 stays while others may ask its store."""
        with suppress(RuntimeError, ValueError):
            dist.destroy_process_group()
            for rank in (self.rank, *self._ended):
                self._store.set(f"bye/{rank}", ".")
            until = time.monotonic() + min(self._timeout, _PATIENCE)
            while self.rank == 0 and not self._all_there([f"bye/{rank}" for rank in range(self.size)], until):
                pass
        if self._heart is not None:
            self._heart.stop()

    # -- what the host says

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """What every process says; see `Distributes.exchange`."""
        if self.size == 1:
            return [message]
        self._rounds += 1
        names = [f"say/{self._rounds}/{rank}" for rank in range(self.size)]
        until = time.monotonic() + (self._timeout if timeout is None else timeout)
        try:
            self._store.delete_key(f"failed/{self.rank}")  # it goes on after all
            self._store.set(names[self.rank], b"." + message)
            while not self._all_there(names, until):
                pass
            found = [self._store.get(name)[1:] for name in names]
            if self._rounds > 2:  # everybody has read what was said before the last time
                self._store.delete_key(f"say/{self._rounds - 2}/{self.rank}")
        except dist.DistError as error:
            raise RuntimeError(self._lost(error)) from error
        return found

    def _all_there(self, names: Sequence[str], until: float) -> bool:
        """Wait a moment for all of these.

        Raises:
            RuntimeError: for one that is dead, or too late.
        """
        try:
            self._store.wait(names, timedelta(seconds=4 * _BEAT))
        except dist.DistStoreError:
            missing = [rank for rank, name in enumerate(names) if not self._store.check([name])]
            late = time.monotonic() > until
            dead = [rank for rank in missing if not self._lives(rank)]
            if dead or (missing and late):
                raise RuntimeError(self._silent(dead or missing, bool(dead))) from None
            return False
        return True

    def _silent(self, ranks: Sequence[int], dead: bool) -> str:
        names = "; ".join(self._name(rank) for rank in ranks)
        if dead:
            self._ended.update(ranks)  # for whom nobody waits in the end
            return f"{names}: the process has ended. Rank {self.rank} ends, too; start the job again."
        return (
            f"{names}: did not come to the step that rank {self.rank} waits in, within {self._timeout:g} s. Do all "
            "processes call the same methods with the same data?"
        )

    def _lost(self, error: Exception) -> str:
        return (
            f"Rank {self.rank} of {self.size} lost the connection to rank 0 at {self._address}, whose process has "
            f"ended ({str(error).splitlines()[0]})."
        )

    def _name(self, rank: int) -> str:
        where = self._store.get(f"job/{rank}").decode()
        said = f" ({self._store.get(f'failed/{rank}').decode()})" if self._store.check([f"failed/{rank}"]) else ""
        return f"Rank {rank} of {self.size} on {where}{said}"

    def _lives(self, rank: int) -> bool:
        """Whether a process gives signs of life."""
        name = f"alive/{rank}"
        if self._store.check([f"failed/{rank}"]) or not self._store.check([name]):
            return False
        before = self._progress(rank)[0]
        end = time.monotonic() + _SILENCE
        while time.monotonic() < end:
            time.sleep(_BEAT / 2)
            if self._progress(rank)[0] != before:
                return True
        return False

    def tell_failure(self, error: BaseException) -> None:
        """Let the others know why this process ends.

        Args:
            error: what ended it.
        """
        if self.size > 1:
            with suppress(RuntimeError):
                self._store.set(f"failed/{self.rank}", f"{type(error).__name__}: {error}"[:2000])

    # -- tensors

    def begin(self, flat: Tensor, how: str) -> None:
        """Start to reduce a tensor where it is."""
        if how == "mean":
            flat.mul_(1.0 / self.size)
        operation = dist.ReduceOp.MAX if how == "max" else dist.ReduceOp.SUM
        moved = 2 * (self.size - 1) * flat.nbytes // self.size
        self.begin_with(flat, lambda: dist.all_reduce(flat, operation, async_op=True), moved)

    def begin_with(self, out: Tensor, start: Callable[[], Any], moved: int) -> None:
        """Start an exchange of tensors, for whose end `end` waits.

        Args:
            out: what it writes into.
            start: starts it.
            moved: bytes that this process sends.
        """
        self._pending[out.data_ptr()] = self.run(start, moved)

    def run(self, exchange: Callable[[], Any], moved: int) -> Any:
        """Exchange tensors with the others.

        Args:
            exchange: does it.
            moved: bytes that this process sends.

        Raises:
            RuntimeError: names the processes that are missing.
        """
        self.begun += 1
        self.moved += moved
        try:
            return exchange()
        except RuntimeError as error:
            raise RuntimeError(self._interrupted(error)) from error

    def end(self, flat: Tensor) -> None:
        """Wait for the reduction of a tensor."""
        try:
            self._pending.pop(flat.data_ptr()).wait()
        except RuntimeError as error:
            raise RuntimeError(self._interrupted(error)) from error

    def _interrupted(self, error: Exception) -> str:
        """Who is missing in a reduction that has failed."""
        try:
            others = [rank for rank in range(self.size) if rank != self.rank]
            dead = [rank for rank in others if not self._lives(rank)]
            if dead:
                return self._silent(dead, True)
            behind = [rank for rank in others if self._progress(rank)[1] < self.begun]
        except RuntimeError as lost:
            return self._lost(lost)
        if behind:
            return self._silent(behind, False)
        return (
            f"Rank {self.rank} of {self.size} lost its connections in a reduction, though all processes live: "
            f"{str(error).splitlines()[0]}"
        )

    def _progress(self, rank: int) -> tuple[int, int]:
        """The number of a process's last sign of life, and how many reductions it had begun by then."""
        beats, begun = self._store.get(f"alive/{rank}").split()
        return int(beats), int(begun)


class _Heart(threading.Thread):
    """Tells the others that the process is alive.

    Args:
        store: a connection of its own to the store.
        group: the processes.
    """

    def __init__(self, store: Any, group: Group) -> None:
        super().__init__(name="keras-signs-of-life", daemon=True)
        self._store = store
        self._group = group
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        beats = 0
        with suppress(RuntimeError):
            while not self._over.is_set():
                self._store.set(f"alive/{self._group.rank}", f"{beats} {self._group.begun}")
                beats += 1
                self._over.wait(_BEAT)

    def stop(self) -> None:
        """End the thread: one that is inside C++ when the interpreter ends would abort the process."""
        self._over.set()
        self.join(_SILENCE)


def _attempt(store: Any) -> Any:
    """The part of the store for this attempt of a launcher that starts jobs again."""
    return dist.PrefixStore(f"keras/{os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')}", store)


GROUP = Group()


def all_devices(kind: str | None = None) -> list[str]:
    """Names of the devices: one of each process; see `Distributes.all_devices`.

    Args:
        kind: "cpu" or "gpu"; by default the fastest.
    """
    if kind is None:
        kind = "gpu" if torch.cuda.is_available() else "cpu"
    if GROUP.size == 1:
        return [name for name in known_devices() if name.partition(":")[0] == kind]
    if kind == "cpu" or (kind == "gpu" and torch.cuda.is_available()):
        return [f"{kind}:{rank}" for rank in range(GROUP.size)]
    return []


# -- kernels

LIBRARY = library.Library("keras_distribution", "DEF")
LIBRARY.define("reduce_begin(Tensor[] tensors, str how) -> Tensor")
LIBRARY.define("reduce_end(Tensor flat, int[] sizes) -> Tensor[]")


def _begin(tensors: list[Tensor], how: str) -> Tensor:
    flat = torch.cat([tensor.reshape(-1) for tensor in tensors])
    GROUP.begin(flat, how)
    return flat


def _end(flat: Tensor, sizes: list[int]) -> list[Tensor]:
    GROUP.end(flat)
    return list(torch.split(flat, sizes))


def _fake_begin(tensors: list[Tensor], how: str) -> Tensor:
    return tensors[0].new_empty([sum(tensor.numel() for tensor in tensors)])


def _fake_end(flat: Tensor, sizes: list[int]) -> list[Tensor]:
    return [flat.new_empty([size]) for size in sizes]


for _name, _kernel, _shape in (("reduce_begin", _begin, _fake_begin), ("reduce_end", _end, _fake_end)):
    LIBRARY.impl(_name, _kernel, "CompositeExplicitAutograd")
    library.register_fake(f"keras_distribution::{_name}", _shape, lib=LIBRARY)

_ops = torch.ops.keras_distribution

REDUCE_BEGIN = _ops.reduce_begin.default
REDUCE_END = _ops.reduce_end.default

BEGINS = {REDUCE_BEGIN}
"""Kernels that begin what `REDUCE_END` waits for."""


class _Reduction(torch.autograd.Function):
    """A reduction whose gradient is that of all processes, reduced in the same way."""

    @staticmethod
    def forward(ctx: Any, how: str, *tensors: Tensor) -> tuple[Tensor, ...]:
        ctx.how = how
        return tuple(_reduced(list(tensors), how))

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        if ctx.how == "max":
            raise NotImplementedError("The maximum over processes has no gradient.")
        return None, *_reduced(list(upstream), ctx.how)


def reduce(tensors: Sequence[Tensor], how: str) -> list[Tensor]:
    """Tensors that each process has one of, combined over all; see `Distributes.reduce`.

    Args:
        tensors: floats of the same shapes in every process.
        how: "sum", "mean" or "max".
    """
    if GROUP.size == 1 or not tensors:
        return list(tensors)
    if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in tensors):
        return list(_Reduction.apply(how, *tensors))
    return _reduced(tensors, how)


def _reduced(tensors: Sequence[Tensor], how: str) -> list[Tensor]:
    found: list[Tensor | None] = [None] * len(tensors)
    begun = [(bucket, _ops.reduce_begin([tensors[k] for k in bucket], how)) for bucket in buckets(tensors)]
    for bucket, flat in begun:
        parts = ended(flat, [tensors[k].numel() for k in bucket])
        for k, part in zip(bucket, parts, strict=True):
            found[k] = part.view(tensors[k].shape)
    return found


def ended(flat: Tensor, sizes: Sequence[int]) -> list[Tensor]:
    """What was combined over the processes, once it is there.

    Args:
        flat: what a kernel that begins it has returned.
        sizes: the elements of each tensor in it.
    """
    return list(_ops.reduce_end(flat, list(sizes)))


def buckets(tensors: Sequence[Tensor]) -> list[list[int]]:
    """Numbers of the tensors that are reduced together.

    Args:
        tensors: the tensors.
    """
    kinds = [(tensor.dtype, tensor.device) for tensor in tensors]
    return toolkit.buckets(kinds, [tensor.nbytes for tensor in tensors], _BUCKET, _FIRST_BUCKET)


__all__ = ["BEGINS", "GROUP", "IS_BUILT", "LIBRARY", "REDUCE_END", "Group", "all_devices", "buckets", "ended", "reduce"]
