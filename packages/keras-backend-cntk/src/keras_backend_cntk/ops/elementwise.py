"""Elementwise primitives, by functions of CNTK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes

from keras_backend_cntk.expressions import Expr, Unsupported, call, number

if TYPE_CHECKING:
    from collections.abc import Callable


def _unary(name: str) -> Callable[[Expr], Expr]:
    return lambda x: call(name, x)


def _binary(name: str, dtype: str | None = None) -> Callable[[Expr, Expr], Expr]:
    return lambda x1, x2: call(name, x1, x2, dtype=dtype)


add, subtract, multiply = _binary("plus"), _binary("minus"), _binary("element_times")
maximum, minimum = _binary("element_max"), _binary("element_min")
equal, less, less_equal = _binary("equal", "bool"), _binary("less", "bool"), _binary("less_equal", "bool")
logical_and, logical_or = _binary("element_times", "bool"), _binary("element_max", "bool")
abs, exp, log, sqrt, negative = map(_unary, ("abs", "exp", "log", "sqrt", "negate"))
sin, cos, sinh, cosh, tanh = map(_unary, ("sin", "cos", "sinh", "cosh", "tanh"))
arcsin, arccos, arctan, arcsinh, arctanh = map(_unary, ("asin", "acos", "atan", "asinh", "atanh"))
floor, ceil = _unary("floor"), _unary("ceil")


def _float(*xs: Expr) -> None:
    if any(not dtypes.is_float(x.dtype) for x in xs):
        raise Unsupported("integers are computed by NumPy")


def divide(x1: Expr, x2: Expr) -> Expr:
    _float(x1, x2)
    return call("element_divide", x1, x2)


def floor_divide(x1: Expr, x2: Expr) -> Expr:
    _float(x1, x2)
    return call("floor", divide(x1, x2))


def mod(x1: Expr, x2: Expr) -> Expr:
    return subtract(x1, multiply(call("stop_gradient", floor_divide(x1, x2)), x2))


def power(x1: Expr, x2: Expr) -> Expr:
    _float(x1, x2)
    if x2.array is not None and x2.array.size == 1:
        exponent = x2.array.item()
        if exponent == 2:
            return _in_shape(call("square", x1), x1, x2)
        if exponent == 0.5:
            return _in_shape(call("sqrt", x1), x1, x2)
        if exponent in (1, 3, 4):
            result = x1
            for _ in range(int(exponent) - 1):
                result = multiply(result, x1)
            return _in_shape(result, x1, x2)
    return call("pow", x1, x2)


def _in_shape(x: Expr, x1: Expr, x2: Expr) -> Expr:
    if x2.ndim > x1.ndim:
        raise Unsupported("a scalar with axes")
    return x


def sign(x: Expr) -> Expr:
    if x.dtype == "bool":
        return x
    zero = number(0, x)
    return subtract(call("greater", x, zero), call("less", x, zero))


def arccosh(x: Expr) -> Expr:
    one = number(1, x)
    return call("log", add(x, multiply(call("sqrt", subtract(x, one)), call("sqrt", add(x, one)))))


def log1p(x: Expr) -> Expr:
    one = number(1, x)
    u = add(x, one)
    lost = divide(subtract(x, subtract(u, one)), u)  # what rounding took, to first order
    large = call("less", number(1e30, x), x, dtype="bool")
    return add(
        call("log", u),
        call("stop_gradient", where(large, number(0, x), where(equal(u, number(0, x)), number(0, x), lost))),
    )


def expm1(x: Expr) -> Expr:
    return multiply(call("tanh", multiply(x, number(0.5, x))), add(call("exp", x), number(1, x)))


_ERFC = (
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277,
)


def erf(x: Expr) -> Expr:
    """By its series below 1, by Numerical Recipes' `erfcc` above."""
    if x.dtype != "float32":
        raise Unsupported("erf of float64")
    square = multiply(x, x)
    near = number(0, x)
    for n in range(11, -1, -1):
        factorial = 1.0
        for k in range(2, n + 1):
            factorial *= k
        near = add(number((-1) ** n * 1.1283791670955126 / factorial / (2 * n + 1), x), multiply(near, square))
    small = call("less", square, number(1, x), dtype="bool")
    near = multiply(x, near)
    size = call("abs", x)
    t = divide(number(1, x), add(number(1, x), multiply(number(0.5, x), size)))
    inner = number(_ERFC[-1], x)
    for factor in _ERFC[-2::-1]:
        inner = add(number(factor, x), multiply(inner, t))
    rest = multiply(t, call("exp", subtract(inner, square)))
    far = multiply(sign(x), subtract(number(1, x), rest))
    return where(small, near, far)


def isnan(x: Expr) -> Expr:
    return call("not_equal", x, x, dtype="bool")


def isinf(x: Expr) -> Expr:
    limit = 3.4028234e38 if x.precision == "float32" else 1.7976931348623157e308
    return call("less", number(limit, x), call("abs", x), dtype="bool")


def logical_not(x: Expr) -> Expr:
    return call("minus", number(1, x), x, dtype="bool")


def where(condition: Expr, x1: Expr, x2: Expr) -> Expr:
    return call("element_select", condition, x1, x2, dtype=x1.dtype)


def stop_gradient(variable: Expr) -> Expr:
    return call("stop_gradient", _without_gradient(variable))


def _without_gradient(x: Expr) -> Expr:
    """The same, by functions that need have no gradient."""
    if x.op == "reshape":
        return Expr(x.op, (_without_gradient(x.args[0]),), x.shape, x.dtype, x.params)
    plain = {"shared_max": "reduce_max", "shared_min": "reduce_min"}.get(x.op)
    return x if plain is None else Expr(plain, x.args, x.shape, x.dtype, x.params)


def tan(x: Expr) -> Expr:
    return divide(call("sin", x), call("cos", x))


def cast(x: Expr, dtype: Any) -> Expr:
    name = dtypes.standardize(dtype)
    target = Expr("cast", (x,), x.shape, name)  # refuses what CNTK has not
    if name == x.dtype:
        return x
    if name == "bool":
        return call("not_equal", x, number(0, x), dtype="bool")
    if dtypes.is_int(name):
        if dtypes.is_int(x.dtype) or x.dtype == "bool":
            return call("pass", x, dtype=name)
        whole = multiply(sign(x), call("floor", call("abs", x)))
        return Expr("cast", (whole,), x.shape, name) if x.dtype == "float64" else call("pass", whole, dtype=name)
    return target if x.precision != name else call("pass", x, dtype=name)
