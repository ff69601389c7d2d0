"""Shapes: asking for them, changing them, joining, splitting and basic slicing.

A shape given to an op holds ints, and scalar integer tensors where a size is known only at run time;
`shape(x)` returns such a tuple.
"""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

import builtins
import math
from typing import TYPE_CHECKING, Any

from keras_core.config.loading_limits import take_steps
from keras_core.ops.elementwise import multiply
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import shape_of
from keras_core.ops.rules import shapes as rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Axis, DType, DynamicShape, NewShape, NonNegativeInt, Tensor

# -- asking


@primitive(tensors=("x",), spec=rules.scalar_int)
def axis_size(x: Tensor, axis: int) -> Tensor:
    """Length of one axis as a scalar int32 tensor, for sizes known only at run time.

    Args:
        x: tensor.
        axis: the axis.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.axis_size([[1, 2, 3]], 1)).tolist()
        3
    """


def shape(x: Tensor) -> tuple[Any, ...]:
    """Sizes of all axes: ints where they are known, scalar int32 tensors elsewhere.

    Example:
        >>> from keras_core import ops
        >>> ops.shape([[1, 2, 3]])
        (1, 3)
    """
    static = shape_of(x)
    return tuple(axis_size(x, axis) if size is None else size for axis, size in enumerate(static))


def ndim(x: Tensor) -> int:
    """Number of axes.

    Example:
        >>> from keras_core import ops
        >>> ops.ndim([[1, 2]])
        2
    """
    return len(shape_of(x))


def size(x: Tensor) -> Any:
    """Number of elements: an int where the shape is known, else a scalar int32 tensor.

    Example:
        >>> from keras_core import ops
        >>> ops.size([[1, 2, 3]])
        3
    """
    return _product(shape(x))


def _product(sizes: Sequence[Any]) -> Any:
    known = [n for n in sizes if isinstance(n, int)]
    result: Any = math.prod(known)
    for unknown in (n for n in sizes if not isinstance(n, int)):
        result = unknown if isinstance(result, int) and result == 1 else multiply(result, unknown)
    return result


# -- changing


@primitive(tensors=("x",), spec=rules.reshape)
def reshape(x: Tensor, newshape: DynamicShape) -> Tensor:
    """The same elements in another shape; one size may be -1, which stands for what is left.

    Args:
        x: tensor.
        newshape: shape of the result; one size may be -1.

    Raises:
        ValueError: if the numbers of elements differ.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.reshape([1, 2, 3, 4], (2, -1))).tolist()
        [[1, 2], [3, 4]]
    """


@primitive(tensors=("x",), spec=rules.transpose)
def transpose(x: Tensor, axes: Sequence[int] | None = None) -> Tensor:
    """Axes in the order `axes`; reversed when it is None.

    Args:
        x: tensor.
        axes: the axes in their new order; None reverses them. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.transpose([[1, 2], [3, 4]])).tolist()
        [[1, 3], [2, 4]]
    """


@primitive(tensors=("x",), spec=rules.expand_dims)
def expand_dims(x: Tensor, axis: int | Sequence[int]) -> Tensor:
    """New axes of length 1, at the positions `axis` of the result.

    Args:
        x: tensor.
        axis: position, or tuple of positions, of the new axes in the result.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.expand_dims([1, 2], -1)).tolist()
        [[1], [2]]
    """


@primitive(tensors=("x",), spec=rules.squeeze)
def squeeze(x: Tensor, axis: Axis = None) -> Tensor:
    """Without the axes `axis`, which must have length 1; without all such axes when it is None.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, of length 1; None takes all such. Defaults to None.

    Raises:
        ValueError: if an axis is out of range or not of length 1.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.squeeze([[1], [2]], -1)).tolist()
        [1, 2]
    """


@primitive(tensors=("x",), spec=rules.broadcast_to)
def broadcast_to(x: Tensor, shape: DynamicShape) -> Tensor:
    """`x` repeated along axes of length 1 and new leading axes to fill `shape`.

    Args:
        x: tensor.
        shape: shape of the result.

    Raises:
        ValueError: if `x` does not broadcast to `shape`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.broadcast_to([1, 2], (2, 2))).tolist()
        [[1, 2], [1, 2]]
    """


