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

    from keras_core.backend.layouts import Part
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


def reduce(
    tensors: Sequence[Tensor], share: Share, weighted: bool, parts: Sequence[Part | None] | None = None
) -> list[Tensor]:
    """Tensors of all processes added up.

    Args:
        tensors: tensors of floats, of the same shapes in every process.
        share: the rows that they were computed of.
        weighted: whether each counts by its number of rows, so that means over rows become those over all.
        parts: which part of each sum this process wants; None for all of it. Defaults to None, all of all.
    """
    engine = _engine()
    how = "mean" if weighted and share.even else "sum"
    if weighted and not share.even:
        multiply = find("multiply")
        tensors = [multiply(one, share.weight) for one in tensors]
    if parts is None or not any(parts):
        return list(engine.reduce(tensors, how))
    return list(engine.reduce_to_parts(tensors, how, parts))


def batch_sum(x: Tensor, share: Share) -> Tensor:
    """The sum of what each process has of its rows; its gradient is that of the loss of the whole batch.

    Args:
        x: a tensor of floats.
        share: the rows.
    """
    if share.even:
        return reduce([x], share, weighted=False)[0]
    # The loss of each process counts by its rows, and so does the gradient that comes from it: not at all without rows.
    inside = _with_gradient(x, 1 / share.weight) if share.rows else find("multiply")(x, 0.0)
    return _with_gradient(reduce([inside], share, weighted=False)[0], share.weight)


def sum_of_loss(values: Tensor) -> Tensor:
    """The sum of a loss that has several values; over all processes where these are of the rows of each.

    Args:
        values: a tensor of floats.
    """
    total, share = find("sum")(values), active_share()
    if share is None or _engine().shape(values)[0] != max(share.rows, 1):  # where there is none, one stands for it
        return total
    return batch_sum(total, share)


def _with_gradient(x: Tensor, factor: float) -> Tensor:
    """`x`, whose gradient is multiplied by a factor."""
    scaled = find("multiply")(x, factor)
    return find("add")(scaled, find("stop_gradient")(find("subtract")(x, scaled)))


def summed_over_parts(sums: Sequence[Tensor], parts: Sequence[Part | None]) -> list[Tensor]:
    """Sums over all elements of values, where each process has summed over its parts.

    Args:
        sums: scalars of one dtype, one for each value.
        parts: what this process has of each value; None for all of it.
    """
    places = [place for place, part in enumerate(parts) if part is not None]
    if not places:
        return list(sums)
    engine, found = _engine(), list(sums)
    scaled = []
    for place in places:
        part = parts[place]
        assert part is not None
        scaled.append(find("multiply")(sums[place], part.count / engine.size()))  # as many processes have this part
    for place, total in zip(places, engine.reduce(scaled, "sum"), strict=True):
        found[place] = total
    return found
