"""Order statistics, differences and co-variation, of other ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.ops.creation import arange, linspace
from keras_core.ops.elementwise import (
    add,
    cast,
    divide,
    equal,
    floor,
    less_equal,
    logical_and,
    logical_not,
    minimum,
    mod,
    multiply,
    not_equal,
    sqrt,
    subtract,
    where,
)
from keras_core.ops.indexing import searchsorted, sort, take
from keras_core.ops.linalg import matmul
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import mean
from keras_core.ops.reduction import min as least
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import concatenate, expand_dims, getitem, moveaxis, ndim, ravel, reshape, shape, transpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike, Axis, Tensor

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


@derived(tensors=("x",), cast="float")
def quantile(x: Tensor, q: ArrayLike, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """The values below which given shares of the elements lie.

    Args:
        x: tensor.
        q: a number from 0 to 1, or a 1-D sequence of them, which becomes the first axis of the result.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        method: between two elements take "linear" interpolation, the "lower", the "higher", their "midpoint" or the
            "nearest". Defaults to "linear".
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Raises:
        ValueError: if `q` is outside 0 to 1 or not at most 1-D, `method` is unknown, or an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.quantile([1.0, 2.0, 4.0], [0.5, 0.75])).tolist()
        [2.0, 3.0]
    """
    if method not in _METHODS:
        raise ValueError(f"quantile got method={method!r}, expected one of {', '.join(_METHODS)}.")
    shares = np.asarray(q, "float64")
    if shares.ndim > 1 or (shares < 0).any() or (shares > 1).any():
        raise ValueError(f"quantile got q={q!r}, expected numbers from 0 to 1 in at most one axis.")
    rank, axes = ndim(x), rules.axes_of(axis, ndim(x))
    ordered = sort(_merged(x, axes), -1)
    picked = [_at(ordered, float(share), method) for share in shares.ravel()]
    if keepdims:
        sizes = shape(x)
        kept = [1 if k in axes else sizes[k] for k in range(rank)]
        picked = [reshape(one, kept) for one in picked]
    return picked[0] if shares.ndim == 0 else concatenate([expand_dims(one, 0) for one in picked], 0)


def _merged(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The axes as one, last."""
    rest = [k for k in range(ndim(x)) if k not in axes]
    sizes = shape(x)
    return reshape(transpose(x, (*rest, *axes)), (*(sizes[k] for k in rest), -1))


def _at(ordered: Tensor, share: float, method: str) -> Tensor:
    """The value at a share of the way along the last, sorted axis."""
    length = shape(ordered)[-1]
    if isinstance(length, int):
        place: Any = (length - 1) * share
        low: Any = math.floor(place)
        part: Any = place - low
        high: Any = low + (part > 0)
        nearest = low + (part > 0.5 or (part == 0.5 and low % 2 == 1))
    else:
        place = multiply(cast(subtract(length, 1), "float32"), share)
        low = cast(floor(place), "int32")
        part = subtract(place, floor(place))
        high = add(low, cast(not_equal(part, 0), "int32"))
        odd = equal(mod(low, 2), 1)
        nearest = where(logical_and(less_equal(part, 0.5), logical_not(logical_and(odd, equal(part, 0.5)))), low, high)
        part = cast(part, dtype_of(ordered))
    if method == "nearest":
        return take(ordered, nearest, -1)
    if method == "lower":
        return take(ordered, low, -1)
    if method == "higher":
        return take(ordered, high, -1)
    below, above = take(ordered, low, -1), take(ordered, high, -1)
    share_above = 0.5 if method == "midpoint" else part
    return add(below, multiply(subtract(above, below), share_above))