@derived(tensors=("x",))
def moveaxis(x: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Axes `source` moved to the positions `destination`; the others keep their order.

    Args:
        x: tensor.
        source: axis, or sequence of axes, to move.
        destination: their positions in the result.

    Raises:
        ValueError: if an axis is out of range, or there are not as many destinations as sources.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.moveaxis(ops.zeros((2, 3, 4)), 0, -1).shape)
        (3, 4, 2)
    """
    rank = ndim(x)
    sources, targets = rules.axes_of(source, rank), rules.axes_of(destination, rank)
    if len(sources) != len(targets):
        raise ValueError(f"moveaxis got {len(sources)} source axes and {len(targets)} destinations.")
    order = [axis for axis in range(rank) if axis not in sources]
    for target, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(target, axis)
    return transpose(x, order)


@derived(tensors=("x",))
def swapaxes(x: Tensor, axis1: int, axis2: int) -> Tensor:
    """Two axes exchanged.

    Args:
        x: tensor.
        axis1: one axis.
        axis2: the other axis.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.swapaxes(ops.zeros((2, 3, 4)), 0, 2).shape)
        (4, 3, 2)
    """
    rank = ndim(x)
    a, b = rules.axis_of(axis1, rank), rules.axis_of(axis2, rank)
    order = list(range(rank))
    order[a], order[b] = b, a
    return transpose(x, order)


@derived(tensors=("x",))
def ravel(x: Tensor) -> Tensor:
    """All elements in one axis, the last axis running fastest.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ravel([[1, 2], [3, 4]])).tolist()
        [1, 2, 3, 4]
    """
    return reshape(x, (-1,))


@primitive(tensors=("x",), spec=rules.view)
def view(x: Tensor, dtype: DType | None = None) -> Tensor:
    """The same bytes read as another dtype; the last axis becomes longer or shorter where its size differs.

    Args:
        x: tensor of numbers.
        dtype: how to read it; None leaves `x` as it is. Defaults to None.

    Returns:
        Tensor of that dtype. It has no gradient.

    Raises:
        ValueError: for bools and strings, or if the last axis does not hold a whole number of the new elements.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.view(ops.array([1.0], "float32"), "int32")).tolist()
        [1065353216]
    """


# -- joining and splitting


@primitive(tensors=("xs",), cast="promote", spec=rules.concatenate)
def concatenate(xs: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors one behind the other along an axis; all other sizes must agree.

    Args:
        xs: list of tensors.
        axis: axis along which to concatenate. Defaults to 0.

    Raises:
        ValueError: if ranks or other sizes differ, or the axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.concatenate([[[1, 2]], [[3, 4]]], 0)).tolist()
        [[1, 2], [3, 4]]
    """


@derived(tensors=("x",), cast="promote")
def stack(x: Sequence[Tensor], axis: int = 0) -> Tensor:
    """Tensors of one shape along a new axis.

    Args:
        x: list of tensors of one shape.
        axis: position of the new axis in the result. Defaults to 0.

    Raises:
        ValueError: if shapes differ, or the axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.stack([[1, 2], [3, 4]], -1)).tolist()
        [[1, 3], [2, 4]]
    """
    first = ndim(x[0])
    return concatenate([expand_dims(one, rules.axis_of(axis, first + 1)) for one in x], rules.axis_of(axis, first + 1))


