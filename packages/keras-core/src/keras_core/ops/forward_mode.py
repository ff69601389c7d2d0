"""Directional derivatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.ops.conversion import convert_to_tensor
from keras_core.ops.creation import zeros_like
from keras_core.ops.elementwise import add, cast, multiply
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import sum as total
from keras_core.staging.gradients import gradients

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.typing import TensorTree


def jvp(
    fun: Callable[..., Any], primals: Sequence[TensorTree], tangents: Sequence[TensorTree], has_aux: bool = False
) -> tuple[Any, ...]:
    """A function's value, and its derivative along a direction: the Jacobian times a vector.

    The derivative is that of the gradient by its cotangent, which is linear in it, so every backend that has second
    derivatives has this.

    Args:
        fun: takes one argument for each of `primals`, returns nested float tensors.
        primals: where to evaluate: a list or tuple of nested float tensors, one for each argument.
        tangents: the direction, in the form of `primals`.
        has_aux: whether `fun` returns a pair whose second part is returned as it is. Defaults to False.

    Returns:
        ``(value, derivative)``, both in the form that `fun` returns; with `has_aux` ``(value, derivative, aux)``.

    Raises:
        TypeError: if `primals` is no list or tuple.
        ValueError: if the structures of `primals` and `tangents` differ.
        NotImplementedError: on a backend that has no gradients.

    Example, on a backend that trains:
        >>> from keras_core import ops
        >>> x, direction = ops.array([2.0, 3.0]), ops.array([1.0, 2.0])
        >>> value, derivative = ops.jvp(ops.square, (x,), (direction,))  # doctest: +SKIP

    Reference: Townsend, "A new trick for calculating Jacobian vector products", 2017.
    """
    if not isinstance(primals, (list, tuple)) or not isinstance(tangents, (list, tuple)):
        raise TypeError(f"jvp() got primals of {type(primals).__name__}, expected a tuple with one value an argument.")
    tree.assert_same_structure(list(primals), list(tangents))
    point = [convert_to_tensor(leaf) for leaf in tree.flatten(list(primals))]
    direction = [
        cast(convert_to_tensor(t), dtype_of(x)) for t, x in zip(tree.flatten(list(tangents)), point, strict=True)
    ]

    def call(leaves: Sequence[Any]) -> tuple[Any, Any]:
        out = fun(*tree.pack_sequence_as(list(primals), leaves))
        return out if has_aux else (out, None)

    value, aux = call(point)
    results = tree.flatten(value)

    def pulled(*cotangents: Any) -> Any:
        """What is linear in the cotangents: the product of the gradient and the direction."""

        def weighted(*leaves: Any) -> Any:
            return _sum_of_products(tree.flatten(call(leaves)[0]), cotangents)

        _, slopes = gradients(weighted, point)
        pairs = [(slope, t) for slope, t in zip(slopes, direction, strict=True) if slope is not None]
        constant = multiply(_sum_of_products(cotangents, cotangents), 0)  # where nothing depends on the arguments
        return add(constant, _sum_of_products(*zip(*pairs, strict=True))) if pairs else constant

    zeros = [zeros_like(y) for y in results]
    _, derivatives = gradients(pulled, zeros)
    filled = [zero if d is None else d for d, zero in zip(derivatives, zeros, strict=True)]
    derivative = tree.pack_sequence_as(value, filled)
    return (value, derivative, aux) if has_aux else (value, derivative)


def _sum_of_products(first: Sequence[Any], second: Sequence[Any]) -> Any:
    result: Any = None
    for a, b in zip(first, second, strict=True):
        term = total(multiply(a, b))
        result = term if result is None else add(result, term)
    return result
