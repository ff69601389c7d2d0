"""Weights that stay floats, and of which ops compute otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import Operand

if TYPE_CHECKING:
    import numpy as np
    from keras_core import Variable
    from keras_core.typing import Tensor


class FloatWeight(Operand):
    """Stands for a variable of floats in ops.

    Args:
        weight: the variable.
    """

    shape: tuple[int, ...]
    constraint = None

    def __init__(self, weight: Variable) -> None:
        self.weight = weight
        self.shape = weight.shape
        self.path = weight.path
        self.regularizer = weight.regularizer

    @property
    def value(self) -> Tensor:
        """The weight."""
        return self.weight.value

    @property
    def dtype(self) -> str:  # type: ignore[override]
        """What the weight is read as."""
        return self.weight.dtype

    @property
    def trainable(self) -> bool:
        """Whether training changes the variable."""
        return self.weight.trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self.weight.trainable = value

    def arrays_with(self, added: np.ndarray) -> list[tuple[Variable, np.ndarray]]:
        """The variable, with the array of the sum.

        Args:
            added: array in the weight's shape.
        """
        value = self.weight.numpy()
        return [(self.weight, (value + added).astype(value.dtype))]
