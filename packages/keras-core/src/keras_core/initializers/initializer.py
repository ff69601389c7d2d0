"""The base classes of initializers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from keras_core import dtypes, identifiers, random
from keras_core.argument_checks import CheckedArguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.random.seed_generator import Seed
    from keras_core.typing import DType


class Initializer(CheckedArguments):
    """Makes the initial value of a variable: a callable ``(shape, dtype=None) -> NumPy array``.

    A subclass defines `__call__`, and `get_config` when it has arguments.

    Example:
        >>> import numpy as np
        >>> from keras_core import initializers
        >>> class Counting(initializers.Initializer):
        ...     def __call__(self, shape, dtype=None):
        ...         return np.arange(np.prod(shape), dtype=dtype).reshape(shape)
        >>> Counting()((2, 2), "int32").tolist()
        [[0, 1], [2, 3]]
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        """A new array of `shape`; dtype None means floatx."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(shape, dtype=None).")

    def get_config(self) -> dict[str, Any]:
        """Arguments that make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """An initializer made from what `get_config` gave; a `dtype` in old configs is dropped."""
        return cls(**{key: value for key, value in config.items() if key != "dtype"})

    def clone(self) -> Self:
        """An initializer with the same arguments; an unseeded one draws other values."""
        return type(self).from_config(self.get_config())


class RandomInitializer(Initializer):
    """An initializer that draws numbers, by NumPy, so that every backend begins with the same.

    Args:
        seed: an int, which gives the same values for the same shape at every call; a `keras_core.random.SeedGenerator`,
            which gives other values at every call; or None, which takes the next seed of the global stream when the
            initializer is made. Defaults to None.

    Example:
        >>> from keras_core import initializers
        >>> first, second = (initializers.RandomNormal(seed=1)((2,)) for _ in range(2))
        >>> bool((first == second).all())
        True
    """

    takes_any_shape: ClassVar[bool] = False
    """Whether no shape of floats is refused."""

    def __init__(self, seed: Seed = None) -> None:
        self.seed = seed
        if seed is None:
            seed = random.next_seed()
        self._entropy = seed

    def may_wait(self, dtype: DType) -> bool:
        """Whether a variable may draw its value later than it is made: it would get the same, and no error.

        Of subclasses that users write nothing is known, and a `SeedGenerator` gives other values in another order.
        """
        own = type(self).__module__.partition(".")[0] == __name__.partition(".")[0]
        return own and self.takes_any_shape and dtypes.is_float(dtype) and not hasattr(self._entropy, "next")

    def generator(self) -> np.random.Generator:
        """A generator at the start of this initializer's stream."""
        if hasattr(self._entropy, "next"):
            return np.random.default_rng([int(word) for word in np.asarray(self._entropy.next())])
        return np.random.default_rng(int(self._entropy) % 2**64)

    def get_config(self) -> dict[str, Any]:
        """The seed, None where none was given."""
        seed = self.seed
        if hasattr(seed, "next"):
            seed = identifiers.serialize(seed)
        return {"seed": seed}

    def normal(self, shape: Sequence[int], dtype: DType | None, mean: float, stddev: float) -> np.ndarray:
        """Draws from a normal distribution."""
        return _scaled(self.generator().standard_normal(tuple(shape)), stddev, mean, dtype)

    def truncated_normal(self, shape: Sequence[int], dtype: DType | None, mean: float, stddev: float) -> np.ndarray:
        """Draws from a normal distribution; those beyond two deviations are drawn again."""
        generator = self.generator()
        values = np.asarray(generator.standard_normal(tuple(shape))).reshape(-1)
        outside = np.flatnonzero(np.abs(values) > 2)
        while outside.size:
            again = generator.standard_normal(outside.size)
            values[outside] = again
            outside = outside[np.abs(again) > 2]
        return _scaled(values.reshape(shape), stddev, mean, dtype)

    def uniform(self, shape: Sequence[int], dtype: DType | None, low: float, high: float) -> np.ndarray:
        """Draws evenly from ``[low, high)``; with an integer dtype, integers."""
        if dtypes.is_int(dtype):
            values = self.generator().integers(int(low), int(high), tuple(shape))
            return np.asarray(values, dtypes.numpy_dtype(dtype))
        return _scaled(self.generator().random(tuple(shape)), high - low, low, dtype)


def _scaled(values: Any, factor: float, offset: float, dtype: DType | None) -> np.ndarray:
    """``values * factor + offset`` in the array's own memory, then as `dtype`.

    Draws are in double precision, so that one seed gives the same numbers in every dtype, but for
    rounding.
    """
    scaled: np.ndarray = np.asarray(values)
    scaled *= factor
    if offset:
        scaled += offset
    return scaled.astype(dtypes.numpy_dtype(dtype), copy=False)
