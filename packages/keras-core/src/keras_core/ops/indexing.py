"""Picking, ordering and scattering by integer tensors."""

# mypy: disable-error-code="empty-body"
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.creation import arange, full
from keras_core.ops.elementwise import (
    add,
    cast,
    equal,
    floor_divide,
    isfinite,
    less,
    less_equal,
    logical_and,
    logical_not,
    mod,
    multiply,
    subtract,
    where,
)
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of, is_known, known_size
from keras_core.ops.reduction import any as any_of
from keras_core.ops.reduction import max as maximum_of
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.rules import values as in_range
from keras_core.ops.shaping import expand_dims, ravel, shape, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DynamicShape, NonNegativeInt, Tensor


@primitive(tensors=("x", "indices"), spec=rules.take, values=in_range.indices_in_range)
def take(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    """Elements at `indices` along an axis, of the flat tensor when None.

    Negative indices count from the end. Others outside are refused where they are on the host; in a compiled program
    they are not defined, and read no foreign memory.

    Args:
        x: tensor.
        indices: int tensor.
        axis: axis to index; None indexes the flat tensor. Defaults to None.

    Returns:
        Tensor of the shape of `x` with the shape of `indices` in the place of `axis`.

    Raises:
        ValueError: if an axis is out of range.
        IndexError: if an index is.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.take([10, 20, 30], [2, 0])).tolist()
        [30, 10]
    """


@primitive(tensors=("x", "indices"), spec=rules.take_along_axis, values=in_range.indices_in_range)
def take_along_axis(x: Tensor, indices: Tensor, axis: int | None = None) -> Tensor:
    """For each position of `indices` the element of `x` that has this index along the axis.

    `indices` has the rank of `x`; other axes broadcast. Flat when axis is None.

    Args:
        x: tensor.
        indices: int tensor.
        axis: axis to index; None indexes the flat tensor. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.take_along_axis([[1, 2], [3, 4]], [[1], [0]], 1)).tolist()
        [[2], [3]]
    """


@primitive(tensors=("inputs",), spec=rules.slice, values=in_range.block_in_range)
def slice(inputs: Tensor, start_indices: Sequence[Any], shape: Sequence[int]) -> Tensor:
    """A block of the given shape that begins at `start_indices` (ints, scalar tensors or one 1-D tensor).

    A size of -1 reaches to the end of its axis.

    Args:
        inputs: tensor.
        start_indices: position of the block's first element, one for each axis.
        shape: shape of the block.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2))).tolist()
        [[2, 3], [5, 6]]
    """


@primitive(
    tensors=("inputs", "updates"), cast="promote", spec=rules.slice_update, values=in_range.updated_block_in_range
)
def slice_update(inputs: Tensor, start_indices: Sequence[Any], updates: Tensor) -> Tensor:
    """`inputs` with the block that begins at `start_indices` replaced by `updates`.

    Args:
        inputs: tensor.
        start_indices: position of the block's first element, one for each axis.
        updates: tensor of the block's shape.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.slice_update([1, 2, 3], (1,), [7, 8])).tolist()
        [1, 7, 8]
    """


@primitive(
    tensors=("inputs", "indices", "updates"),
    cast={"promote": ("inputs", "updates")},
    spec=rules.scatter_update,
    values=in_range.places_in_range,
)
def scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None = None) -> Tensor:
    """`inputs` with elements or slices replaced, or combined.

    Args:
        inputs: tensor of rank n.
        indices: int tensor (..., k): each row is an index into the first k axes.
        updates: tensor of shape `indices.shape[:-1] + inputs.shape[k:]`.
        reduction: None replaces; "add", "max", "min", "mul" combine with what is there and with
            other updates of the same place.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.scatter_update([1, 2, 3], [[0], [2]], [10, 30], "add")).tolist()
        [11, 2, 33]
    """


@derived(tensors=("indices", "values"), values=in_range.scattered_in_range)
def scatter(indices: Tensor, values: Tensor, shape: DynamicShape) -> Tensor:
    """A tensor of zeros with `values` added at `indices` (..., k).

    Args:
        indices: int tensor (..., k) of positions on the first k axes.
        values: tensor of what is added at each index.
        shape: shape of the result, a tuple of ints.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.scatter([[1], [1]], [2, 3], (3,))).tolist()
        [0, 5, 0]
    """
    return scatter_update(full(shape, 0, dtype_of(values)), indices, values, "add")


