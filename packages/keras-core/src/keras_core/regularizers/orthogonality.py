"""A penalty on directions that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops
from keras_core.regularizers.regularizer import Regularizer
from keras_core.regularizers.regularizer import factor as checked_factor

if TYPE_CHECKING:
    from keras_core.typing import Tensor


class OrthogonalRegularizer(Regularizer):
    """`factor` times the mean absolute cosine between any two rows (or columns) of a matrix.

    Args:
        factor: factor of the penalty.
        mode: "rows" or "columns": which vectors are to become orthogonal.

    Raises:
        ValueError: for an unknown mode, or when called with a rank other than 2.

    Example:
        >>> import numpy as np
        >>> from keras_core import regularizers
        >>> float(regularizers.OrthogonalRegularizer(factor=1.0)(np.eye(3)))
        0.0
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ValueError(f"OrthogonalRegularizer: mode must be 'rows' or 'columns', got {mode!r}.")
        self.factor = checked_factor("OrthogonalRegularizer", "factor", factor)
        self.mode = mode

    def __call__(self, x: Tensor) -> Tensor:
        shape = tuple(ops.shape(x))
        if len(shape) != 2:
            raise ValueError(
                f"OrthogonalRegularizer needs a matrix, of rank 2, got shape {shape}. Reshape it to (n, m) first."
            )
        vectors = x if self.mode == "rows" else ops.transpose(x)
        count = shape[0] if self.mode == "rows" else shape[1]
        vectors = ops.normalize(vectors, axis=1)
        cosines = ops.absolute(ops.matmul(vectors, ops.transpose(vectors)))
        others = ops.multiply(cosines, ops.subtract(1.0, ops.eye(count, dtype=cosines.dtype)))
        return ops.multiply(ops.sum(others), self.factor / max(1, count * (count - 1)))

    def get_config(self) -> dict[str, Any]:
        """Factor and mode."""
        return {"factor": self.factor, "mode": self.mode}


orthogonal_regularizer = OrthogonalRegularizer
