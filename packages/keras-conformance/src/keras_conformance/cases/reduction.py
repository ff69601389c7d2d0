"""Cases of reductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _numbers(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x": draw.numbers(shape), "axis": draw.axes(len(shape)), "keepdims": draw.pick(True, False)}


def _distinct(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.distinct(shape), "axis": draw.axes(len(shape)), "keepdims": draw.pick(True, False)}


def _spread(draw: Inputs) -> dict[str, Any]:
    shape = tuple(draw.size(2, 4) for _ in range(draw.size(1, 3)))
    return {"x": draw.distinct(shape), "axis": draw.axes(len(shape)), "keepdims": draw.pick(True, False)}


def _with_initial(draw: Inputs) -> dict[str, Any]:
    return {**_distinct(draw), "initial": draw.pick(None, 0.05)}


def _bools(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    x = draw.bools(shape) if draw.pick(True, False) else draw.ints(shape, 0, 1)
    return {"x": x, "axis": draw.axes(len(shape)), "keepdims": draw.pick(True, False)}


def _position(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    x = draw.distinct(shape) if draw.pick(True, False) else draw.ints(shape, 0, 2)
    return {"x": x, "axis": draw.pick(None, draw.axis(len(shape))), "keepdims": draw.pick(True, False)}


def _running(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.numbers(shape), "axis": draw.pick(None, draw.axis(len(shape)))}


def _average(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(2, 2)
    weights = draw.pick(None, draw.floats(shape, 0.2, 1), draw.floats(shape[-1:], 0.2, 1))
    return {"x": draw.floats(shape), "axis": -1, "weights": weights}


def _count(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x": draw.ints(shape, -1, 1), "axis": draw.axes(len(shape))}


def _with_nan(draw: Inputs) -> dict[str, Any]:
    shape = tuple(draw.size(2, 4) for _ in range(2))
    x = draw.distinct(shape)
    x[0, 0] = float("nan")
    return {"x": x, "axis": draw.axes(2), "keepdims": draw.pick(True, False)}


def _running_with_nan(draw: Inputs) -> dict[str, Any]:
    return {"x": _with_nan(draw)["x"], "axis": draw.pick(None, 0, -1)}


def _position_with_nan(draw: Inputs) -> dict[str, Any]:
    return {**_with_nan(draw), "axis": draw.pick(None, 0, -1)}


CASES: dict[str, Case] = {
    **{name: _numbers for name in ("sum", "mean", "prod", "var", "logsumexp")},
    "std": _spread,
    "max": _with_initial,
    "min": _with_initial,
    **{name: _distinct for name in ("amax", "amin", "ptp")},
    "any": _bools,
    "all": _bools,
    "average": _average,
    "count_nonzero": _count,
    "argmax": _position,
    "argmin": _position,
    "nanargmax": _position_with_nan,
    "nanargmin": _position_with_nan,
    "cumsum": _running,
    "cumprod": _running,
    **{name: _with_nan for name in ("nansum", "nanmean", "nanmax", "nanmin", "nanprod", "nanvar", "nanstd")},
    "nancumsum": _running_with_nan,
    "nancumprod": _running_with_nan,
}
