"""Cases of statistics, special functions and windows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_conformance.cases.elementwise import binary, unary

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _quantile(scale: float) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        shape = draw.shape(1, 3)
        shares = draw.pick(0.5, 0.3, [0.0, 0.25, 1.0])
        return {
            "x": draw.distinct(shape),
            "q": [share * scale for share in shares] if isinstance(shares, list) else shares * scale,
            "axis": draw.axes(len(shape)),
            "method": draw.pick("linear", "lower", "higher", "midpoint", "nearest"),
            "keepdims": draw.pick(True, False),
        }

    return case


def _median(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.distinct(shape), "axis": draw.axes(len(shape)), "keepdims": draw.pick(True, False)}


def _diff(draw: Inputs) -> dict[str, Any]:
    shape = tuple(draw.size(2, 4) for _ in range(draw.size(1, 3)))
    return {"a": draw.numbers(shape), "n": draw.pick(1, 2), "axis": draw.axis(len(shape))}


def _trapezoid(draw: Inputs) -> dict[str, Any]:
    shape = (draw.size(2, 4), draw.size(2, 4))
    return {"y": draw.floats(shape), "x": draw.pick(None, draw.floats(shape[-1:])), "dx": 0.5}


def _corrcoef(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((draw.size(1, 3), draw.size(3, 5)))}


def _histogram(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape(1, 2)), "bins": draw.size(1, 5), "range": draw.pick((-1.0, 1.0), (-3.0, 3.0))}


def _special(draw: Inputs) -> dict[str, Any]:
    x = draw.floats(draw.shape(1, 2))
    x.flat[0] = draw.pick(float("inf"), float("-inf"), float("nan"))
    return {"x": x}


def _ldexp(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x1": draw.floats(shape), "x2": draw.ints(shape, -3, 3)}


def _window(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.size(1, 6)}


def _kaiser(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.size(1, 6), "beta": draw.pick(0.5, 8.0)}


def _with_nan(draw: Inputs) -> dict[str, Any]:
    x = draw.distinct((draw.size(2, 4), draw.size(2, 4)))
    x[0, 0] = float("nan")
    return {"x": x, "axis": draw.axes(2), "keepdims": draw.pick(True, False)}


def _nanquantile(scale: float) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        return {**_quantile(scale)(draw), **_with_nan(draw)}

    return case


def _correlate(draw: Inputs) -> dict[str, Any]:
    x1, x2 = draw.floats((draw.size(1, 6),)), draw.floats((draw.size(1, 6),))
    return {"x1": x1, "x2": x2, "mode": draw.pick("valid", "same", "full")}


def _nextafter(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x1": draw.floats(shape), "x2": draw.floats(draw.broadcastable(shape))}


def _divisors(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x1": draw.ints(shape, -30, 30), "x2": draw.ints(draw.broadcastable(shape), -30, 30)}


CASES: dict[str, Case] = {
    "quantile": _quantile(1),
    "percentile": _quantile(100),
    "median": _median,
    "nanquantile": _nanquantile(1),
    "nanpercentile": _nanquantile(100),
    "nanmedian": _with_nan,
    "correlate": _correlate,
    "signbit": unary(),
    "nextafter": _nextafter,
    "gcd": _divisors,
    "lcm": _divisors,
    "diff": _diff,
    "trapezoid": _trapezoid,
    "corrcoef": _corrcoef,
    "histogram": _histogram,
    "fabs": unary(),
    "i0": unary(-6, 6),
    "fmax": binary(),
    "fmin": binary(),
    "fmod": binary(-5, 5, low2=1),
    "logaddexp2": binary(),
    "ldexp": _ldexp,
    "isposinf": _special,
    "isneginf": _special,
    **dict.fromkeys(["hanning", "hamming", "blackman", "bartlett"], _window),
    "kaiser": _kaiser,
}