@primitive(tensors=("x",), spec=rules.split)
def split(x: Tensor, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Pieces along an axis: that many equal ones, or cut before each given index.

    Args:
        x: tensor.
        indices_or_sections: number of equal pieces, or the indices to cut before.
        axis: axis to split. Defaults to 0.

    Returns:
        List of tensors.

    Raises:
        ValueError: if the axis is out of range or does not divide into that many equal pieces.

    Example:
        >>> from keras_core import ops
        >>> [piece.tolist() for piece in map(ops.convert_to_numpy, ops.split([1, 2, 3, 4], 2))]
        [[1, 2], [3, 4]]
    """


@derived(tensors=("x",))
def unstack(x: Tensor, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """Slices along an axis, without that axis; `num` of them, needed where its length is not known.

    Args:
        x: tensor.
        num: number of slices; None takes the length of the axis. Defaults to None.
        axis: axis to take apart. Defaults to 0.

    Returns:
        List of tensors.

    Raises:
        ValueError: if the length of the axis is unknown and `num` is None.

    Example:
        >>> from keras_core import ops
        >>> [int(part) for part in ops.unstack([1, 2, 3])]
        [1, 2, 3]
    """
    axis = rules.axis_of(axis, ndim(x))
    count = num if num is not None else shape_of(x)[axis]
    if count is None:
        raise ValueError(f"unstack got an axis {axis} of unknown length in shape {shape_of(x)}; give num=.")
    key = (builtins.slice(None),) * axis
    take_steps(count, f"unstack() into {count} tensors")
    return [getitem(x, (*key, index)) for index in range(count)]


# -- repeating and padding


@primitive(tensors=("x",), spec=rules.tile)
def tile(x: Tensor, repeats: NonNegativeInt | NewShape) -> Tensor:
    """`x` as a whole repeated along each axis; missing leading repeats are 1.

    Args:
        x: tensor.
        repeats: number of repetitions of the last axis, or one for each axis.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tile([1, 2], 2)).tolist()
        [1, 2, 1, 2]
    """


@primitive(tensors=("x",), spec=rules.repeat)
def repeat(x: Tensor, repeats: NonNegativeInt | NewShape, axis: int | None = None) -> Tensor:
    """Each element along an axis repeated, all equally or one count each; flat when axis is None.

    Args:
        x: tensor.
        repeats: number of repetitions, or one for each position on the axis.
        axis: axis; None flattens the tensor first. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.repeat([1, 2], 2)).tolist()
        [1, 1, 2, 2]
    """


@primitive(tensors=("x",), spec=rules.pad)
def pad(
    x: Tensor,
    pad_width: int | Sequence[Any],
    mode: str = "constant",
    constant_values: float | None = None,
) -> Tensor:
    """`x` with a border.

    Args:
        x: tensor.
        pad_width: one number, one pair (before, after), or a pair for each axis.
        mode: "constant", "reflect" (the edge itself not repeated) or "symmetric" (repeated). Defaults to "constant".
        constant_values: what a constant border holds; 0 when None. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.pad([1, 2], (1, 2))).tolist()
        [0, 1, 2, 0, 0]
    """


@derived(tensors=("x",))
def roll(x: Tensor, shift: int | Sequence[int], axis: Axis = None) -> Tensor:
    """Elements moved along an axis, those leaving at the end entering at the start; flat when None.

    Args:
        x: tensor.
        shift: number of positions, or one for each axis.
        axis: axis, or tuple of axes, to move along; None moves along the flat tensor. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.roll([1, 2, 3], 1)).tolist()
        [3, 1, 2]
    """
    if axis is None:
        return reshape(roll(ravel(x), shift, 0), shape(x))
    shifts = [shift] if isinstance(shift, int) else list(shift)
    axes = [axis] if isinstance(axis, int) else list(axis)
    shifts = shifts * len(axes) if len(shifts) == 1 else shifts
    for one_shift, one_axis in zip(shifts, axes, strict=True):
        position = rules.axis_of(one_axis, ndim(x))
        length = shape_of(x)[position]
        cut = -one_shift % length if length else -one_shift
        if cut:
            key = (builtins.slice(None),) * position
            head = getitem(x, (*key, builtins.slice(None, cut)))
            tail = getitem(x, (*key, builtins.slice(cut, None)))
            x = concatenate([tail, head], position)
    return x


# -- slicing


@primitive(tensors=("x",), spec=rules.getitem)
def getitem(x: Tensor, key: Any) -> Tensor:
    """`x[key]` as in NumPy.

    Args:
        x: tensor.
        key: an int, a slice, None, Ellipsis, or a tuple of these. One integer tensor or array may stand among them and
            picks along its axis. Indices and slice limits may be scalar tensors.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.getitem([[1, 2], [3, 4]], (slice(None), -1))).tolist()
        [2, 4]
    """


@derived(tensors=("x",))
def get_item(x: Tensor, key: Any) -> Tensor:
    """Another name of `getitem`.

    Args:
        x: tensor.
        key: as in `getitem`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.get_item([[1, 2], [3, 4]], 0)).tolist()
        [1, 2]
    """
    return getitem(x, key)


@derived(tensors=("x",))
def flip(x: Tensor, axis: Axis = None) -> Tensor:
    """Elements in reverse order along the axes, along all when None.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reverse; None reverses all. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.flip([1, 2, 3])).tolist()
        [3, 2, 1]
    """
    chosen = rules.axes_of(axis, ndim(x))
    return getitem(x, tuple(builtins.slice(None, None, -1 if k in chosen else None) for k in range(ndim(x))))


@derived(tensors=("x",))
def fliplr(x: Tensor) -> Tensor:
    """Reversed along the second axis.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.fliplr([[1, 2], [3, 4]])).tolist()
        [[2, 1], [4, 3]]
    """
    return flip(x, 1)


@derived(tensors=("x",))
def flipud(x: Tensor) -> Tensor:
    """Reversed along the first axis.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.flipud([[1, 2], [3, 4]])).tolist()
        [[3, 4], [1, 2]]
    """
    return flip(x, 0)


@derived(tensors=("array",))
def rot90(array: Tensor, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turned by `k` quarters in the plane of two axes, from the first towards the second.

    Args:
        array: tensor of rank 2 or more.
        k: number of quarter turns. Defaults to 1.
        axes: the two axes of the plane. Defaults to (0, 1).

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.rot90([[1, 2], [3, 4]])).tolist()
        [[2, 4], [1, 3]]
    """
    first, second = axes
    k %= 4
    if k == 0:
        return array
    if k == 2:
        return flip(array, (first, second))
    if k == 1:
        return swapaxes(flip(array, second), first, second)
    return flip(swapaxes(array, first, second), second)


@primitive(tensors=("x",), spec=rules.diagonal)
def diagonal(x: Tensor, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Diagonals of the planes of two axes, as a new last axis.

    Args:
        x: tensor.
        offset: offset of the diagonal from the main one; positive is above. Defaults to 0.
        axis1: first axis of the planes. Defaults to 0.
        axis2: second axis of the planes. Defaults to 1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.diagonal([[1, 2], [3, 4]])).tolist()
        [1, 4]
    """
