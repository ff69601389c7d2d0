"""Where elements are not zero, and which differ: ops whose results are as long as the values say.

A program that is compiled for fixed shapes (JAX under `jit`, a model trained on JAX or PyTorch) needs that length
before it runs: `size=` states it. Everywhere else it may be left out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.creation import arange, full, zeros
from keras_core.ops.elementwise import (
    cast,
    equal,
    floor_divide,
    isnan,
    less,
    logical_and,
    logical_not,
    logical_or,
    mod,
    not_equal,
    subtract,
    where,
)
from keras_core.ops.indexing import argsort, scatter_update, take
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of, known_size
from keras_core.ops.reduction import cumsum
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import concatenate, expand_dims, getitem, moveaxis, ndim, ravel, reshape, shape, size

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_size_of = size


@derived(tensors=("x",))
def nonzero(x: Tensor, size: int | None = None, fill_value: int = 0) -> tuple[Tensor, ...]:
    """The indices of the elements that are not 0, one int32 tensor for each axis, in the order of the flat tensor.

    Args:
        x: tensor with at least one axis.
        size: length of the results: indices beyond it are left out, missing ones are `fill_value`. None takes as many
            as there are, which a program compiled for fixed shapes cannot. Defaults to None.
        fill_value: index that stands where there are fewer than `size`. Defaults to 0.

    Returns:
        Tuple of int32 tensors of one length, one for each axis of `x`.

    Raises:
        ValueError: if `x` has no axis, or without `size` in a program compiled for fixed shapes.

    Example:
        >>> from keras_core import ops
        >>> [ops.convert_to_numpy(part).tolist() for part in ops.nonzero([[0, 3], [5, 0]])]
        [[0, 1], [1, 0]]
        >>> ops.convert_to_numpy(ops.nonzero([0, 3, 5], size=3, fill_value=-1)[0]).tolist()
        [1, 2, -1]
    """
    sizes = shape(x)
    if not sizes:
        raise ValueError("nonzero() got a tensor of shape (), expected at least one axis.")
    places, count = _places(ravel(not_equal(x, 0)), size, "nonzero")
    found: list[Tensor] = []
    for length in reversed(sizes):
        found.append(mod(places, length))
        places = floor_divide(places, length)
    if size is not None:
        inside = less(arange(size), count)
        found = [where(inside, index, fill_value) for index in found]
    return tuple(reversed(found))


def _places(mask: Tensor, size: int | None, op: str) -> tuple[Tensor, Any]:
    """Where a flat mask holds: `size` positions (any, where it holds less often), and how many there are."""
    count = total(cast(mask, "int32"))
    order = argsort(cast(logical_not(mask), "int32"))
    if size is None:
        return getitem(order, slice(None, known_size(count, op, "size"))), count
    if size < 0:
        raise ValueError(f"{op}() got size={size}, expected 0 or more.")
    length = shape(mask)[0]
    if not isinstance(length, int) or length < size:
        order = concatenate([order, zeros((size,), "int32")])
    return reshape(getitem(order, slice(None, size)), (size,)), count


@derived(tensors=("x",))
def unique(
    x: Tensor,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The different elements of a tensor, or its different slices along an axis, in ascending order.

    Nans count as equal. Slices are ordered by their first element, then by the second, and so on.

    Args:
        x: tensor.
        sorted: accepted; the result is sorted in either case. Defaults to True.
        return_index: whether to return where in `x` each first occurs. Defaults to False.
        return_inverse: whether to return which of the results each element of `x` is. Defaults to False.
        return_counts: whether to return how often each occurs. Defaults to False.
        axis: axis whose slices are compared; None compares elements. Defaults to None.
        size: length of the result: greater elements are left out, missing ones are `fill_value`. None takes as many
            as there are, which a program compiled for fixed shapes cannot. Defaults to None.
        fill_value: what stands where there are fewer than `size`; None is the least element. Defaults to None.

    Returns:
        The elements, or a tuple of them and of what was asked for: indices, inverse (of the shape of `x`, or of the
        axis) and counts, all int32.

    Raises:
        ValueError: if an axis is out of range, if the slices' size is unknown, or without `size` in a program
            compiled for fixed shapes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.unique([3, 1, 3])).tolist()
        [1, 3]
        >>> values, counts = ops.unique([3, 1, 3], return_counts=True, size=3, fill_value=0)
        >>> ops.convert_to_numpy(values).tolist(), ops.convert_to_numpy(counts).tolist()
        ([1, 3, 0], [1, 2, 0])
    """
    if axis is None:
        rest: Any = ()
        rows = reshape(x, (-1, 1))
    else:
        front = moveaxis(x, rules.axis_of(axis, ndim(x)), 0)
        rest = shape(front)[1:]
        if not all(isinstance(n, int) for n in rest):
            raise ValueError(f"unique() got slices of shape {rest}, expected known sizes.")
        rows = reshape(front, (shape(front)[0], math.prod(rest)))
    length: Any = shape(rows)[0]
    order = _lexicographic(rows)
    ordered = take(rows, order, 0)
    begins = _begins(ordered)
    groups = subtract(cumsum(cast(begins, "int32")), 1)
    starts, count = _places(begins, None if size is None else size + 1, "unique")
    starts = where(less(arange(_size_of(starts)), count), starts, length)
    following = getitem(starts, slice(1, None))
    if size is None:
        following = concatenate([following, reshape(cast(length, "int32"), (1,))])
    else:
        starts = getitem(starts, slice(None, size))
    inside = less(starts, length)
    firsts = where(inside, starts, 0)
    values = take(ordered, firsts, 0)
    if fill_value is not None:
        values = where(expand_dims(inside, 1), values, cast(fill_value, dtype_of(x)))
    values = ravel(values) if axis is None else moveaxis(reshape(values, (-1, *rest)), 0, axis)
    results = [values]
    if return_index:
        results.append(take(order, firsts))
    if return_inverse:
        inverse = scatter_update(full((length,), 0, "int32"), expand_dims(order, 1), groups)
        results.append(reshape(inverse, shape(x)) if axis is None else inverse)
    if return_counts:
        results.append(subtract(following, starts))
    return results[0] if len(results) == 1 else tuple(results)


