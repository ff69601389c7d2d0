"""Values of which each process stores a part along one axis, for backends whose processes share no program.

A program that needs such a value puts it together from the parts of all processes, and computes its rows of the batch
with the whole, as every process does. Gradients are summed so that each process gets the part that it stores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keras_core.backend.layouts import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np

    from keras_core.backend.layouts import Layout
    from keras_core.backend.toolkit.group import Group
    from keras_core.typing import Tensor


@dataclass(frozen=True)
class Line:
    """Processes along an axis of a mesh, which have the parts of a value.

    Attributes:
        ranks: those of the processes, in the order of the parts.
        all: this line and those beside it, which together have all processes.
    """

    ranks: tuple[int, ...]
    all: tuple[tuple[int, ...], ...]


class Lines:
    """The lines of the meshes on which this process stores parts, by number: the same one in every process.

    Args:
        group: the processes.
        backend_name: the backend's, for messages.
    """

    def __init__(self, group: Group, backend_name: str) -> None:
        self._group = group
        self._backend_name = backend_name
        self._lines: list[Line] = []

    def __getitem__(self, number: int) -> Line:
        return self._lines[number]

    def part_of(self, layout: Layout, shape: Sequence[int], what: str) -> Part | None:
        """What this process stores of a value; see `HoldsParts.part_of`.

        Args:
            layout: how it is split.
            shape: of the whole value.
            what: names it in messages.
        """
        split = [(place, axis) for place, axis in enumerate(layout.axes) if axis is not None]
        if len(split) > 1:
            raise NotImplementedError(
                f"The {self._backend_name!r} backend splits a variable along one of its axes; the layout of {what} is "
                f"{tuple(layout.axes)}. Leave None for all axes but one."
            )
        if not split or self._group.size == 1:
            return None
        ((place, axis),) = split
        ranks = self[self._number(layout, axis)].ranks
        count = len(ranks)
        if count == 1:
            return None
        if shape[place] % count:
            raise ValueError(
                f"Axis {place} of {what}, of shape {tuple(shape)}, is to be split over {count} processes, which do not "
                f"divide {shape[place]}. Choose a size that they divide, another mesh, or None for this axis."
            )
        size, mine = shape[place] // count, ranks.index(self._group.rank)
        return Part(place, mine * size, (mine + 1) * size, count, layout)

    def number_of(self, part: Part) -> int:
        """The number of the line whose processes have the parts of a value.

        Args:
            part: that of this process.
        """
        assert part.layout is not None
        return self._number(part.layout, part.layout.axes[part.axis])

    def _number(self, layout: Layout, axis: str | None) -> int:
        """The number of the line of this process along an axis of a mesh."""
        mesh = layout.device_mesh
        ranks = [int(str(name).rpartition(":")[2]) for name in mesh.devices.flat]
        if sorted(ranks) != list(range(self._group.size)):
            raise ValueError(
                f"A mesh on which weights are split has each of the {self._group.size} processes once, and this one "
                f"has the devices {', '.join(map(str, mesh.devices.flat))}. Make it of "
                "keras.distribution.list_devices()."
            )
        place = mesh.axis_names.index(axis)
        size, inner = mesh.shape[place], math.prod(mesh.shape[place + 1 :])
        starts = [start for start in range(len(ranks)) if start // inner % size == 0]
        lines = tuple(tuple(ranks[start + k * inner] for k in range(size)) for start in starts)
        line = Line(next(one for one in lines if self._group.rank in one), lines)
        if line not in self._lines:
            self._lines.append(line)
        return self._lines.index(line)

    def to_write(self, part: Part | None, stored: Callable[[], np.ndarray]) -> list[tuple[tuple[int, ...], np.ndarray]]:
        """What this process writes of a variable into files; see `WritesParts.parts_to_write`.

        Args:
            part: what it stores; None for the whole.
            stored: gives a copy of that.
        """
        if part is None:
            writes = self._group.rank == 0
        else:
            line = self[self.number_of(part)]
            writes = line.ranks == line.all[0]
        if not writes:
            return []
        value = stored()
        start = [0] * value.ndim
        if part is not None:
            start[part.axis] = part.start
        return [(tuple(start), value)]


def reduce_to_parts(
    tensors: Sequence[Tensor],
    parts: Sequence[Part | None],
    lines: Lines,
    size: int,
    reduce: Callable[[list[Tensor]], list[Tensor]],
    begin: Callable[[list[Tensor], list[Part], int], Callable[[], list[Tensor]]],
) -> list[Tensor]:
    """Tensors combined over all processes, of which this one gets its parts; see `HoldsParts.reduce_to_parts`.

    What all processes have parts of is scattered; of anything else the whole is reduced, and cut.

    Args:
        tensors: of the same shapes in every process.
        parts: which part of each; None for the whole.
        lines: those of the parts.
        size: how many processes there are.
        reduce: reduces whole tensors.
        begin: begins to reduce tensors to these parts, along a line; what it returns waits for them.
    """
    found: list[Tensor | None] = [None] * len(tensors)
    whole: list[int] = []
    along: dict[int, list[tuple[int, Part]]] = {}
    for k, part in enumerate(parts):
        if part is None or part.count < size:
            whole.append(k)
        else:
            along.setdefault(lines.number_of(part), []).append((k, part))
    begun = [
        ([k for k, _ in pairs], begin([tensors[k] for k, _ in pairs], [part for _, part in pairs], line))
        for line, pairs in along.items()
    ]
    for k, tensor in zip(whole, reduce([tensors[k] for k in whole]), strict=True):
        part = parts[k]
        found[k] = tensor if part is None else part.of(tensor)
    for places, end in begun:
        for k, tensor in zip(places, end(), strict=True):
            found[k] = tensor
    return [one for one in found if one is not None]
