"""The random ops written in other ops, so that every backend draws the same numbers.

The generator is Threefry-2x32 with 20 rounds: a function of a key and a counter, here the position of each
number. It works on int32, whose sums wrap around on every backend as those of uint32 do.

Reference: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.creation import arange
from keras_core.ops.elementwise import (
    add,
    bitwise_and,
    bitwise_left_shift,
    bitwise_or,
    bitwise_right_shift,
    bitwise_xor,
    cast,
    cos,
    floor_divide,
    log,
    mod,
    multiply,
    sqrt,
    subtract,
)
from keras_core.ops.shaping import concatenate, reshape

if TYPE_CHECKING:
    from keras_core.typing import DType, DynamicShape, Tensor

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_BITS = {"float16": 11, "bfloat16": 8}
"""Random bits of a float: as many as its fraction holds."""


def threefry(key: tuple[Tensor, Tensor], counter: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """Two random words for each pair of counter words.

    Args:
        key: two int32 tensors that broadcast to the counters.
        counter: two int32 tensors of one shape.

    Returns:
        Two int32 tensors of that shape.
    """
    schedule = (*key, bitwise_xor(bitwise_xor(*key), _PARITY))
    x, y = add(counter[0], schedule[0]), add(counter[1], schedule[1])
    for group in range(5):
        for bits in _ROTATIONS[group % 2]:
            x = add(x, y)
            y = bitwise_xor(_rotated(y, bits), x)
        x = add(x, schedule[(group + 1) % 3])
        y = add(add(y, schedule[(group + 2) % 3]), group + 1)
    return x, y


def _rotated(word: Tensor, bits: int) -> Tensor:
    return bitwise_or(bitwise_left_shift(word, bits), _top(word, bits))


def _top(word: Tensor, bits: int) -> Tensor:
    """The highest bits of a word as a number that is not negative."""
    return bitwise_and(bitwise_right_shift(word, 32 - bits), (1 << bits) - 1)


def _words(key: Tensor, count: Any) -> tuple[Tensor, Tensor]:
    """Two words for each number from 0 to `count`, which may be a tensor."""
    parts = cast(key, "int32")
    counter = arange(count, dtype="int32")
    return threefry((parts[:1], parts[1:]), (counter, multiply(counter, 0)))


def _size(shape: DynamicShape) -> Any:
    if all(isinstance(size, int) for size in shape):
        return math.prod(shape)
    total: Any = 1
    for size in shape:
        total = multiply(total, cast(size, "int32"))
    return total


def _one_word(key: Tensor, shape: DynamicShape) -> Tensor:
    """A word for each element of `shape`, flat."""
    size = _size(shape)
    if isinstance(size, int):
        return concatenate(_words(key, (size + 1) // 2))[:size]
    return concatenate(_words(key, floor_divide(add(size, 1), 2)))[:size]


def _fraction(word: Tensor, dtype: str) -> Tensor:
    """A float32 of [0, 1) that `dtype` holds exactly."""
    bits = _BITS.get(dtype, 24)
    return multiply(cast(_top(word, bits), "float32"), 2.0**-bits)


def random_uniform(shape: DynamicShape, minval: float, maxval: float, dtype: DType | None, key: Tensor) -> Tensor:
    """Floats spread evenly over [minval, maxval)."""
    name = dtypes.standardize(dtype)
    drawn = _fraction(_one_word(key, shape), name)
    if (minval, maxval) != (0, 1):
        drawn = add(multiply(drawn, maxval - minval), minval)
    return reshape(cast(drawn, name), shape)


def random_normal(shape: DynamicShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    """Normally distributed floats.

    Reference: Box and Muller, "A Note on the Generation of Random Normal Deviates", 1958.
    """
    first, second = _words(key, _size(shape))
    radius = sqrt(multiply(log(subtract(1.0, _fraction(first, "float32"))), -2.0))
    drawn = multiply(radius, cos(multiply(_fraction(second, "float32"), 2 * math.pi)))
    return reshape(cast(add(multiply(drawn, stddev), mean), dtypes.standardize(dtype)), shape)


def random_integer(shape: DynamicShape, minval: int, maxval: int, dtype: DType | None, key: Tensor) -> Tensor:
    """Ints spread evenly over minval to maxval - 1; int32 when the dtype is None.

    Raises:
        ValueError: for 2**31 values or more.
    """
    if maxval - minval >= 2**31:
        raise ValueError(f"random_integer() got {maxval - minval} values to draw from; portable draws take 2**31 - 1.")
    drawn = mod(_top(_one_word(key, shape), 31), maxval - minval)
    name = "int32" if dtype is None else dtypes.standardize(dtype)
    return reshape(add(cast(drawn, name), minval) if minval else cast(drawn, name), shape)
