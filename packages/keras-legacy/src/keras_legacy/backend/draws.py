"""Random tensors and variables, with Keras 2's arguments and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Variable, config, dtypes, random

from keras_legacy.backend.sizes import new_sizes

if TYPE_CHECKING:
    from keras_core.typing import Tensor


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: str | None = None, seed: int | None = None
) -> Tensor:
    """Numbers spread evenly over [minval, maxval).

    Args:
        shape: shape of the result.
        minval: lower bound, included. Defaults to 0.0.
        maxval: upper bound, excluded. Defaults to 1.0.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.
    """
    return random.uniform(new_sizes(shape), minval, maxval, dtype, seed)


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: str | None = None, seed: int | None = None
) -> Tensor:
    """Normally distributed numbers. The shape may hold sizes known only at run time.

    Args:
        shape: shape of the result.
        mean: mean of the distribution. Defaults to 0.0.
        stddev: standard deviation of the distribution. Defaults to 1.0.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.

    Example:
        >>> from keras_legacy import backend as K
        >>> z = K.placeholder((None, 2))
        >>> K.int_shape(K.random_normal(shape=(K.shape(z)[0], 2)))
        (None, 2)
    """
    return random.normal(new_sizes(shape), mean, stddev, dtype, seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: str | None = None, seed: int | None = None
) -> Tensor:
    """Normally distributed numbers within two standard deviations of the mean.

    Args:
        shape: shape of the result.
        mean: mean of the distribution. Defaults to 0.0.
        stddev: standard deviation of the distribution. Defaults to 1.0.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.
    """
    return random.truncated_normal(new_sizes(shape), mean, stddev, dtype, seed)


def random_binomial(shape: Any, p: float = 0.0, dtype: str | None = None, seed: int | None = None) -> Tensor:
    """1 with probability `p`, else 0.

    Args:
        shape: shape of the result.
        p: probability of 1. Defaults to 0.0.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.
    """
    return random.binomial(new_sizes(shape), 1, p, dtype or config.floatx(), seed)


def random_uniform_variable(
    shape: Any, low: float, high: float, dtype: str | None = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A Variable that begins with numbers spread evenly over [low, high).

    Args:
        shape: shape of the result.
        low: lower bound, included.
        high: upper bound, excluded.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        name: name of the result. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.
    """
    return _drawn(_generator(seed).uniform(low, high, new_sizes(shape)), dtype, name)


def random_normal_variable(
    shape: Any, mean: float, scale: float, dtype: str | None = None, name: str | None = None, seed: int | None = None
) -> Variable:
    """A Variable that begins with normally distributed numbers.

    Args:
        shape: shape of the result.
        mean: mean of the distribution.
        scale: standard deviation of the distribution.
        dtype: dtype name; None is `K.floatx()`. Defaults to None.
        name: name of the result. Defaults to None.
        seed: an int, for the same numbers each time; None takes the global generator. Defaults to None.
    """
    return _drawn(_generator(seed).normal(mean, scale, new_sizes(shape)), dtype, name)


def _generator(seed: int | None) -> np.random.Generator:
    return np.random.default_rng(random.next_seed() if seed is None else int(seed))


def _drawn(value: np.ndarray, dtype: str | None, name: str | None) -> Variable:
    return Variable(value.astype(dtypes.numpy_dtype(dtype or config.floatx())), name=name)
