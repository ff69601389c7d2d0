"""Order statistics, differences and co-variation, of other ops."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.config.loading_limits import take_steps
from keras_core.ops.conv import conv
from keras_core.ops.creation import arange, linspace
from keras_core.ops.elementwise import (
    add,
    cast,
    divide,
    equal,
    floor,
    isnan,
    less_equal,
    logical_and,
    logical_not,
    maximum,
    minimum,
    mod,
    multiply,
    not_equal,
    sqrt,
    subtract,
    where,
)
from keras_core.ops.indexing import searchsorted, sort, take, take_along_axis
from keras_core.ops.linalg import matmul
from keras_core.ops.op import derived
from keras_core.ops.properties import dtype_of
from keras_core.ops.reduction import max as greatest
from keras_core.ops.reduction import mean
from keras_core.ops.reduction import min as least
from keras_core.ops.reduction import sum as total
from keras_core.ops.rules import shapes as rules
from keras_core.ops.shaping import (
    concatenate,
    expand_dims,
    getitem,
    moveaxis,
    ndim,
    pad,
    ravel,
    reshape,
    shape,
    squeeze,
    transpose,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    return _quantiles("quantile", x, q, axis, method, keepdims, _ranked)


def _quantiles(
    op: str, x: Tensor, q: ArrayLike, axis: Axis, method: str, keepdims: bool, ranked: Callable[..., list[Tensor]]
) -> Tensor:
    """What `ranked(rows, shares, method)` finds in the last axis of rows, in the form that quantiles have."""
    if method not in _METHODS:
        raise ValueError(f"{op} got method={method!r}, expected one of {', '.join(_METHODS)}.")
    shares = np.asarray(q, "float64")
    if shares.ndim > 1 or (shares < 0).any() or (shares > 1).any():
        raise ValueError(f"{op} got q={q!r}, expected numbers from 0 to 1 in at most one axis.")
    axes = rules.axes_of(axis, ndim(x))
    picked = ranked(_merged(x, axes), [float(share) for share in shares.ravel()], method)
    if keepdims:
        sizes = shape(x)
        kept = [1 if k in axes else size for k, size in enumerate(sizes)]
        picked = [reshape(one, kept) for one in picked]
    return picked[0] if shares.ndim == 0 else concatenate([expand_dims(one, 0) for one in picked], 0)


def _ranked(rows: Tensor, shares: list[float], method: str) -> list[Tensor]:
    ordered = sort(rows, -1)
    return [_at(ordered, share, method) for share in shares]


def _ranked_numbers(rows: Tensor, shares: list[float], method: str) -> list[Tensor]:
    """As `_ranked`, of what is not nan."""
    missing = isnan(rows)
    ordered = sort(where(missing, math.inf, rows), -1)
    count = total(cast(logical_not(missing), "int32"), -1, True)
    present, length = maximum(count, 1), shape(rows)[-1]
    found = []
    for share in shares:
        if isinstance(length, int):  # exact, of all numbers of elements that there may be
            table = [_places(max(n, 1), share, "") for n in range(length + 1)]
            dtypes = ("int32", "int32", "int32", dtype_of(rows))
            places: Any = tuple(
                take(cast(list(column), dtype), present) for column, dtype in zip(zip(*table), dtypes, strict=True)
            )
        else:
            places = _places(present, share, dtype_of(rows))
        picked = _picked(places, method, lambda place: take_along_axis(ordered, place, -1))
        found.append(squeeze(where(equal(count, 0), math.nan, picked), -1))
    return found


def _merged(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The axes as one, last."""
    rest = [k for k in range(ndim(x)) if k not in axes]
    sizes = shape(x)
    return reshape(transpose(x, (*rest, *axes)), (*(sizes[k] for k in rest), -1))


def _at(ordered: Tensor, share: float, method: str) -> Tensor:
    """The value at a share of the way along the last, sorted axis."""
    places = _places(shape(ordered)[-1], share, dtype_of(ordered))
    return _picked(places, method, lambda place: take(ordered, place, -1))


def _places(length: Any, share: float, dtype: str) -> tuple[Any, Any, Any, Any]:
    """Of so many sorted elements: the one below the share, the one above, the nearest, and how far between them."""
    if isinstance(length, int):
        place: Any = (length - 1) * share
        low: Any = math.floor(place)
        part: Any = place - low
        return low, low + (part > 0), low + (part > 0.5 or (part == 0.5 and low % 2 == 1)), part
    place = multiply(cast(subtract(length, 1), "float32"), share)
    low = cast(floor(place), "int32")
    part = subtract(place, floor(place))
    high = add(low, cast(not_equal(part, 0), "int32"))
    odd = equal(mod(low, 2), 1)
    nearest = where(logical_and(less_equal(part, 0.5), logical_not(logical_and(odd, equal(part, 0.5)))), low, high)
    return low, high, nearest, cast(part, dtype)


