"""Tensors made from shapes and numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes
from keras_core.ops.elementwise import add, cast, divide, equal, exp, less_equal, log, multiply, power, subtract, where
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import broadcast_to, concatenate, diagonal, expand_dims, getitem, ndim, ravel, shape

if TYPE_CHECKING:
    from keras_core.typing import ArrayLike, DType, NewShape, NonNegativeInt, Tensor


@primitive(tensors=("fill_value",), cast="given", spec=rules.full)
def full(shape: NewShape, fill_value: ArrayLike, dtype: DType | None = None) -> Tensor:
    """A tensor of one value, which may itself be a tensor that broadcasts; floatx by default.

    Args:
        shape: shape of the result, a tuple of ints.
        fill_value: number or tensor that broadcasts to `shape`.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.full((2,), 7, "int32")).tolist()
        [7, 7]
    """


@derived(tensors=())
def zeros(shape: NewShape, dtype: DType | None = None) -> Tensor:
    """All 0.

    Args:
        shape: shape of the result, a tuple of ints.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.zeros((2,))).tolist()
        [0.0, 0.0]
    """
    return full(shape, 0, dtypes.standardize(dtype))


@derived(tensors=())
def ones(shape: NewShape, dtype: DType | None = None) -> Tensor:
    """All 1.

    Args:
        shape: shape of the result, a tuple of ints.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ones((2,))).tolist()
        [1.0, 1.0]
    """
    return full(shape, 1, dtypes.standardize(dtype))


@derived(tensors=())
def empty(shape: NewShape, dtype: DType | None = None) -> Tensor:
    """A tensor whose values are not specified; here 0.

    Args:
        shape: shape of the result, a tuple of ints.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.empty((2, 3)).shape)
        (2, 3)
    """
    return zeros(shape, dtype)


@derived(tensors=("x",))
def full_like(x: Tensor, fill_value: ArrayLike, dtype: DType | None = None) -> Tensor:
    """One value in the shape of `x`, and in its dtype unless another is given.

    Args:
        x: tensor whose shape is taken.
        fill_value: number or tensor that broadcasts.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.full_like([1, 2], 7)).tolist()
        [7, 7]
    """
    return full(shape(x), fill_value, dtypes.standardize(dtype or dtype_of(x)))


@derived(tensors=("x",))
def zeros_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    """All 0 in the shape of `x`.

    Args:
        x: tensor whose shape is taken.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.zeros_like([3, 4])).tolist()
        [0, 0]
    """
    return full_like(x, 0, dtype)


@derived(tensors=("x",))
def ones_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    """All 1 in the shape of `x`.

    Args:
        x: tensor whose shape is taken.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ones_like([3, 4])).tolist()
        [1, 1]
    """
    return full_like(x, 1, dtype)


@derived(tensors=("x",))
def empty_like(x: Tensor, dtype: DType | None = None) -> Tensor:
    """Unspecified values in the shape of `x`; here 0.

    Args:
        x: tensor whose shape is taken.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> tuple(ops.empty_like([1.0, 2.0]).shape)
        (2,)
    """
    return zeros_like(x, dtype)


@primitive(tensors=(), spec=rules.sequence)
def sequence(start: ArrayLike, stop: ArrayLike, step: ArrayLike, dtype: str) -> Tensor:
    """`arange` with all arguments; the limits are Python numbers or scalar tensors.

    Args:
        start: first number.
        stop: limit, excluded.
        step: distance between neighbours.
        dtype: dtype of the result.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sequence(0, 6, 2, 'int32')).tolist()
        [0, 2, 4]
    """


@derived(tensors=())
def arange(start: ArrayLike, stop: ArrayLike = None, step: ArrayLike = None, dtype: DType | None = None) -> Tensor:
    """Numbers from `start` (0 when only one limit is given) up to but without `stop`, `step` apart.

    The dtype is that of the limits: int32 for Python ints, floatx for floats.

    Args:
        start: first number, or the limit if `stop` is None.
        stop: limit, excluded. Defaults to None.
        step: distance between neighbours; None is 1. Defaults to None.
        dtype: dtype of the result; None takes that of the limits. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.arange(1, 7, 2)).tolist()
        [1, 3, 5]
    """
    first, last = (0, start) if stop is None else (start, stop)
    gap = 1 if step is None else step
    if dtype is None:
        dtype = dtypes.result_type(*(dtype_of(limit) for limit in (first, last, gap)))
    return sequence(first, last, gap, dtypes.standardize(dtype))


@derived(tensors=("start", "stop"), cast="float")
def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: NonNegativeInt = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DType | None = None,
    axis: int = 0,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, along a new axis.

    Args:
        start: first number or tensor.
        stop: last number or tensor.
        num: how many numbers. Defaults to 50.
        endpoint: whether `stop` is the last number. Defaults to True.
        retstep: whether to return the distance between neighbours too. Defaults to False.
        dtype: dtype of the result; None is a float dtype. Defaults to None.
        axis: position of the new axis in the result. Defaults to 0.

    Returns:
        The numbers; with `retstep` also the distance between them.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.linspace(0.0, 1.0, 5)).tolist()
        [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    rank = max(ndim(start), ndim(stop))
    gaps = num - 1 if endpoint else num
    step = divide(subtract(stop, start), max(gaps, 1))
    position = rules.axis_of(axis, rank + 1)
    sizes = [1] * (rank + 1)
    sizes[position] = num
    steps = cast(np.arange(num).reshape(sizes), dtype_of(step))
    base, width = add(start, multiply(step, 0)), expand_dims(step, position)
    points = add(expand_dims(base, position), multiply(steps, width))
    if endpoint and num > 1:
        points = where(equal(steps, num - 1), expand_dims(add(stop, multiply(step, 0)), position), points)
    result = cast(points, dtypes.standardize(dtype)) if dtype is not None else points
    return (result, step) if retstep else result


@derived(tensors=("start", "stop"), cast="float")
def logspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: NonNegativeInt = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: DType | None = None,
    axis: int = 0,
) -> Tensor:
    """Powers of `base` whose exponents are evenly spaced from `start` to `stop`.

    Args:
        start: first exponent.
        stop: last exponent.
        num: how many numbers. Defaults to 50.
        endpoint: whether `stop` is the last exponent. Defaults to True.
        base: base of the powers. Defaults to 10.
        dtype: dtype of the result; None is a float dtype. Defaults to None.
        axis: position of the new axis in the result. Defaults to 0.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logspace(0.0, 2.0, 3)).tolist()
        [1.0, 10.0000, 100.0]
    """
    points = exp(multiply(linspace(start, stop, num, endpoint, axis=axis), math.log(base)))
    return cast(points, dtypes.standardize(dtype)) if dtype is not None else points


@derived(tensors=())
def eye(N: NonNegativeInt, M: NonNegativeInt | None = None, k: int = 0, dtype: DType | None = None) -> Tensor:
    """Ones on the k-th diagonal of an `N` by `M` matrix, zeros elsewhere.

    Args:
        N: number of rows.
        M: number of columns; None is `N`. Defaults to None.
        k: index of the diagonal; 0 is the main one, positive is above. Defaults to 0.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.eye(2, dtype="int32")).tolist()
        [[1, 0], [0, 1]]
    """
    rows, columns = arange(N), arange(N if M is None else M)
    return cast(equal(expand_dims(add(rows, k), 1), expand_dims(columns, 0)), dtypes.standardize(dtype))


@derived(tensors=())
def identity(n: NonNegativeInt, dtype: DType | None = None) -> Tensor:
    """The identity matrix of `n` rows.

    Args:
        n: number of rows and columns.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.identity(2)).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    return eye(n, dtype=dtype)