@primitive(tensors=("x",), spec=rules.sort)
def sort(x: Tensor, axis: int | None = -1) -> Tensor:
    """Elements in ascending order along an axis, of the flat tensor when None.

    Args:
        x: tensor.
        axis: axis to sort along; None sorts the flat tensor. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sort([3, 1, 2])).tolist()
        [1, 2, 3]
    """


@primitive(tensors=("x",), spec=rules.argsort)
def argsort(x: Tensor, axis: int | None = -1) -> Tensor:
    """Indices (int32) that bring an axis into ascending order; equal elements keep their order.

    Args:
        x: tensor.
        axis: axis to sort along; None sorts the flat tensor. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.argsort([3, 1, 2])).tolist()
        [1, 2, 0]
    """


@primitive(tensors=("x",), spec=rules.top_k)
def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """The `k` greatest elements of the last axis in descending order, and their indices (int32).

    Of equal elements the first come first. `sorted=False` leaves the order open.

    Args:
        x: tensor.
        k: number of elements.
        sorted: whether the order must be descending. Defaults to True.

    Returns:
        Pair of values and indices, both (..., k).

    Example:
        >>> from keras_core import ops
        >>> [part.tolist() for part in map(ops.convert_to_numpy, ops.top_k([1, 5, 3], 2))]
        [[5, 3], [1, 2]]
    """


@derived(tensors=("targets", "predictions"))
def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor:
    """Whether each target class is among the `k` best predictions.

    Args:
        targets: int tensor (batch,).
        predictions: float tensor (batch, classes).
        k: how many; classes that tie with the last of them count as among them.

    Returns:
        bool tensor (batch,); false where the target's prediction is not finite, and for targets that are no class.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.in_top_k([2, 0], [[0.1, 0.2, 0.7], [0.1, 0.2, 0.7]], 1)).tolist()
        [True, False]
    """
    classes = shape(predictions)[-1]
    is_class = logical_and(less_equal(0, targets), less(targets, classes))
    own = take_along_axis(predictions, expand_dims(where(is_class, targets, 0), -1), -1)
    better = total(cast(less(own, predictions), "int32"), -1)
    return logical_and(logical_and(less(better, k), is_class), isfinite(squeeze(own, -1)))


