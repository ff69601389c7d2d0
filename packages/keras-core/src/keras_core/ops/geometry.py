"""Pictures sampled at other places: by coordinates, by affine and by perspective transforms."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from keras_core import dtypes
from keras_core.ops.creation import arange, ones_like
from keras_core.ops.elementwise import (
    add,
    cast,
    clip,
    divide,
    equal,
    floor,
    less,
    logical_and,
    mod,
    multiply,
    negative,
    subtract,
    where,
)
from keras_core.ops.indexing import take
from keras_core.ops.linalg import solve
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import (
    concatenate,
    expand_dims,
    getitem,
    moveaxis,
    ndim,
    reshape,
    shape,
    squeeze,
    stack,
    unstack,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Tensor

_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")
_ORDERS = {"nearest": 0, "bilinear": 1}


def _check(op: str, name: str, value: Any, known: Sequence[Any]) -> None:
    if value not in known:
        raise ValueError(f"{op}() got {name}={value!r}, expected one of {', '.join(map(repr, known))}.")


@derived(tensors=("inputs", "coordinates"))
def map_coordinates(
    inputs: Tensor, coordinates: Tensor, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Tensor:
    """Elements at places between those of a tensor.

    Args:
        inputs: tensor with r axes.
        coordinates: float tensor (r, ...): for each result its place along each axis, counted in elements.
        order: 0 takes the nearest element, 1 interpolates linearly.
        fill_mode: what lies outside: "constant" is `fill_value`; "nearest" the outermost element; "wrap" repeats the
            tensor; "mirror" reflects it at the middle of the outermost elements, "reflect" at their edges. Defaults to
            "constant".
        fill_value: a number. Defaults to 0.

    Returns:
        Tensor of the dtype of `inputs` and the shape of the coordinates' other axes; ints are rounded.

    Raises:
        ValueError: for another order or mode, or if the coordinates' first axis is not r long.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.map_coordinates([1.0, 3.0, 5.0], [[0.5, 2.0]], 1)).tolist()
        [2.0, 5.0]
    """
    _check("map_coordinates", "order", order, (0, 1))
    _check("map_coordinates", "fill_mode", fill_mode, _FILL_MODES)
    if not ndim(coordinates) or shape(coordinates)[0] != ndim(inputs):
        raise ValueError(
            f"map_coordinates() got coordinates of shape {shape(coordinates)} for {ndim(inputs)} axes, "
            "expected one row for each axis."
        )
    dtype = _compute_dtype(dtype_of(inputs))
    places = [cast(one, dtype) for one in unstack(coordinates)]
    rows = reshape(cast(inputs, dtype), (-1,))
    found = _sampled(rows, shape(inputs), places, 0, order, fill_mode, fill_value)
    return in_dtype(found, dtype_of(inputs))


def _compute_dtype(dtype: str) -> str:
    return dtype if dtype in ("float32", "float64") else "float32"


def in_dtype(x: Tensor, dtype: str) -> Tensor:
    """Interpolated numbers in the dtype of the picture, which rounds them where it is one of ints."""
    if dtypes.is_float(dtype):
        return cast(x, dtype)
    return cast(clip(floor(add(x, 0.5)), *dtypes.limits(dtype)), dtype)


def _sampled(
    rows: Tensor, sizes: Sequence[Any], places: Sequence[Tensor], first: Any, order: int, mode: str, fill_value: Any
) -> Tensor:
    """Rows of a flat picture at places along axes of these sizes, whose first element is row `first`."""
    corners = []
    for place, length in zip(places, sizes, strict=True):
        low = floor(place) if order else floor(add(place, 0.5))
        index, inside = _index(cast(low, "int32"), length, mode)
        if not order:
            corners.append([(index, inside, None)])
            continue
        share = subtract(place, low)
        above, inside_above = _index(add(cast(low, "int32"), 1), length, mode)
        corners.append([(index, inside, subtract(1, share)), (above, inside_above, share)])
    result: Any = None
    extra = (1,) * (ndim(rows) - 1)
    for corner in itertools.product(*corners):
        flat: Any = 0
        for (index, _, _), length in zip(corner, sizes, strict=True):
            flat = add(multiply(flat, length), index)
        picked = take(rows, add(flat, first), 0)
        if mode == "constant":
            inside = corner[0][1]
            for _, other, _ in corner[1:]:
                inside = logical_and(inside, other)
            picked = where(reshape(inside, (*shape(inside), *extra)), picked, fill_value)
        for _, _, weight in corner:
            if weight is not None:
                picked = multiply(picked, reshape(weight, (*shape(weight), *extra)))
        result = picked if result is None else add(result, picked)
    return result


def _index(index: Tensor, length: Any, mode: str) -> tuple[Tensor, Any]:
    """An index inside the axis that stands for one that may be outside, and whether it was inside."""
    last = subtract(length, 1)
    if mode in ("constant", "nearest"):
        clipped = clip(index, 0, last)
        return clipped, equal(clipped, index)
    if mode == "wrap":
        return mod(index, length), None
    if mode == "mirror":
        period = multiply(last, 2)
        period = where(equal(period, 0), 1, period)
        turned = mod(index, period)
        return clip(where(less(last, turned), subtract(period, turned), turned), 0, last), None
    turned = mod(index, multiply(length, 2))
    return where(less(last, turned), subtract(subtract(multiply(length, 2), 1), turned), turned), None


def _transformed(
    op: str,
    images: Tensor,
    matrices: Any,
    interpolation: str,
    fill_mode: str,
    fill_value: Any,
    data_format: DataFormat,
) -> Tensor:
    """Pictures sampled where matrices (batch, 3, 3) or (3, 3), as function of the computing dtype, send each pixel."""
    _check(op, "interpolation", interpolation, tuple(_ORDERS))
    _check(op, "fill_mode", fill_mode, _FILL_MODES)
    rank = ndim(images)
    if rank not in (3, 4):
        raise ValueError(f"{op}() got images of shape {shape(images)}, expected rank 3 (one image) or 4.")
    last = rules.channels_last(data_format)
    dtype = dtype_of(images)
    whole = images if last else moveaxis(images, rank - 3, -1)
    whole = cast(whole if rank == 4 else expand_dims(whole, 0), _compute_dtype(dtype))
    _, height, width, _ = shape(whole)
    matrix = matrices(dtype_of(whole))
    matrix = matrix if rank == 4 else expand_dims(matrix, 0)
    x = reshape(cast(arange(width), dtype_of(whole)), (1, 1, -1))
    y = reshape(cast(arange(height), dtype_of(whole)), (1, -1, 1))
    column, row, depth = (
        add(add(multiply(_entry(matrix, k, 0), x), multiply(_entry(matrix, k, 1), y)), _entry(matrix, k, 2))
        for k in range(3)
    )
    found = sample_pictures(
        whole, divide(row, depth), divide(column, depth), _ORDERS[interpolation], fill_mode, fill_value
    )
    found = in_dtype(found, dtype)
    found = found if rank == 4 else squeeze(found, 0)
    return found if last else moveaxis(found, -1, rank - 3)


def _entry(matrix: Tensor, row: int, column: int) -> Tensor:
    return reshape(getitem(matrix, (slice(None), row, column)), (-1, 1, 1))


def sample_pictures(
    images: Tensor, rows: Tensor, columns: Tensor, order: int, fill_mode: str, fill_value: Any
) -> Tensor:
    """Pictures (batch, height, width, channels) at places (batch, h, w), in rows and columns, for all channels."""
    _check("sample_pictures", "fill_mode", fill_mode, _FILL_MODES)
    batch, height, width, channels = shape(images)
    start = reshape(multiply(arange(batch), multiply(height, width)), (-1, 1, 1))
    flat = reshape(images, (-1, channels))
    return _sampled(flat, (height, width), (rows, columns), start, order, fill_mode, fill_value)


@derived(tensors=("images", "transform"))
def affine_transform(
    images: Tensor,
    transform: Tensor,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: DataFormat = None,
) -> Tensor:
    """Pictures moved, turned, scaled and sheared.

    Args:
        images: tensor (batch, height, width, channels), or one image without the first axis.
        transform: float tensor (batch, 8), or (8,) for one image: a0, a1, a2, b0, b1, b2 and two numbers that are not
            read. The pixel in column x and row y is taken from column a0 x + a1 y + a2 and row b0 x + b1 y + b2.
        interpolation: "nearest" or "bilinear". Defaults to "bilinear".
        fill_mode: what lies outside, see `map_coordinates`. Defaults to "constant".
        fill_value: a number, for the mode "constant". Defaults to 0.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the shape and dtype of `images`; ints are rounded.

    Raises:
        ValueError: for other ranks, interpolations or modes, or if the transforms are not those of the images.

    Example:
        >>> from keras_core import ops
        >>> image = ops.reshape(ops.arange(4, dtype="float32"), (2, 2, 1))
        >>> right = ops.affine_transform(image, [1.0, 0, -1, 0, 1, 0, 0, 0], data_format="channels_last")
        >>> ops.convert_to_numpy(right)[..., 0].tolist()
        [[0.0, 0.0], [0.0, 2.0]]
    """
    if ndim(transform) != ndim(images) - 2 or shape(transform)[-1] != 8:
        raise ValueError(
            f"affine_transform() got a transform of shape {shape(transform)} for images of shape {shape(images)}, "
            "expected (batch, 8), or (8,) for one image."
        )

    def matrices(dtype: str) -> Tensor:
        six = getitem(cast(transform, dtype), (..., slice(None, 6)))
        zero = multiply(getitem(six, (..., slice(None, 2))), 0)
        nine = concatenate([six, zero, ones_like(getitem(six, (..., slice(None, 1))))], -1)
        return reshape(nine, (*shape(transform)[:-1], 3, 3))

    return _transformed("affine_transform", images, matrices, interpolation, fill_mode, fill_value, data_format)


@derived(tensors=("images", "start_points", "end_points"))
def perspective_transform(
    images: Tensor,
    start_points: Tensor,
    end_points: Tensor,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: DataFormat = None,
) -> Tensor:
    """Pictures seen from elsewhere, so that four points come to four other places.

    Args:
        images: tensor (batch, height, width, channels), or one image without the first axis.
        start_points: float tensor (batch, 4, 2), or (4, 2) for one image: four points as column and row.
        end_points: where these points shall be, in the same form.
        interpolation: "nearest" or "bilinear". Defaults to "bilinear".
        fill_value: what lies outside, a number. Defaults to 0.
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`. Defaults to
            None.

    Returns:
        Tensor of the shape and dtype of `images`; ints are rounded.

    Raises:
        ValueError: for other ranks or interpolations, or if the points are not those of the images.

    Example:
        >>> from keras_core import ops
        >>> image = ops.reshape(ops.arange(4, dtype="float32"), (2, 2, 1))
        >>> corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
        >>> swapped = [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1.0]]
        >>> turned = ops.perspective_transform(image, corners, swapped, data_format="channels_last")
        >>> ops.convert_to_numpy(ops.round(turned))[..., 0].tolist()
        [[1.0, 0.0], [3.0, 2.0]]

    Reference: Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989.
    """
    for points in (start_points, end_points):
        if ndim(points) != ndim(images) - 1 or tuple(shape(points)[-2:]) != (4, 2):
            raise ValueError(
                f"perspective_transform() got points of shape {shape(points)} for images of shape {shape(images)}, "
                "expected (batch, 4, 2), or (4, 2) for one image."
            )

    def matrices(dtype: str) -> Tensor:
        # Eight equations: each end point is sent to its start point.
        x, y = (getitem(cast(end_points, dtype), (..., k)) for k in range(2))
        u, v = (getitem(cast(start_points, dtype), (..., k)) for k in range(2))
        one, zero = ones_like(x), multiply(x, 0)
        upper = stack([x, y, one, zero, zero, zero, negative(multiply(u, x)), negative(multiply(u, y))], -1)
        lower = stack([zero, zero, zero, x, y, one, negative(multiply(v, x)), negative(multiply(v, y))], -1)
        eight = solve(concatenate([upper, lower], -2), concatenate([u, v], -1))
        return reshape(concatenate([eight, getitem(one, (..., slice(None, 1)))], -1), (*shape(x)[:-1], 3, 3))

    return _transformed("perspective_transform", images, matrices, interpolation, "constant", fill_value, data_format)
