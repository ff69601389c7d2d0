"""Values of which each process stores a part, along one axis.

A program that needs such a value puts it together from the parts of all processes, and computes its rows of the batch
with the whole, as every process does. Gradients are summed so that each process gets the part that it stores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch.distributed as dist
from keras_core.backend import Part
from torch import library

from keras_backend_torch.distribution import BEGINS, GROUP, LIBRARY, buckets, ended, reduce
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import Layout
    from keras_core.typing import Tensor


@dataclass
class Line:
    """Processes along an axis of a mesh, which have the parts of a value.

    Attributes:
        ranks: those of the processes, in the order of the parts.
        others: the lines beside it, which together have all processes.
    """

    ranks: tuple[int, ...]
    others: tuple[tuple[int, ...], ...]
    _group: Any = None

    @property
    def order(self) -> list[int]:
        """The number of the part that each process of the group has, by its rank in it."""
        return [self.ranks.index(rank) for rank in sorted(self.ranks)]

    @property
    def group(self) -> Any:
        """PyTorch's group of them, which all processes make when it is first needed."""
        if self._group is None and len(self.others) > 1:
            made = {ranks: dist.new_group(list(ranks)) for ranks in self.others}
            self._group = made[self.ranks]
        return self._group


#: Lines by number, by which kernels name them.
_LINES: list[Line] = []


def part_of(layout: Layout, shape: Sequence[int], what: str) -> Part | None:
    """What this process stores of a value; see `HoldsParts.part_of`.

    Args:
        layout: how it is split.
        shape: of the whole value.
        what: names it in messages.
    """
    split = [(place, axis) for place, axis in enumerate(layout.axes) if axis is not None]
    if len(split) > 1:
        raise NotImplementedError(
            f"The 'torch' backend splits a variable along one of its axes; the layout of {what} is "
            f"{tuple(layout.axes)}. Leave None for all axes but one."
        )
    if not split or GROUP.size == 1:
        return None
    ((place, axis),) = split
    line = _LINES[_number(layout, axis)]
    count = len(line.ranks)
    if count == 1:
        return None
    if shape[place] % count:
        raise ValueError(
            f"Axis {place} of {what}, of shape {tuple(shape)}, is to be split over {count} processes, which do not "
            f"divide {shape[place]}. Choose a size that they divide, another mesh, or None for this axis."
        )
    size, mine = shape[place] // count, line.ranks.index(GROUP.rank)
    return Part(place, mine * size, (mine + 1) * size, count, layout)