@derived(tensors=("sorted_sequence", "values"), cast="promote")
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str = "left") -> Tensor:
    """Where in an ascending 1-D tensor each value would be inserted, as int32.

    Args:
        sorted_sequence: ascending 1-D tensor.
        values: tensor of any shape.
        side: "left" puts a value before equal elements, "right" behind them. Defaults to "left".

    Raises:
        ValueError: if `side` is neither "left" nor "right".

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.searchsorted([1, 3, 5], [0, 3, 9])).tolist()
        [0, 1, 3]
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted got side={side!r}, expected 'left' or 'right'.")
    before = less if side == "left" else less_equal
    return total(cast(before(sorted_sequence, expand_dims(values, -1)), "int32"), -1)


@derived(tensors=("x", "bins"), cast="promote")
def digitize(x: Tensor, bins: Tensor) -> Tensor:
    """The bin of each element: how many of the ascending edges are not above it.

    Args:
        x: tensor.
        bins: ascending edges, 1-D.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.digitize([0.5, 1.5, 9.0], [1.0, 2.0])).tolist()
        [0, 1, 2]
    """
    return searchsorted(bins, x, "right")


@derived(tensors=("data", "segment_ids"), values=in_range.segments_in_range)
def segment_sum(
    data: Tensor, segment_ids: Tensor, num_segments: NonNegativeInt | None = None, sorted: bool = False
) -> Tensor:
    """Sums of the rows that share a segment id; 0 for ids that do not occur.

    Args:
        data: tensor with rows along its first axis.
        segment_ids: int tensor, the segment of each row of `data`.
        num_segments: number of segments; None takes the greatest id plus 1. Defaults to None.
        sorted: whether the ids ascend; a hint. Defaults to False.

    Returns:
        Tensor with one row for each segment.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.segment_sum([1, 2, 3], [0, 2, 0], 3)).tolist()
        [4, 0, 2]
    """
    start = full((_segments(segment_ids, num_segments), *shape(data)[1:]), 0, dtype_of(data))
    return scatter_update(start, expand_dims(segment_ids, -1), data, "add")


@derived(tensors=("data", "segment_ids"), values=in_range.segments_in_range)
def segment_max(
    data: Tensor, segment_ids: Tensor, num_segments: NonNegativeInt | None = None, sorted: bool = False
) -> Tensor:
    """Maxima of the rows that share a segment id; the dtype's lowest value for ids that do not occur.

    Args:
        data: tensor with rows along its first axis.
        segment_ids: int tensor, the segment of each row of `data`.
        num_segments: number of segments; None takes the greatest id plus 1. Defaults to None.
        sorted: whether the ids ascend; a hint. Defaults to False.

    Returns:
        Tensor with one row for each segment.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.segment_max([1, 2, 3], [0, 1, 0], 2)).tolist()
        [3, 2]
    """
    lowest = dtypes.limits(dtype_of(data))[0]
    start = full((_segments(segment_ids, num_segments), *shape(data)[1:]), lowest, dtype_of(data))
    return scatter_update(start, expand_dims(segment_ids, -1), data, "max")


def _segments(segment_ids: Tensor, num_segments: int | None) -> Any:
    return num_segments if num_segments is not None else add(maximum_of(segment_ids), 1)


@derived(tensors=("indices",), values=in_range.flat_indices_in_range)
def unravel_index(indices: Tensor, shape: Sequence[int]) -> list[Tensor]:
    """Coordinates in a tensor of `shape` of positions in the flat tensor, one tensor an axis.

    Args:
        indices: int tensor of flat positions.
        shape: shape of the tensor they are in.

    Returns:
        Tuple of int tensors, one for each axis.

    Example:
        >>> from keras_core import ops
        >>> [int(part) for part in ops.unravel_index(5, (2, 3))]
        [1, 2]
    """
    coordinates = []
    for length in reversed(shape):
        coordinates.append(mod(indices, length))
        indices = floor_divide(indices, length)
    return coordinates[::-1]


@derived(tensors=("x", "weights"), values=in_range.counted_in_range)
def bincount(x: Tensor, weights: Tensor | None = None, minlength: NonNegativeInt = 0, sparse: bool = False) -> Tensor:
    """How often each of the ints from 0 on occurs in the last axis.

    Args:
        x: int tensor (n,) or (batch, n) of numbers that are not negative.
        weights: what each element counts, of the shape of `x`; 1 when None.
        minlength: the least number of bins; there are more where `x` has greater elements. A program compiled for
            fixed shapes has exactly these, and does not count what is greater. Defaults to 0.
        sparse: accepted as False; results are dense. Defaults to False.

    Returns:
        Tensor (bins,) or (batch, bins), int32 or of the dtype of `weights`.

    Raises:
        ValueError: if `sparse`, or without `minlength` in a program compiled for fixed shapes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.bincount([0, 2, 2], minlength=4)).tolist()
        [1, 0, 2, 0]
    """
    rules.dense_only(sparse)
    bins: Any = minlength
    if minlength == 0 or is_known(x):
        bins = known_size(add(maximum_of(x, initial=minlength - 1), 1), "bincount", "minlength")
    hits = equal(expand_dims(x, -1), arange(bins, dtype=dtype_of(x)))
    if weights is None:
        return total(cast(hits, "int32"), -2)
    return total(multiply(cast(hits, dtype_of(weights)), expand_dims(weights, -1)), -2)


@derived(tensors=("data", "segment_ids"), values=in_range.segments_in_range)
def segment_min(
    data: Tensor, segment_ids: Tensor, num_segments: NonNegativeInt | None = None, sorted: bool = False
) -> Tensor:
    """Minima of the rows that share a segment id; the dtype's highest value for ids that do not occur.

    Args:
        data: tensor with rows along its first axis.
        segment_ids: int tensor, the segment of each row of `data`.
        num_segments: number of segments; None takes the greatest id plus 1. Defaults to None.
        sorted: whether the ids ascend; a hint. Defaults to False.

    Returns:
        Tensor with one row for each segment.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.segment_min([1, 2, 3], [0, 1, 0], 2)).tolist()
        [1, 2]
    """
    highest = dtypes.limits(dtype_of(data))[1]
    start = full((_segments(segment_ids, num_segments), *shape(data)[1:]), highest, dtype_of(data))
    return scatter_update(start, expand_dims(segment_ids, -1), data, "min")


@derived(tensors=("data", "segment_ids"), values=in_range.segments_in_range)
def segment_prod(
    data: Tensor, segment_ids: Tensor, num_segments: NonNegativeInt | None = None, sorted: bool = False
) -> Tensor:
    """Products of the rows that share a segment id; 1 for ids that do not occur.

    Args:
        data: tensor with rows along its first axis.
        segment_ids: int tensor, the segment of each row of `data`.
        num_segments: number of segments; None takes the greatest id plus 1. Defaults to None.
        sorted: whether the ids ascend; a hint. Defaults to False.

    Returns:
        Tensor with one row for each segment.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.segment_prod([1, 2, 3], [0, 1, 0], 2)).tolist()
        [3, 2]
    """
    start = full((_segments(segment_ids, num_segments), *shape(data)[1:]), 1, dtype_of(data))
    return scatter_update(start, expand_dims(segment_ids, -1), data, "mul")


@derived(tensors=("x1", "x2"), cast="promote")
def isin(x1: Tensor, x2: Tensor, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Where an element of `x1` is among those of `x2` (or with `invert` is not).

    Args:
        x1: tensor.
        x2: tensor of any shape.
        assume_unique: accepted; the result is the same. Defaults to False.
        invert: whether to negate the result. Defaults to False.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.isin([1, 2, 3], [2, 9])).tolist()
        [False, True, False]
    """
    found = any_of(equal(expand_dims(x1, -1), ravel(x2)), -1)
    return logical_not(found) if invert else found


