"""Random numbers without state: each op takes a key, and the same key gives the same numbers.

A key is a uint32 tensor of shape (2,): a seed and a counter. `keras_core.random` makes keys and offers
the same distributions with a seed. Numbers differ between backends, unless `config.set_rng("portable")` says that
the bodies in `portable.py` draw them; initial values and the order of batches do not, since NumPy draws them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core import dtypes
from keras_core.ops import portable
from keras_core.ops.elementwise import (
    add,
    bitwise_xor,
    cast,
    divide,
    exp,
    less,
    log,
    logical_and,
    multiply,
    negative,
    sqrt,
    square,
    subtract,
    where,
)
from keras_core.ops.indexing import argsort, take
from keras_core.ops.op import derived, primitive
from keras_core.ops.reduction import argmax
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import expand_dims, shape
from keras_core.ops.special import erfinv

if TYPE_CHECKING:
    from keras_core.typing import DType, NewShape, Tensor


@primitive(tensors=("key",), spec=rules.draw_float, portable=portable.random_uniform)
def random_uniform(shape: NewShape, minval: float, maxval: float, dtype: DType | None, key: Tensor) -> Tensor:
    """Floats spread evenly over [minval, maxval).

    Args:
        shape: shape of the result, a tuple of ints.
        minval: lower bound, included.
        maxval: upper bound, excluded.
        dtype: dtype of the result.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_uniform((2, 3), 0.0, 1.0, "float32", key).shape)
        (2, 3)
    """


@primitive(tensors=("key",), spec=rules.draw_float, portable=portable.random_normal)
def random_normal(shape: NewShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    """Normally distributed floats.

    Args:
        shape: shape of the result, a tuple of ints.
        mean: mean of the distribution.
        stddev: standard deviation of the distribution.
        dtype: dtype of the result.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_normal((2, 3), 0.0, 1.0, "float32", key).shape)
        (2, 3)
    """


@primitive(tensors=("key",), spec=rules.draw_int, portable=portable.random_integer)
def random_integer(shape: NewShape, minval: int, maxval: int, dtype: DType | None, key: Tensor) -> Tensor:
    """Ints spread evenly over minval to maxval - 1; int32 when the dtype is None.

    Args:
        shape: shape of the result, a tuple of ints.
        minval: lower bound, included.
        maxval: upper bound, excluded.
        dtype: dtype of the result; None is int32.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_integer((2, 3), 0, 10, "int32", key).shape)
        (2, 3)
    """


@derived(tensors=("key",))
def random_truncated_normal(shape: NewShape, mean: float, stddev: float, dtype: DType | None, key: Tensor) -> Tensor:
    """Normally distributed floats within two standard deviations of the mean.

    Args:
        shape: shape of the result, a tuple of ints.
        mean: mean of the distribution.
        stddev: standard deviation of the distribution.
        dtype: dtype of the result.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_truncated_normal((2, 3), 0.0, 1.0, "float32", key).shape)
        (2, 3)
    """
    edge = math.erf(math.sqrt(2))
    uniform = random_uniform(shape, -edge, edge, dtype, key)
    return add(multiply(erfinv(uniform), stddev * math.sqrt(2)), mean)


@derived(tensors=("key",))
def random_bernoulli(shape: NewShape, probability: float, dtype: DType | None, key: Tensor) -> Tensor:
    """1 with the given probability, else 0; bool when the dtype is None.

    Args:
        shape: shape of the result, a tuple of ints.
        probability: probability of 1, a number or a tensor that broadcasts.
        dtype: dtype of the result; None is bool.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_bernoulli((2, 3), 0.5, "bool", key).shape)
        (2, 3)
    """
    return cast(less(random_uniform(shape, 0.0, 1.0, "float32", key), probability), dtype or "bool")


@derived(tensors=("x", "key"))
def random_shuffle(x: Tensor, axis: int, key: Tensor) -> Tensor:
    """`x` with its slices along an axis in random order.

    Args:
        x: tensor.
        axis: axis along which slices are permuted.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_shuffle([1, 2, 3], 0, key).shape)
        (3,)
    """
    length = shape(x)[axis]
    return take(x, argsort(random_uniform((length,), 0.0, 1.0, "float32", key)), axis)


@derived(tensors=("logits", "key"))
def random_categorical(logits: Tensor, num_samples: int, dtype: DType | None, key: Tensor) -> Tensor:
    """Classes drawn by their unnormalized log-probabilities.

    Args:
        logits: float tensor (batch, classes).
        num_samples: number of draws for each row.
        dtype: dtype of the result; None is int32.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Returns:
        Ints (batch, num_samples), int32 when the dtype is None.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_categorical([[0.0, 0.0]], 4, "int32", key).shape)
        (1, 4)

    Reference: Gumbel's trick; Maddison et al., "A* Sampling", 2014.
    """
    batch, classes = shape(logits)
    uniform = random_uniform((batch, num_samples, classes), 1e-7, 1.0, "float32", key)
    gumbel = negative(log(negative(log(uniform))))
    return cast(argmax(add(gumbel, expand_dims(cast(logits, "float32"), 1)), -1), dtype or "int32")


_GAMMA_TRIES = 8
"""One of them is accepted with a probability above 1 - 1e-10, since each is with one above 0.95."""


@derived(tensors=("alpha", "key"))
def random_gamma(shape: NewShape, alpha: Tensor, dtype: DType | None, key: Tensor) -> Tensor:
    """Numbers of the gamma distribution with scale 1.

    Args:
        shape: shape of the result, a tuple of ints.
        alpha: the distribution's shape parameter, a positive number or a tensor that broadcasts.
        dtype: float dtype of the result; None is floatx.
        key: state of a generator, as `SeedGenerator.next` gives it.

    Example:
        >>> from keras_core import ops
        >>> from keras_core import random
        >>> key = random.SeedGenerator(1).next()
        >>> tuple(ops.random_gamma((2, 3), 0.5, "float32", key).shape)
        (2, 3)

    Reference: Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables", 2000.
    """
    rows = (_GAMMA_TRIES, *shape)
    alpha = cast(alpha, "float32")
    small = less(alpha, 1)
    d = subtract(where(small, add(alpha, 1), alpha), 1 / 3)
    normal = random_normal(rows, 0.0, 1.0, "float32", key)
    chance = random_uniform((_GAMMA_TRIES + 1, *shape), 0.0, 1.0, "float32", bitwise_xor(key, _OTHER_STREAM))
    v = add(1, divide(normal, multiply(3, sqrt(d))))
    cube = multiply(multiply(v, v), v)
    safe = where(less(0, v), cube, 1)
    limit = add(multiply(square(normal), 0.5), multiply(d, add(subtract(1, safe), log(safe))))
    level = log(subtract(1, chance))
    accepted = logical_and(less(0, v), less(level[:-1], limit))
    drawn: Tensor = 1.0
    for k in reversed(range(_GAMMA_TRIES)):
        drawn = where(accepted[k], cube[k], drawn)
    boost = where(small, exp(divide(level[-1], alpha)), 1)
    return cast(multiply(multiply(d, drawn), boost), dtypes.standardize(dtype))


_OTHER_STREAM = 0x5BF03635
"""Turns a key into another, for a second draw from it."""
