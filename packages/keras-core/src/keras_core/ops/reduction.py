"""Reductions over axes, and running sums.

`axis` is an int, several, or None for all axes; `keepdims` keeps reduced axes with length 1. Sums and
products of truth values and of ints of 8 or 16 bits are int32 (uint32 of unsigned ones), others keep the dtype;
running sums and products keep it, but of truth values are int32. Means are floats, positions int32.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from keras_core import dtypes
from keras_core.ops.creation import zeros_like
from keras_core.ops.elementwise import (
    add,
    cast,
    divide,
    exp,
    isclose,
    isfinite,
    isnan,
    log,
    logical_not,
    multiply,
    not_equal,
    sqrt,
    square,
    subtract,
    where,
)
from keras_core.ops.op import derived, primitive
from keras_core.ops.properties import dtype_of
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import ndim, squeeze

if TYPE_CHECKING:
    from keras_core.typing import Axis, DType, Tensor


@primitive(tensors=("x",), cast="sum", spec=rules.total)
def sum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Sum; 0 of nothing. Of bools and ints of 8 or 16 bits it has 32.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.sum([[1, 2], [3, 4]], 0)).tolist()
        [4, 6]
    """


@primitive(tensors=("x",), cast="sum", spec=rules.total)
def prod(x: Tensor, axis: Axis = None, keepdims: bool = False, dtype: DType | None = None) -> Tensor:
    """Product; 1 of nothing. Of bools and ints of 8 or 16 bits it has 32.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
        dtype: dtype of the result; None is what `sum` would give. Defaults to None.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.prod([[1, 2], [3, 4]], 0)).tolist()
        [3, 8]
    """


@primitive(tensors=("x",), cast="float", spec=rules.reduce)
def mean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean, as a float.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.mean([1, 2])).tolist()
        1.5
    """


@primitive(tensors=("x",), spec=rules.reduce)
def max(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """Greatest element, at least `initial`; without it an empty axis is an error.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
        initial: lower bound of the result; None sets none. Defaults to None.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range, or an axis to reduce is empty and there is no `initial`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.max([[1, 5], [3, 4]], -1)).tolist()
        [5, 4]
    """


@primitive(tensors=("x",), spec=rules.reduce)
def min(x: Tensor, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """Least element, at most `initial`; without it an empty axis is an error.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.
        initial: upper bound of the result; None sets none. Defaults to None.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range, or an axis to reduce is empty and there is no `initial`.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.min([[1, 5], [3, 4]], -1)).tolist()
        [1, 3]
    """


@derived(tensors=("x",))
def amax(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Another name of `max`.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.amax([[1, 5], [3, 4]], -1)).tolist()
        [5, 4]
    """
    return max(x, axis, keepdims)


@derived(tensors=("x",))
def amin(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Another name of `min`.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.amin([[1, 5], [3, 4]], -1)).tolist()
        [1, 3]
    """
    return min(x, axis, keepdims)


@derived(tensors=("x",))
def ptp(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Greatest minus least element.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.ptp([1, 5, 3])).tolist()
        4
    """
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))


@primitive(tensors=("x",), cast="bool", spec=rules.reduce)
def any(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether any element is true.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.any([[True, False], [False, False]], -1)).tolist()
        [True, False]
    """


@primitive(tensors=("x",), cast="bool", spec=rules.reduce)
def all(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether all elements are true.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.all([[True, False], [True, True]], -1)).tolist()
        [False, True]
    """


@derived(tensors=("x",), cast="float")
def var(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Variance: the mean squared distance from the mean.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.var([1.0, 3.0])).tolist()
        1.0
    """
    return mean(square(subtract(x, mean(x, axis, True))), axis, keepdims)


@derived(tensors=("x",), cast="float")
def std(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Standard deviation: the square root of the variance.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.std([1.0, 3.0])).tolist()
        1.0
    """
    return sqrt(var(x, axis, keepdims))


