"""Orthogonal initial matrices."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.initializers.initializer import RandomInitializer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.random.seed_generator import Seed
    from keras_core.typing import DType


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal rows or columns (whichever are fewer), times `gain`.

    A shape of higher rank is seen as the matrix whose columns are its last axis.

    Args:
        gain: factor of the matrix.
        seed: see `RandomInitializer`.

    Raises:
        ValueError: when called with a shape of rank below 2.

    Reference: Saxe et al., 2014, https://arxiv.org/abs/1312.6120

    Example:
        >>> from keras_core import initializers
        >>> q = initializers.Orthogonal(seed=0)((2, 2))
        >>> (q @ q.T).round(5).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """

    def __init__(self, gain: float = 1.0, seed: Seed = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def __call__(
        self, shape: Sequence[int], dtype: DType | None = None, *, blocks: int = 1, **kwargs: Any
    ) -> np.ndarray:
        """Values of the shape.

        Args:
            shape: tuple of two or more ints.
            dtype: dtype name; None is floatx. Defaults to None.
            blocks: number of equal parts of the last axis, each of which is a matrix of its own. Defaults to 1.
            **kwargs: ignored.
        """
        if len(shape) < 2:
            raise ValueError(
                f"Orthogonal needs a shape of rank 2 or more. Got shape {tuple(shape)}; "
                "use another initializer for vectors, such as 'zeros'."
            )
        rows, columns = math.prod(shape[:-1]), shape[-1] // blocks
        generator = self.generator()
        matrix = np.concatenate([_orthogonal(generator, rows, columns) for _ in range(blocks)], axis=1)
        return np.asarray(self.gain * matrix.reshape(shape), dtypes.numpy_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """Gain and seed."""
        return {**super().get_config(), "gain": self.gain}


def _orthogonal(generator: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    q, r = np.linalg.qr(generator.standard_normal((max(rows, columns), min(rows, columns))))
    q *= np.where(np.diagonal(r) < 0, -1.0, 1.0)  # makes the draw uniform over all such matrices
    return q if rows >= columns else q.T


OrthogonalInitializer = Orthogonal
orthogonal = Orthogonal
