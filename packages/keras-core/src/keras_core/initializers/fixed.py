"""Initializers without chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.initializers.initializer import Initializer
from keras_core.saving import deserialize_keras_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike, DType


class Constant(Initializer):
    """The same value everywhere, or an array that broadcasts to the shape.

    Args:
        value: a number or an array.

    Example:
        >>> from keras_core import initializers
        >>> initializers.Constant(3.0)((2,)).tolist()
        [3.0, 3.0]
    """

    def __init__(self, value: ArrayLike = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        return np.full(shape, self.value, dtypes.numpy_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """The value; an array as nested lists."""
        is_array = isinstance(self.value, (np.ndarray, np.generic))
        return {"value": self.value.tolist() if is_array else self.value}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constant:
        """Also reads the array notation of other Keras versions."""
        value = config.get("value", 0.0)
        if isinstance(value, dict):
            value = deserialize_keras_object(value)
        return cls(value)


class Zeros(Initializer):
    """Zeros.

    Example:
        >>> from keras_core import initializers
        >>> initializers.Zeros()((2, 2)).tolist()
        [[0.0, 0.0], [0.0, 0.0]]
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        return np.zeros(shape, dtypes.numpy_dtype(dtype))


class Ones(Initializer):
    """Ones.

    Example:
        >>> from keras_core import initializers
        >>> initializers.Ones()((2, 2)).tolist()
        [[1.0, 1.0], [1.0, 1.0]]
    """

    def __call__(self, shape: Sequence[int], dtype: DType | None = None, **kwargs: Any) -> np.ndarray:
        return np.ones(shape, dtypes.numpy_dtype(dtype))


class Identity(Initializer):
    """The identity matrix times `gain`, for shapes of rank 2.

    Args:
        gain: the number on the diagonal. Defaults to 1.0.

    Raises:
        ValueError: when called with another rank.

    Example:
        >>> from keras_core import initializers
        >>> initializers.Identity()((2, 2)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(
        self, shape: Sequence[int], dtype: DType | None = None, *, blocks: int = 1, **kwargs: Any
    ) -> np.ndarray:
        """Values of the shape.

        Args:
            shape: pair of ints.
            dtype: dtype name; None is floatx. Defaults to None.
            blocks: number of equal parts of the last axis, each of which is a matrix of its own. Defaults to 1.
            **kwargs: ignored.
        """
        if len(shape) != 2:
            raise ValueError(f"Identity makes matrices only, of shape (n, m). Got shape {tuple(shape)}.")
        return np.asarray(self.gain * np.tile(np.eye(shape[0], shape[1] // blocks), blocks), dtypes.numpy_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """The gain."""
        return {"gain": self.gain}


IdentityInitializer = Identity
constant = Constant
identity = Identity
one = ones = Ones
zero = zeros = Zeros