def _lexicographic(rows: Tensor) -> Tensor:
    """The order that sorts rows by their first column, then by the second, and so on; nans are greatest."""
    order: Any = arange(shape(rows)[0])
    for column in reversed(range(shape(rows)[1])):
        key = getitem(rows, (slice(None), column))
        for one in _sort_keys(key):
            order = take(order, argsort(take(one, order)))
    return order


def _sort_keys(key: Tensor) -> list[Tensor]:
    """What to sort by, one stable sort after the other."""
    if dtypes.is_bool(dtype_of(key)):
        return [cast(key, "int32")]
    if not dtypes.is_float(dtype_of(key)):
        return [key]
    lost = isnan(key)  # frameworks disagree on where a sort puts them
    return [where(lost, math.inf, key), cast(lost, "int32")]


def _begins(ordered: Tensor) -> Tensor:
    """Which of sorted rows differ from the row before them; the first does."""
    before, after = getitem(ordered, slice(None, -1)), getitem(ordered, slice(1, None))
    same = equal(before, after)
    if dtypes.is_float(dtype_of(ordered)):
        same = logical_or(same, logical_and(isnan(before), isnan(after)))
    differs = cast(total(cast(logical_not(same), "int32"), 1), "bool")
    return concatenate([full((_at_most_one(shape(ordered)[0]),), True, "bool"), differs])


def _at_most_one(length: Any) -> Any:
    """1, and 0 for no rows."""
    if isinstance(length, int):
        return min(length, 1)
    return cast(less(0, length), "int32")
