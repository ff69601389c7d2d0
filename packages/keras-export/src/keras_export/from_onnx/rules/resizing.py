"""Images of other sizes: along each axis, a matrix of what each element of the result is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import ops
from keras_core.config import take_memory

from keras_export.from_onnx.sizes import Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _places(length: int, size: int, scale: Any, way: str) -> Any:
    """Where in the input each element of the result lies."""
    at, scale = np.arange(size, dtype="float32"), np.float32(scale)  # as ONNX Runtime rounds
    if way == "asymmetric":
        return at / scale
    if way == "align_corners":
        return at * np.float32((length - 1) / (size - 1)) if size > 1 else np.zeros(1, "float32")
    if way.endswith("half_pixel"):  # one of two such ways places a single element elsewhere
        return (at + 0.5) / scale - 0.5 if size > 1 or way == "half_pixel" else np.zeros(1, "float32")
    if way == "half_pixel_symmetric":
        adjusted = size / (scale * length)
        return (length / 2) * (1 - adjusted) + (at + 0.5) / scale - 0.5
    raise ValueError(f"coordinate_transformation_mode={way!r} is not read")


def _nearest(places: np.ndarray, length: int, way: str) -> np.ndarray:
    rounded: Any = {
        "round_prefer_floor": lambda p: np.ceil(p - 0.5),
        "round_prefer_ceil": lambda p: np.floor(p + 0.5),
        "floor": np.floor,
        "ceil": np.ceil,
    }.get(way)
    if rounded is None:
        raise ValueError(f"nearest_mode={way!r} is not read")
    found: np.ndarray = np.clip(rounded(places), 0, length - 1).astype("int32")
    return found


def _linear(places: np.ndarray, length: int) -> np.ndarray:
    matrix = np.zeros((len(places), length))
    inside = np.clip(places, 0, length - 1)
    below = np.floor(inside).astype(int)
    above = np.minimum(below + 1, length - 1)
    rows = np.arange(len(places))
    np.add.at(matrix, (rows, below), 1 - (inside - below))
    np.add.at(matrix, (rows, above), inside - below)
    return matrix


def _cubic(places: np.ndarray, length: int, a: float) -> np.ndarray:
    matrix = np.zeros((len(places), length))
    below = np.floor(places).astype(int)
    rows = np.arange(len(places))
    for shift in range(-1, 3):
        distance = np.abs(places - (below + shift))
        near = (a + 2) * distance**3 - (a + 3) * distance**2 + 1
        far = a * distance**3 - 5 * a * distance**2 + 8 * a * distance - 4 * a
        np.add.at(matrix, (rows, np.clip(below + shift, 0, length - 1)), np.where(distance <= 1, near, far))
    return matrix


def _along(n: Node, x: Any, axis: int, size: int | None, scale: float, old: bool) -> Any:
    length, mode = x.shape[axis], n.get("mode", "nearest")
    way = "asymmetric" if old else n.get("coordinate_transformation_mode", "half_pixel")
    rounding = "floor" if old else n.get("nearest_mode", "round_prefer_floor")
    plain = (way, rounding) in (("asymmetric", "floor"), ("half_pixel", "round_prefer_floor"))
    if mode == "nearest" and scale == int(scale) and plain:
        return n.call(ops.repeat, x, int(scale), axis)
    if length is None or size is None:
        raise ValueError(f"mode={mode!r} needs axes of known length, but for whole numbers of nearest elements")
    places = _places(length, size, scale, way)
    if mode == "nearest":
        return n.call(ops.take, x, _nearest(places, length, rounding), axis)
    take_memory(8 * size * length, "What an image is resized by")
    if mode == "linear":
        matrix = _linear(places, length)
    elif mode == "cubic":
        n.refuse(exclude_outside=0)
        matrix = _cubic(places, length, n.get("cubic_coeff_a", -0.75))
    else:
        raise ValueError(f"mode={mode!r} is not read")
    weights = n.scope.constant(matrix.T.astype("float32"), f"{n.title}_axis_{axis}")
    last = axis == len(x.shape) - 1
    x = x if last else n.call(ops.swapaxes, x, axis, -1)
    x = n.call(ops.matmul, x, weights)
    return x if last else n.call(ops.swapaxes, x, axis, -1)


def _resize(n: Node) -> Any:
    n.refuse(antialias=0, keep_aspect_ratio_policy="stretch", axes=None)
    old = n.op == "Upsample" or n.opset < 11
    place = 1 if old else 2
    x, lengths = n.x(), n.lengths()
    scales: Any = n.get("scales") or (n.array(place).tolist() if n.has(place) else [])
    if not scales:
        sizes = n.ints(3, "sizes")
        if sizes is None or len(sizes) != len(lengths):
            raise ValueError("it has no scales and no sizes for each axis")
        pairs = []
        for own, size in zip(lengths, sizes, strict=True):
            if isinstance(own, Size) or isinstance(size, Size):
                pairs.append((None, float(_ratio(own, size))))
            else:
                pairs.append((size, size / own))
    else:
        pairs = [
            (None if isinstance(own, Size) else math.floor(own * scale), float(scale))
            for own, scale in zip(lengths, scales, strict=True)
        ]
    for axis, (size, scale) in enumerate(pairs):
        if scale != 1 or (size is not None and size != x.shape[axis]):
            x = _along(n, x, axis, size, scale, old)
    return n.scope.note(x, [one if scale == 1 else None for one, (_, scale) in zip(lengths, pairs, strict=True)])


def _ratio(own: Any, size: Any) -> int:
    """How many times the length of an axis its new size is."""
    found = size // own
    if isinstance(found, Size):
        raise ValueError("its sizes are computed, and no multiple of its input's")
    return int(found)


RULES: dict[str, Rule] = {"Resize": _resize, "Upsample": _resize}
