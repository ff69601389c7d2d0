"""Picking, ordering and scattering by integer tensors.

An index outside its axis is an error where it is in the memory of a CPU; in a program, and on an accelerator, it is
brought to the nearest inside.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from keras_core.backend.toolkit import all_below, axis_of

from keras_backend_jax.framework import host_view
from keras_backend_jax.ops.shapes import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


def _wrapped(indices: Tensor, size: int) -> Tensor:
    """Indices with negative ones counted from the end, in 32 bits: JAX lowers no gradient of others.

    Raises:
        IndexError: for one out of range that can be seen without waiting for a device.
    """
    seen = host_view(indices)
    none_negative = seen is not None and all_below(seen, size)
    if seen is not None and seen.size and not none_negative and not -size <= seen.min() <= seen.max() < size:
        raise IndexError(f"Got indices from {seen.min()} to {seen.max()} for an axis of length {size}.")
    if indices.dtype == np.int64 and size < 2**31:
        indices = lax.convert_element_type(jnp.clip(indices, -size - 1, size), np.int32)  # what is outside stays so
    if not jnp.issubdtype(indices.dtype, jnp.signedinteger) or indices.dtype.itemsize < 4:
        indices = lax.convert_element_type(indices, np.int32)
    return indices if none_negative else jnp.where(indices < 0, indices + size, indices)


def take(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    if axis is None:
        x, axis = lax.reshape(x, (x.size,)), 0
    place = axis_of(axis, x.ndim)
    return jnp.take(x, _wrapped(indices, x.shape[place]), place, mode="clip")


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    if axis is None:
        x, indices, axis = lax.reshape(x, (x.size,)), lax.reshape(indices, (indices.size,)), 0
    place = axis_of(axis, x.ndim)
    length = x.shape[place]
    indices = _wrapped(indices, length)
    if indices.shape[place] == 1 and length <= _FEW and jnp.issubdtype(x.dtype, jnp.floating):
        return _picked(x, jnp.clip(indices, 0, length - 1), place)
    return jnp.take_along_axis(x, indices, place, mode="clip")


_FEW = 1024
"""Up to so many elements one of them is picked by comparing all places with its index.

The gradient is then a choice, too, where that of an index is a scatter, which XLA computes element by element on
a CPU.
"""


def _picked(x: Tensor, index: Tensor, place: int) -> Tensor:
    here = index == lax.broadcasted_iota(
        index.dtype, (1,) * place + (x.shape[place],) + (1,) * (x.ndim - place - 1), place
    )
    return jnp.sum(jnp.where(here, x, 0), place, keepdims=True)


def _starts(start_indices: Any) -> list[Any]:
    parts = (
        start_indices
        if isinstance(start_indices, (list, tuple))
        else [start_indices[k] for k in range(len(start_indices))]
    )
    return [jnp.asarray(one, np.int32) for one in parts]


def slice(inputs: Tensor, start_indices: Sequence[Any], shape: Sequence[int]) -> Tensor:
    lengths = []
    for size, n, start in zip(shape, inputs.shape, start_indices, strict=True):
        lengths.append(n - int(start) if size == -1 else int(size))
    return lax.dynamic_slice(inputs, _starts(start_indices), lengths)


def slice_update(inputs: Tensor, start_indices: Sequence[Any], updates: Tensor) -> Tensor:
    return lax.dynamic_update_slice(inputs, updates, _starts(start_indices))


def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None) -> Tensor:
    depth = indices.shape[-1]
    place = tuple(_wrapped(indices[..., k], inputs.shape[k]) for k in range(depth))
    updates = spread(updates, indices.shape[:-1] + inputs.shape[depth:])
    if reduction == "mul":
        return inputs * _products(updates, place, inputs.shape)
    at = inputs.at[place]
    return {None: at.set, "add": at.add, "max": at.max, "min": at.min}[reduction](updates, mode="clip")


@functools.partial(jax.custom_jvp, nondiff_argnums=(2,))
def _products(updates: Tensor, place: tuple[Tensor, ...], shape: tuple[int, ...]) -> Tensor:
    """For each place the product of the updates that fall on it, 1 where none does."""
    return jnp.ones(shape, updates.dtype).at[place].multiply(updates, mode="clip")


@_products.defjvp
def _products_moved(shape: tuple[int, ...], primals: Any, tangents: Any) -> tuple[Tensor, Tensor]:
    """JAX differentiates no product of several updates at one place: each moves by the product of the others there."""
    updates, place = primals
    zero = updates == 0
    count = jnp.zeros(shape, np.int32).at[place].add(lax.convert_element_type(zero, np.int32), mode="clip")[place]
    without_zeros = jnp.where(zero, 1, updates)
    found = _products(without_zeros, place, shape)[place]
    others = jnp.where(count == lax.convert_element_type(zero, np.int32), found / without_zeros, 0)
    moved = jnp.zeros(shape, updates.dtype).at[place].add(others * tangents[0], mode="clip")
    return _products(updates, place, shape), moved


# -- ordering


def sort(x: Tensor, axis: int | None = -1) -> Tensor:
    if axis is None:
        x, axis = lax.reshape(x, (x.size,)), 0
    return lax.sort(x, axis_of(axis, x.ndim))


def argsort(x: Tensor, axis: int | None = -1) -> Tensor:
    return lax.convert_element_type(jnp.argsort(x, axis, stable=True), np.int32)


def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    values, indices = lax.top_k(x, k)
    return values, lax.convert_element_type(indices, np.int32)
