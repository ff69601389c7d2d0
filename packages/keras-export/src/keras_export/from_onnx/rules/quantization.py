"""Numbers of 8 and 16 bits that stand for floats, and products of such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import dtypes, ops

from keras_export.from_onnx.checks import dtype_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_export.from_onnx.node import Node

    Rule = Callable[[Node], Any]


def _dtype(x: Any) -> str:
    return str(dtypes.standardize(x.dtype))


def _along(n: Node, number: int, rank: int, axis: int) -> Any:
    """A scale or a zero point, with axes of length 1 where it is one number for each index of an axis."""
    x = n.x(number)
    count = len(x.shape)
    if count == 0 or (count == 1 and x.shape[0] == 1):
        return n.call(ops.reshape, x, ())
    if count > 1:
        raise ValueError("scales of blocks are not read")
    return n.call(ops.reshape, x, [-1 if k == axis % rank else 1 for k in range(rank)])


def _saturated(n: Node, x: Any, dtype: str) -> Any:
    """Whole numbers, of which those outside of a dtype are its ends."""
    limits = np.iinfo(dtype)
    return n.call(ops.cast, n.call(ops.clip, x, float(limits.min), float(limits.max)), dtype)


def _rounded(n: Node, x: Any, zero: Any, dtype: str) -> Any:
    x = n.call(ops.round, x)
    return _saturated(n, x if zero is None else n.call(ops.add, x, n.call(ops.cast, zero, _dtype(x))), dtype)


def _quantize(n: Node) -> Any:
    n.refuse(block_size=0, precision=0)
    x, axis = n.x(), n.get("axis", 1)
    rank = len(x.shape)
    given = n.get("output_dtype", 0)
    dtype = _dtype(n.value(2)) if n.has(2) else dtype_of(given) if given else "uint8"
    if not dtypes.is_int(dtype):
        raise ValueError(f"numbers of {dtype} are not read")
    scaled = n.call(ops.divide, x, _along(n, 1, rank, axis))
    return n.follow(_rounded(n, scaled, _along(n, 2, rank, axis) if n.has(2) else None, dtype))


def _dequantize(n: Node) -> Any:
    n.refuse(block_size=0)
    x, axis = n.x(), n.get("axis", 1)
    scale = _along(n, 1, len(x.shape), axis)
    dtype = dtype_of(n.get("output_dtype", 0)) if n.get("output_dtype", 0) else _dtype(scale)
    whole = n.call(ops.cast, x, "int32")
    if n.has(2):
        whole = n.call(ops.subtract, whole, n.call(ops.cast, _along(n, 2, len(x.shape), axis), "int32"))
    return n.follow(n.call(ops.multiply, n.call(ops.cast, whole, dtype), n.call(ops.cast, scale, dtype)))


def _dynamic(n: Node) -> Any:
    """Scale and zero point are those of the range of the input, which reaches 0."""
    x = n.x()
    low, high = n.call(ops.minimum, n.call(ops.min, x), 0.0), n.call(ops.maximum, n.call(ops.max, x), 0.0)
    scale = n.call(ops.divide, n.call(ops.subtract, high, low), 255.0)
    scale = n.call(ops.where, n.call(ops.equal, scale, 0.0), 1.0, scale)
    zero = _saturated(n, n.call(ops.round, n.call(ops.divide, n.call(ops.negative, low), scale)), "uint8")
    return [n.follow(_rounded(n, n.call(ops.divide, x, scale), zero, "uint8")), scale, zero]


def _whole_product(n: Node, places: tuple[int, int], zeros: tuple[int, int]) -> Any:
    """The product of two matrices of whole numbers, as int32."""
    sides = []
    for k, (place, zero) in enumerate(zip(places, zeros, strict=True)):
        x = n.call(ops.cast, n.x(place), "int32")
        if n.has(zero):
            by_axis = _along(n, zero, len(x.shape), -2 if k == 0 else -1)
            x = n.call(ops.subtract, x, n.call(ops.cast, by_axis, "int32"))
        sides.append(x)
    return n.call(ops.matmul, *sides)


def _matmul(n: Node) -> Any:
    return _sized(n, _whole_product(n, (0, 1), (2, 3)), 1)


def _scaled_matmul(n: Node) -> Any:
    found = _whole_product(n, (0, 3), (2, 5))
    rank = len(found.shape)
    a, b, y = (_along(n, place, rank, axis) for place, axis in ((1, -2), (4, -1), (6, -1)))
    scaled = n.call(ops.multiply, n.call(ops.cast, found, _dtype(a)), n.call(ops.divide, n.call(ops.multiply, a, b), y))
    return _sized(n, _rounded(n, scaled, _along(n, 7, rank, -1), _dtype(n.value(7))), 3)


def _sized(n: Node, found: Any, second: int) -> Any:
    """A product whose sizes are those of its first factor, but the last."""
    a, b = n.lengths(0), n.lengths(second)
    return n.scope.note(found, [*a[:-1], b[-1]]) if len(b) == 2 <= len(a) else found


RULES: dict[str, Rule] = {
    "QuantizeLinear": _quantize,
    "DequantizeLinear": _dequantize,
    "DynamicQuantizeLinear": _dynamic,
    "MatMulInteger": _matmul,
    "QLinearMatMul": _scaled_matmul,
}
