"""Tensors that are joined and split along axes that a name says, as in NumPy."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from keras_core.config.loading_limits import take_steps
from keras_core.ops.op import derived
from keras_core.ops.properties import shape_of
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import concatenate, expand_dims, ndim, ravel, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


@derived(tensors=("xs",), cast="promote")
def vstack(xs: Sequence[Tensor]) -> Tensor:
    """Concatenation along the first axis, 1-D tensors being rows.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.vstack([[1, 2], [3, 4]])).tolist()
        [[1, 2], [3, 4]]
    """
    return concatenate([expand_dims(x, 0) if ndim(x) == 1 else x for x in xs], 0)


@derived(tensors=("xs",), cast="promote")
def hstack(xs: Sequence[Tensor]) -> Tensor:
    """Concatenation along the second axis, of 1-D tensors along the first.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.hstack([[1, 2], [3]])).tolist()
        [1, 2, 3]
    """
    return concatenate(xs, 0 if ndim(xs[0]) == 1 else 1)


@derived(tensors=("x1", "x2"), cast="promote")
def append(x1: Tensor, x2: Tensor, axis: int | None = None) -> Tensor:
    """`x2` behind `x1` along an axis; both flat when it is None.

    Args:
        x1: tensor.
        x2: tensor of the rank of `x1`.
        axis: axis along which to append; None flattens both. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.append([1, 2], [3])).tolist()
        [1, 2, 3]
    """
    if axis is None:
        return concatenate([ravel(x1), ravel(x2)], 0)
    return concatenate([x1, x2], axis)


@derived(tensors=("x",))
def array_split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """As `split`, but the first pieces may be longer by one when the axis does not divide evenly.

    Args:
        x: tensor.
        indices_or_sections: number of equal pieces, or the indices to cut before.
        axis: axis to split. Defaults to 0.

    Returns:
        List of tensors.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> [piece.shape for piece in map(ops.convert_to_numpy, ops.array_split([1, 2, 3], 2))]
        [(2,), (1,)]
    """
    if not isinstance(indices_or_sections, int):
        return split(x, indices_or_sections, axis)
    length = shape_of(x)[rules.axis_of(axis, ndim(x))]
    if length is None:
        return split(x, indices_or_sections, axis)
    take_steps(indices_or_sections, f"array_split() into {indices_or_sections} tensors")
    short, longer = divmod(length, indices_or_sections)
    cuts = [short * k + builtins.min(k, longer) for k in range(1, indices_or_sections)]
    return split(x, cuts, axis)


@derived(tensors=("xs",), cast="promote")
def dstack(xs: Sequence[Tensor]) -> Tensor:
    """Concatenation along the third axis, which tensors of fewer axes get.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.dstack([ops.zeros(2), ops.ones(2)]).shape)
        (1, 2, 2)
    """
    deep = []
    for x in xs:
        if ndim(x) == 1:
            x = expand_dims(x, 0)
        deep.append(expand_dims(x, -1) if ndim(x) == 2 else x)
    return concatenate(deep, 2)


@derived(tensors=("x",))
def vsplit(x: Tensor, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """`split` along the first axis.

    Args:
        x: tensor.
        indices_or_sections: number of equal pieces, or the indices to cut before.

    Returns:
        List of tensors.

    Raises:
        ValueError: if the axis is out of range or does not divide into that many equal pieces.

    Example:
        >>> from keras_core import ops
        >>> len(ops.vsplit(ops.zeros((4, 2)), 2))
        2
    """
    return split(x, indices_or_sections, 0)


@derived(tensors=("x",))
def hsplit(x: Tensor, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """`split` along the second axis, of 1-D tensors along the first.

    Args:
        x: tensor.
        indices_or_sections: number of equal pieces, or the indices to cut before.

    Returns:
        List of tensors.

    Raises:
        ValueError: if the axis is out of range or does not divide into that many equal pieces.

    Example:
        >>> from keras_core import ops
        >>> len(ops.hsplit(ops.zeros((2, 4)), 2))
        2
    """
    return split(x, indices_or_sections, 0 if ndim(x) == 1 else 1)


@derived(tensors=("x",))
def dsplit(x: Tensor, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """`split` along the third axis.

    Args:
        x: tensor.
        indices_or_sections: number of equal pieces, or the indices to cut before.

    Returns:
        List of tensors.

    Raises:
        ValueError: if the axis is out of range or does not divide into that many equal pieces.

    Example:
        >>> from keras_core import ops
        >>> len(ops.dsplit(ops.zeros((1, 1, 4)), 2))
        2
    """
    return split(x, indices_or_sections, 2)
