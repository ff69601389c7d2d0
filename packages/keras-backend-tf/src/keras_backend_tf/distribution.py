"""Several processes: TensorFlow's collective runtime, and reductions over it as kernels that programs contain.

Each process runs programs of its own. A reduction is a `CollectiveReduceV2`, which every process runs under the same
number: they are numbered where programs are traced, in the same order in every process. What the host decides goes
through `hub`, which also knows which process has ended.
"""

from __future__ import annotations

import atexit
import faulthandler
import itertools
import os
import socket
import sys
from math import prod
from typing import TYPE_CHECKING, Any

from keras_core.backend import toolkit

from keras_backend_tf.compiler.seen import note_reduction
from keras_backend_tf.devices import known_devices, use_own_gpu
from keras_backend_tf.framework import raw, tf
from keras_backend_tf.hub import Hub, Line, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

_PATIENCE = 20.0
"""Seconds that rank 0 waits in the end until the others have ended, too."""

_BUCKET = 2**25
"""Bytes that are reduced together."""

_SENT = frozenset({"bfloat16", "float16", "float32", "float64", "int32", "int64"})
"""What TensorFlow's collectives take; other numbers are sent as int32, or int64 where these are too small."""

_ALL = 2
"""The number of the group of all processes."""

_SEVERAL_SIZES = 1000
"""The first number of a group of collectives that are numbered by how many elements they have."""


class Group:
    """The processes of a job.

    Attributes:
        rank: which of them this is.
        size: how many there are.
    """

    def __init__(self) -> None:
        self.rank, self.size = 0, 1
        self._timeout = 0.0
        self._hub: Hub | None = None
        self._line: Line | None = None
        self._strategy: Any = None
        self._device = "cpu"
        self._numbers = itertools.count(1)

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None:
        """Join the group; see `Distributes.join`."""
        if self.size > 1:
            raise RuntimeError("This process is in a group already: call initialize() once, before anything else.")
        if size == 1:
            return
        if address is None:
            raise RuntimeError(f"Rank {rank} of {size} has no address of rank 0: give one, such as '10.0.0.1:2222'.")
        use_own_gpu(int(os.environ.get("LOCAL_RANK", rank)))
        host, _, port = address.rpartition(":")
        if rank == 0:
            self._hub = _hub_at(host, int(port), size)
        held, server = _own_port(host, int(port), rank)
        with held:
            self._line = Line(address, rank, size, timeout, server)
        self._strategy = _cluster(self._line, rank, timeout)
        self.rank, self.size, self._timeout = rank, size, timeout
        self._device = known_devices()[-1].partition(":")[0]
        atexit.register(self._leave)

    def _leave(self) -> None:
        """Rank 0, which the others ask about each other, stays until they have ended."""
        assert self._line is not None
        if self._hub is None:
            self._line.close()
        else:
            self._hub.wait_for_end(min(self._timeout, _PATIENCE))

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """What every process says; see `Distributes.exchange`."""
        return [message] if self._line is None else self._line.exchange(message, timeout)

    def tell_failure(self, error: BaseException) -> None:
        """Let the others know why this process ends.

        Args:
            error: what ended it.
        """
        if self._line is not None and not isinstance(error, Missing):
            self._line.tell_failure(f"{type(error).__name__}: {error}"[:2000])

    def explained(self, error: Exception) -> RuntimeError | None:
        """What to raise for an error of a program in which processes did not come together; None for any other.

        The others are told, too.

        Args:
            error: what TensorFlow raised.
        """
        if self._line is None or "ollective" not in str(error):
            return None
        if isinstance(error, tf.errors.InvalidArgumentError):
            text = next(line for line in str(error).splitlines() if "ollective" in line)
            wrong = RuntimeError(
                f"Rank {self.rank} of {self.size} and another one do not reduce the same tensors: {text} Do all "
                "processes call the same methods with the same data?"
            )
            self.tell_failure(wrong)  # to those who learn of it by this process's end only
            return wrong
        return Missing(self._line.who_is_missing())

    def reduced(self, flat: Tensor, maximum: bool) -> Tensor:
        """A tensor of one axis, added up over all processes.

        Args:
            flat: of a dtype that is sent.
            maximum: whether the largest elements are wanted instead.
        """
        how = {"merge_op": "Max" if maximum else "Add", "final_op": "Id"}
        return self.collective(raw.CollectiveReduceV2, flat, _ALL, self.size, **how)

    def collective(self, kernel: Any, tensor: Tensor, key: int, count: int, **options: str) -> Tensor:
        """Run a collective kernel, as all processes of a group do.

        Args:
            kernel: the kernel.
            tensor: what it takes, of a dtype that is sent.
            key: an even number for the group where it has a size that is known, and the next one for its GPUs.
            count: how many processes the group has.
            **options: of the kernel.
        """
        number, device = next(self._numbers), self._device if tensor.dtype.is_floating else "cpu"
        if tensor.shape.is_fully_defined():
            group, instance = key + (device != "cpu"), number
        else:
            group, instance = _SEVERAL_SIZES + number, 1 + tf.size(tensor)
        note_reduction()
        with tf.device(f"/device:{device}:0"):
            try:
                return kernel(
                    input=tensor,
                    group_size=count,
                    group_key=group,
                    instance_key=instance,
                    ordering_token=[],
                    timeout_seconds=self._timeout,
                    **options,
                )
            except tf.errors.OpError as error:
                raise self.explained(error) or error from error


