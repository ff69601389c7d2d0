"""Tensors laid out on a mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keras_core import KerasTensor, Variable, backend
from keras_core.backend import engine_of

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, Tensor

    from keras_distribution.tensor_layout import TensorLayout


def distribute_tensor(tensor: ArrayLike, layout: TensorLayout) -> Tensor:
    """A tensor laid out on a mesh; inside a compiled step, a value that shall lie so there.

    Args:
        tensor: array, tensor or variable. A KerasTensor is returned as it is.
        layout: where its parts are to be.

    Raises:
        NotImplementedError: where the backend has no engine for it.
        ValueError: where the layout does not fit the shape.
    """
    if isinstance(tensor, KerasTensor):
        return tensor
    if isinstance(tensor, Variable):
        tensor = tensor.value
    owner = backend.owner(tensor) or backend.active()
    value = tensor if owner.is_tensor(tensor) else owner.tensor(tensor)
    shape = owner.shape(value)
    layout.check([0 if size is None else size for size in shape], "The tensor")
    return engine_of(owner).place(value, layout)