@derived(tensors=())
def tri(N: NonNegativeInt, M: NonNegativeInt | None = None, k: int = 0, dtype: DType | None = None) -> Tensor:
    """Ones on and below the k-th diagonal of an `N` by `M` matrix, zeros above.

    Args:
        N: number of rows.
        M: number of columns; None is `N`. Defaults to None.
        k: index of the diagonal; 0 is the main one, positive is above. Defaults to 0.
        dtype: dtype of the result; None is `keras.config.floatx()`. Defaults to None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tri(2)).tolist()
        [[1.0, 0.0], [1.0, 1.0]]
    """
    rows, columns = arange(N), arange(N if M is None else M)
    return cast(less_equal(expand_dims(columns, 0), expand_dims(add(rows, k), 1)), dtypes.standardize(dtype))


@derived(tensors=("x",))
def tril(x: Tensor, k: int = 0) -> Tensor:
    """`x` with zeros above the k-th diagonal of its last two axes.

    Args:
        x: tensor.
        k: index of the diagonal; 0 is the main one, positive is above. Defaults to 0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.tril([[1, 2], [3, 4]])).tolist()
        [[1, 0], [3, 4]]
    """
    rows, columns = shape(x)[-2:]
    return where(tri(rows, columns, k, "bool"), x, cast(0, dtype_of(x)))


@derived(tensors=("x",))
def triu(x: Tensor, k: int = 0) -> Tensor:
    """`x` with zeros below the k-th diagonal of its last two axes.

    Args:
        x: tensor.
        k: index of the diagonal; 0 is the main one, positive is above. Defaults to 0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.triu([[1, 2], [3, 4]])).tolist()
        [[1, 2], [0, 4]]
    """
    rows, columns = shape(x)[-2:]
    return where(tri(rows, columns, k - 1, "bool"), cast(0, dtype_of(x)), x)


