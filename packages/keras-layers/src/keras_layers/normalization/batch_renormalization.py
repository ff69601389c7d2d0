"""Batch renormalization: what `BatchNormalization` does in training with ``renorm=True``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops
from keras_core.plain_arguments import plain

from keras_layers.checks import describe, fraction
from keras_layers.shapes import is_symbolic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core import Variable
    from keras_core.typing import Tensor

_LIMITS = ("rmax", "rmin", "dmax")


def check_renormalization(layer: Any) -> None:
    """Check a layer's `renorm_clipping` and `renorm_momentum`.

    Args:
        layer: the `BatchNormalization`.

    Raises:
        ValueError: if the limits are no dict of "rmin", "rmax" and "dmax", are negative or exclude each other, or the
            momentum is out of range.
    """
    fraction(layer, "renorm_momentum", layer.renorm_momentum)
    given = layer.renorm_clipping
    if given is not None and (not isinstance(given, dict) or not set(given) <= set(_LIMITS)):
        raise ValueError(
            f"{describe(layer)}: renorm_clipping must be a dict with keys among {', '.join(map(repr, _LIMITS))}, "
            f"got {given!r}."
        )
    limits = _limits(layer)
    for name, limit in limits.items():
        if isinstance(limit, bool) or not isinstance(limit, (int, float)) or not limit >= 0:
            raise ValueError(f"{describe(layer)}: {name} in renorm_clipping must be at least 0, got {limit!r}.")
    if limits.get("rmin", 0) > limits.get("rmax", math.inf):
        raise ValueError(
            f"{describe(layer)}: rmin={limits['rmin']} in renorm_clipping must not be above rmax={limits['rmax']}."
        )


def add_renormalization(layer: Any, shape: tuple[int, ...]) -> None:
    """Make a layer's variables `moving_stddev`, `renorm_mean` and `renorm_stddev`.

    Args:
        layer: the `BatchNormalization`.
        shape: their shape.
    """
    deviation = _root_of(layer.moving_variance_initializer)
    initializers = {
        "moving_stddev": deviation,
        "renorm_mean": layer.moving_mean_initializer,
        "renorm_stddev": deviation,
    }
    for name, initializer in initializers.items():
        made = layer.add_weight(shape=shape, name=name, initializer=initializer, trainable=False, autocast=False)
        setattr(layer, name, made)


def renormalized(layer: Any, x: Tensor, axis: int, moments: tuple[Tensor, Tensor] | None) -> Tensor:
    """A layer's output in training; its averages follow the batch.

    A batch's normalized values become ``values * r + d``, with ``r = batch_stddev / renorm_stddev`` and ``d =
    (batch_mean - renorm_mean) / renorm_stddev``, both within limits and taken for constants by the gradient, before
    they are multiplied by `gamma` and `beta` is added.

    Args:
        layer: the `BatchNormalization`.
        x: the input.
        axis: axis of the channels.
        moments: mean and variance of each channel; None are those of `x`.

    Reference: Ioffe, 2017, https://arxiv.org/abs/1702.03275
    """
    if moments is None:
        normalized, mean, variance = ops.normalize_batch(x, axis, epsilon=layer.epsilon)
    else:
        mean, variance = moments
        normalized = ops.batch_normalization(x, mean, variance, axis, epsilon=layer.epsilon)
    mean, variance = ops.stop_gradient(mean), ops.stop_gradient(variance)
    stddev = ops.sqrt(ops.add(variance, layer.epsilon))
    scale, offset = _correction(layer, mean, stddev)
    if layer.scale:
        scale, offset = ops.multiply(scale, layer.gamma), ops.multiply(offset, layer.gamma)
    if layer.center:
        offset = ops.add(offset, layer.beta)
    if not is_symbolic(x):
        _move(layer.renorm_mean, mean, layer.renorm_momentum)
        _move(layer.renorm_stddev, stddev, layer.renorm_momentum)
        _move(layer.moving_mean, mean, layer.momentum)
        deviation = _move(layer.moving_stddev, stddev, layer.momentum)
        layer.moving_variance.assign(ops.relu(ops.subtract(ops.square(deviation), layer.epsilon)))
    others = [one for one in range(ops.ndim(x)) if one != axis]
    return ops.add(ops.multiply(normalized, ops.expand_dims(scale, others)), ops.expand_dims(offset, others))


def _correction(layer: Any, mean: Tensor, stddev: Tensor) -> tuple[Tensor, Tensor]:
    reached = ops.maximum(layer.renorm_stddev, math.sqrt(layer.epsilon))
    r, d = ops.divide(stddev, reached), ops.divide(ops.subtract(mean, layer.renorm_mean), reached)
    limits = _limits(layer)
    r = ops.maximum(r, limits["rmin"]) if "rmin" in limits else r
    r = ops.minimum(r, limits["rmax"]) if "rmax" in limits else r
    d = ops.clip(d, -limits["dmax"], limits["dmax"]) if "dmax" in limits else d
    return r, d


def _limits(layer: Any) -> dict[str, Any]:
    return {name: plain(limit) for name, limit in (layer.renorm_clipping or {}).items() if limit is not None}


def _move(average: Variable, value: Tensor, momentum: float) -> Tensor:
    moved = ops.add(ops.multiply(average, momentum), ops.multiply(value, 1 - momentum))
    average.assign(moved)
    return moved


def _root_of(initializer: Any) -> Callable[..., np.ndarray]:
    def root(shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        drawn: np.ndarray = np.sqrt(np.asarray(initializer(shape, dtype)))
        return drawn

    return root
