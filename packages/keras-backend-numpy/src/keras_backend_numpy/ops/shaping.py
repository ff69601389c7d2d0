"""Primitives that ask for and change shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes

from keras_backend_numpy.ops.shapes import axes, sizes

if TYPE_CHECKING:
    from collections.abc import Sequence


def axis_size(x: Any, axis: int) -> Any:
    return np.int32(np.shape(x)[axis])


def reshape(x: Any, newshape: Any) -> Any:
    return np.reshape(x, sizes(newshape))


def view(x: Any, dtype: Any = None) -> Any:
    return x if dtype is None else np.ascontiguousarray(x).reshape(x.shape).view(dtypes.numpy_dtype(dtype))


def expand_dims(x: Any, axis: Any) -> Any:
    return np.expand_dims(x, axes(axis))


def squeeze(x: Any, axis: Any = None) -> Any:
    return np.squeeze(x, axes(axis))


def broadcast_to(x: Any, shape: Any) -> Any:
    return np.broadcast_to(x, sizes(shape))


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    cuts = indices_or_sections
    return list(np.split(x, cuts if isinstance(cuts, int) else list(cuts), axis))


def pad(x: Any, pad_width: Any, mode: Any = "constant", constant_values: Any = None) -> Any:
    if mode == "constant":
        return np.pad(x, pad_width, mode, constant_values=0 if constant_values is None else constant_values)
    return np.pad(x, pad_width, mode)


def getitem(x: Any, key: Any) -> Any:
    parts = key if isinstance(key, tuple) else (key,)
    return np.asarray(x)[tuple(_plain(part) for part in parts)]


def _plain(part: Any) -> Any:
    return np.asarray(part, "int64") if isinstance(part, list) else part


def concatenate(xs: Sequence[Any], axis: int = 0) -> Any:
    return np.concatenate(xs, axis)


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    return np.repeat(x, repeats, axis)


def tile(x: Any, repeats: Any) -> Any:
    return np.tile(x, sizes(repeats))


transpose = np.transpose
diagonal = np.diagonal
