"""The buckets of combinations of integers, computed by ops, inside a model.

`fingerprint.crossed` multiplies 64-bit numbers, which not every framework has. Here such a number is eight tensors of
its bytes, the lowest first, in int32: a sum of eight products of bytes is far from its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import ops

from keras_preprocessing.layers.fingerprint import CROSS, SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor

MOST_BINS = (1 << 23) - 1
"""Up to here a remainder times 256 fits into 31 bits."""

_BYTES = 8


def crossed_integers(features: Sequence[Tensor], bins: int) -> Tensor:
    """The bucket of each combination, as `fingerprint.crossed` of the integers says.

    Args:
        features: tensors of integers, of one shape.
        bins: number of buckets, at most `MOST_BINS`.

    Returns:
        A tensor of int32 of that shape.
    """
    found = _bytes_of_constant(SEED, features[0])
    for feature in features:
        found = _crossed(found, _bytes_of(feature))
    remainder = ops.zeros_like(found[0])
    for byte in reversed(found):
        remainder = ops.mod(ops.add(ops.multiply(remainder, 256), byte), bins)
    return remainder


def _bytes_of(feature: Tensor) -> list[Tensor]:
    """The bytes of integers, of negative ones in two's complement."""
    dtype = ops.dtype(feature)
    wide = "int64" if dtype in ("int64", "uint64") else "int32"
    values = ops.cast(feature, wide)  # which keeps the bits of large unsigned ones
    count = 8 if wide == "int64" else 4
    low = [ops.cast(ops.bitwise_and(ops.right_shift(values, 8 * i), 255), "int32") for i in range(count)]
    negative = 0 if dtype.startswith("u") else ops.multiply(ops.cast(ops.less(values, 0), "int32"), 255)
    return low + [negative] * (_BYTES - count)


def _bytes_of_constant(value: int, like: Tensor) -> list[Tensor]:
    zeros = ops.cast(ops.zeros_like(like), "int32")
    return [ops.add(zeros, byte) for byte in value.to_bytes(_BYTES, "little")]


def _crossed(first: list[Tensor], second: list[Tensor]) -> list[Tensor]:
    """`fingerprint.crossed` of two numbers."""
    product = _times_cross(_folded(_times_cross(second)))
    mixed = [
        ops.bitwise_xor(ops.bitwise_xor(one, byte), other)
        for one, byte, other in zip(first, CROSS.to_bytes(_BYTES, "little"), product, strict=True)
    ]
    return _folded(_times_cross(_folded(_times_cross(mixed))))


def _times_cross(number: list[Tensor]) -> list[Tensor]:
    """The number times `CROSS`, of which 64 bits are kept."""
    factor = CROSS.to_bytes(_BYTES, "little")
    found: list[Tensor] = []
    carry: Tensor = 0
    for place in range(_BYTES):
        total = carry
        for i in range(place + 1):
            total = ops.add(total, ops.multiply(number[i], factor[place - i]))
        found.append(ops.bitwise_and(total, 255))
        carry = ops.right_shift(total, 8)
    return found


def _folded(number: list[Tensor]) -> list[Tensor]:
    """The number, xor itself moved right by 47 bits."""
    moved = [ops.right_shift(number[5], 7), *([0] * (_BYTES - 1))]
    moved[0] = ops.bitwise_or(moved[0], ops.bitwise_and(ops.left_shift(number[6], 1), 255))
    moved[1] = ops.bitwise_or(ops.right_shift(number[6], 7), ops.bitwise_and(ops.left_shift(number[7], 1), 255))
    moved[2] = ops.right_shift(number[7], 7)
    return [ops.bitwise_xor(one, other) for one, other in zip(number[:3], moved[:3], strict=True)] + number[3:]
