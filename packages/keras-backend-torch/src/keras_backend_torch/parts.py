"""Values of which each process stores a part: kernels that put them together, and that sum gradients to parts."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import torch.distributed as dist
from keras_core.backend import toolkit
from torch import library

from keras_backend_torch.distribution import BEGINS, GROUP, LIBRARY, buckets, ended, reduce
from keras_backend_torch.framework import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.backend import Part
    from keras_core.typing import Tensor

#: Lines by number, by which kernels name them.
LINES = toolkit.Lines(GROUP, "torch")


def _order(line: int) -> list[int]:
    """The number of the part that each process of a line's group has, by its rank in it."""
    ranks = LINES[line].ranks
    return [ranks.index(rank) for rank in sorted(ranks)]


@functools.cache
def _group(line: int) -> Any:
    """PyTorch's group of a line, which all processes make when it is first needed; None for all of them."""
    along = LINES[line]
    made = {ranks: dist.new_group(list(ranks)) for ranks in along.all} if len(along.all) > 1 else {}
    return made.get(along.ranks)


# -- kernels

LIBRARY.define("gather_parts(Tensor part, int axis, int line) -> Tensor")
LIBRARY.define("scatter_begin(Tensor[] tensors, int[] axes, int line, str how) -> Tensor")


def _gather(part: Tensor, axis: int, line: int) -> Tensor:
    order, group = _order(line), _group(line)
    count = len(order)
    sent = part.contiguous().view(-1).view(torch.uint8)
    flat = sent.new_empty(count * sent.numel())
    GROUP.run(lambda: _of_dist("all_gather")(flat, sent, group=group), (count - 1) * sent.numel())
    parts = flat.view(part.dtype).view(count, *part.shape)
    if order == list(range(count)):
        return parts.movedim(0, axis).reshape(_whole_shape(part, axis, count)).contiguous()  # as the fake kernel says
    by_place = dict(zip(order, parts.unbind(), strict=True))
    return torch.cat([by_place[place] for place in range(count)], axis)


def _whole_shape(part: Tensor, axis: int, count: int) -> list[int]:
    return [*part.shape[:axis], part.shape[axis] * count, *part.shape[axis + 1 :]]


def _scatter(tensors: list[Tensor], axes: list[int], line: int, how: str) -> Tensor:
    """Start to add up tensors, of each of which this process gets a part; one after the other in what is returned."""
    order, group = _order(line), _group(line)
    chunks = [tensor.chunk(len(order), axis) for tensor, axis in zip(tensors, axes, strict=True)]
    flat = torch.cat([one[place].reshape(-1) for place in order for one in chunks])
    if how == "mean":
        flat.mul_(1.0 / GROUP.size)
    out = flat.new_empty(flat.numel() // len(order))
    GROUP.begin_with(
        out, lambda: _of_dist("reduce_scatter")(out, flat, group=group, async_op=True), flat.nbytes - out.nbytes
    )
    return out


def _of_dist(name: str) -> Any:
    """A function of PyTorch on one tensor of each process; since 2.13 it has another name."""
    return getattr(dist, f"{name}_single", None) or getattr(
        dist, {"all_gather": "all_gather_into_tensor"}.get(name, f"{name}_tensor")
    )


def _fake_gather(part: Tensor, axis: int, line: int) -> Tensor:
    return part.new_empty(_whole_shape(part, axis, len(LINES[line].ranks)))


def _fake_scatter(tensors: list[Tensor], axes: list[int], line: int, how: str) -> Tensor:
    return tensors[0].new_empty([sum(tensor.numel() for tensor in tensors) // len(LINES[line].ranks)])


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
        return _ops.gather_parts(tensor, part.axis, LINES.number_of(part))

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
    return _ops.gather_parts(tensor, part.axis, LINES.number_of(part))


def reduce_to_parts(tensors: Sequence[Tensor], how: str, parts: Sequence[Part | None]) -> list[Tensor]:
    """Tensors combined over all processes, of which this one gets its parts; see `HoldsParts.reduce_to_parts`.

    Args:
        tensors: floats of the same shapes in every process.
        how: "sum" or "mean".
        parts: which part of each; None for the whole.
    """

    def begin(some: list[Tensor], wanted: list[Part], line: int) -> Callable[[], list[Tensor]]:
        begun = [
            (bucket, _ops.scatter_begin([some[k] for k in bucket], [wanted[k].axis for k in bucket], line, how))
            for bucket in buckets(some)
        ]

        def end() -> list[Tensor]:
            found: dict[int, Tensor] = {}
            for bucket, flat in begun:
                ends = ended(flat, [some[k].numel() // GROUP.size for k in bucket])
                found |= {k: one.view(wanted[k].shape_of(some[k].shape)) for k, one in zip(bucket, ends, strict=True)}
            return [found[k] for k in range(len(some))]

        return end

    found = toolkit.reduce_to_parts(tensors, parts, LINES, GROUP.size, lambda some: reduce(some, how), begin)
    return [one.contiguous() for one in found]


__all__ = ["GATHER", "LINES", "reduce_to_parts", "whole_of"]
