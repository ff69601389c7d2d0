"""The rows of a batch that this process computes, where each process runs programs of its own.

What a program computes of its rows counts for the whole batch in this way: a loss is the mean over the rows, so that
the batch's is the mean of those of all processes, weighted by their numbers of rows, and so are its gradients. What
is no mean over rows is made one of the whole batch by the functions of `layers/whole_batch.py`.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from keras_core.backend import discovery
from keras_core.backend.distribution import Distributes, active_distribution, group_of
from keras_core.ops.table import find
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keras_core.backend.protocol import Backend
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor


class HasVariables(Protocol):
    """What is asked of a model here."""

    @property
    def variables(self) -> list[Variable]: ...


@dataclass(frozen=True)
class Share:
    """Consecutive rows of a batch.

    Attributes:
        start: the first row.
        stop: the row behind the last one.
        total: how many rows the batch has.
        even: whether all processes have as many.
    """

    start: int
    stop: int
    total: int
    even: bool

    @property
    def rows(self) -> int:
        """How many rows they are."""
        return self.stop - self.start

    @property
    def weight(self) -> float:
        """Which part of the batch they are."""
        return self.rows / self.total

    @classmethod
    def among(cls, counts: Sequence[int], rank: int) -> Share:
        """The rows of one process, where each has brought its own.

        Args:
            counts: how many rows each process has: some, or none.
            rank: the process.

        Example:
            >>> from keras_core.staging.share import Share
            >>> Share.among([3, 2, 0], 1)
            Share(start=3, stop=5, total=5, even=False)
        """
        start = sum(counts[:rank])
        return cls(start, start + counts[rank], sum(counts), len(set(counts)) == 1)

    @classmethod
    def of(cls, total: int, rank: int, size: int) -> Share:
        """The rows of one process.

        Args:
            total: rows of the batch, at least one for each process.
            rank: the process.
            size: how many processes there are.

        Example:
            >>> from keras_core.staging.share import Share
            >>> Share.of(5, 0, 2), Share.of(5, 1, 2).rows
            (Share(start=0, stop=2, total=5, even=False), 3)
        """
        return cls(rank * total // size, (rank + 1) * total // size, total, total % size == 0)


#: The rows of the batch that the steps in progress compute; None where they compute all.
_SHARE: ContextVar[Share | None] = ContextVar("keras_share", default=None)


def active_share() -> Share | None:
    """The rows of the batch that the step in progress computes; None where it computes all."""
    return _SHARE.get()


@contextmanager
def share_scope(share: Share | None) -> Iterator[None]:
    """Inside, steps compute these rows of their batches.

    Args:
        share: the rows; None for all.
    """
    token = _SHARE.set(share)
    try:
        yield
    finally:
        _SHARE.reset(token)


def splitting_engine(backend: Backend) -> Distributes | None:
    """The backend as what splits batches over processes with programs of their own; None where nothing is split.

    Args:
        backend: the model's.
    """
    if not isinstance(backend, Distributes) or backend.shares_programs or backend.size() == 1:
        return None
    active = active_distribution()
    if active is None or active.batch_dim_name is None:
        return None
    parts, size = active.device_mesh.devices.size, backend.size()
    if parts != size:
        raise ValueError(
            f"The mesh of the distribution has {parts} devices, and the job {size} processes, each of which is one "
            f"device on the {backend.name!r} backend. Make the mesh of keras.distribution.list_devices()."
        )
    return backend


def is_first_process() -> bool:
    """Whether this process writes what a job writes once: files, and what is printed."""
    if active_distribution() is None:
        return True
    backend = discovery.active()
    return not isinstance(backend, Distributes) or backend.rank() == 0


def reading_group(model: HasVariables) -> Distributes | None:
    """The processes that have to read a model's weights together, as each has only parts of some; None where one can.

    Args:
        model: the model.
    """
    group = group_of(discovery.active()) if active_distribution() is not None else None
    if group is None:
        return None
    layouts = [variable.layout for variable in model.variables]
    return group if any(axis is not None for layout in layouts for axis in getattr(layout, "axes", ())) else None


def together(engine: Distributes, flag: bool) -> bool:
    """Whether any process says so.

    Args:
        engine: the processes.
        flag: what this one says.
    """
    return any(one == b"1" for one in engine.exchange(b"1" if flag else b"0"))


def _engine() -> Any:
    trace = active_trace()
    return discovery.active() if trace is None else trace.backend


def reduce(tensors: Sequence[Tensor], share: Share, weighted: bool) -> list[Tensor]:
    """Tensors of all processes added up.

    Args:
        tensors: tensors of floats, of the same shapes in every process.
        share: the rows that they were computed of.
        weighted: whether each counts by its number of rows, so that means over rows become those over all.
    """
    engine = _engine()
    if not weighted:
        return list(engine.reduce(tensors, "sum"))
    if share.even:
        return list(engine.reduce(tensors, "mean"))
    multiply = find("multiply")
    return list(engine.reduce([multiply(one, share.weight) for one in tensors], "sum"))