def _number(layout: Layout, axis: str | None) -> int:
    """The number of the line of this process along an axis of a mesh."""
    mesh = layout.device_mesh
    ranks = [int(str(name).rpartition(":")[2]) for name in mesh.devices.flat]
    if sorted(ranks) != list(range(GROUP.size)):
        raise ValueError(
            f"A mesh on which weights are split has each of the {GROUP.size} processes once, and this one has the "
            f"devices {', '.join(map(str, mesh.devices.flat))}. Make it of keras.distribution.list_devices()."
        )
    place = mesh.axis_names.index(axis)
    size, inner = mesh.shape[place], math.prod(mesh.shape[place + 1 :])
    starts = [start for start in range(len(ranks)) if start // inner % size == 0]
    lines = tuple(tuple(ranks[start + k * inner] for k in range(size)) for start in starts)
    mine = next(line for line in lines if GROUP.rank in line)
    for number, known in enumerate(_LINES):
        if (known.ranks, known.others) == (mine, lines):
            return number
    _LINES.append(Line(mine, lines))
    return len(_LINES) - 1


def _line_of(part: Part) -> int:
    assert part.layout is not None
    return _number(part.layout, part.layout.axes[part.axis])


def writes(part: Part | None) -> bool:
    """Whether this process is the one that writes its part, or the whole, into files.

    Args:
        part: which part; None for the whole.
    """
    if part is None:
        return GROUP.rank == 0
    line = _LINES[_line_of(part)]
    return line.ranks == line.others[0]


# -- kernels

LIBRARY.define("gather_parts(Tensor part, int axis, int line) -> Tensor")
LIBRARY.define("scatter_begin(Tensor[] tensors, int[] axes, int line, str how) -> Tensor")


def _gather(part: Tensor, axis: int, line: int) -> Tensor:
    along = _LINES[line]
    count = len(along.ranks)
    sent = part.contiguous().view(-1).view(torch.uint8)
    flat = sent.new_empty(count * sent.numel())
    GROUP.run(lambda: _of_dist("all_gather")(flat, sent, group=along.group), (count - 1) * sent.numel())
    parts = flat.view(part.dtype).view(count, *part.shape)
    if along.order == list(range(count)):
        return parts.movedim(0, axis).reshape(_whole_shape(part, axis, count)).contiguous()  # as the fake kernel says
    by_place = dict(zip(along.order, parts.unbind(), strict=True))
    return torch.cat([by_place[place] for place in range(count)], axis)


def _whole_shape(part: Tensor, axis: int, count: int) -> list[int]:
    return [*part.shape[:axis], part.shape[axis] * count, *part.shape[axis + 1 :]]


def _scatter(tensors: list[Tensor], axes: list[int], line: int, how: str) -> Tensor:
    """Start to add up tensors, of each of which this process gets a part; one after the other in what is returned."""
    along = _LINES[line]
    chunks = [tensor.chunk(len(along.ranks), axis) for tensor, axis in zip(tensors, axes, strict=True)]
    flat = torch.cat([one[place].reshape(-1) for place in along.order for one in chunks])
    if how == "mean":
        flat.mul_(1.0 / GROUP.size)
    out = flat.new_empty(flat.numel() // len(along.ranks))
    GROUP.begin_with(
        out, lambda: _of_dist("reduce_scatter")(out, flat, group=along.group, async_op=True), flat.nbytes - out.nbytes
    )
    return out


def _of_dist(name: str) -> Any:
    """A function of PyTorch on one tensor of each process; since 2.13 it has another name."""
    return getattr(dist, f"{name}_single", None) or getattr(
        dist, {"all_gather": "all_gather_into_tensor"}.get(name, f"{name}_tensor")
    )


def _fake_gather(part: Tensor, axis: int, line: int) -> Tensor:
    return part.new_empty(_whole_shape(part, axis, len(_LINES[line].ranks)))


def _fake_scatter(tensors: list[Tensor], axes: list[int], line: int, how: str) -> Tensor:
    return tensors[0].new_empty([sum(tensor.numel() for tensor in tensors) // len(_LINES[line].ranks)])


for _name, _kernel, _shape in (("gather_parts", _gather, _fake_gather), ("scatter_begin", _scatter, _fake_scatter)):
    LIBRARY.impl(_name, _kernel, "CompositeExplicitAutograd")
    library.register_fake(f"keras_distribution::{_name}", _shape, lib=LIBRARY)

_ops = torch.ops.keras_distribution
GATHER = _ops.gather_parts.default
BEGINS.add(_ops.scatter_begin.default)


class _Gathering(torch.autograd.Function):
    """A value put together, whose gradient is the sum of those of all processes."""

    @staticmethod
    def forward(ctx: Any, tensor: Tensor, part: Part) -> Tensor:
        ctx.part = part
        return _ops.gather_parts(tensor, part.axis, _line_of(part))

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> Any:
        return reduce_to_parts(upstream, "sum", [ctx.part])[0], None


def whole_of(tensor: Tensor, part: Part) -> Tensor:
    """The whole value of which this process has a part; see `HoldsParts.whole_of`.

    Args:
        tensor: the part.
        part: which one it is.
    """
    if torch.is_grad_enabled() and tensor.requires_grad:
        return _Gathering.apply(tensor, part)
    return _ops.gather_parts(tensor, part.axis, _line_of(part))


def reduce_to_parts(tensors: Sequence[Tensor], how: str, parts: Sequence[Part | None]) -> list[Tensor]:
    """Tensors combined over all processes, of which this one gets its parts; see `HoldsParts.reduce_to_parts`.

    Args:
        tensors: floats of the same shapes in every process.
        how: "sum" or "mean".
        parts: which part of each; None for the whole.
    """
    found: list[Tensor | None] = [None] * len(tensors)
    whole = [k for k, part in enumerate(parts) if part is None or part.count < GROUP.size]
    split = [k for k, part in enumerate(parts) if part is not None and part.count == GROUP.size]
    kinds: dict[int, list[int]] = {}
    for k in split:
        part = parts[k]
        assert part is not None
        kinds.setdefault(_line_of(part), []).append(k)
    begun = []
    for line, places in kinds.items():
        for bucket in buckets([tensors[k] for k in places]):
            chosen = [places[k] for k in bucket]
            axes = [part.axis for k in chosen if (part := parts[k]) is not None]
            begun.append((chosen, _ops.scatter_begin([tensors[k] for k in chosen], axes, line, how)))
    for k, tensor in zip(whole, reduce([tensors[k] for k in whole], how), strict=True):
        part = parts[k]
        found[k] = tensor if part is None else part.of(tensor).contiguous()
    for chosen, flat in begun:
        ends = ended(flat, [tensors[k].numel() // GROUP.size for k in chosen])
        for k, one in zip(chosen, ends, strict=True):
            part = parts[k]
            assert part is not None
            found[k] = one.view(part.shape_of(tensors[k].shape))
    return [one for one in found if one is not None]


__all__ = ["GATHER", "part_of", "reduce_to_parts", "whole_of", "writes"]
