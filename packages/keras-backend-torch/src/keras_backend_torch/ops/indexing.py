"""Gathering, scattering and sorting."""

from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend.toolkit import axis_of

from keras_backend_torch.framework import is_wrapped, torch
from keras_backend_torch.modes import is_fake
from keras_backend_torch.ops.shapes import as_int, as_shape, constant, non_negative, row_indices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


def take(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    if axis is None:
        x, axis = x.reshape(-1), 0
    place = axis_of(axis, x.dim())
    indices = non_negative(indices if isinstance(indices, torch.Tensor) else constant(indices), x.shape[place])
    if place == 0 and x.dim() == 2 and x.is_floating_point():
        return torch.nn.functional.embedding(indices, x)
    if indices.dim() == 1:
        return torch.index_select(x, place, indices)
    rows = torch.index_select(x, place, indices.reshape(-1))
    return rows.reshape([*x.shape[:place], *indices.shape, *x.shape[place + 1 :]])


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    if axis is None:
        x, indices, axis = x.reshape(-1), indices.reshape(-1), 0
    place = axis_of(axis, x.dim())
    sizes, wanted = list(x.shape), list(indices.shape)
    sizes[place] = wanted[place] = 1
    if sizes != wanted:
        common = list(torch.broadcast_shapes(sizes, wanted))
        x = x.expand([*common[:place], x.shape[place], *common[place + 1 :]])
        indices = indices.expand([*common[:place], indices.shape[place], *common[place + 1 :]])
    return torch.gather(x, place, row_indices(indices, x.shape[place]))


# -- blocks


def _block(starts: Sequence[Any], shape: Any, outer: Sequence[int]) -> list[tuple[Any, int]]:
    """Start and length of a block along each axis; starts are clamped so that the block is inside."""
    lengths = [n if size == -1 else size for size, n in zip(as_shape(shape), outer, strict=True)]
    block = []
    for start, length, n in zip(starts, lengths, outer, strict=True):
        if isinstance(start, torch.Tensor):
            block.append((start.to(torch.int64).clamp(0, n - length), length))
        else:
            block.append((builtins.max(builtins.min(as_int(start), n - length), 0), length))
    return block


def _starts(start_indices: Any) -> list[Any]:
    if isinstance(start_indices, torch.Tensor):
        return list(start_indices.unbind()) if start_indices.dim() else [start_indices]
    if isinstance(start_indices, (list, tuple)):  # NumPy cannot look into tensors that are traced
        return list(start_indices)
    return [start_indices] if np.ndim(start_indices) == 0 else list(start_indices)


def slice(inputs: Tensor, start_indices: Sequence[Any], shape: Sequence[int]) -> Tensor:
    starts = _starts(start_indices)
    wanted = [
        n - as_int(start) if size == -1 and not isinstance(start, torch.Tensor) else size
        for size, n, start in zip(as_shape(shape), inputs.shape, starts, strict=True)
    ]
    for axis, (start, length) in enumerate(_block(starts, wanted, inputs.shape)):
        if isinstance(start, torch.Tensor) and start.is_cpu and not (is_fake(start) or is_wrapped(start)):
            inputs = inputs.narrow(axis, int(start), length)
        elif isinstance(start, torch.Tensor):
            places = torch.arange(length, device=inputs.device) + start
            inputs = torch.index_select(inputs, axis, places)
        else:
            inputs = inputs.narrow(axis, start, length)
    return inputs


def slice_update(inputs: Tensor, start_indices: Sequence[Any], updates: Tensor) -> Tensor:
    places = []
    for axis, (start, length) in enumerate(_block(_starts(start_indices), updates.shape, inputs.shape)):
        rows = torch.arange(length, device=inputs.device) + start
        places.append(rows.reshape([-1 if k == axis else 1 for k in range(inputs.dim())]))
    return torch.index_put(inputs, places, updates) if places else updates


_REDUCTIONS = {"max": "amax", "min": "amin", "mul": "prod"}


def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None) -> Tensor:
    depth = indices.shape[-1]
    columns = [row_indices(indices[..., k], inputs.shape[k]) for k in range(depth)]
    if not depth:
        columns = []
    if reduction == "add" and depth == 1 and inputs.dim() > 1:
        rows = updates.broadcast_to((*columns[0].shape, *inputs.shape[1:])).reshape(-1, *inputs.shape[1:])
        return torch.index_add(inputs, 0, columns[0].reshape(-1), rows)
    if reduction == "add" and depth == 1 and inputs.is_cpu:
        return torch.scatter_add(inputs, 0, columns[0].reshape(-1), updates.broadcast_to(columns[0].shape).reshape(-1))
    if reduction in (None, "add"):
        if indices.is_cpu:  # where index_put counts from the end itself, and refuses what is out of range
            columns = [indices[..., k].to(torch.int64) for k in range(depth)]
        return torch.index_put(inputs, columns, updates, accumulate=reduction == "add")
    outer, inner = inputs.shape[:depth], inputs.shape[depth:]
    flat = builtins.sum(column * math.prod(outer[k + 1 :]) for k, column in enumerate(columns))
    rows = updates.reshape(-1, *inner)
    places = flat.reshape([-1, *[1] * len(inner)]).expand(rows.shape)
    result = inputs.reshape(-1, *inner).scatter_reduce(0, places, rows, _REDUCTIONS[str(reduction)])
    return result.reshape(inputs.shape)


# -- ordering


def sort(x: Tensor, axis: int | None = -1) -> Tensor:
    if axis is None:
        return torch.sort(x.reshape(-1)).values
    return torch.sort(x, axis).values


def argsort(x: Tensor, axis: int | None = -1) -> Tensor:
    if axis is None:
        x, axis = x.reshape(-1), 0
    return torch.sort(x, dim=axis, stable=True).indices.to(torch.int32)


def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    values, indices = torch.sort(x, dim=-1, descending=True, stable=True)
    return values[..., :k], indices[..., :k].to(torch.int32)
