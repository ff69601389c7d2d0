"""Cases of elementwise ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def unary(low: float = -2, high: float = 2, ints: bool = True) -> Case:
    """One tensor of numbers in a range."""

    def case(draw: Inputs) -> dict[str, Any]:
        shape = draw.shape()
        return {"x": draw.numbers(shape, low, high) if ints else draw.floats(shape, low, high)}

    return case


def binary(low: float = -2, high: float = 2, names: tuple[str, str] = ("x1", "x2"), low2: float | None = None) -> Case:
    """Two tensors that broadcast, or a tensor and a Python number."""

    def case(draw: Inputs) -> dict[str, Any]:
        shape = draw.shape()
        least = low if low2 is None else low2
        second: Any = draw.numbers(draw.broadcastable(shape), least, high)
        if draw.pick(False, False, False, True):
            second = draw.pick(1, 1.3)
        pair = [draw.numbers(shape, low, high), second]
        if draw.pick(True, False) and low2 is None:
            pair.reverse()
        return dict(zip(names, pair, strict=True))

    return case


def _ints(names: tuple[str, ...], low: int, high: int, low2: int, high2: int) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        shape = draw.shape()
        arguments = {names[0]: draw.ints(shape, low, high)}
        if len(names) > 1:
            arguments[names[1]] = draw.ints(draw.broadcastable(shape), low2, high2)
        return arguments

    return case


def _logic(*names: str) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        shape = draw.shape()
        return {name: draw.bools(shape) if draw.pick(True, False) else draw.ints(shape, -1, 1) for name in names}

    return case


def _equalities(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x1": draw.ints(shape, 0, 2), "x2": draw.ints(draw.broadcastable(shape), 0, 2)}


def _special(draw: Inputs) -> dict[str, Any]:
    x = draw.floats(draw.shape(1, 2))
    x.flat[0] = draw.pick(float("inf"), float("-inf"), float("nan"), 0.0)
    return {"x": x}


def _close(draw: Inputs) -> dict[str, Any]:
    x1 = draw.floats(draw.shape(1, 2))
    x2 = x1 * draw.pick(1.0, 1.000001, 1.1)
    x2.flat[0] = draw.pick(float("inf"), float("nan"), 0.0)
    return {"x1": x1, "x2": x2.astype("float32"), "equal_nan": draw.pick(True, False)}


def _clip(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape(), -3, 3), "x_min": draw.pick(-1, 0), "x_max": draw.pick(1, 2)}


def _round(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape()), "decimals": draw.pick(0, 1)}


def _where(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    pair = {"x1": draw.numbers(draw.broadcastable(shape)), "x2": draw.numbers(draw.broadcastable(shape))}
    return {"condition": draw.bools(shape), **pair}


def _cast(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape()), "dtype": draw.pick("int32", "float32", "bool", "float64", "int64")}


def _saturate_cast(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.numbers(draw.shape(), -400, 400), "dtype": draw.pick("uint8", "int8", "float32")}


def _erfinv(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape(), -0.9, 0.9)}


def _heaviside(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape()
    return {"x1": draw.ints(shape, -1, 1).astype("float32"), "x2": draw.floats(draw.broadcastable(shape))}


def _stop_gradient(draw: Inputs) -> dict[str, Any]:
    return {"variable": draw.floats(draw.shape())}


def _print_tensor(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape()), "message": "x", "summarize": draw.pick(-1, 1, 3)}


_ANY_FLOAT = [
    "exp",
    "exp2",
    "expm1",
    "sin",
    "cos",
    "arctan",
    "sinh",
    "cosh",
    "tanh",
    "arcsinh",
    "deg2rad",
    "rad2deg",
    "sinc",
    "erf",
    "erfc",
    "cbrt",
    "negative",
    "abs",
    "absolute",
    "sign",
    "square",
]
_POSITIVE = ["log", "log2", "log10", "sqrt", "rsqrt", "reciprocal"]

CASES: dict[str, Case] = {
    **{name: unary() for name in _ANY_FLOAT},
    **{name: unary(0.1, 5) for name in _POSITIVE},
    **{name: unary(-0.9, 0.9, ints=False) for name in ("arcsin", "arccos", "arctanh", "log1p")},
    **{name: unary(-1.2, 1.2, ints=False) for name in ("tan",)},
    **{name: unary(-3, 3) for name in ("floor", "ceil", "trunc")},
    "arccosh": unary(1.1, 4),
    "erfinv": _erfinv,
    **{name: binary() for name in ["add", "subtract", "multiply", "maximum", "minimum", "logaddexp", "hypot"]},
    **{name: binary(0.2, 3, low2=0.2) for name in ("divide", "true_divide", "arctan2")},
    "divide_no_nan": binary(0, 2),
    "power": binary(0.3, 3, low2=0.3),
    **{name: binary(-5, 5, low2=1) for name in ("floor_divide", "mod")},
    **{name: _equalities for name in ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]},
    **{name: _special for name in ("isnan", "isinf", "isfinite", "nan_to_num")},
    "isclose": _close,
    "allclose": _close,
    **{name: _logic("x1", "x2") for name in ("logical_and", "logical_or", "logical_xor")},
    "logical_not": _logic("x"),
    **{name: _ints(("x", "y"), -9, 9, -9, 9) for name in ("bitwise_and", "bitwise_or", "bitwise_xor")},
    **{name: _ints(("x",), -9, 9, 0, 0) for name in ("bitwise_invert", "bitwise_not")},
    **{
        name: _ints(("x", "y"), -9, 9, 0, 3)
        for name in ("bitwise_left_shift", "bitwise_right_shift", "left_shift", "right_shift")
    },
    "clip": _clip,
    "round": _round,
    "where": _where,
    "cast": _cast,
    "saturate_cast": _saturate_cast,
    "heaviside": _heaviside,
    "print_tensor": _print_tensor,
    "stop_gradient": _stop_gradient,
}