@derived(tensors=("condlist", "choicelist"), cast={"bool": ("condlist",), "promote": ("choicelist",)})
def select(condlist: Sequence[Tensor], choicelist: Sequence[Tensor], default: float = 0) -> Tensor:
    """Each element from the choice whose condition is the first to hold, `default` where none does.

    Args:
        condlist: list of bool tensors.
        choicelist: list of tensors, one for each condition.
        default: value where no condition holds. Defaults to 0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.select([[True, False], [True, True]], [[1, 2], [3, 4]])).tolist()
        [1, 4]
    """
    result: Any = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = where(condition, choice, result)
    return result


@derived(tensors=("x",))
def argpartition(x: Tensor, kth: int, axis: int = -1) -> Tensor:
    """Indices that bring the k-th least element to its place, lesser ones before it; here a whole `argsort`.

    Args:
        x: tensor.
        kth: index of the element that gets to its sorted place.
        axis: axis to partition. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.argpartition([3, 1, 2], 1)).tolist()
        [1, 2, 0]
    """
    return argsort(x, axis)


@derived(tensors=("x",))
def extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Tensor:
    """Overlapping pieces of the last axis: (..., pieces, sequence_length).

    Args:
        x: tensor (..., samples).
        sequence_length: length of each piece.
        sequence_stride: distance between the starts of neighbouring pieces.

    Raises:
        ValueError: if the axis is shorter than `sequence_length`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.extract_sequences([1, 2, 3, 4], 2, 1)).tolist()
        [[1, 2], [2, 3], [3, 4]]
    """
    length = shape(x)[-1]
    if isinstance(length, int) and length < sequence_length:
        raise ValueError(f"extract_sequences got an axis of length {length}, shorter than {sequence_length}.")
    count = add(floor_divide(subtract(length, sequence_length), sequence_stride), 1)
    if isinstance(length, int):
        count = (length - sequence_length) // sequence_stride + 1
    starts = multiply(arange(count), sequence_stride)
    return take(x, add(expand_dims(starts, -1), arange(sequence_length)), -1)