@derived(tensors=("x", "weights"), cast="float")
def average(x: Tensor, axis: int | None = None, weights: Tensor | None = None) -> Tensor:
    """Mean with weights, which broadcast against `x`; a 1-D weight belongs to the axis.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        weights: weights that broadcast against `x`, or 1-D with one for each position on `axis`; None weights all
            equally. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.average([1.0, 3.0], weights=[3.0, 1.0])).tolist()
        1.5
    """
    if weights is None:
        return mean(x, axis)
    return divide(sum(multiply(x, weights), axis), sum(add(zeros_like(x), weights), axis))


@derived(tensors=("x",), cast="float")
def logsumexp(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`log(sum(exp(x)))` without overflow.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.logsumexp([0.0, 0.0])).tolist()
        0.6931471824645996
    """
    high = max(x, axis, True)
    high = where(isfinite(high), high, 0)
    result = add(log(sum(exp(subtract(x, high)), axis, True)), high)
    return result if keepdims else squeeze(result, rules.axes_of(axis, ndim(result)))


@derived(tensors=("x",))
def count_nonzero(x: Tensor, axis: Axis = None) -> Tensor:
    """How many elements are not 0, as int32.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.count_nonzero([0, 3, 4])).tolist()
        2
    """
    return sum(cast(not_equal(x, 0), "int32"), axis)


@derived(tensors=("x1", "x2"), cast="float")
def allclose(x1: Tensor, x2: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Whether all pairs of elements are close, as `isclose` says.

    Args:
        x1: tensor.
        x2: tensor whose shape broadcasts with that of `x1`.
        rtol: relative tolerance. Defaults to 1e-05.
        atol: absolute tolerance. Defaults to 1e-08.
        equal_nan: whether nan equals nan. Defaults to False.

    Returns:
        Bool scalar.

    Raises:
        ValueError: if the shapes do not broadcast.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.allclose([1.0], [1.0 + 1e-7])).tolist()
        True
    """
    return all(isclose(x1, x2, rtol, atol, equal_nan))


@primitive(tensors=("x",), spec=rules.position)
def argmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the (first) greatest element, in the flat tensor when axis is None.

    Args:
        x: tensor.
        axis: axis to search along; None searches the flat tensor. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.argmax([[1, 5], [3, 2]], -1)).tolist()
        [1, 0]
    """


@primitive(tensors=("x",), spec=rules.position)
def argmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the (first) least element, in the flat tensor when axis is None.

    Args:
        x: tensor.
        axis: axis to search along; None searches the flat tensor. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.argmin([[1, 5], [3, 2]], -1)).tolist()
        [0, 1]
    """


@primitive(tensors=("x",), spec=rules.running)
def cumsum(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Running sum along an axis, of the flat tensor when None.

    Args:
        x: tensor.
        axis: axis; None flattens the tensor first. Defaults to None.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Returns:
        Tensor of the shape of `x`, flat if `axis` is None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cumsum([1, 2, 3])).tolist()
        [1, 3, 6]
    """


@primitive(tensors=("x",), spec=rules.running)
def cumprod(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Running product along an axis, of the flat tensor when None.

    Args:
        x: tensor.
        axis: axis; None flattens the tensor first. Defaults to None.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Returns:
        Tensor of the shape of `x`, flat if `axis` is None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.cumprod([1, 2, 3])).tolist()
        [1, 2, 6]
    """


@derived(tensors=("x",))
def nansum(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Sum of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nansum([1.0, float('nan')])).tolist()
        1.0
    """
    return sum(_without_nan(x, 0), axis, keepdims)


@derived(tensors=("x",), cast="float")
def nanmean(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Mean of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanmean([1.0, float('nan'), 3.0])).tolist()
        2.0
    """
    count = sum(cast(logical_not(isnan(x)), dtype_of(x)), axis, keepdims)
    return divide(nansum(x, axis, keepdims), count)


