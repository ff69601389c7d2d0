"""What backends share whose processes run programs of their own, each over its rows of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    import numpy as np

    from keras_core.backend.layouts import Layout, Part
    from keras_core.backend.protocol import Backend
    from keras_core.backend.toolkit.group import Group
    from keras_core.backend.toolkit.parts import Lines
    from keras_core.typing import Tensor


class Processes(Protocol):
    """A backend's module `distribution`."""

    @property
    def GROUP(self) -> Group: ...
    def all_devices(self, kind: str | None = None) -> list[str]: ...
    def reduce(self, tensors: Sequence[Tensor], how: Literal["sum", "mean", "max"]) -> list[Tensor]: ...


class Parts(Protocol):
    """A backend's module `parts`."""

    @property
    def LINES(self) -> Lines: ...
    def whole_of(self, tensor: Tensor, part: Part) -> Tensor: ...
    def reduce_to_parts(
        self, tensors: Sequence[Tensor], how: Literal["sum", "mean"], parts: Sequence[Part | None]
    ) -> list[Tensor]: ...


class SeparatePrograms:
    """What is alike in backends whose processes run programs of their own, are one device each, and store parts.

    Its methods are of `Distributes` and `HoldsParts`.

    Attributes:
        processes: the backend's module `distribution`.
        parts: its module `parts`.
    """

    shares_programs = False
    processes: Processes
    parts: Parts

    def join(self, address: str | None, size: int, rank: int, timeout: float) -> None:
        """Join a group of processes; see `Distributes.join`."""
        self.processes.GROUP.join(address, size, rank, timeout)

    def rank(self) -> int:
        """Which process of the group this is."""
        return self.processes.GROUP.rank

    def size(self) -> int:
        """How many processes the group has."""
        return self.processes.GROUP.size

    def all_devices(self, kind: str | None = None) -> list[str]:
        """Names of the devices: one of each process; see `Distributes.all_devices`."""
        return self.processes.all_devices(kind)

    def place(self: Backend, value: Tensor, layout: Layout) -> Tensor:
        """The tensor itself, of which every process has a whole, or its rows.

        Raises:
            NotImplementedError: for a layout that splits it otherwise than by rows.
        """
        if any(axis is not None for axis in layout.axes[1:]):
            raise NotImplementedError(
                f"The {self.name!r} backend splits batches by rows, and variables; a tensor has the layout "
                f"{layout.axes}. Leave None for all of its axes but the first, or choose a backend whose processes "
                "share a program."
            )
        return self.tensor(value)

    def place_batch(self: Backend, rows: np.ndarray, layout: Layout) -> Tensor:
        """The rows of this process, which its programs compute."""
        return self.tensor(rows)

    def gather(self: Backend, tensor: Tensor) -> np.ndarray:
        """The value of a tensor that every process has a whole of."""
        return self.numpy(tensor)

    def exchange(self, message: bytes, timeout: float | None = None) -> list[bytes]:
        """What every process says, by rank; see `Distributes.exchange`."""
        return self.processes.GROUP.exchange(message, timeout)

    def tell_failure(self, error: BaseException) -> None:
        """Let the other processes know why this one does not go on."""
        self.processes.GROUP.tell_failure(error)

    def reduce(self, tensors: Sequence[Tensor], how: Literal["sum", "mean", "max"]) -> list[Tensor]:
        """Tensors of all processes combined, also inside a program; see `Distributes.reduce`."""
        return self.processes.reduce(tensors, how)

    def part_of(self, layout: Layout, shape: Sequence[int], what: str) -> Part | None:
        """What this process stores of a value; see `HoldsParts.part_of`."""
        return self.parts.LINES.part_of(layout, shape, what)

    def whole_of(self, tensor: Tensor, part: Part) -> Tensor:
        """A value put together from the parts of all processes; see `HoldsParts.whole_of`."""
        return self.parts.whole_of(tensor, part)

    def reduce_to_parts(
        self, tensors: Sequence[Tensor], how: Literal["sum", "mean"], parts: Sequence[Part | None]
    ) -> list[Tensor]:
        """Tensors of all processes combined, of which each gets its parts; see `HoldsParts.reduce_to_parts`."""
        return self.parts.reduce_to_parts(tensors, how, parts)


def buckets(kinds: Sequence[Hashable], sizes: Sequence[int], most: int, first: int | None = None) -> list[list[int]]:
    """Numbers of the tensors that are reduced together, from the last one on: gradients come in this order.

    Args:
        kinds: what tensors have in common that are reduced together, such as the dtype.
        sizes: bytes of each tensor.
        most: bytes with which a bucket is full.
        first: the same for the first bucket. Defaults to `most`.

    Example:
        >>> from keras_core.backend.toolkit import buckets
        >>> buckets(["float32", "int32", "float32"], [4, 4, 4], most=8)
        [[2, 0], [1]]
    """
    open_ones: dict[Hashable, tuple[list[int], int]] = {}
    done: list[list[int]] = []
    for k in reversed(range(len(sizes))):
        bucket, size = open_ones.get(kinds[k], ([], 0))
        bucket.append(k)
        open_ones[kinds[k]] = bucket, size + sizes[k]
        if size + sizes[k] >= (most if done or first is None else first):
            done.append(open_ones.pop(kinds[k])[0])
    return [*done, *(bucket for bucket, _ in open_ones.values())]