def _hub_at(host: str, port: int, size: int) -> Hub:
    try:
        return Hub(port, size, ":" in host)
    except OSError as error:
        raise RuntimeError(
            f"Rank 0 of {size} cannot listen at {host}:{port} ({error}): where another program does, end that job, or "
            "choose another port for this one."
        ) from error


def _own_port(host: str, port: int, rank: int) -> tuple[socket.socket, str]:
    """A socket that keeps a port of this machine free for TensorFlow's server, and where the others reach it.

    Args:
        host: the address of rank 0.
        port: that of its hub.
        rank: which process this is.
    """
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asked:  # sends nothing
        asked.connect((host, port))
        mine = host if rank == 0 else asked.getsockname()[0]
    held = socket.socket(family)
    held.bind(("", 0))
    number = held.getsockname()[1]
    return held, f"[{mine}]:{number}" if ":" in mine else f"{mine}:{number}"


def _cluster(line: Line, rank: int, timeout: float) -> Any:
    """Start TensorFlow's server; what keeps it.

    That waits for the others' servers and lets no other code of Python run meanwhile: a process that waits in vain, as
    another one has ended since it joined, is ended after `timeout` seconds with a traceback that leads here.
    """
    size = len(line.servers)
    spec = tf.train.ClusterSpec({"worker": list(line.servers)})
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(spec, task_type="worker", task_id=rank)
    faulthandler.dump_traceback_later(timeout, exit=True, file=sys.__stderr__ or 2)
    try:
        return tf.distribute.MultiWorkerMirroredStrategy(resolver)
    except RuntimeError as error:
        if "program startup" not in str(error):
            raise
        raise RuntimeError(
            f"Rank {rank} of {size} has computed with TensorFlow already: call initialize() before anything that does, "
            "such as making tensors or training."
        ) from error
    except tf.errors.OpError as error:
        raise RuntimeError(
            f"Rank {rank} of {size} on {socket.gethostname()} could not start TensorFlow's server at "
            f"{line.servers[rank]}, or not reach those of the others, {', '.join(line.servers)}: {error.message} "
            f"{line.who_is_missing()}"
        ) from error
    finally:
        faulthandler.cancel_dump_traceback_later()


GROUP = Group()


def all_devices(kind: str | None = None) -> list[str]:
    """Names of the devices: one of each process; see `Distributes.all_devices`.

    Args:
        kind: "cpu" or "gpu"; by default the fastest.
    """
    own = known_devices()
    if kind is None:
        kind = "gpu" if any(name.startswith("gpu:") for name in own) else "cpu"
    found = [name for name in own if name.startswith(f"{kind}:")]
    return found if GROUP.size == 1 or not found else [f"{kind}:{rank}" for rank in range(GROUP.size)]


# -- tensors


def reduce(tensors: Sequence[Tensor], how: str) -> list[Tensor]:
    """Tensors that each process has one of, combined over all; see `Distributes.reduce`.

    Args:
        tensors: of the same shapes in every process.
        how: "sum", "mean" or "max".
    """
    if GROUP.size == 1 or not tensors:
        return list(tensors)

    @tf.custom_gradient
    def reduction(*given: Tensor) -> Any:
        def gradient(*upstream: Tensor) -> list[Tensor]:
            if how == "max":
                raise NotImplementedError("The maximum over processes has no gradient.")
            return reduce(upstream, how)

        return _reduced(given, how), gradient

    found = reduction(*tensors)
    return list(found) if isinstance(found, (list, tuple)) else [found]


def _reduced(tensors: Sequence[Tensor], how: str) -> list[Tensor]:
    found: list[Tensor | None] = [None] * len(tensors)
    for bucket in buckets(tensors):
        parts = [tensors[k] for k in bucket]
        dtype, sent = parts[0].dtype, sent_as(parts[0].dtype)
        shapes = [tf.shape(part) for part in parts]
        flat = tf.concat([tf.reshape(part, [-1]) for part in parts], 0)
        if how == "mean":
            flat = flat / tf.cast(GROUP.size, dtype)
        whole = tf.cast(GROUP.reduced(tf.cast(flat, sent), how == "max"), dtype)
        sizes = [part.shape.num_elements() for part in parts]
        if None in sizes:
            sizes = tf.stack([tf.size(part) for part in parts])
        for k, part, shape in zip(bucket, tf.split(whole, sizes), shapes, strict=True):
            found[k] = tf.ensure_shape(tf.reshape(part, shape), tensors[k].shape)
    return found


def sent_as(dtype: Any) -> Any:
    """The dtype as which tensors of a dtype are reduced.

    Args:
        dtype: theirs.
    """
    if dtype.name in _SENT:
        return dtype
    if dtype.is_floating or dtype.is_complex:
        raise NotImplementedError(f"TensorFlow reduces no tensors of {dtype.name} over processes.")
    return tf.int64 if dtype.size > 2 else tf.int32


def buckets(tensors: Sequence[Tensor]) -> list[list[int]]:
    """Numbers of the tensors that are reduced together; a size that is not known counts as 1.

    Args:
        tensors: the tensors.
    """
    sizes = [prod(one or 1 for one in tensor.shape) * tensor.dtype.size for tensor in tensors]
    return toolkit.buckets([tensor.dtype.name for tensor in tensors], sizes, _BUCKET)