@derived(tensors=("x",))
def nanmax(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Greatest of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanmax([1.0, float('nan')])).tolist()
        1.0
    """
    return _all_nan(x, max(_without_nan(x, -math.inf), axis, keepdims), axis, keepdims)


@derived(tensors=("x",))
def nanmin(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Least of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanmin([1.0, float('nan')])).tolist()
        1.0
    """
    return _all_nan(x, min(_without_nan(x, math.inf), axis, keepdims), axis, keepdims)


def _without_nan(x: Tensor, value: float) -> Tensor:
    return where(isnan(x), value, x) if dtypes.is_float(dtype_of(x)) else x


def _all_nan(x: Tensor, result: Tensor, axis: Axis, keepdims: bool) -> Tensor:
    return where(all(isnan(x), axis, keepdims), math.nan, result) if dtypes.is_float(dtype_of(x)) else result


@derived(tensors=("x",))
def nanprod(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Product of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanprod([2.0, float('nan'), 3.0])).tolist()
        6.0
    """
    return prod(_without_nan(x, 1), axis, keepdims)


@derived(tensors=("x",), cast="float")
def nanvar(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Variance of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanvar([1.0, float('nan'), 3.0])).tolist()
        1.0
    """
    return nanmean(square(subtract(x, nanmean(x, axis, True))), axis, keepdims)


@derived(tensors=("x",), cast="float")
def nanstd(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Standard deviation of what is not nan.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Tensor without the reduced axes, or with these of length 1 if `keepdims`.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanstd([1.0, float('nan'), 3.0])).tolist()
        1.0
    """
    return sqrt(nanvar(x, axis, keepdims))


@derived(tensors=("x",))
def nancumsum(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Running sum in which nan counts as 0.

    Args:
        x: tensor.
        axis: axis; None flattens the tensor first. Defaults to None.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Returns:
        Tensor of the shape of `x`, flat if `axis` is None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nancumsum([1.0, float('nan'), 2.0])).tolist()
        [1.0, 1.0, 3.0]
    """
    return cumsum(_without_nan(x, 0), axis, dtype)


@derived(tensors=("x",))
def nancumprod(x: Tensor, axis: int | None = None, dtype: DType | None = None) -> Tensor:
    """Running product in which nan counts as 1.

    Args:
        x: tensor.
        axis: axis; None flattens the tensor first. Defaults to None.
        dtype: dtype of the result; None keeps that of `x`. Defaults to None.

    Returns:
        Tensor of the shape of `x`, flat if `axis` is None.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nancumprod([2.0, float('nan'), 3.0])).tolist()
        [2.0, 2.0, 6.0]
    """
    return cumprod(_without_nan(x, 1), axis, dtype)


@derived(tensors=("x",))
def nanargmax(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the (first) greatest element that is not nan; -1 where all are nan.

    Args:
        x: tensor.
        axis: axis to search along; None takes the flat tensor. Defaults to None.
        keepdims: whether to keep the axis, with length 1. Defaults to False.

    Returns:
        int32 tensor.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanargmax([float("nan"), 1.0, 3.0])).tolist()
        2
    """
    place = argmax(_without_nan(x, -math.inf), axis, keepdims)
    return where(all(isnan(x), axis, keepdims), -1, place) if dtypes.is_float(dtype_of(x)) else place


@derived(tensors=("x",))
def nanargmin(x: Tensor, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Position of the (first) least element that is not nan; -1 where all are nan.

    Args:
        x: tensor.
        axis: axis to search along; None takes the flat tensor. Defaults to None.
        keepdims: whether to keep the axis, with length 1. Defaults to False.

    Returns:
        int32 tensor.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanargmin([float("nan"), 1.0, 3.0])).tolist()
        1
    """
    place = argmin(_without_nan(x, math.inf), axis, keepdims)
    return where(all(isnan(x), axis, keepdims), -1, place) if dtypes.is_float(dtype_of(x)) else place