@derived(tensors=("x",), cast="float")
def percentile(x: Tensor, q: ArrayLike, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """As `quantile`, with shares in percent.

    Args:
        x: tensor.
        q: percentage from 0 to 100, or 1-D sequence of them.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        method: how to interpolate between elements: "linear", "lower", "higher", "midpoint" or "nearest". Defaults to
            "linear".
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.percentile([1.0, 2.0, 4.0], 50)).tolist()
        2.0
    """
    return quantile(x, np.asarray(q, "float64") / 100, axis, method, keepdims)


@derived(tensors=("x",), cast="float")
def median(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The middle element, or the mean of the two in the middle.

    Args:
        x: tensor.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.median([3.0, 1.0, 10.0, 2.0])).tolist()
        2.5
    """
    return quantile(x, 0.5, axis, "linear", keepdims)


@derived(tensors=("a",))
def diff(a: Tensor, n: int = 1, axis: int = -1) -> Tensor:
    """Differences of neighbours along an axis, taken `n` times; of truth values, whether they differ.

    Args:
        a: tensor.
        n: number of times that differences are taken. Defaults to 1.
        axis: axis along which neighbours are subtracted. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.diff([1, 4, 9])).tolist()
        [3, 5]
    """
    key = (slice(None),) * rules.axis_of(axis, ndim(a))
    gap = not_equal if dtype_of(a) == "bool" else subtract
    for _ in range(n):
        a = gap(getitem(a, (*key, slice(1, None))), getitem(a, (*key, slice(None, -1))))
    return a


@derived(tensors=("y", "x"), cast="float")
def trapezoid(y: Tensor, x: Tensor | None = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """Integral by the trapezoidal rule along an axis.

    Args:
        y: samples.
        x: places of the samples, 1-D or of the shape of `y`; `dx` apart when None. Defaults to None.
        dx: distance of the samples where `x` is None. Defaults to 1.0.
        axis: axis of the samples. Defaults to -1.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.trapezoid([1.0, 2.0, 3.0])).tolist()
        4.0
    """
    rows = moveaxis(y, axis, -1)
    width: Any = dx
    if x is not None:
        width = diff(x) if ndim(x) == 1 else diff(moveaxis(x, axis, -1))
    middles = multiply(add(getitem(rows, (..., slice(1, None))), getitem(rows, (..., slice(None, -1)))), 0.5)
    return total(multiply(middles, width), -1)


@derived(tensors=("x",), cast="float")
def corrcoef(x: Tensor) -> Tensor:
    """Pearson's correlations of the rows of a matrix with each other.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.corrcoef([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])).tolist()
        [[1.0000, -1.0000], [-1.0000, 1.0000]]
    """
    rows = subtract(x, mean(x, -1, True))
    products = matmul(rows, transpose(rows))
    size = sqrt(total(multiply(rows, rows), -1))
    return divide(products, multiply(expand_dims(size, 0), expand_dims(size, 1)))


@derived(tensors=("x",), cast="float")
def histogram(x: Tensor, bins: int = 10, range: Sequence[float] | None = None) -> tuple[Tensor, Tensor]:
    """How many elements fall into each of `bins` equally wide ones, and the edges.

    Args:
        x: tensor.
        bins: number of bins. Defaults to 10.
        range: lowest and highest edge; those of the elements when None. The last bin holds its upper edge. Defaults to
            None.

    Returns:
        Pair of the counts (bins,) and the edges (bins + 1,).

    Example:
        >>> from keras_core import ops
        >>> counts, edges = ops.histogram([1.0, 2.0, 2.0, 4.0], bins=3)
        >>> ops.convert_to_numpy(counts).tolist()
        [1, 2, 1]
    """
    values = ravel(x)
    low, high = (least(values), greatest(values)) if range is None else range
    edges = cast(linspace(low, high, bins + 1), dtype_of(x))
    inside = logical_and(less_equal(getitem(edges, 0), values), less_equal(values, getitem(edges, -1)))
    place = minimum(subtract(searchsorted(edges, values, "right"), 1), bins - 1)
    hits = equal(expand_dims(where(inside, place, -1), -1), arange(bins))
    return total(cast(hits, "int32"), 0), edges
