"""Initializers that draw from one distribution, whatever the shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.initializers.initializer import RandomInitializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from keras_core.random.seed_generator import Seed
    from keras_core.typing import DType


class RandomNormal(RandomInitializer):
    """Draws from a normal distribution.

    Args:
        mean: mean of the draws.
        stddev: their standard deviation.
        seed: see `RandomInitializer`.

    Example:
        >>> from keras_core import initializers
        >>> init = initializers.RandomNormal(stddev=0.1, seed=1)
        >>> bool((init((3,)) == init((3,))).all())
        True
    """

    takes_any_shape = True

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        return self.normal(shape, dtype, self.mean, self.stddev)

    def get_config(self) -> dict[str, Any]:
        """Mean, deviation and seed."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomNormal):
    """Draws from a normal distribution, without values beyond two standard deviations.

    Args:
        mean: mean of the distribution. Defaults to 0.0.
        stddev: standard deviation of the distribution before truncation. Defaults to 0.05.
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.TruncatedNormal(stddev=0.1, seed=1)((2, 3)).shape
        (2, 3)
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        return self.truncated_normal(shape, dtype, self.mean, self.stddev)


class RandomUniform(RandomInitializer):
    """Draws evenly from an interval.

    Args:
        minval: lower bound, included. Defaults to -0.05.
        maxval: upper bound, excluded. Defaults to 0.05.
        seed: an int, a `SeedGenerator`, or None for the next seed of the global stream. Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> initializers.RandomUniform(-1.0, 1.0, seed=1)((2, 3)).shape
        (2, 3)
    """

    takes_any_shape = True

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        return self.uniform(shape, dtype, self.minval, self.maxval)

    def get_config(self) -> dict[str, Any]:
        """Bounds and seed."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


normal = random_normal = RandomNormal
truncated_normal = TruncatedNormal
uniform = random_uniform = RandomUniform
