"""Operand: what ops take in the place of a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.graph.operators import TensorOperators

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

    from keras_core.typing import Shape, Tensor, TensorTree

#: The classes of operands that exist; ops look for them among their arguments where there are any.
OPERANDS: set[type] = set()


class Operand(TensorOperators):
    """What stands for a tensor among the arguments of ops, such as a weight that is kept in another form.

    An op with an operand among its arguments asks it to compute the result; where it does not know how, the op goes on
    with the operand's `value`. So a layer that computes with ops needs not know of it.

    Example:
        >>> import numpy as np
        >>> from keras_core import Operand, ops
        >>> class Ones(Operand):
        ...     shape, dtype = (2, 2), "float32"
        ...     @property
        ...     def value(self):
        ...         return ops.ones((2, 2))
        ...     def computed(self, op, arguments):
        ...         return ops.sum(arguments[0], 1, keepdims=True) * ops.ones((1, 2)) if op == "matmul" else None
        >>> ops.convert_to_numpy(ops.matmul(np.ones((1, 2), "float32"), Ones())).tolist()
        [[2.0, 2.0]]
    """

    shape: Shape
    dtype: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        OPERANDS.add(cls)

    @property
    def value(self) -> Tensor:
        """The tensor that it stands for."""
        raise NotImplementedError

    def computed(self, op: str, arguments: list[Any]) -> TensorTree:
        """What an op gives.

        Args:
            op: the op's name.
            arguments: all its arguments by position, this one among them.

        Returns:
            The result; None where the op is to go on with `value`.
        """
        return None

    def arrays_with(self, added: np.ndarray) -> Sequence[tuple[Any, np.ndarray]]:
        """The variables that it is made of, each with its array if `added` was added to the tensor; for files.

        Args:
            added: array in the tensor's shape.

        Raises:
            NotImplementedError: if the class does not say.
        """
        raise NotImplementedError(
            f"{type(self).__name__}.arrays_with() is missing: a file cannot hold the sum of it and an adaptation."
        )


def operand_in(arguments: Iterable[object]) -> Operand | None:
    """The first operand among nested arguments of an op."""
    for one in arguments:
        if type(one) in OPERANDS:
            return one  # type: ignore[return-value]
        if isinstance(one, (list, tuple)) and (found := operand_in(one)) is not None:
            return found
    return None


def without_operands(value: TensorTree) -> TensorTree:
    """An argument of an op with the tensors that operands stand for."""
    if type(value) in OPERANDS:
        return value.value
    return type(value)(map(without_operands, value)) if type(value) in (list, tuple) else value
