"""Indices as vectors: the output modes that layers of categories share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import Layer
    from keras_core.typing import Shape, Tensor


def describe(layer: Layer) -> str:
    """How messages name a layer."""
    return f"Layer {layer.name!r} ({type(layer).__name__})"


def check_mode(layer: Layer, mode: str, known: Sequence[str], sparse: bool) -> str:
    """The output mode, "binary" under its newer name.

    Raises:
        ValueError: for an unknown one, and for sparse indices.
    """
    mode = "multi_hot" if mode == "binary" else mode
    if mode not in known:
        raise ValueError(f"{describe(layer)}: output_mode must be one of {', '.join(map(repr, known))}, got {mode!r}.")
    if sparse and mode == "int":
        raise ValueError(f'{describe(layer)}: sparse=True is for vectors, and output_mode="int" gives indices.')
    return mode


def encode(indices: Tensor, depth: int, mode: str, dtype: str, weights: Tensor | None = None) -> Tensor:
    """Indices as vectors of length `depth`; indices outside are nowhere in them.

    Args:
        indices: tensor of ints.
        depth: length of the vectors.
        mode: "one_hot": a vector for each index, "multi_hot": 1 for each index along the last axis, "count": how often
            it occurs there.
        dtype: dtype of the result.
        weights: of the shape of `indices`: what each adds to the count.
    """
    if mode == "one_hot":
        if _has_last_axis_of_one(indices):
            indices = ops.squeeze(indices, -1)
        return ops.one_hot(indices, depth, dtype=dtype)
    vectors = ops.one_hot(indices, depth, dtype=dtype)
    if ops.ndim(indices) == 0:
        return vectors
    if mode == "multi_hot":
        return ops.max(vectors, axis=-2)
    if weights is not None:
        vectors = ops.multiply(vectors, ops.expand_dims(ops.cast(weights, dtype), -1))
    return ops.sum(vectors, axis=-2)


def _has_last_axis_of_one(x: Tensor) -> bool:
    """Whether the last axis is known to have one index; a staged tensor's own `shape` may not tell."""
    sizes = x.shape if isinstance(x, KerasTensor) else ops.shape(x)
    return bool(len(sizes)) and isinstance(sizes[-1], int) and sizes[-1] == 1


def encoded_shape(shape: Shape, depth: int, mode: str) -> Shape:
    """The shape that `encode` gives for indices of this shape."""
    if not shape or (mode == "one_hot" and shape[-1] != 1):
        return (*shape, depth)
    return (*shape[:-1], depth)


def config_of(layer: Any, *names: str) -> dict[str, Any]:
    """Attributes as entries of a config."""
    return {name: getattr(layer, name) for name in names}