def _picked(places: tuple[Any, Any, Any, Any], method: str, pick: Callable[[Any], Tensor]) -> Tensor:
    low, high, nearest, part = places
    if method in ("nearest", "lower", "higher"):
        return pick({"nearest": nearest, "lower": low, "higher": high}[method])
    below, above = pick(low), pick(high)
    return add(below, multiply(subtract(above, below), 0.5 if method == "midpoint" else part))


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


@derived(tensors=("x",), cast="float")
def nanquantile(x: Tensor, q: ArrayLike, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """As `quantile`, of what is not nan.

    Args:
        x: tensor; ints become floats.
        q: share or shares, from 0 to 1.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        method: what to take between two elements: "linear", "lower", "higher", "midpoint" or "nearest". Defaults to
            "linear".
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Float tensor without the reduced axes, behind an axis for `q` where that has one; nan where all are nan.

    Raises:
        ValueError: for another method, a share outside the range, or an axis out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanquantile([1.0, float("nan"), 3.0], 0.5)).tolist()
        2.0
    """
    return _quantiles("nanquantile", x, q, axis, method, keepdims, _ranked_numbers)


@derived(tensors=("x",), cast="float")
def nanpercentile(x: Tensor, q: ArrayLike, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """As `percentile`, of what is not nan.

    Args:
        x: tensor; ints become floats.
        q: share or shares in percent, from 0 to 100.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        method: what to take between two elements: "linear", "lower", "higher", "midpoint" or "nearest". Defaults to
            "linear".
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Float tensor without the reduced axes, behind an axis for `q` where that has one; nan where all are nan.

    Raises:
        ValueError: for another method, a share outside the range, or an axis out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanpercentile([1.0, float("nan"), 3.0], 50)).tolist()
        2.0
    """
    return nanquantile(x, np.asarray(q, "float64") / 100, axis, method, keepdims)


@derived(tensors=("x",), cast="float")
def nanmedian(x: Tensor, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """As `median`, of what is not nan.

    Args:
        x: tensor; ints become floats.
        axis: axis, or tuple of axes, to reduce; None reduces all. Defaults to None.
        keepdims: whether to keep the reduced axes, with length 1. Defaults to False.

    Returns:
        Float tensor without the reduced axes; nan where all are nan.

    Raises:
        ValueError: if an axis is out of range.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.nanmedian([1.0, float("nan"), 3.0])).tolist()
        2.0
    """
    return nanquantile(x, 0.5, axis, "linear", keepdims)


@derived(tensors=("x1", "x2"), cast="float")
def correlate(x1: Tensor, x2: Tensor, mode: str = "valid") -> Tensor:
    """Cross-correlation of two sequences: sums of `x1` times `x2` at every shift of one along the other.

    Args:
        x1: tensor (n,) of real numbers; ints become floats.
        x2: tensor (k,).
        mode: "full" for every shift at which they overlap, n + k - 1 of them; "same" for the max(n, k) in the middle;
            "valid" for those of complete overlap. Defaults to "valid".

    Returns:
        Float tensor with one axis.

    Raises:
        ValueError: for another mode, other ranks, or if the sizes are unknown.

    Example:
        >>> from keras_core import ops
        >>> ops.convert_to_numpy(ops.correlate([1.0, 2.0, 3.0], [0.0, 1.0, 0.5])).tolist()
        [3.5]
    """
    sizes = shape(x1), shape(x2)
    if not all(len(one) == 1 and isinstance(one[0], int) and one[0] for one in sizes):
        raise ValueError(f"correlate() got shapes {sizes[0]} and {sizes[1]}, expected one axis each of known length.")
    n, k = sizes[0][0], sizes[1][0]
    short, long = min(n, k), max(n, k)
    middle = (k - 1) // 2 if n >= k else n - 1 - (n - 1) // 2
    kept = {"full": (0, n + k - 1), "same": (middle, long), "valid": (short - 1, long - short + 1)}
    if mode not in kept:
        raise ValueError(f"correlate() got mode={mode!r}, expected 'full', 'same' or 'valid'.")
    start, count = kept[mode]
    # The shift j pairs x1[i + j - (k - 1)] with x2[i]: pad x1 for the first and last shift that is kept.
    before, after = max(k - 1 - start, 0), max(start + count - n, 0)
    padded = getitem(pad(x1, ((before, after),)), slice(max(start - (k - 1), 0), None))
    windows = getitem(padded, slice(None, count + k - 1))
    found = conv(reshape(windows, (1, -1, 1)), reshape(x2, (k, 1, 1)), data_format="channels_last")
    return reshape(found, (count,))


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
    take_steps(3 * n, f"diff() with n={n}")
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