@derived(tensors=("x",))
def diag(x: Tensor, k: int = 0) -> Tensor:
    """The k-th diagonal of a matrix, or the matrix that has the vector `x` as its k-th diagonal.

    Args:
        x: tensor.
        k: index of the diagonal; 0 is the main one, positive is above. Defaults to 0.

    Raises:
        ValueError: if `x` has neither one nor two axes.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.diag([1, 2])).tolist()
        [[1, 0], [0, 2]]
    """
    rank = ndim(x)
    if rank == 2:
        return diagonal(x, k)
    if rank != 1:
        raise ValueError(f"diag got a tensor of shape {shape_of(x)}, expected a vector or a matrix.")
    n = shape(x)[0]
    zero = cast(0, dtype_of(x))
    square = where(eye(n, dtype="bool"), expand_dims(x, 0), zero)
    if k == 0:
        return square
    wide = broadcast_to(zero, (n, abs(k)))
    full_width = concatenate([wide, square] if k > 0 else [square, wide], 1)
    tall = broadcast_to(zero, (abs(k), n + abs(k)))
    return concatenate([full_width, tall] if k > 0 else [tall, full_width], 0)


@derived(tensors=("x",))
def diagflat(x: Tensor, k: int = 0) -> Tensor:
    """The matrix that has the elements of `x` as its k-th diagonal.

    Args:
        x: tensor.
        k: index of the diagonal; 0 is the main one, positive is above. Defaults to 0.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.diagflat([1, 2])).tolist()
        [[1, 0], [0, 2]]
    """
    return diag(ravel(x), k)


def meshgrid(*x: Tensor, indexing: str = "xy") -> list[Tensor]:
    """Coordinate tensors of the grid that 1-D tensors span.

    Args:
        *x: 1-D tensors.
        indexing: "xy" puts the second tensor first ("Cartesian"), "ij" keeps their order. Defaults to "xy".

    Returns:
        List of tensors, one for each argument.

    Raises:
        ValueError: if `indexing` is neither "xy" nor "ij".

    Example:
        >>> from keras_core import ops
        >>> [grid.tolist() for grid in map(ops.convert_to_numpy, ops.meshgrid([1, 2], [3, 4]))]
        [[[1, 2], [1, 2]], [[3, 3], [4, 4]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid got indexing={indexing!r}, expected 'xy' or 'ij'.")
    order = list(range(len(x)))
    if indexing == "xy" and len(x) > 1:
        order[:2] = [1, 0]
    sizes = [shape(x[k])[0] for k in order]
    grids = []
    for k, one in enumerate(x):
        key = tuple(slice(None) if axis == k else None for axis in order)
        grids.append(broadcast_to(getitem(one, key), sizes))
    return grids


@derived(tensors=("x",))
def copy(x: Tensor) -> Tensor:
    """The same values; tensors do not change, so nothing is copied.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.copy([1, 2])).tolist()
        [1, 2]
    """
    return x


@derived(tensors=("start", "stop"), cast="float")
def geomspace(
    start: ArrayLike, stop: ArrayLike, num: int = 50, endpoint: bool = True, dtype: DType | None = None, axis: int = 0
) -> Tensor:
    """Positive numbers from `start` to `stop`, each the same multiple of the one before.

    Args:
        start: first number.
        stop: last number.
        num: how many numbers. Defaults to 50.
        endpoint: whether `stop` is the last number. Defaults to True.
        dtype: dtype of the result; None is a float dtype. Defaults to None.
        axis: position of the new axis in the result. Defaults to 0.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.geomspace(1.0, 8.0, 4)).tolist()
        [1.0, 2.0, 4.0, 8.0]
    """
    points = exp(linspace(log(start), log(stop), num, endpoint, axis=axis))
    return cast(points, dtypes.standardize(dtype)) if dtype is not None else points


@derived(tensors=("x",))
def vander(x: Tensor, N: NonNegativeInt | None = None, increasing: bool = False) -> Tensor:
    """Powers of a 1-D tensor as columns, the highest first unless `increasing`.

    Args:
        x: 1-D tensor.
        N: number of columns; None is the length of `x`. Defaults to None.
        increasing: whether powers ascend. Defaults to False.

    Raises:
        ValueError: if the length of `x` is unknown and `N` is None.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.vander([1, 2, 3])).tolist()
        [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
    """
    count = shape_of(x)[0] if N is None else N
    if count is None:
        raise ValueError(f"vander got a tensor of shape {shape_of(x)}; give N.")
    powers = list(range(count)) if increasing else list(range(count))[::-1]
    return power(expand_dims(x, -1), cast(np.array(powers, "int32"), dtype_of(x)))
