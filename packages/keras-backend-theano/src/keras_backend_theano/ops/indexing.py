"""Picking, ordering and scattering by integer tensors."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import disconnected_grad
from pytensor.graph.basic import Variable

from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.custom_ops.take_along_axis import TakeAlongAxis
from keras_backend_theano.ops.dispatch import numpy_op
from keras_backend_theano.symbolic import tensor


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    x, indices = tensor(x), tensor(indices)
    if axis is None:
        return pt.flatten(x)[indices]
    return x[(*(builtins.slice(None),) * (axis % x.type.ndim), indices)]


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    x, indices = tensor(x), tensor(indices)
    if axis is None:
        return pt.flatten(x)[pt.flatten(indices)]
    return TakeAlongAxis(axis % x.type.ndim)(x, indices)


def _block(starts: Any, sizes: Any, rank: int) -> tuple[Any, ...]:
    """Slices of a block; a size of -1 reaches to the end."""
    if isinstance(starts, (Variable, np.ndarray)):
        starts = [starts[k] for k in range(rank)]
    key = []
    for start, size in zip(starts, sizes, strict=True):
        begin = start if isinstance(start, Variable) else int(start)
        key.append(builtins.slice(begin, None if isinstance(size, int) and size == -1 else begin + size))
    return tuple(key)


def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    inputs = tensor(inputs)
    sizes = [n if isinstance(n, Variable) else int(n) for n in shape]
    picked = inputs[_block(start_indices, sizes, inputs.type.ndim)]
    known = [n if isinstance(n, int) and n >= 0 else None for n in sizes]
    if _is_implied_by(picked.type.shape, known):
        return picked
    return pt.specify_shape(picked, known)


def _is_implied_by(found: tuple[int | None, ...], known: list[int | None]) -> bool:
    """Whether a static shape says all that `known` does."""
    return all(n is None or n == f for f, n in zip(found, known, strict=True))


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    inputs, updates = tensor(inputs), tensor(updates)
    sizes = [updates.shape[k] if n is None else n for k, n in enumerate(updates.type.shape)]
    return pt.set_subtensor(inputs[_block(start_indices, sizes, inputs.type.ndim)], updates)


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Any:
    inputs, indices, updates = tensor(inputs), tensor(indices), tensor(updates)
    key = tuple(indices[..., k] for k in range(indices.type.shape[-1]))
    if reduction is None:
        return pt.set_subtensor(inputs[key], updates)
    if reduction == "add":
        return pt.inc_subtensor(inputs[key], updates)

    def run(*arrays: Any) -> Any:
        return numpy_op("scatter_update")(*arrays, reduction)

    node = PureCallback(run, ("scatter_update", reduction), [(inputs.type.dtype, inputs.type.shape)])
    result = node(inputs, indices, updates)
    if not inputs.type.dtype.startswith("float"):
        return result
    through = _through_product if reduction == "mul" else _through_winners
    return result + through(result, inputs, key, updates)


def _through_winners(result: Any, inputs: Any, key: tuple[Any, ...], updates: Any) -> Any:
    """Zeros with the gradient of a maximum or minimum: what ties shares it."""
    won = pt.cast(pt.eq(inputs, result), result.type.dtype)
    won_by = pt.cast(pt.eq(updates, result[key]), result.type.dtype)
    share = 1 / pt.maximum(pt.inc_subtensor(won[key], won_by), tensor(1, result.type.dtype))
    change = _zero_with_slope(inputs, won)
    return share * pt.inc_subtensor(change[key], _zero_with_slope(updates, won_by))


def _through_product(result: Any, inputs: Any, key: tuple[Any, ...], updates: Any) -> Any:
    """Zeros with the gradient of a product; 0 by a factor that is 0."""
    change = _zero_with_slope(inputs, _quotient(result, inputs))
    return pt.inc_subtensor(change[key], _zero_with_slope(updates, _quotient(result[key], updates)))


def _quotient(result: Any, factor: Any) -> Any:
    one, zero = (tensor(n, factor.type.dtype) for n in (1, 0))
    return pt.switch(pt.eq(factor, 0), zero, result / pt.switch(pt.eq(factor, 0), one, factor))


def _zero_with_slope(x: Any, slope: Any) -> Any:
    """0 in the shape of `x`, whose gradient with respect to `x` is `slope`."""
    return (x - disconnected_grad(x)) * disconnected_grad(slope)


def sort(x: Any, axis: int | None = -1) -> Any:
    if axis is None:
        return pt.sort(pt.flatten(x), axis=0)
    return pt.sort(x, axis=axis % x.type.ndim)


def argsort(x: Any, axis: int | None = -1) -> Any:
    flat, place = (pt.flatten(x), 0) if axis is None else (x, axis % x.type.ndim)
    return pt.cast(pt.argsort(flat, axis=place, kind="stable"), "int32")


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Any, Any]:
    node = PureCallback(
        lambda array: numpy_op("top_k")(array, k, sorted)[1],
        ("top_k", k, sorted),
        [("int32", (*x.type.shape[:-1], k))],
    )
    indices = node(x)
    return take_along_axis(x, indices, -1), indices
